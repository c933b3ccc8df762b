// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/seat.h - what an invite became once somebody asked with it; it outlives whoever sits there.
#ifndef GATEWAY_MEETUP_SEAT_H
#define GATEWAY_MEETUP_SEAT_H

#include "base/list.h"
#include "base/rate.h"
#include "meetup/effect.h"
#include "meetup/names.h"
#include "store/record.h"

#include <stdbool.h>
#include <stdint.h>

struct effects;
struct meetup;

struct seat {
    struct list link; // in meetup.seats
    // given
    bool is_doctors; // has no invite and is never written
    // state
    struct seat_record record;
    char skeleton[SKELETON_SIZE]; // of the room name; empty: no name yet
    struct bucket chat_budget;    // lines it may write, by whatever device
    uint64_t chat_from;           // number of the first chat line this person may read
};

// Makes one from its record and puts it into the meetup; NULL for lack of memory.
struct seat *seat_create(struct meetup *meetup, const struct seat_record *record);
void seat_destroy(struct seat *seat);

struct seat *seat_find(const struct meetup *meetup, const char *invite);
struct seat *seat_of_doctor(const struct meetup *meetup);

// Somebody has asked for the waiting room with it, or was admitted.
bool seat_is_taken(const struct seat *seat);
bool seat_is_bound_to(const struct seat *seat, const char *device);

// May the person of this seat be called so? GRANTED, NAME_REFUSED or NAME_TAKEN.
enum refusal seat_check_name(const struct meetup *meetup, const struct seat *seat,
                             const char *name);
void seat_set_name(struct seat *seat, const char *name);

// Back to what it was before anybody asked.
void seat_free(struct seat *seat);

void seat_save(const struct seat *seat, struct effects *out);

#endif
