// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtcp_test.c - compounds, reports, SDES and BYE.
#include "wire/rtcp.h"

#include "support/check.h"

#include <string.h>

static const struct rtcp_report reports[2] = {
    {.ssrc = 1,
     .fraction_lost = 128,
     .lost = -3,
     .highest_seq = 0x0001ffff,
     .jitter = 90,
     .last_sr = 0x12345678,
     .since_last_sr = 65536},
    {.ssrc = 2, .fraction_lost = 255, .lost = 0x7fffff},
};

static bool same(const struct rtcp_report *a, const struct rtcp_report *b)
{
    return a->ssrc == b->ssrc && a->fraction_lost == b->fraction_lost && a->lost == b->lost &&
           a->highest_seq == b->highest_seq && a->jitter == b->jitter && a->last_sr == b->last_sr &&
           a->since_last_sr == b->since_last_sr;
}

static void check_reports(struct bytes blocks)
{
    struct rtcp_report report;

    for (size_t i = 0; i < 2; i++) {
        CHECK(rtcp_next_report(&blocks, &report));
        CHECK(same(&report, &reports[i]));
    }
    CHECK(!rtcp_next_report(&blocks, &report));
}

TEST(a_compound_comes_back_as_it_was_written)
{
    const struct rtcp_sender sender = {
        .ssrc = 7, .ntp = 0x0102030405060708u, .timestamp = 90000, .packets = 10, .octets = 12000};
    static const uint32_t gone[] = {7, 8};
    uint8_t compound[300];
    struct writer out = writer_over(compound, sizeof compound);
    struct rtcp_sender read;
    struct rtcp_packet packet;
    struct bytes bytes;
    uint32_t ssrc;

    rtcp_write_sr(&out, &sender, reports, 2);
    rtcp_write_rr(&out, 7, reports, 2);
    rtcp_write_cname(&out, 7, bytes_of_string("slot-4"));
    rtcp_write_bye(&out, gone, 2);
    CHECK(out.ok);

    struct rtcp_walk walk = rtcp_walk(bytes_of(compound, writer_len(&out)));
    CHECK(rtcp_next(&walk, &packet));
    CHECK(rtcp_read_sr(&read, &bytes, &packet));
    CHECK(read.ssrc == sender.ssrc && read.ntp == sender.ntp);
    CHECK(read.timestamp == sender.timestamp && read.packets == sender.packets);
    CHECK_EQ(read.octets, sender.octets);
    check_reports(bytes);
    CHECK(rtcp_next(&walk, &packet));
    CHECK(rtcp_read_rr(&ssrc, &bytes, &packet) && ssrc == 7);
    check_reports(bytes);
    CHECK(rtcp_next(&walk, &packet) && packet.type == RTCP_SDES);
    bytes = packet.body;
    struct bytes cname;
    CHECK(rtcp_next_cname(&bytes, &ssrc, &cname) && ssrc == 7);
    CHECK(bytes_equal(cname, bytes_of_string("slot-4")));
    CHECK(!rtcp_next_cname(&bytes, &ssrc, &cname));
    CHECK(rtcp_next(&walk, &packet));
    CHECK(rtcp_read_bye(&bytes, &packet) && bytes.len == 8 && bytes.at[3] == 7);
    CHECK(!rtcp_next(&walk, &packet) && !walk.damaged);
}

TEST(a_cname_of_any_length_is_padded_to_words)
{
    char name[256];
    uint8_t packet_bytes[300];
    uint32_t ssrc;

    memset(name, 'n', sizeof name);
    for (size_t len = 0; len <= 255; len++) {
        struct writer out = writer_over(packet_bytes, sizeof packet_bytes);
        struct rtcp_packet packet;
        struct bytes cname;
        rtcp_write_cname(&out, 1, bytes_of(name, len));
        CHECK(out.ok && writer_len(&out) % 4 == 0);
        struct rtcp_walk walk = rtcp_walk(bytes_of(packet_bytes, writer_len(&out)));
        CHECK(rtcp_next(&walk, &packet));
        CHECK(rtcp_next_cname(&packet.body, &ssrc, &cname) && cname.len == len);
        CHECK_EQ(packet.body.len, 0);
    }
    struct writer out = writer_over(packet_bytes, sizeof packet_bytes);
    rtcp_write_cname(&out, 1, bytes_of(name, 256));
    CHECK(!out.ok);
}

TEST(the_second_chunk_is_found_behind_one_without_a_cname)
{
    static const uint8_t body[] = {0, 0, 0, 1, 2, 1, 'x', 0, // NAME only
                                   0, 0, 0, 2, 6, 0, 1,   1, 'c', 0, 0, 0};
    struct bytes rest = bytes_of(body, sizeof body);
    struct bytes cname;
    uint32_t ssrc;

    CHECK(rtcp_next_cname(&rest, &ssrc, &cname));
    CHECK(ssrc == 2 && bytes_equal(cname, bytes_of_string("c")));
    for (size_t len = 0; len < sizeof body; len++) {
        rest = bytes_of(body, len);
        CHECK(!rtcp_next_cname(&rest, &ssrc, &cname));
    }
}

