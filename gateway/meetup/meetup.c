// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/meetup.c - one live meetup: its seats, who is present, what was written.
#include "meetup/meetup.h"

#include "base/mem.h"
#include "meetup/announce.h"
#include "meetup/effects.h"
#include "meetup/member.h"
#include "meetup/registry.h"
#include "meetup/rights.h"
#include "meetup/seat.h"
#include "meetup/turn.h"

#include <string.h>

#define GONE_GRACE SEC(30)    // how long media of somebody without a socket goes on
#define ROUTER_GRACE SEC(60)  // how long a router without transports is kept
#define MEETUP_GRACE SEC(600) // how long an empty meetup keeps its chat

static bool add_seats(struct meetup *meetup, const struct seat_record *seats, size_t count)
{
    struct seat_record doctor = {.role = ROLE_DOCTOR, .stage = SEAT_ADMITTED};

    memcpy(doctor.meetup, meetup->record.id, sizeof doctor.meetup);
    memcpy(doctor.room_name, meetup->record.doctor_name, sizeof doctor.room_name);
    if (!seat_create(meetup, &doctor))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (seats[i].invite[0] != '\0' && !seat_create(meetup, &seats[i]))
            return false;
    }
    return true;
}

struct meetup *meetup_create(struct turn *turn, const struct meetup_record *record,
                             const struct seat_record *seats, size_t seat_count)
{
    struct meetup *meetup = mem_zero(sizeof *meetup);

    if (!meetup)
        return NULL;
    meetup->record = *record;
    list_init(&meetup->seats);
    list_init(&meetup->members);
    chat_init(&meetup->chat);
    list_append(&turn->registry->meetups, &meetup->link);
    meetup->quiet_since = meetup->empty_since = turn->now;
    if (!add_seats(meetup, seats, seat_count)) {
        meetup_destroy(turn, meetup);
        return NULL;
    }
    return meetup;
}

static void close_router(struct turn *turn, struct meetup *meetup)
{
    struct effect *effect;

    if (!meetup->router)
        return;
    effect = effects_add(turn->out, EFFECT_SFU, 0);
    if (effect) {
        effect->sfu.kind = SFU_CLOSE_ROUTER;
        effect->sfu.router = meetup->router;
    }
    table_remove(&turn->registry->routers, meetup->router);
    meetup->router = 0;
    meetup->speaker = (struct sfu_event){0};
}

void meetup_destroy(struct turn *turn, struct meetup *meetup)
{
    if (!meetup)
        return;
    LIST_EACH(node, &meetup->members)
        member_destroy(turn, LIST_ITEM(node, struct member, link));
    close_router(turn, meetup);
    LIST_EACH(node, &meetup->seats)
        seat_destroy(LIST_ITEM(node, struct seat, link));
    chat_fini(&meetup->chat);
    list_remove(&meetup->link);
    mem_free(meetup);
}

bool meetup_open_router(struct turn *turn, struct meetup *meetup)
{
    struct effect *effect;

    if (meetup->router)
        return true;
    const uint64_t router = registry_next_id(turn->registry);
    if (table_put(&turn->registry->routers, router, meetup) != ERR_OK)
        return false;
    effect = effects_add(turn->out, EFFECT_SFU, 0);
    if (!effect) {
        table_remove(&turn->registry->routers, router);
        return false;
    }
    effect->sfu.kind = SFU_OPEN_ROUTER;
    effect->sfu.router = router;
    meetup->router = router;
    return true;
}

void meetup_transport_closed(struct turn *turn, struct meetup *meetup)
{
    meetup->transports--;
    if (meetup->transports == 0)
        meetup->quiet_since = turn->now;
}

struct member *meetup_find_member(const struct meetup *meetup, uint32_t number)
{
    LIST_EACH(node, &meetup->members) {
        struct member *member = LIST_ITEM(node, struct member, link);

        if (member->number == number)
            return member;
    }
    return NULL;
}

size_t meetup_count(const struct meetup *meetup)
{
    size_t count = 0;

    LIST_EACH(node, &meetup->members)
        count++;
    return count;
}

bool meetup_host_is_present(const struct meetup *meetup)
{
    LIST_EACH(node, &meetup->members) {
        const struct member *member = LIST_ITEM(node, struct member, link);

        if (member->stage == STAGE_IN && member->conversation && member_is_host(member))
            return true;
    }
    return false;
}

static bool waits_before(const struct member *a, const struct member *b)
{
    if (a->waiting_since_ms != b->waiting_since_ms)
        return a->waiting_since_ms < b->waiting_since_ms;
    return a->number < b->number;
}

struct member *meetup_next_waiting(const struct meetup *meetup, const struct member *after)
{
    struct member *next = NULL;

    LIST_EACH(node, &meetup->members) {
        struct member *member = LIST_ITEM(node, struct member, link);

        if (member->stage != STAGE_WAITING || (after && !waits_before(after, member)))
            continue;
        if (!next || waits_before(member, next))
            next = member;
    }
    return next;
}

void meetup_clear_seat(struct turn *turn, struct meetup *meetup, const struct seat *seat,
                       enum out_reason reason)
{
    LIST_EACH(node, &meetup->members) {
        struct member *member = LIST_ITEM(node, struct member, link);
        const uint32_t number = member->number;
        const bool was_in = member->stage == STAGE_IN;

        if (member->seat != seat)
            continue;
        member_out(turn, member, reason);
        if (was_in)
            announce_left(turn, meetup, number);
    }
    announce_waiting(turn, meetup);
}

void meetup_end(struct turn *turn, struct meetup *meetup)
{
    LIST_EACH(node, &meetup->members)
        member_out(turn, LIST_ITEM(node, struct member, link), OUT_ENDED);
    turn->registry->generation++;
    meetup_destroy(turn, meetup);
}

// The seat stays; only the presence ends.
static void give_up(struct turn *turn, struct meetup *meetup, struct member *member)
{
    const uint32_t number = member->number;
    const bool was_in = member->stage == STAGE_IN;

    member_destroy(turn, member);
    if (was_in)
        announce_left(turn, meetup, number);
    else
        announce_waiting(turn, meetup);
}

void meetup_tick(struct turn *turn, struct meetup *meetup)
{
    LIST_EACH(node, &meetup->members) {
        struct member *member = LIST_ITEM(node, struct member, link);

        if (!member->conversation && turn->now >= member->gone_at + GONE_GRACE)
            give_up(turn, meetup, member);
    }
    if (meetup->router && meetup->transports == 0 &&
        turn->now >= meetup->quiet_since + ROUTER_GRACE)
        close_router(turn, meetup);
    if (list_is_empty(&meetup->members) && turn->now >= meetup->empty_since + MEETUP_GRACE)
        meetup_destroy(turn, meetup);
}

usec meetup_deadline(const struct meetup *meetup)
{
    usec soonest = USEC_NEVER;

    LIST_EACH(node, &meetup->members) {
        const struct member *member = LIST_ITEM(node, struct member, link);

        if (!member->conversation)
            soonest = usec_min(soonest, member->gone_at + GONE_GRACE);
    }
    if (meetup->router && meetup->transports == 0)
        soonest = usec_min(soonest, meetup->quiet_since + ROUTER_GRACE);
    if (list_is_empty(&meetup->members))
        soonest = usec_min(soonest, meetup->empty_since + MEETUP_GRACE);
    return soonest;
}
