// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/router.h - one meetup's members: who is in whose slots.
#ifndef GATEWAY_SFU_ROUTER_H
#define GATEWAY_SFU_ROUTER_H

#include "base/deadlines.h"
#include "base/err.h"
#include "base/list.h"
#include "base/table.h"
#include "base/usec.h"
#include "sfu/event.h"
#include "sfu/speaker.h"

#include <stdbool.h>
#include <stdint.h>

struct copies;
struct events;
struct fanout;
struct member;
struct outbox;
struct producer;
struct start_rates;
struct worker_counters;

struct router {
    // given
    uint64_t id;
    int64_t wall_offset;
    // borrowed: outlive this router
    struct events *events;
    struct fanout *fanout;
    struct list *touched; // members with something to do at the end of the turn
    struct list *marked;  // routers whose seats are to be given again
    struct worker_counters *counters;
    struct start_rates *start_rates;
    struct copies *copies; // on their way to other threads; NULL as long as there are no others
    uint32_t *stream_numbers;
    // state
    struct table mirrors; // by id: members who live on other threads (sfu/mirror.h)
    struct list members;  // in joining order; those who live on other threads too, once they send
    struct table newest;  // by number: of a member that came back, the transport that came last
    size_t member_count;
    struct member *
        *senders; // of whom something is live, as of the last seating of all; in joining order
    size_t sender_count;
    size_t sender_room;
    bool is_away;    // another thread has the home, which tells what is of the whole router
    uint32_t others; // threads with a part of this router, bit by bit
    struct speaker speaker;
    bool dirty;             // somebody came, went, began, stopped or wants something else
    bool all_dirty;         // and not only those that are `unseated` may see it
    struct list mark;       // of the worker's marked routers
    struct deadline timer;  // of the worker: `due`
    bool waits;             // a sound is to move in its next pause
    uint32_t told_dominant; // what its owner knows of who speaks
    uint8_t told_count;
    uint32_t told_speaking[EVENT_SPEAKERS];
    usec next_update; // of layers and of who went silent
    usec due;
};

struct router *router_create(uint64_t id, int64_t wall_offset);
// Its members are gone before.
void router_destroy(struct router *r);

// Takes its place among the others. ERR_NO_MEMORY: it did not.
enum err router_add(struct router *r, struct member *m) MUST_CHECK;
// Out of reach from now on: the transport its member had before, if it is still here, counts again.
void router_remove(struct router *r, struct member *m);
bool router_is_newest(const struct router *r, const struct member *m);

// Of the newest transport of its member. NULL when nobody here has such a source.
struct producer *router_find_source(const struct router *r, uint32_t source);

// Somebody came, went, began, stopped or wants something else: seats are given again before what is sent next.
void router_mark(struct router *r);

// The same, where this one alone may see anything else: who sends nothing changes nothing for the others.
void router_mark_viewer(struct router *r, struct member *viewer);

// Gives the slots of all viewers their sources if something changed.
void router_seat(struct router *r, usec now);

// Which layers of its camera anybody needs is told to the member's owner, if that changed: in each round, and
// as soon as one that is off is needed.
void router_tell_layers(struct router *r, struct member *m, usec now);

// Layers, sources that went silent, sounds that wait for a pause, the dominant speaker; sets `due`.
void router_tick(struct router *r, usec now);

#endif
