// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/one_bad_peer_harms_nobody_test.c - garbage and storms of one member with valid keys.
#include "base/err.h"
#include "support/check.h"
#include "support/room.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"

#define BAD 3

struct before {
    uint32_t shown[3][3];
    uint32_t keys[3];
};

static uint32_t camera_shown(const struct room *room, size_t at, size_t of)
{
    return room_shown(room, at, room_source(room, of, SOURCE_CAMERA));
}

static struct room *four(uint64_t seed, struct before *before)
{
    struct room *room = room_create(seed);

    for (size_t i = 0; i < 4; i++)
        room_join(room, NULL);
    room_run(room, SEC(2));
    for (size_t i = 0; i < 3; i++) {
        before->keys[i] = room->guests[i].keys_asked;
        for (size_t j = 0; j < 3; j++)
            before->shown[i][j] = camera_shown(room, i, j);
    }
    return room;
}

// Three seconds later: the good ones saw each other all the time.
static void check_unharmed(struct room *room, const struct before *before)
{
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 3; j++)
            CHECK(i == j || camera_shown(room, i, j) - before->shown[i][j] >= 85);
        CHECK(room->guests[i].keys_asked - before->keys[i] <= 6); // in 3 s, of the source
        CHECK_EQ(room_sums(room, i).wrong_faces, 0);
    }
    room_destroy(room);
}

TEST(garbage_that_is_no_srtp_harms_nobody)
{
    struct before before;
    struct room *room = four(23, &before);
    uint8_t garbage[1200];

    for (int ms = 0; ms < 3000; ms++) {
        for (int i = 0; i < 5; i++) {
            const size_t len = 1 + random_below(&room->random, sizeof garbage - 1);
            random_fill(&room->random, garbage, len);
            garbage[0] = (uint8_t)(0x80 | (garbage[0] & 0x3f));
            room_send_raw(room, BAD, bytes_of(garbage, len));
        }
        room_run(room, MSEC(1));
    }
    CHECK(worker_counters(room->worker)->drops.count[DROP_BAD_SRTP] > 1000);
    check_unharmed(room, &before);
}

TEST(sealed_garbage_harms_nobody)
{
    struct before before;
    struct room *room = four(24, &before);
    uint8_t packet[1200];

    for (int ms = 0; ms < 3000; ms++) {
        const bool is_rtcp = ms % 2;
        const size_t len = 28 + 4 * random_below(&room->random, 200);
        random_fill(&room->random, packet, len);
        packet[0] = is_rtcp ? 0x81 : 0x80;
        packet[1] = (uint8_t)(is_rtcp ? 200 + random_below(&room->random, 8)
                              : random_below(&room->random, 2) ? 96
                                                               : 111);
        if (is_rtcp) {
            struct writer out = writer_over(packet + 4, 4);
            write_u32(&out, room->guests[BAD].number);
        } else { // one of its own SSRCs, so that it gets as far as it can
            struct send_layer *layer = room->guests[BAD].senders[ms / 2 % 2].layers;
            struct writer out = writer_over(packet + 2, 10);
            write_u16(&out, layer->seq++);
            write_u32(&out, (uint32_t)random_u64(&room->random));
            write_u32(&out, layer->ssrc);
        }
        room_send(room, BAD, is_rtcp, bytes_of(packet, len));
        room_run(room, MSEC(1));
    }
    CHECK(worker_counters(room->worker)->drops.count[DROP_BAD_RTCP] > 100);
    CHECK(worker_counters(room->worker)->drops.count[DROP_BAD_PAYLOAD] > 10);
    check_unharmed(room, &before);
}

