// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/meetup.h - one live meetup: its seats, who is present, what was written.
#ifndef GATEWAY_MEETUP_MEETUP_H
#define GATEWAY_MEETUP_MEETUP_H

#include "base/list.h"
#include "base/usec.h"
#include "meetup/chat.h"
#include "meetup/effect.h"
#include "sfu/event.h"
#include "store/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEAT_MEMBERS 4 // devices that ask for one seat at once

struct member;
struct seat;
struct turn;

struct meetup {
    struct list link; // in registry.meetups
    // owned
    struct list seats;
    struct list members;
    struct chat chat;
    // state
    struct meetup_record record;
    uint64_t router; // 0: none
    uint32_t transports;
    usec quiet_since;         // no transport since then
    usec empty_since;         // nobody present since then; USEC_NEVER: somebody is
    struct sfu_event speaker; // as told last
};

// NULL for lack of memory. Puts the doctor's seat and the given ones in.
struct meetup *meetup_create(struct turn *turn, const struct meetup_record *record,
                             const struct seat_record *seats, size_t seat_count);

// All members are forgotten without a word, and the router is closed.
void meetup_destroy(struct turn *turn, struct meetup *meetup);

// False for lack of memory.
bool meetup_open_router(struct turn *turn, struct meetup *meetup);
void meetup_transport_closed(struct turn *turn, struct meetup *meetup);

// NULL when there is none.
struct member *meetup_find_member(const struct meetup *meetup, uint32_t number);
size_t meetup_count(const struct meetup *meetup);
bool meetup_host_is_present(const struct meetup *meetup);

// The next one present who waits, in the order of the waiting room; NULL starts, NULL ends.
struct member *meetup_next_waiting(const struct meetup *meetup, const struct member *after);

// Everybody on the seat is shown out and the others hear of it; the seat stays.
void meetup_clear_seat(struct turn *turn, struct meetup *meetup, const struct seat *seat,
                       enum out_reason reason);

// The meetup is over: everybody is shown out, and it is destroyed.
void meetup_end(struct turn *turn, struct meetup *meetup);

// What is due by time: media of those gone too long, an idle router, an empty meetup (destroyed).
void meetup_tick(struct turn *turn, struct meetup *meetup);
usec meetup_deadline(const struct meetup *meetup);

#endif
