// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/scenario_loss.c - lines that lose, hold up and reorder what is sent: pictures and voices.
#include "sim/scenario.h"
#include "sim/view.h"
#include "support/check.h"

#define PERCENT(share) (100 * (share))

enum { DOCTOR, OTHER, VIEWER };

static void set_lines(struct room *room, size_t guest, const struct line_settings *both)
{
    room_set_line(room, guest, both, both);
}

// The doctor speaks without a pause; the third, who listens, is on a line like this.
static struct room *three(uint64_t seed, const struct line_settings *line, bool pictures)
{
    struct room *room = room_create(seed);

    room->delay = MSEC(5);
    for (size_t i = 0; i < 3; i++) {
        const size_t guest = room_enter(room, &view_like_browsers);
        if (i == VIEWER)
            set_lines(room, guest, line);
        room->guests[guest].senders[SOURCE_CAMERA].on = pictures;
        room->guests[guest].senders[SOURCE_MICROPHONE].level = i == DOCTOR ? 30 : 127;
        room_gate(room, guest, true);
    }
    for (size_t i = 0; i < 3 && pictures; i++) {
        const struct sfu_want wants[] = {
            {.source = room_source(room, (i + 1) % 3, SOURCE_CAMERA), .height = 360},
            {.source = room_source(room, (i + 2) % 3, SOURCE_CAMERA), .height = 360}};
        room_want(room, i, wants, 2);
    }
    return room;
}

static void run_loss_and_jitter(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    const struct line_settings line = {
        .delay = MSEC(100), .jitter = MSEC(50), .loss = 0.05, .reorder = 0.01};
    struct room *room = three(seed, &line, true);

    room_run(room, SEC(10));
    room_count_anew(room, VIEWER);
    room_run(room, scenario_span(SEC(600)));
    values[0] = SECONDS(view_longest_gap(room, VIEWER));
    values[1] = PERCENT(view_concealed(room, VIEWER, DOCTOR));
    values[2] = (double)view_bps(room, VIEWER) / 1e6;
    CHECK_EQ(room_sums(room, VIEWER).wrong_faces, 0);
    room_destroy(room);
}

const struct scenario scenario_loss_and_jitter = {
    .name = "5 % loss, 50 ms jitter, 200 ms, 1 % reordered, 10 min",
    .figures = {{"longest freeze", "s", 2, false},
                {"concealed sound", "%", 8, false},
                {"pictures at the end", "Mbit/s", 0.3, true}},
    .run = run_loss_and_jitter,
};

static void run_sound_only(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    const struct line_settings line = {.delay = MSEC(25), .loss = 0.1};
    struct room *room = three(seed, &line, false);

    room_run(room, SEC(10));
    room_count_anew(room, VIEWER);
    room_run(room, scenario_span(SEC(300)));
    values[0] = PERCENT(view_concealed(room, VIEWER, DOCTOR));
    room_destroy(room);
}

const struct scenario scenario_sound_only = {
    .name = "10 % loss, sound only",
    .figures = {{"concealed sound", "%", 3, false}},
    .run = run_sound_only,
};

static void run_thin(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    const struct line_settings good = {.capacity_bps = 5000000, .delay = MSEC(25)};
    const struct line_settings thin = {.capacity_bps = 48000, .delay = MSEC(25), .loss = 0.2};
    struct room *room = three(seed, &good, true);

    room->guests[VIEWER].senders[SOURCE_CAMERA].on = false; // it only listens
    room->guests[VIEWER].senders[SOURCE_MICROPHONE].on = false;
    room_run(room, SEC(5));
    set_lines(room, VIEWER, &thin);
    room_run(room, SEC(10));
    room_count_anew(room, VIEWER);
    room_count_anew(room, OTHER);
    room_run(room, scenario_span(SEC(120)));
    values[0] = PERCENT(view_concealed(room, VIEWER, DOCTOR));
    values[1] = PERCENT(view_concealed(room, OTHER, DOCTOR));
    values[2] = room->guests[VIEWER].pictures_off;
    values[3] = (double)view_bps(room, OTHER) / 1e6;
    room_destroy(room);
}

const struct scenario scenario_thin = {
    .name = "48 kbit/s and 20 % loss",
    .figures = {{"the doctor's speech concealed", "%", 10, false},
                {"concealed for others", "%", 1, false},
                {"the viewer is told that pictures are off", "", 1, true},
                {"picture of the doctor for others", "Mbit/s", 0.5, true}},
    .run = run_thin,
};

// Sound and picture of the doctor, by the gateway's reports.
static double skew_ms(struct room *room)
{
    const struct receiver *camera =
        room_slot_of(room, VIEWER, room_source(room, DOCTOR, SOURCE_CAMERA));
    const struct receiver *voice =
        room_slot_of(room, VIEWER, room_source(room, DOCTOR, SOURCE_MICROPHONE));
    usec seen;
    usec heard;

    CHECK(camera && voice && receiver_offset(camera, &seen) && receiver_offset(voice, &heard));
    return (double)(seen - heard) / 1000;
}

static void run_lips(uint64_t seed, double values[static SCENARIO_FIGURES])
{
    const struct line_settings line = {.capacity_bps = 2000000,
                                       .delay = MSEC(100),
                                       .jitter = MSEC(50),
                                       .loss = 0.05,
                                       .reorder = 0.01};
    struct room *room = three(seed, &line, true);
    const usec span = scenario_span(SEC(120));

    room_run(room, SEC(10));
    for (usec at = 0; at < span; at += MSEC(100)) {
        room_run(room, MSEC(100));
        const double skew = skew_ms(room);
        values[0] = skew < values[0] ? skew : values[0];
        values[1] = skew > values[1] ? skew : values[1];
    }
    room_destroy(room);
}

const struct scenario scenario_lips = {
    .name = "lips and sound, 5 % loss, 50 ms jitter",
    .figures = {{"picture before its sound", "ms", -45, true},
                {"picture after its sound", "ms", 125, false}},
    .run = run_lips,
};
