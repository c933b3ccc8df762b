// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/seat.c - what an invite became once somebody asked with it; it outlives whoever sits there.
#include "meetup/seat.h"

#include "base/mem.h"
#include "meetup/effects.h"
#include "meetup/meetup.h"
#include "meetup/rights.h"

#include <stdio.h>
#include <string.h>

// Far more than anybody types; a flood would fill the queues of those with slow networks.
#define CHAT_PER_SECOND 2
#define CHAT_BURST 30

struct seat *seat_create(struct meetup *meetup, const struct seat_record *record)
{
    struct seat *seat = mem_zero(sizeof *seat);

    if (!seat)
        return NULL;
    seat->record = *record;
    seat->is_doctors = record->invite[0] == '\0';
    seat->chat_from = seat->is_doctors ? 0 : meetup->chat.next;
    bucket_init(&seat->chat_budget, CHAT_PER_SECOND, CHAT_BURST, 0);
    if (!names_skeleton(seat->skeleton, record->room_name))
        seat->skeleton[0] = '\0';
    list_append(&meetup->seats, &seat->link);
    return seat;
}

void seat_destroy(struct seat *seat)
{
    if (!seat)
        return;
    list_remove(&seat->link);
    mem_free(seat);
}

struct seat *seat_find(const struct meetup *meetup, const char *invite)
{
    LIST_EACH(node, &meetup->seats) {
        struct seat *seat = LIST_ITEM(node, struct seat, link);

        if (!seat->is_doctors && strcmp(seat->record.invite, invite) == 0)
            return seat;
    }
    return NULL;
}

struct seat *seat_of_doctor(const struct meetup *meetup)
{
    LIST_EACH(node, &meetup->seats) {
        struct seat *seat = LIST_ITEM(node, struct seat, link);

        if (seat->is_doctors)
            return seat;
    }
    return NULL;
}

bool seat_is_taken(const struct seat *seat)
{
    return seat->record.stage == SEAT_WAITING || seat->record.stage == SEAT_ADMITTED;
}

bool seat_is_bound_to(const struct seat *seat, const char *device)
{
    return seat->is_doctors ||
           (seat->record.device[0] != '\0' && strcmp(seat->record.device, device) == 0);
}

enum refusal seat_check_name(const struct meetup *meetup, const struct seat *seat, const char *name)
{
    char skeleton[SKELETON_SIZE];

    if (!names_skeleton(skeleton, name) || names_looks_like_host(name, meetup->record.doctor_name))
        return REFUSAL_NAME_REFUSED;
    LIST_EACH(node, &meetup->seats) {
        const struct seat *other = LIST_ITEM(node, struct seat, link);

        if (other != seat && seat_is_taken(other) && strcmp(other->skeleton, skeleton) == 0)
            return REFUSAL_NAME_TAKEN;
    }
    return GRANTED;
}

void seat_set_name(struct seat *seat, const char *name)
{
    (void)snprintf(seat->record.room_name, sizeof seat->record.room_name, "%s", name);
    if (!names_skeleton(seat->skeleton, name))
        seat->skeleton[0] = '\0';
}

void seat_free(struct seat *seat)
{
    seat->record.stage = SEAT_NONE;
    seat->record.device[0] = '\0';
    seat->record.room_name[0] = '\0';
    seat->record.muted = false;
    seat->record.waiting_since_ms = 0;
    seat->skeleton[0] = '\0';
}

void seat_save(const struct seat *seat, struct effects *out)
{
    struct effect *effect = seat->is_doctors ? NULL : effects_add(out, EFFECT_SAVE_SEAT, 0);

    if (effect)
        effect->seat = seat->record;
}
