// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtcp_feedback_test.c - NACK, PLI, FIR and REMB, to the bit.
#include "wire/rtcp_feedback.h"

#include "support/check.h"
#include "support/random.h"
#include "wire/rtcp.h"

#include <string.h>

static bool read_one(struct feedback *feedback, struct bytes packet_bytes)
{
    struct rtcp_walk walk = rtcp_walk(packet_bytes);
    struct rtcp_packet packet;

    return rtcp_next(&walk, &packet) && feedback_read(feedback, &packet);
}

static struct bytes written(const struct writer *out)
{
    CHECK(out->ok);
    return bytes_of(out->start, writer_len(out));
}

TEST(a_nack_names_packets_by_first_and_bitmap)
{
    static const uint16_t seqs[] = {100, 101, 103, 116, 117, 200};
    static const uint8_t packet[] = {0x81, 205, 0,    5,    0, 0,   0, 1, 0, 0,   0, 2,
                                     0,    100, 0x80, 0x05, 0, 117, 0, 0, 0, 200, 0, 0};
    uint8_t bytes[64];
    struct writer out = writer_over(bytes, sizeof bytes);
    struct feedback feedback;
    uint16_t first;
    uint16_t bitmap;

    CHECK_EQ(nack_write(&out, 1, 2, seqs, 6), 6);
    CHECK(bytes_equal(written(&out), bytes_of(packet, sizeof packet)));
    CHECK(read_one(&feedback, written(&out)));
    CHECK(feedback.kind == FEEDBACK_NACK && feedback.sender == 1 && feedback.media == 2);
    CHECK(nack_next(&feedback.fci, &first, &bitmap) && first == 100 && bitmap == 0x8005);
    CHECK(nack_next(&feedback.fci, &first, &bitmap) && first == 117 && bitmap == 0);
    CHECK(nack_next(&feedback.fci, &first, &bitmap) && first == 200);
    CHECK(!nack_next(&feedback.fci, &first, &bitmap));
}

TEST(any_list_of_lost_packets_comes_back_across_the_wrap)
{
    struct random random = random_seeded(1);
    uint16_t seqs[300];
    uint8_t bytes[1400];

    for (int round = 0; round < 200; round++) {
        const size_t count = 1 + random_below(&random, 300);
        uint16_t seq = (uint16_t)random_u32(&random);
        for (size_t i = 0; i < count; i++)
            seqs[i] = seq = (uint16_t)(seq + 1 + random_below(&random, 20));
        struct writer out = writer_over(bytes, sizeof bytes);
        struct feedback feedback;
        CHECK_EQ(nack_write(&out, 1, 2, seqs, count), count);
        CHECK(read_one(&feedback, written(&out)));
        size_t at = 0;
        uint16_t first;
        uint16_t bitmap;
        while (nack_next(&feedback.fci, &first, &bitmap)) {
            CHECK_EQ(first, seqs[at++]);
            for (unsigned bit = 0; bit < 16; bit++) {
                if (bitmap >> bit & 1)
                    CHECK_EQ((uint16_t)(first + 1 + bit), seqs[at++]);
            }
        }
        CHECK_EQ(at, count);
    }
}

TEST(a_nack_takes_what_fits)
{
    static const uint16_t seqs[] = {0, 100, 200, 300};
    uint8_t bytes[64];
    struct writer out = writer_over(bytes, 12 + 8);

    CHECK_EQ(nack_write(&out, 1, 2, seqs, 4), 2);
    CHECK_EQ(written(&out).len, 20);
    CHECK_EQ(bytes[3], 4);
    out = writer_over(bytes, 12 + 3);
    CHECK_EQ(nack_write(&out, 1, 2, seqs, 4), 0);
    CHECK(!out.ok);
    out = writer_over(bytes, sizeof bytes);
    CHECK_EQ(nack_write(&out, 1, 2, seqs, 0), 0);
    CHECK(!out.ok);
}

TEST(a_second_packet_of_a_compound_has_its_own_length)
{
    static const uint16_t seq = 5;
    uint8_t bytes[64];
    struct writer out = writer_over(bytes, sizeof bytes);

    pli_write(&out, 1, 2);
    CHECK_EQ(nack_write(&out, 1, 2, &seq, 1), 1);
    CHECK(out.ok && bytes[3] == 2 && bytes[12 + 3] == 3);
}

