// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/nobody_harms_anothers_quality_test.c - storms, lies and nonsense of one viewer stay its own affair.
#include "sim/view.h"
#include "support/check.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"

#include <string.h>

#define GOOD 3
#define BAD 3
#define SPAN_MS 10000

struct before {
    uint32_t keys[GOOD];
    uint64_t bytes[GOOD];
    uint64_t bad_bytes;
    uint64_t bps[GOOD];
};

static struct room *four(uint64_t seed, struct before *before)
{
    struct room *room = room_create(seed);
    const struct line_settings up = {.delay = MSEC(25)};
    const struct line_settings down = {.capacity_bps = 4000000, .delay = MSEC(25)};

    for (size_t i = 0; i <= GOOD; i++) {
        const size_t guest = room_enter(room, &view_like_browsers);
        room_set_line(room, guest, &up, &down);
        room_gate(room, guest, true);
    }
    for (size_t i = 0; i <= GOOD; i++) {
        const struct sfu_want wants[] = {
            {.source = room_source(room, (i + 1) % 4, SOURCE_CAMERA), .height = 720},
            {.source = room_source(room, (i + 2) % 4, SOURCE_CAMERA), .height = 360},
            {.source = room_source(room, (i + 3) % 4, SOURCE_CAMERA), .height = 360}};
        room_want(room, i, wants, 3);
    }
    room_run(room, SEC(12));
    for (size_t i = 0; i < GOOD; i++) {
        room_count_anew(room, i);
        before->keys[i] = room->guests[i].keys_asked;
        before->bps[i] = view_bps(room, i);
        CHECK(before->bps[i] >= 2400000);
    }
    before->bad_bytes = room->guests[BAD].bytes_down;
    return room;
}

static void check_unharmed(struct room *room, const struct before *before)
{
    for (size_t i = 0; i < GOOD; i++) {
        const usec gap = view_longest_gap(room, i);
        if (gap > MSEC(400))
            CHECK_FAIL("viewer %zu saw nothing for %lld us", i, (long long)gap);
        CHECK(view_bps(room, i) >= before->bps[i] * 9 / 10);
        CHECK(line_wait(room->guests[i].line_down, 0.95) <= MSEC(100));
        for (size_t j = 0; j < GOOD; j++)
            CHECK(i == j || view_concealed(room, i, j) < 0.01);
        // At most one in 500 ms, and a viewer's share of them is small.
        CHECK(room->guests[i].keys_asked - before->keys[i] <= 15);
        CHECK_EQ(room_sums(room, i).wrong_faces, 0);
    }
    room_destroy(room);
}

static const struct receiver *picture(const struct room *room, uint8_t line)
{
    const struct receiver *r = &room->guests[BAD].receivers[line];

    return r->line->kind == LINE_VIDEO && r->started ? r : NULL;
}

TEST(a_storm_of_nacks_costs_only_the_one_who_sends_it)
{
    struct before before;
    struct room *room = four(250, &before);
    const uint8_t lines = room->guests[BAD].parameters.line_count;
    uint8_t packet[1200];

    for (int ms = 0; ms < SPAN_MS; ms++) {
        struct writer out = writer_over(packet, sizeof packet);
        for (uint8_t i = ROOM_FIRST_SLOT; i < lines; i++) {
            uint16_t seqs[170];
            const struct receiver *r = picture(room, i);
            for (uint16_t n = 0; r && n < ARRAY_LEN(seqs); n++)
                seqs[n] = (uint16_t)(r->newest - 169 + n);
            if (r)
                (void)nack_write(&out, 1, r->line->ssrc, seqs, ARRAY_LEN(seqs));
        }
        room_send(room, BAD, true, bytes_of(packet, writer_len(&out)));
        room_run(room, MSEC(1));
    }
    // RC-P3: what is sent again is at most half of what is sent anyway.
    const uint64_t bps = (room->guests[BAD].bytes_down - before.bad_bytes) * 8 * 1000 / SPAN_MS;
    CHECK(bps < 2500000 * 3 / 2 + 500000);
    check_unharmed(room, &before);
}

TEST(a_storm_of_key_frame_requests_is_bounded)
{
    struct before before;
    struct room *room = four(251, &before);
    const uint8_t lines = room->guests[BAD].parameters.line_count;
    uint8_t packet[1200];

    for (int ms = 0; ms < SPAN_MS; ms++) {
        struct writer out = writer_over(packet, sizeof packet);
        for (uint8_t i = ROOM_FIRST_SLOT; i < lines; i++) {
            const struct receiver *r = picture(room, i);
            if (!r)
                continue;
            pli_write(&out, 1, r->line->ssrc);
            fir_write(&out, 1, r->line->ssrc, (uint8_t)ms);
        }
        room_send(room, BAD, true, bytes_of(packet, writer_len(&out)));
        room_run(room, MSEC(1));
    }
    check_unharmed(room, &before);
}

