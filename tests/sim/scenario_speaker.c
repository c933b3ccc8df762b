// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/scenario_speaker.c - people with noise around them who begin to speak, and who cough.
#include "sim/scenario.h"
#include "support/check.h"
#include "support/room.h"

#include <stdlib.h>

#define PEOPLE 8
#define CHANGES 60
#define COUGHS 20
#define LISTENER 0
#define NOISE(i) ((uint8_t)(70 + (i)))
#define SPEECH 25
#define COUGH 10

static struct room *eight(uint64_t seed)
{
    struct room *room = room_create(seed);

    room->delay = MSEC(25);
    for (size_t i = 0; i < PEOPLE; i++) {
        room_join(room, &(struct room_options){.pairs = 7, .spares = 2});
        room->guests[i].senders[SOURCE_CAMERA].on = false;
    }
    for (size_t i = 0; i < PEOPLE; i++)
        room->guests[i].senders[SOURCE_MICROPHONE].level = NOISE(i);
    room_run(room, SEC(5));
    return room;
}

static void set_level(struct room *room, size_t guest, uint8_t level)
{
    room->guests[guest].senders[SOURCE_MICROPHONE].level = level;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return (x > y) - (x < y);
}

// From the first word spoken until it is heard, with the way there.
static double wait_ms(struct room *room, size_t speaker)
{
    const uint32_t source = room_source(room, speaker, SOURCE_MICROPHONE);
    const uint32_t before = room_shown(room, LISTENER, source);
    const usec from = room->now;

    while (room_shown(room, LISTENER, source) == before && room->now - from < SEC(2))
        room_run(room, MSEC(1));
    return (double)(room->now - from) / 1000;
}

static void run_speaker(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    struct room *room = eight(seed);
    double waits[CHANGES];

    for (size_t i = 0; i < CHANGES; i++) {
        const size_t speaker = 1 + i % (PEOPLE - 1);
        set_level(room, speaker, SPEECH);
        waits[i] = wait_ms(room, speaker);
        room_run(room, SEC(2));
        set_level(room, speaker, NOISE(speaker));
        room_run(room, MSEC(700) + (usec)random_below(&room->random, 1000000));
    }
    qsort(waits, CHANGES, sizeof waits[0], by_size);
    values[0] = waits[CHANGES * 95 / 100];
    set_level(room, 1, SPEECH);
    room_run(room, SEC(5));
    const uint32_t dominant = room->dominant;
    CHECK_EQ(dominant, room_source(room, 1, SOURCE_MICROPHONE));
    for (size_t i = 0; i < COUGHS; i++) {
        set_level(room, 2 + i % 6, COUGH);
        for (int ms = 0; ms < 2000; ms += 10) {
            if (ms == 250)
                set_level(room, 2 + i % 6, NOISE(2 + i % 6));
            room_run(room, MSEC(10));
            values[1] += room->dominant != dominant;
        }
    }
    room_destroy(room);
}

const struct scenario scenario_speaker = {
    .name = "active speaker, 8 people with noise, 50 ms",
    .figures = {{"first word heard, p95", "ms", 150, false},
                {"false switches on a cough", "", 0, false}},
    .run = run_speaker,
};
