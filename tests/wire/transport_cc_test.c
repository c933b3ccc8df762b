// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/transport_cc_test.c - transport-wide feedback: worked examples, then everything back and forth.
#include "wire/transport_cc.h"

#include "support/check.h"
#include "support/random.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"

static bool read_one(struct transport_cc *cc, struct bytes packet_bytes)
{
    struct rtcp_walk walk = rtcp_walk(packet_bytes);
    struct rtcp_packet packet;
    struct feedback feedback;

    return rtcp_next(&walk, &packet) && feedback_read(&feedback, &packet) &&
           transport_cc_read(cc, &feedback);
}

// Base 0xfffe, 19 statuses, reference 2 * 64 ms, feedback 3; a run of two small deltas, a one-bit
// vector (10 10100000000000), a two-bit vector (11 10 00 01 ...); six deltas; three bytes of padding.
static const uint8_t sample[] = {0xaf, 205,  0x00, 0x08, 0,   0, 0,    1,    0,    0,    0,    2,
                                 0xff, 0xfe, 0x00, 0x13, 0,   0, 2,    0x03, 0x20, 0x02, 0xa8, 0x00,
                                 0xe1, 0x00, 4,    8,    255, 1, 0xff, 0xf0, 2,    0,    0,    3};

TEST(a_sample_with_all_kinds_of_chunks_is_read)
{
    struct transport_cc cc;
    struct transport_cc_status status;

    CHECK(read_one(&cc, bytes_of(sample, sizeof sample)));
    CHECK_EQ(cc.base, 0xfffe);
    CHECK_EQ(cc.count, 19);
    CHECK_EQ(cc.reference, 2);
    CHECK_EQ(cc.feedback_seq, 3);
    static const struct {
        unsigned index;
        usec arrival;
    } received[] = {
        {0, 128000 + 1000},  {1, 128000 + 3000},   {2, 128000 + 66750},
        {4, 128000 + 67000}, {16, 128000 + 63000}, {18, 128000 + 63500},
    };
    size_t next = 0;
    for (unsigned i = 0; i < 19; i++) {
        CHECK(transport_cc_next(&cc, &status));
        CHECK_EQ(status.seq, (uint16_t)(0xfffe + i));
        const bool wanted = next < 6 && received[next].index == i;
        CHECK_EQ(status.received, wanted);
        if (wanted)
            CHECK_EQ(status.arrival, received[next++].arrival);
    }
    CHECK(!transport_cc_next(&cc, &status));
}

TEST(how_many_packets_it_tells_of_is_known_before_it_is_read)
{
    const uint8_t cut_off[] = {0xff, 0xfe, 0x00};

    CHECK_EQ(transport_cc_count(&(struct feedback){.fci = bytes_of(sample + 12, 24)}), 19);
    CHECK_EQ(transport_cc_count(&(struct feedback){.fci = bytes_of(cut_off, sizeof cut_off)}), 0);
}

TEST(what_the_writer_makes_is_known_to_the_byte)
{
    static const struct transport_cc_arrival arrivals[] = {
        {10, MSEC(64) + 1000}, {11, MSEC(64) + 2000}, {13, MSEC(64) + 1750}};
    // two-bit vector: small, small, lost, large; deltas 4, 4, -1
    static const uint8_t packet[] = {0x8f, 205, 0, 6, 0, 0, 0,    1,    0, 0, 0,    2,    0, 10,
                                     0,    4,   0, 0, 1, 7, 0xd4, 0x80, 4, 4, 0xff, 0xff, 0, 0};
    const struct transport_cc_fields fields = {
        .sender = 1, .media = 2, .base = 10, .feedback_seq = 7};
    uint8_t bytes[64];
    struct writer out = writer_over(bytes, sizeof bytes);

    CHECK_EQ(transport_cc_write(&out, &fields, arrivals, 3, sizeof bytes), 3);
    CHECK_EQ(writer_len(&out), sizeof packet);
    CHECK_BYTES(bytes, packet, sizeof packet);
}

// Reads one packet and checks that it tells exactly arrivals[0..count) and losses between.
static void check_packet(struct bytes packet, uint16_t base,
                         const struct transport_cc_arrival *arrivals, size_t count)
{
    struct transport_cc cc;
    struct transport_cc_status status;
    size_t next = 0;
    uint16_t seq = base;

    CHECK(read_one(&cc, packet));
    while (transport_cc_next(&cc, &status)) {
        CHECK_EQ(status.seq, seq++);
        if (!status.received)
            continue;
        CHECK(next < count);
        CHECK_EQ(status.seq, arrivals[next].seq);
        CHECK_EQ(status.arrival, arrivals[next].at / 250 * 250);
        next++;
    }
    CHECK_EQ(next, count);
}

static usec random_gap(struct random *random)
{
    switch (random_below(random, 4)) {
    case 0:
        return 0;
    case 1:
        return random_between(random, 0, 5000);
    case 2:
        return random_between(random, -30000, 200000);
    default:
        return random_between(random, 0, SEC(7));
    }
}

