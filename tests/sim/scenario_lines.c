// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/scenario_lines.c - lines of a capacity that is known: joining, steps, staying, sharing.
#include "sim/scenario.h"
#include "sim/view.h"
#include "support/check.h"

#define MBIT(n) ((uint64_t)((n)*1e6))
#define SHARE_OF_BEST 0.9
#define SOUND_BPS 62000 // of one speaker, on the wire

enum { DOCTOR, OTHER };
enum { SMALL = 180, LARGE = 720 };

// 50 ms there and back.
static struct line_settings line_of(uint64_t capacity_bps)
{
    return (struct line_settings){.capacity_bps = capacity_bps, .delay = MSEC(25)};
}

// One large, the other so tall.
static void want_both(struct room *room, size_t guest, uint16_t other_height)
{
    const struct sfu_want wants[] = {
        {.source = room_source(room, DOCTOR, SOURCE_CAMERA), .height = 720},
        {.source = room_source(room, OTHER, SOURCE_CAMERA), .height = other_height}};

    room_want(room, guest, wants, 2);
}

// The doctor and another on lines without limit, who see each other large.
static struct room *two_in_a_room(uint64_t seed)
{
    struct room *room = room_create(seed);

    room->delay = MSEC(5);
    room_join(room, &view_like_browsers);
    room_join(room, &view_like_browsers);
    for (size_t i = 0; i < 2; i++) {
        const struct sfu_want want = {.source = room_source(room, 1 - i, SOURCE_CAMERA),
                                      .height = 720};
        room_want(room, i, &want, 1);
    }
    room->guests[OTHER].senders[SOURCE_MICROPHONE].level = 127;
    room_run(room, SEC(3));
    return room;
}

// A patient who only watches and listens, but whose camera is on.
static size_t add_viewer(struct room *room, uint64_t capacity_bps, uint16_t other_height)
{
    const struct line_settings up = line_of(0);
    const struct line_settings down = line_of(capacity_bps);
    const size_t viewer = room_enter(room, &view_like_browsers);

    room_set_line(room, viewer, &up, &down);
    room->guests[viewer].senders[SOURCE_MICROPHONE].level = 127;
    room_gate(room, viewer, true);
    want_both(room, viewer, other_height);
    return viewer;
}

static void set_capacity(struct room *room, size_t guest, uint64_t capacity_bps)
{
    const struct line_settings down = line_of(capacity_bps);

    room_set_line(room, guest, NULL, &down);
}

// Within 90 % of the best, and within what there is.
static struct view_range best_within(const struct room *room, size_t guest, uint64_t room_bps)
{
    const uint64_t best = view_best_bps(room, guest, room_bps);

    CHECK(best > 0);
    return (struct view_range){(uint64_t)(SHARE_OF_BEST * (double)best), room_bps};
}

// How much of a line sound takes, learnt while nothing disturbs it.
static uint64_t measure_sound(struct room *room, size_t guest)
{
    struct view_sound sound;

    view_sound_from(&sound, room, guest);
    room_run(room, SEC(2));
    return view_sound_bps(&sound, room, guest);
}

#define JOINS 5

static void run_join(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    for (uint64_t i = 0; i < JOINS; i++) {
        struct room *room = two_in_a_room(seed + i);
        const size_t viewer = add_viewer(room, MBIT(5), LARGE);
        while (room->guests[viewer].rtp == 0)
            room_run(room, MSEC(1));
        const struct view_range range = best_within(room, viewer, MBIT(5));
        const double taken = SECONDS(view_wait(room, viewer, &range, SEC(20)));
        values[0] = taken > values[0] ? taken : values[0];
        room_destroy(room);
    }
}

const struct scenario scenario_join = {
    .name = "join on 5 Mbit/s, 50 ms",
    .figures = {{"best feasible layers after the first media, slowest of 5", "s", 2, false}},
    .run = run_join,
};

