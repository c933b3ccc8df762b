// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/time_map.c - distances between incoming and sent timestamps, corrected in small steps.
//
// A decoder of sound hears every tick that is missing or doubled, so sound is moved in steps of
// 10 ms once it is 20 ms off, and freely in pauses. Pictures may be shown some ms earlier or later
// without anybody noticing, so they follow closely.
#include "sfu/time_map.h"

#include <string.h>

#define VIDEO_RATE 90000
#define FAR_OFF_MS 1000 // beyond this, slewing would take minutes: leap
#define PAUSE_MS 60     // a gap in sound that nobody hears move
#define TOLERATED_MS 2  // not worth a step
#define VIDEO_EVERY MSEC(500)
#define AUDIO_EVERY SEC(2)
#define AUDIO_OFF_MS 20
#define AUDIO_STEP_MS 10

static int32_t ticks(const struct time_map *map, int ms)
{
    return (int32_t)(map->rate / 1000) * ms;
}

static int32_t distance_of(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

void time_map_init(struct time_map *map, uint32_t rate, uint32_t constant)
{
    *map = (struct time_map){.rate = rate, .constant = constant};
}

uint32_t time_map_at(const struct time_map *map, usec now)
{
    const usec whole = now / SEC(1);
    const usec rest = now % SEC(1);

    return map->constant + (uint32_t)(whole * (usec)map->rate + rest * (usec)map->rate / SEC(1));
}

static void add_step(struct time_map *map, uint32_t from, uint32_t distance)
{
    if (map->step_count == TIME_MAP_STEPS) {
        memmove(&map->steps[0], &map->steps[1], sizeof map->steps - sizeof map->steps[0]);
        map->step_count--;
    }
    map->steps[map->step_count].from = from;
    map->steps[map->step_count].distance = distance;
    map->step_count++;
}

void time_map_switch(struct time_map *map, usec now, uint32_t timestamp, usec capture)
{
    uint32_t out = time_map_at(map, capture);

    if (map->started && distance_of(out, map->newest_out) < 1)
        out = map->newest_out + 1; // never backwards
    map->started = true;
    map->newest_in = timestamp;
    map->newest_out = out;
    map->corrected_at = now;
    map->step_count = 0;
    add_step(map, timestamp, out - timestamp);
}

// How far a picture is to be moved now, given how far it is off the line.
static int32_t video_step(const struct time_map *map, usec elapsed, int32_t error)
{
    if (elapsed < VIDEO_EVERY ||
        (error < ticks(map, TOLERATED_MS) && -error < ticks(map, TOLERATED_MS)))
        return 0;
    const usec seconds_worth = elapsed < SEC(1) ? elapsed : SEC(1);
    const int32_t most = (int32_t)(seconds_worth * ticks(map, 5) / SEC(1));
    if (error > most)
        return most;
    return error < -most ? -most : error;
}

static int32_t audio_step(const struct time_map *map, usec elapsed, int32_t error, int32_t gap)
{
    const int32_t size = error < 0 ? -error : error;

    if (gap >= ticks(map, PAUSE_MS))
        return size >= ticks(map, TOLERATED_MS) ? error : 0;
    if (elapsed < AUDIO_EVERY || size < ticks(map, AUDIO_OFF_MS))
        return 0;
    return error < 0 ? -ticks(map, AUDIO_STEP_MS) : ticks(map, AUDIO_STEP_MS);
}

static int32_t step_now(const struct time_map *map, usec now, int32_t error, int32_t gap)
{
    const usec elapsed = now - map->corrected_at;

    if (error > ticks(map, FAR_OFF_MS) || -error > ticks(map, FAR_OFF_MS))
        return error;
    return map->rate == VIDEO_RATE ? video_step(map, elapsed, error)
                                   : audio_step(map, elapsed, error, gap);
}

static uint32_t forward_newest(struct time_map *map, usec now, uint32_t timestamp, usec capture)
{
    const uint32_t distance = map->steps[map->step_count - 1].distance;
    const int32_t gap = distance_of(timestamp, map->newest_in);
    uint32_t out = timestamp + distance;

    out += (uint32_t)step_now(map, now, distance_of(time_map_at(map, capture), out), gap);
    if (distance_of(out, map->newest_out) < 1)
        out = map->newest_out + 1;
    if (out - timestamp != distance) {
        map->corrected_at = now;
        add_step(map, timestamp, out - timestamp);
    } else if (timestamp - map->steps[map->step_count - 1].from > UINT32_MAX / 4) {
        map->step_count = 0; // before "from" is so long ago that it looks like the future
        add_step(map, timestamp, distance);
    }
    map->newest_in = timestamp;
    map->newest_out = out;
    return out;
}

uint32_t time_map_forward(struct time_map *map, usec now, uint32_t timestamp, usec capture)
{
    if (!map->started)
        time_map_switch(map, now, timestamp, capture);
    if (distance_of(timestamp, map->newest_in) > 0)
        return forward_newest(map, now, timestamp, capture);

    unsigned at = map->step_count - 1u;
    while (at > 0 && distance_of(timestamp, map->steps[at].from) < 0)
        at--;
    return timestamp + map->steps[at].distance;
}
