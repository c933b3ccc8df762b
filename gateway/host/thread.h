// SPDX-License-Identifier: AGPL-3.0-or-later
// host/thread.h - a named thread that takes no signals.
#ifndef GATEWAY_HOST_THREAD_H
#define GATEWAY_HOST_THREAD_H

#include "base/err.h"

#include <pthread.h>
#include <stdbool.h>

// Zero-initialised: not started.
struct thread {
    pthread_t id;
    bool started;
};

// All signals are blocked in it. The name is cut at 15 characters. ERR_NO_MEMORY when the system
// gives no thread.
enum err thread_start(struct thread *thread, const char *name, void *(*run)(void *), void *argument)
    MUST_CHECK;

// Waits for its end. No-op when it was not started or is joined already.
void thread_join(struct thread *thread);

#endif
