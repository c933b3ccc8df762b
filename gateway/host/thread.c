// SPDX-License-Identifier: AGPL-3.0-or-later
// host/thread.c - a named thread that takes no signals.
#include "host/thread.h"

#include <signal.h>
#include <stdio.h>

#define STACK_SIZE (512 * 1024) // SQLite and argon2 keep large things on the heap

enum err thread_start(struct thread *thread, const char *name, void *(*run)(void *), void *argument)
{
    char cut[16];
    pthread_attr_t attributes;
    sigset_t all, before;
    int failed;

    snprintf(cut, sizeof cut, "%s", name);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&thread->id, &attributes, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (failed)
        return ERR_NO_MEMORY;
    thread->started = true;
    pthread_setname_np(thread->id, cut);
    return ERR_OK;
}

void thread_join(struct thread *thread)
{
    if (!thread->started)
        return;
    pthread_join(thread->id, NULL);
    thread->started = false;
}