// Until the viewer is sent that share of the best that fits, and no more than fits.
static void step_down(uint64_t seed, uint16_t other_height, double share,
                      double values[static SCENARIO_FIGURES])
{
    struct room *room = two_in_a_room(seed);
    const size_t viewer = add_viewer(room, MBIT(5), other_height);

    room_run(room, SEC(15));
    const uint64_t sound = measure_sound(room, viewer);
    const uint64_t best = view_best_bps(room, viewer, MBIT(1) - sound);
    const struct view_range range = {.least_bps = (uint64_t)(share * (double)best),
                                     .most_bps = MBIT(1) - sound};
    CHECK(view_bps(room, viewer) > range.most_bps);
    set_capacity(room, viewer, MBIT(1));
    room_count_anew(room, viewer);
    const usec from = room->now;
    values[0] = SECONDS(view_wait(room, viewer, &range, SEC(20)));
    room_run(room, from + SEC(20) - room->now);
    values[1] = (double)line_wait(room->guests[viewer].line_down, 0.95) / 1000;
    values[2] = SECONDS(view_longest_gap(room, viewer));
    room_destroy(room);
}

static void run_narrower(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    step_down(seed, SMALL, 0.9, values);
}

static void run_narrower_full(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    step_down(seed, LARGE, 0.75, values);
}

const struct scenario scenario_narrower = {
    .name = "5 to 1 Mbit/s",
    .figures = {{"within 90 % of the best feasible allocation", "s", 1, false},
                {"wait in the queue, p95 of the 20 s after", "ms", 200, false},
                {"longest gap between pictures", "s", 2, false}},
    .run = run_narrower,
};

const struct scenario scenario_narrower_full = {
    .name = "5 to 1 Mbit/s, two large pictures",
    // A tenth of the line is kept free when a picture is to become better, and a step is a fifth here.
    .figures = {{"within 75 % of the best feasible allocation", "s", 3, false},
                {"wait in the queue, p95 of the 20 s after", "ms", 200, false},
                {"longest gap between pictures", "s", 2, false}},
    .run = run_narrower_full,
};

static void run_wider(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    struct room *room = two_in_a_room(seed);
    const size_t viewer = add_viewer(room, MBIT(1), LARGE);

    room_run(room, SEC(20));
    const uint64_t sound = measure_sound(room, viewer);
    set_capacity(room, viewer, MBIT(5));
    const struct view_range range = best_within(room, viewer, MBIT(5) - sound);
    CHECK(view_bps(room, viewer) < range.least_bps);
    values[0] = SECONDS(view_wait(room, viewer, &range, SEC(30)));
    room_destroy(room);
}

const struct scenario scenario_wider = {
    .name = "1 to 5 Mbit/s",
    .figures = {{"back to the best", "s", 5, false}},
    .run = run_wider,
};

struct steadiness {
    double switches; // of spatial layers, per minute
    double freezes;
    double share; // of the best feasible allocation
};

static struct steadiness stay_on(uint64_t seed, const struct line_settings *line, usec span)
{
    struct steadiness steadiness = {0};
    struct room *room = two_in_a_room(seed);
    const size_t viewer = add_viewer(room, line->capacity_bps, LARGE);

    room_set_line(room, viewer, NULL, line);
    room_run(room, SEC(15));
    room_count_anew(room, viewer);
    const uint32_t before = view_layer_switches(room, viewer);
    double used = 0;
    for (usec at = 0; at < span; at += SEC(1)) {
        room_run(room, SEC(1));
        used += (double)view_bps(room, viewer);
    }
    steadiness.switches = (view_layer_switches(room, viewer) - before) / (SECONDS(span) / 60);
    steadiness.freezes = view_freezes(room, viewer);
    const uint64_t best = view_best_bps(room, viewer, line->capacity_bps - SOUND_BPS);
    steadiness.share = used / SECONDS(span) / (double)best;
    room_destroy(room);
    return steadiness;
}

static void run_steady(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    const struct line_settings line = line_of(MBIT(2));
    const struct steadiness s = stay_on(seed, &line, scenario_span(SEC(300)));

    values[0] = s.switches;
    values[1] = s.freezes;
    values[2] = s.share;
}

