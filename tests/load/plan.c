// SPDX-License-Identifier: AGPL-3.0-or-later
// load/plan.c - who sits where in a scenario, and who comes later.
#include "load/plan.h"

#include "base/mem.h"

#define PAIRS_MOST 12     // as a page on a desk offers
#define SOUND_SLOTS 3     // as a page
#define TALK_FOR SEC(4)   // at a time
#define TALK_SHARE SEC(3) // of everybody's turn: a little more than one talks at once
#define IDLE_PER_ROOM 10

static uint8_t smaller(unsigned a, unsigned b)
{
    return (uint8_t)(a < b ? a : b);
}

static uint8_t chosen(int choice, unsigned needed)
{
    return choice < 0 ? (uint8_t)needed : (uint8_t)choice;
}

// `senders` 0 is no bound.
static unsigned at_most(unsigned people, unsigned senders)
{
    return senders && senders < people ? senders : people;
}

// How many show their cameras to somebody in a room.
static unsigned cameras(const struct options *o)
{
    switch (o->scenario) {
    case SCENARIO_FAN_OUT:
        return 1;
    case SCENARIO_TALKERS:
        return 0;
    case SCENARIO_ROOMS:
    case SCENARIO_CHURN:
        return at_most(o->members - 1, o->senders);
    case SCENARIO_STORM:
        return at_most(o->members - 1 + (o->joins + o->rooms - 1) / o->rooms, o->senders);
    case SCENARIO_IDLE:
    case SCENARIO_KINDS:
        break;
    }
    return 1;
}

static void make_roles(struct plan *plan, const struct options *o)
{
    const uint8_t pairs = chosen(o->pairs, smaller(cameras(o), PAIRS_MOST));
    const bool takes_turns = o->scenario != SCENARIO_FAN_OUT && o->scenario != SCENARIO_TALKERS &&
                             o->scenario != SCENARIO_IDLE && !o->always_talk && o->members > 1;
    const bool hears_many = o->scenario != SCENARIO_FAN_OUT && o->scenario != SCENARIO_IDLE;
    struct role sends = {
        .microphone = !o->no_microphone,
        .talk_for = takes_turns ? TALK_FOR : 0,
        .talk_every = takes_turns ? TALK_SHARE * o->members + TALK_FOR : 0,
        .camera = {o->layers > 2, o->layers > 1, true},
        .as_page = true,
        .pairs = pairs,
        .sound_slots = chosen(o->sound_slots, hears_many ? SOUND_SLOTS : 0),
        .wants = pairs,
        .height = (uint16_t)o->height,
    };

    plan->roles[ROLE_SENDS] = sends;
    plan->roles[ROLE_TALKS] = (struct role){.microphone = true,
                                            .as_page = true,
                                            .pairs = chosen(o->pairs, 0),
                                            .sound_slots = sends.sound_slots};
    plan->roles[ROLE_WATCHES] = (struct role){
        .pairs = pairs, .sound_slots = sends.sound_slots, .wants = pairs, .height = sends.height};
    plan->roles[ROLE_LISTENS] =
        (struct role){.pairs = chosen(o->pairs, 0), .sound_slots = sends.sound_slots};
    plan->roles[ROLE_IDLES] = (struct role){.no_media = true};
}

static void seat(struct plan *plan, const struct options *o, struct room *room, enum role_name role,
                 bool late)
{
    struct person *p = &plan->people[plan->people_count];

    p->room = room;
    p->role = &plan->roles[role];
    p->late = late;
    p->number = (uint32_t)plan->people_count++;
    p->opens = o->open_share && p->number % o->open_share == 0;
}

static void seat_many(struct plan *plan, const struct options *o, struct room *room,
                      enum role_name role, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        seat(plan, o, room, role, false);
}

// The first one who is seated in a hosted room is its host.
static void seat_host(struct plan *plan, const struct options *o, struct room *room,
                      enum role_name role)
{
    room->host = &plan->people[plan->people_count];
    room->host->is_host = true;
    seat(plan, o, room, role, false);
}

static void seat_one_to_many(struct plan *plan, const struct options *o)
{
    const bool talks = o->scenario == SCENARIO_TALKERS;

    seat_host(plan, o, &plan->rooms[0], talks ? ROLE_TALKS : ROLE_SENDS);
    if (talks)
        seat_many(plan, o, &plan->rooms[0], ROLE_TALKS, o->talkers - 1);
    seat_many(plan, o, &plan->rooms[0], talks ? ROLE_LISTENS : ROLE_WATCHES, o->viewers);
}

static void seat_rooms(struct plan *plan, const struct options *o)
{
    for (unsigned i = 0; i < o->rooms; i++) {
        const unsigned senders = at_most(o->members, o->senders);

        seat_host(plan, o, &plan->rooms[i], ROLE_SENDS);
        seat_many(plan, o, &plan->rooms[i], ROLE_SENDS, senders - 1);
        seat_many(plan, o, &plan->rooms[i], ROLE_WATCHES, o->members - senders);
    }
    for (unsigned i = 0; o->scenario == SCENARIO_STORM && i < o->joins; i++) {
        const bool sends = !o->senders || o->members + i / o->rooms < o->senders;

        seat(plan, o, &plan->rooms[i % o->rooms], sends ? ROLE_SENDS : ROLE_WATCHES, true);
    }
    for (size_t i = 0; o->scenario == SCENARIO_CHURN && i < plan->people_count; i++)
        plan->people[i].late = !plan->people[i].is_host;
}

// One running room, in which others come meanwhile; the rest has no host and waits.
static void seat_idle(struct plan *plan, const struct options *o)
{
    seat_host(plan, o, &plan->rooms[0], ROLE_SENDS);
    for (unsigned i = 0; i < o->sockets; i++)
        seat(plan, o, &plan->rooms[1 + i / IDLE_PER_ROOM], ROLE_IDLES, false);
    for (unsigned i = 0; i < o->joins; i++)
        seat(plan, o, &plan->rooms[0], ROLE_WATCHES, true);
}

static void count(struct plan *plan, const struct options *o, size_t *people)
{
    plan->room_count = o->rooms;
    *people = (size_t)o->rooms * o->members;
    if (o->scenario == SCENARIO_FAN_OUT || o->scenario == SCENARIO_TALKERS) {
        plan->room_count = 1;
        *people = 1 + o->talkers + o->viewers;
    } else if (o->scenario == SCENARIO_STORM) {
        *people += o->joins;
    } else if (o->scenario == SCENARIO_IDLE) {
        plan->room_count = 1 + (o->sockets + IDLE_PER_ROOM - 1) / IDLE_PER_ROOM;
        *people = 1 + o->sockets + o->joins;
    }
}

enum err plan_make(struct plan *plan, const struct options *o)
{
    size_t people;

    *plan = (struct plan){0};
    make_roles(plan, o);
    count(plan, o, &people);
    plan->rooms = mem_zero_array(plan->room_count, sizeof *plan->rooms);
    plan->people = mem_zero_array(people, sizeof *plan->people);
    if (!plan->rooms || !plan->people) {
        mem_free(plan->rooms);
        mem_free(plan->people);
        return ERR_NO_MEMORY;
    }
    if (o->scenario == SCENARIO_FAN_OUT || o->scenario == SCENARIO_TALKERS)
        seat_one_to_many(plan, o);
    else if (o->scenario == SCENARIO_IDLE)
        seat_idle(plan, o);
    else
        seat_rooms(plan, o);
    return ERR_OK;
}