TEST(storms_of_requests_are_answered_within_a_budget)
{
    struct before before;
    struct room *room = four(25, &before);
    const struct guest *bad = &room->guests[BAD];
    const uint64_t before_bytes = worker_counters(room->worker)->bytes_out;
    uint8_t packet[1200];

    for (int ms = 0; ms < 3000; ms++) {
        struct writer out = writer_over(packet, sizeof packet);
        for (uint8_t i = ROOM_FIRST_SLOT; i < bad->parameters.line_count; i++) {
            const struct receiver *r = &bad->receivers[i];
            uint16_t seqs[17];
            if (r->line->kind != LINE_VIDEO)
                continue;
            pli_write(&out, 1, r->line->ssrc);
            fir_write(&out, 1, r->line->ssrc, (uint8_t)ms);
            for (uint16_t n = 0; n < ARRAY_LEN(seqs); n++)
                seqs[n] = (uint16_t)(r->newest - 16 + n);
            if (r->started)
                (void)nack_write(&out, 1, r->line->ssrc, seqs, ARRAY_LEN(seqs));
        }
        room_send(room, BAD, true, bytes_of(packet, writer_len(&out)));
        room_run(room, MSEC(1));
    }
    const uint64_t bytes = worker_counters(room->worker)->bytes_out - before_bytes;
    CHECK(bytes < 3000000); // the media of four people is about a million
    check_unharmed(room, &before);
}

TEST(ten_thousand_ssrcs_and_a_flood_harm_nobody)
{
    struct before before;
    struct room *room = four(26, &before);
    const struct line_parameters *camera = &room->guests[BAD].parameters.lines[ROOM_CAMERA];
    uint8_t packet[100];
    uint8_t block[32];

    for (uint32_t n = 0; n < 24000; n++) {
        struct writer extension = writer_over(block, sizeof block);
        struct writer out = writer_over(packet, sizeof packet);
        rtp_ext_write(&extension, camera->extensions.mid, bytes_of_string(camera->mid));
        rtp_ext_write(&extension, camera->extensions.rid, bytes_of_string("q"));
        rtp_ext_write_end(&extension);
        rtp_write_header(
            &out, &(struct rtp_fields){.ssrc = 0x1000 + n % (n < 12000 ? 10000 : 8),
                                       .payload_type = camera->payload_type,
                                       .seq = (uint16_t)n,
                                       .extension_profile = RTP_EXT_ONE_BYTE,
                                       .extension = bytes_of(block, writer_len(&extension))});
        write_zeros(&out, 40);
        room_send(room, BAD, false, bytes_of(packet, writer_len(&out)));
        if (n % 8 == 7)
            room_run(room, MSEC(1));
    }
    const struct worker_counters *counters = worker_counters(room->worker);
    CHECK(counters->drops.count[DROP_UNKNOWN_STREAM] > 1000);
    CHECK(counters->drops.count[DROP_RATE] > 1000);
    check_unharmed(room, &before);
}

TEST(a_flood_of_handshakes_does_not_keep_others_from_connecting)
{
    const uint8_t record[] = {22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0};
    struct before before;
    struct room *room = four(28, &before);
    size_t late = 0;

    for (int ms = 0; ms < 3000; ms++) {
        for (int i = 0; i < 40; i++) // more than a turn has time for
            room_send_raw(room, BAD, bytes_of(record, sizeof record));
        if (ms == 1000)
            late = room_join(room, NULL);
        room_run(room, MSEC(1));
    }
    CHECK(room->guests[late].connected);
    CHECK(room_shown(room, late, room_source(room, 0, SOURCE_CAMERA)) > 20);
    check_unharmed(room, &before);
}

TEST(a_bye_for_the_streams_of_others_is_ignored)
{
    struct before before;
    struct room *room = four(27, &before);
    uint32_t ssrcs[SOURCE_KINDS];
    uint8_t packet[100];

    for (int ms = 0; ms < 3000; ms += 100) {
        struct writer out = writer_over(packet, sizeof packet);
        for (size_t i = 0; i < SOURCE_KINDS; i++)
            ssrcs[i] = room->guests[0].senders[i].layers[0].ssrc;
        rtcp_write_bye(&out, ssrcs, SOURCE_KINDS);
        room_send(room, BAD, true, bytes_of(packet, writer_len(&out)));
        room_run(room, MSEC(100));
    }
    check_unharmed(room, &before);
}