const struct scenario scenario_steady = {
    .name = "constant 2 Mbit/s, 5 min",
    .figures = {{"layer switches", "/min", 2, false},
                {"freezes", "", 0, false},
                {"share of the best feasible allocation", "", 0.7, true}},
    .run = run_steady,
};

// The worst of lines that carry this and that, with some jitter.
static void run_many_steady(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    static const double mbits[] = {0.4, 0.7, 1.1, 1.5, 1.9, 2.4, 2.8};

    values[2] = 1;
    for (size_t i = 0; i < ARRAY_LEN(mbits); i++) {
        struct line_settings line = line_of(MBIT(mbits[i]));
        line.jitter = MSEC(5);
        const struct steadiness s = stay_on(seed + i, &line, scenario_span(SEC(120)));
        values[0] = s.switches > values[0] ? s.switches : values[0];
        values[1] = s.freezes > values[1] ? s.freezes : values[1];
        values[2] = s.share < values[2] ? s.share : values[2];
    }
}

const struct scenario scenario_many_steady = {
    .name = "worst of constant 0.4 to 2.8 Mbit/s with 5 ms jitter, 2 min each",
    .figures = {{"layer switches", "/min", 2, false},
                {"freezes", "", 0, false},
                {"share of the best feasible allocation", "", 0.6, true}},
    .run = run_many_steady,
};

// Jain's index of two.
static double fairness(double a, double b)
{
    return (a + b) * (a + b) / (2 * (a * a + b * b));
}

struct sharing {
    double jain;
    double mbits; // both together
    double freezes;
};

// The second comes so much later. Shares even out in about a minute: no shorter when slowed down.
static struct sharing share_a_line(uint64_t seed, uint64_t capacity_bps, usec later)
{
    struct room *room = two_in_a_room(seed);
    const size_t first = add_viewer(room, capacity_bps, LARGE);
    const usec span = SEC(120);

    room_run(room, later);
    const size_t second = room_enter(room, &view_like_browsers);
    room_share_lines(room, second, first);
    room->guests[second].senders[SOURCE_MICROPHONE].level = 127;
    room_gate(room, second, true);
    want_both(room, second, LARGE);
    room_run(room, SEC(20));
    const uint64_t before[] = {room->guests[first].bytes_down, room->guests[second].bytes_down};
    room_count_anew(room, first);
    room_count_anew(room, second);
    room_run(room, span);
    const double a = (double)(room->guests[first].bytes_down - before[0]);
    const double b = (double)(room->guests[second].bytes_down - before[1]);
    const double freezes = view_freezes(room, first) + view_freezes(room, second);
    room_destroy(room);
    return (struct sharing){fairness(a, b), (a + b) * 8 / SECONDS(span) / 1e6, freezes};
}

static void run_shared(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    const struct sharing shared = share_a_line(seed, MBIT(3), SEC(10));

    values[0] = shared.jain;
    values[1] = shared.mbits;
}

const struct scenario scenario_shared = {
    .name = "two viewers behind 3 Mbit/s",
    .figures = {{"Jain index", "", 0.9, true}, {"both together", "Mbit/s", 2, true}},
    .run = run_shared,
};

// Both come at once, to lines on which a step of one is much of the other's share.
static void run_many_shared(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    static const double mbits[] = {1, 1.6, 2, 2.5};

    values[0] = 1;
    values[1] = 1;
    for (size_t i = 0; i < ARRAY_LEN(mbits); i++) {
        const struct sharing s = share_a_line(seed + i, MBIT(mbits[i]), 0);
        values[0] = s.jain < values[0] ? s.jain : values[0];
        values[1] = s.mbits / mbits[i] < values[1] ? s.mbits / mbits[i] : values[1];
        values[2] = s.freezes > values[2] ? s.freezes : values[2];
    }
}

const struct scenario scenario_many_shared = {
    .name = "worst of two viewers at once behind 1 to 2.5 Mbit/s",
    .figures = {{"Jain index", "", 0.9, true},
                {"share of the line used", "", 0.6, true},
                {"freezes of both in 2 min", "", 10, false}},
    .run = run_many_shared,
};