TEST(heights_that_go_to_and_fro_cost_a_source_two_key_frames_a_second)
{
    struct before before;
    struct room *room = four(256, &before);

    for (int ms = 0; ms < SPAN_MS; ms += 20) {
        struct sfu_want wants[GOOD];
        for (size_t i = 0; i < GOOD; i++)
            wants[i] = (struct sfu_want){.source = room_source(room, i, SOURCE_CAMERA),
                                         .height = ms / 100 % 2 ? 720 : 180};
        room_want(room, BAD, wants, GOOD);
        room_run(room, MSEC(20));
    }
    for (size_t i = 0; i < GOOD; i++) {
        const uint32_t asked = room->guests[i].keys_asked - before.keys[i];
        CHECK(asked >= 10); // there was a storm
        CHECK(asked <= 2 * SPAN_MS / 1000 + 5);
        before.keys[i] += asked;
    }
    check_unharmed(room, &before);
}

// A transport-wide feedback packet of these bytes behind its SSRCs.
static void send_feedback(struct room *room, const uint8_t *fci, size_t len)
{
    uint8_t packet[200];
    struct writer out = writer_over(packet, sizeof packet);

    write_u8(&out, 0x80 | 15);
    write_u8(&out, RTCP_RTPFB);
    write_u16(&out, (uint16_t)(2 + len / 4));
    write_u32(&out, room->guests[BAD].number);
    write_u32(&out, room->guests[BAD].parameters.lines[ROOM_FIRST_SLOT].ssrc);
    write_bytes(&out, bytes_of(fci, len));
    CHECK(out.ok);
    room_send(room, BAD, true, bytes_of(packet, writer_len(&out)));
}

TEST(absurd_feedback_changes_nothing_for_others)
{
    struct before before;
    struct room *room = four(252, &before);
    uint8_t fci[64];
    uint8_t packet[100];

    for (int ms = 0; ms < SPAN_MS; ms++) {
        const size_t len = 8 + 4 * random_below(&room->random, 14);
        random_fill(&room->random, fci, len);
        if (ms % 2) { // well formed: runs of what came at one time, far ahead or behind
            memset(fci + 8, 0, len - 8);
            struct writer out = writer_over(fci + 2, 8);
            write_u16(&out, (uint16_t)(len - 12));
            write_u32(&out, (uint32_t)random_u64(&room->random));
            write_u16(&out, (uint16_t)(0x2000 + len - 12));
        }
        send_feedback(room, fci, len);
        struct writer remb = writer_over(packet, sizeof packet);
        remb_write(&remb, 1, ms % 3 ? UINT64_MAX : 0, NULL, 0);
        room_send(room, BAD, true, bytes_of(packet, writer_len(&remb)));
        room_run(room, MSEC(1));
    }
    CHECK((room->guests[BAD].bytes_down - before.bad_bytes) * 8 * 1000 / SPAN_MS < 20000000);
    check_unharmed(room, &before);
}

TEST(feedback_that_is_said_again_makes_no_line_wider)
{
    struct before before;
    struct room *room = four(257, &before);
    const struct line_settings narrow = {.capacity_bps = 1000000, .delay = MSEC(25)};

    room->guests[BAD].repeats_feedback = true;
    room_set_line(room, BAD, NULL, &narrow);
    room_run(room, SEC(5));
    room_count_anew(room, BAD);
    room_run(room, MSEC(SPAN_MS));
    CHECK(line_wait(room->guests[BAD].line_down, 0.95) <= MSEC(200));
    CHECK(view_bps(room, BAD) >= 500000);
    check_unharmed(room, &before);
}

TEST(a_viewer_whose_feedback_stops_does_not_harm_others)
{
    struct before before;
    struct room *room = four(253, &before);

    room->guests[BAD].keeps_feedback = true;
    room_run(room, MSEC(SPAN_MS));
    check_unharmed(room, &before);
}

TEST(a_member_who_lies_about_its_loudness_silences_nobody)
{
    struct before before;
    struct room *room = four(254, &before);

    for (int ms = 0; ms < SPAN_MS; ms += 20) {
        room->guests[BAD].senders[SOURCE_MICROPHONE].level = (uint8_t)(ms % 40 ? 0 : 126);
        room_run(room, MSEC(20));
    }
    check_unharmed(room, &before);
}

TEST(a_thin_line_of_one_viewer_does_not_worsen_the_pictures_of_others)
{
    struct before before;
    struct room *room = four(255, &before);
    const struct line_settings thin = {.capacity_bps = 100000, .delay = MSEC(200), .loss = 0.3};

    room_set_line(room, BAD, NULL, &thin);
    room_run(room, MSEC(SPAN_MS));
    check_unharmed(room, &before);
}