TEST(pli_and_fir_come_back_as_they_were_written)
{
    static const uint8_t pli[] = {0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2};
    static const uint8_t fir[] = {0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 9, 0, 0, 0};
    uint8_t bytes[64];
    struct writer out = writer_over(bytes, sizeof bytes);
    struct feedback feedback;
    uint32_t ssrc;
    uint8_t seq;

    pli_write(&out, 1, 2);
    CHECK(bytes_equal(written(&out), bytes_of(pli, sizeof pli)));
    CHECK(read_one(&feedback, written(&out)) && feedback.kind == FEEDBACK_PLI);
    out = writer_over(bytes, sizeof bytes);
    fir_write(&out, 1, 2, 9);
    CHECK(bytes_equal(written(&out), bytes_of(fir, sizeof fir)));
    CHECK(read_one(&feedback, written(&out)) && feedback.kind == FEEDBACK_FIR);
    CHECK(fir_next(&feedback.fci, &ssrc, &seq) && ssrc == 2 && seq == 9);
    CHECK(!fir_next(&feedback.fci, &ssrc, &seq));
}

TEST(remb_is_an_exponent_and_18_bits)
{
    // 2.4 Mbit/s = 150000 << 4, for two streams
    static const uint8_t packet[] = {0x8f, 206, 0, 6,    0,    0,    0, 1, 0, 0, 0, 0, 'R', 'E',
                                     'M',  'B', 2, 0x12, 0x49, 0xf0, 0, 0, 0, 5, 0, 0, 0,   6};
    static const uint32_t ssrcs[] = {5, 6};
    uint8_t bytes[64];
    struct writer out = writer_over(bytes, sizeof bytes);
    struct feedback feedback;
    struct bytes read_ssrcs;
    uint64_t bitrate;

    remb_write(&out, 1, 2400000, ssrcs, 2);
    CHECK(bytes_equal(written(&out), bytes_of(packet, sizeof packet)));
    CHECK(read_one(&feedback, written(&out)) && feedback.kind == FEEDBACK_REMB);
    CHECK(remb_read(&bitrate, &read_ssrcs, &feedback));
    CHECK(bitrate == 2400000 && read_ssrcs.len == 8);
}

TEST(remb_survives_every_bitrate_and_lying_counts)
{
    uint8_t bytes[64];
    struct feedback feedback;
    struct bytes ssrcs;
    uint64_t bitrate;

    for (unsigned bit = 0; bit < 64; bit++) {
        const uint64_t sent = UINT64_MAX >> bit;
        struct writer out = writer_over(bytes, sizeof bytes);
        remb_write(&out, 1, sent, NULL, 0);
        CHECK(read_one(&feedback, written(&out)) && remb_read(&bitrate, &ssrcs, &feedback));
        CHECK(bitrate <= sent && bitrate >= sent - (sent >> 17));
    }
    memcpy(bytes + 17, "\xff\xff\xff", 3); // 2^18 - 1, 63 times doubled
    CHECK(read_one(&feedback, bytes_of(bytes, 20)) && remb_read(&bitrate, &ssrcs, &feedback));
    CHECK_EQ(bitrate, UINT64_MAX);
    bytes[16] = 1;
    CHECK(read_one(&feedback, bytes_of(bytes, 20)) && !remb_read(&bitrate, &ssrcs, &feedback));
}

TEST(unknown_feedback_is_other_and_cut_feedback_is_refused)
{
    static const uint8_t unknown[] = {0x9e, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2};
    static const uint8_t cut[] = {0x81, 205, 0, 1, 0, 0, 0, 1};
    static const uint8_t report[] = {0x80, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2};
    struct feedback feedback;

    CHECK(read_one(&feedback, bytes_of(unknown, sizeof unknown)));
    CHECK_EQ(feedback.kind, FEEDBACK_OTHER);
    CHECK(!read_one(&feedback, bytes_of(cut, sizeof cut)));
    CHECK(!read_one(&feedback, bytes_of(report, sizeof report)));
}