TEST(a_bad_packet_ends_the_walk_and_those_before_it_stand)
{
    static const uint8_t good[] = {0x80, 201, 0, 1, 0, 0, 0, 9};
    static const uint8_t bad[][8] = {
        {0x40, 201, 0, 1},             // version 1
        {0x80, 201, 0, 2},             // past the end
        {0xa0, 201, 0, 1, 0, 0, 0, 0}, // no padding to take
        {0xa0, 201, 0, 1, 0, 0, 0, 5}, // more padding than packet
    };
    uint8_t compound[16];
    struct rtcp_packet packet;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        memcpy(compound, good, 8);
        memcpy(compound + 8, bad[i], 8);
        struct rtcp_walk walk = rtcp_walk(bytes_of(compound, sizeof compound));
        CHECK(rtcp_next(&walk, &packet));
        CHECK(!rtcp_next(&walk, &packet) && walk.damaged);
        CHECK(!rtcp_next(&walk, &packet));
    }
}

TEST(padding_belongs_to_the_last_packet_only)
{
    static const uint8_t compound[] = {0x80, 201, 0, 1, 0, 0, 0, 9, 0xa0, 201,
                                       0,    2,   0, 0, 0, 9, 0, 0, 0,    1};
    uint8_t middle[2 * 12];
    struct rtcp_packet packet;
    struct rtcp_walk walk = rtcp_walk(bytes_of(compound, sizeof compound));

    CHECK(rtcp_next(&walk, &packet) && rtcp_next(&walk, &packet));
    CHECK_EQ(packet.body.len, 7); // libwebrtc pads transport feedback by single bytes
    memcpy(middle, compound + 8, 12);
    memcpy(middle + 12, compound + 8, 12);
    walk = rtcp_walk(bytes_of(middle, sizeof middle));
    CHECK(!rtcp_next(&walk, &packet) && walk.damaged);
}

TEST(two_hundred_empty_packets_are_walked)
{
    uint8_t compound[800];
    struct rtcp_walk walk = rtcp_walk(bytes_of(compound, sizeof compound));
    struct rtcp_packet packet;
    unsigned count = 0;

    for (size_t i = 0; i < sizeof compound; i += 4)
        memcpy(compound + i, "\x80\xd0\0\0", 4); // a type nobody knows
    while (rtcp_next(&walk, &packet))
        count++;
    CHECK(count == 200 && !walk.damaged);
}

TEST(counts_that_lie_are_refused)
{
    static const uint8_t zeros[24 + 24];
    struct rtcp_packet packet = {.count = 31, .body = bytes_of(zeros, sizeof zeros)};
    struct rtcp_sender sender;
    struct bytes blocks;
    uint32_t ssrc;

    packet.type = RTCP_SR;
    CHECK(!rtcp_read_sr(&sender, &blocks, &packet));
    packet.count = 1;
    CHECK(rtcp_read_sr(&sender, &blocks, &packet));
    CHECK(!rtcp_read_rr(&ssrc, &blocks, &packet)); // a type of another name
    packet.body.len--;
    CHECK(!rtcp_read_sr(&sender, &blocks, &packet));
    packet.type = RTCP_RR;
    packet.count = 2;
    CHECK(!rtcp_read_rr(&ssrc, &blocks, &packet));
    packet.type = RTCP_BYE;
    packet.count = 12;
    CHECK(!rtcp_read_bye(&blocks, &packet));
    packet.count = 0;
    CHECK(rtcp_read_bye(&blocks, &packet) && blocks.len == 0);
}

TEST(too_many_reports_are_not_written)
{
    struct rtcp_report many[32] = {{0}};
    uint8_t packet[1000];
    struct writer out = writer_over(packet, sizeof packet);

    rtcp_write_rr(&out, 1, many, 31);
    CHECK(out.ok && writer_len(&out) == 8 + 31 * 24);
    out = writer_over(packet, sizeof packet);
    rtcp_write_rr(&out, 1, many, 32);
    CHECK(!out.ok);
}

TEST(ntp_times_keep_their_microseconds)
{
    static const usec times[] = {0, 1, 999999, SEC(1), SEC(4000000000) + 123456, SEC(86400) + 1};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        CHECK_EQ(ntp_to_usec(ntp_from_usec(times[i])), times[i]);
    CHECK_EQ(ntp_from_usec(MSEC(1500)), 0x180000000u);
    CHECK_EQ(ntp_middle(ntp_from_usec(MSEC(1500))), 0x18000);
}