TEST(all_arrivals_come_back_in_as_many_packets_as_it_takes)
{
    static struct transport_cc_arrival arrivals[3000];
    struct random random = random_seeded(2);
    uint8_t bytes[1200];

    for (int round = 0; round < 300; round++) {
        const size_t count = 1 + random_below(&random, 3000);
        const uint32_t loss = (uint32_t)random_below(&random, 900000);
        const bool steady = random_chance(&random, 500000);
        uint16_t seq = (uint16_t)random_u32(&random);
        uint16_t base = (uint16_t)(seq - random_below(&random, 100));
        usec at = SEC(100000) + random_between(&random, 0, SEC(1000));
        for (size_t i = 0; i < count; i++) {
            arrivals[i] = (struct transport_cc_arrival){.seq = seq, .at = at};
            do
                seq++;
            while (random_chance(&random, loss));
            at += steady ? random_between(&random, 0, 2000) : random_gap(&random);
        }
        const size_t room = 40 + random_below(&random, 1160);
        for (size_t done = 0; done < count;) {
            struct writer out = writer_over(bytes, sizeof bytes);
            const struct transport_cc_fields fields = {.base = base};
            const size_t taken =
                transport_cc_write(&out, &fields, arrivals + done, count - done, room);
            CHECK(taken > 0 && out.ok && writer_len(&out) <= room && writer_len(&out) % 4 == 0);
            // The reference has 24 bits; these times fit into them but for whole turns of it.
            struct transport_cc_arrival turned[3000];
            const usec turn = MSEC(64) << 24;
            for (size_t i = 0; i < taken; i++)
                turned[i] = (struct transport_cc_arrival){.seq = arrivals[done + i].seq,
                                                          .at = arrivals[done + i].at % turn};
            check_packet(bytes_of(bytes, writer_len(&out)), base, turned, taken);
            done += taken;
            base = (uint16_t)(arrivals[done - 1].seq + 1);
        }
    }
}

TEST(a_gap_too_large_to_tell_is_left_out)
{
    static const struct transport_cc_arrival arrivals[] = {{5000, SEC(1)}, {9000, SEC(1)}};
    const struct transport_cc_fields fields = {.base = 0};
    uint8_t bytes[100];
    struct writer out = writer_over(bytes, sizeof bytes);

    CHECK_EQ(transport_cc_write(&out, &fields, arrivals, 2, sizeof bytes), 1);
    check_packet(bytes_of(bytes, writer_len(&out)), 5000, arrivals, 1);
}

TEST(without_room_nothing_is_written)
{
    static const struct transport_cc_arrival arrival = {1, SEC(1)};
    const struct transport_cc_fields fields = {.base = 1};
    uint8_t bytes[100];
    struct writer out = writer_over(bytes, 23);

    CHECK_EQ(transport_cc_write(&out, &fields, &arrival, 1, 100), 0);
    CHECK(out.ok && writer_len(&out) == 0);
    out = writer_over(bytes, 100);
    CHECK_EQ(transport_cc_write(&out, &fields, &arrival, 1, 23), 0);
    CHECK_EQ(transport_cc_write(&out, &fields, &arrival, 0, 100), 0);
    CHECK_EQ(transport_cc_write(&out, &fields, &arrival, 1, 24), 1);
}

TEST(a_negative_reference_is_a_negative_time)
{
    static const struct transport_cc_arrival arrival = {1, MSEC(64) * 0xffffff + 250};
    const struct transport_cc_fields fields = {.base = 1};
    uint8_t bytes[100];
    struct writer out = writer_over(bytes, sizeof bytes);
    struct transport_cc cc;
    struct transport_cc_status status;

    CHECK_EQ(transport_cc_write(&out, &fields, &arrival, 1, 100), 1);
    CHECK(read_one(&cc, bytes_of(bytes, writer_len(&out))));
    CHECK_EQ(cc.reference, -1);
    CHECK(transport_cc_next(&cc, &status) && status.arrival == 250 - MSEC(64));
}

// A feedback packet of these fci bytes.
static bool read_fci(struct transport_cc *cc, const void *fci, size_t len)
{
    const struct feedback feedback = {.kind = FEEDBACK_TRANSPORT_CC, .fci = bytes_of(fci, len)};

    return transport_cc_read(cc, &feedback);
}

TEST(statuses_and_deltas_that_run_out_are_refused)
{
    struct transport_cc cc;

    CHECK(read_fci(&cc, "\0\1\0\1\0\0\0\0\x20\x01\x04\0", 12));
    CHECK(!read_fci(&cc, "\0\1\0\0\0\0\0\0\x20\x01\x04\0", 12));   // nothing reported
    CHECK(!read_fci(&cc, "\0\1\0\2\0\0\0\0\x20\x01", 10));         // one status missing
    CHECK(!read_fci(&cc, "\0\1\0\1\0\0\0\0\x20\x01", 10));         // its delta missing
    CHECK(!read_fci(&cc, "\0\1\0\1\0\0\0\0\x40\x01\x04", 11));     // half a large delta
    CHECK(!read_fci(&cc, "\0\1\0\1\0\0\0\0\x60\x01\4\4\4\4", 14)); // the reserved symbol
    CHECK(!read_fci(&cc, "\0\1\xff\xff\0\0\0\0\x3f\xff\4\4", 12)); // 65535 statuses
    CHECK(!read_fci(&cc, "\0\1\0\1\0\0\0\0\0\0\0\0\0\0", 14));     // runs of nothing
    CHECK(!read_fci(&cc, "\0\1\0\1\0\0\0", 7));
}
