// SPDX-License-Identifier: AGPL-3.0-or-later
// load/place.h - an agent's socket, its deadline, and a heap of those.
#ifndef TESTS_LOAD_PLACE_H
#define TESTS_LOAD_PLACE_H

#include "load/loop.h"

#include <stddef.h>

struct place {
    // borrowed
    struct agent *agent;
    struct loop_thread *thread;
    // owned
    int socket;
    // state
    uint32_t number; // in the thread's table, with a generation: what epoll says
    uint32_t generation;
    usec deadline;
    size_t heap_at;
};

// A socket bound as the settings say and connected to `remote`; `local` is what it is then.
// ERR_LIMIT: no more files; ERR_IO: the system refused.
enum err place_open(int *made, const struct loop_settings *settings, uint16_t port,
                    const struct address *remote, bool timed, struct address *local) MUST_CHECK;
uint64_t place_drops(int socket);

// The soonest on top.
struct heap {
    // owned
    struct place **places;
    // state
    size_t count;
    size_t size;
};

enum err heap_add(struct heap *h, struct place *place) MUST_CHECK;
void heap_remove(struct heap *h, struct place *place);
void heap_move(struct heap *h, struct place *place, usec deadline);

#endif
