// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/stream_in_test.c - reports about an incoming stream.
#include "sfu/stream_in.h"

#include "support/check.h"
#include "wire/rtcp.h"

static struct stream_in stream_from(uint16_t seq)
{
    struct stream_in stream;

    stream_in_init(&stream, 0xabcd, 90000);
    CHECK_EQ(stream_in_received(&stream, SEC(1), seq, 0), STREAM_IN_NEWEST);
    return stream;
}

TEST(before_the_first_packet_there_is_no_report)
{
    struct stream_in stream;
    struct rtcp_report report;

    stream_in_init(&stream, 1, 48000);
    CHECK(!stream_in_report(&stream, SEC(1), &report));
}

TEST(a_stream_without_loss_reports_none_over_wraps)
{
    struct stream_in stream = stream_from(65530);
    struct rtcp_report report;

    for (unsigned i = 1; i < 70000; i++)
        CHECK_EQ(stream_in_received(&stream, SEC(1) + MSEC(10) * i, (uint16_t)(65530 + i), 900 * i),
                 STREAM_IN_NEWEST);
    CHECK(stream_in_report(&stream, SEC(1), &report));
    CHECK_EQ(report.ssrc, 0xabcd);
    CHECK_EQ(report.fraction_lost, 0);
    CHECK_EQ(report.lost, 0);
    CHECK_EQ(report.highest_seq, 65530 + 69999);
    CHECK_EQ(report.jitter, 0);
}

TEST(loss_is_counted_in_all_and_per_interval)
{
    struct stream_in stream = stream_from(0);
    struct rtcp_report report;

    for (uint16_t seq = 1; seq < 100; seq++)
        if (seq % 4 != 2)
            (void)stream_in_received(&stream, SEC(1), seq, 0);
    CHECK(stream_in_report(&stream, SEC(1), &report));
    CHECK_EQ(report.lost, 25);
    CHECK_EQ(report.fraction_lost, 64);
    for (uint16_t seq = 100; seq < 200; seq++)
        (void)stream_in_received(&stream, SEC(1), seq, 0);
    CHECK(stream_in_report(&stream, SEC(1), &report));
    CHECK_EQ(report.lost, 25);
    CHECK_EQ(report.fraction_lost, 0);
    for (uint16_t seq = 201; seq < 300; seq += 2)
        (void)stream_in_received(&stream, SEC(1), seq, 0);
    CHECK(stream_in_report(&stream, SEC(1), &report));
    CHECK_EQ(report.lost, 75);
    CHECK_EQ(report.fraction_lost, 128);
}

TEST(a_late_packet_is_no_loss)
{
    struct stream_in stream = stream_from(65535);
    struct rtcp_report report;

    CHECK_EQ(stream_in_received(&stream, SEC(1), 1, 0), STREAM_IN_NEWEST);
    CHECK_EQ(stream_in_received(&stream, SEC(1), 0, 0), STREAM_IN_LATE);
    CHECK(stream_in_report(&stream, SEC(1), &report));
    CHECK_EQ(report.lost, 0);
    CHECK_EQ(report.highest_seq, 65537);
}

TEST(duplicates_make_the_loss_negative)
{
    struct stream_in stream = stream_from(5);
    struct rtcp_report report;

    CHECK_EQ(stream_in_received(&stream, SEC(1), 5, 0), STREAM_IN_LATE);
    CHECK(stream_in_report(&stream, SEC(1), &report));
    CHECK_EQ(report.lost, -1);
    CHECK_EQ(report.fraction_lost, 0);
}

TEST(a_stray_is_not_counted_and_a_restart_is)
{
    struct stream_in stream = stream_from(100);
    struct rtcp_report report;

    CHECK_EQ(stream_in_received(&stream, SEC(1), 30000, 0), STREAM_IN_JUMP);
    CHECK_EQ(stream_in_received(&stream, SEC(1), 101, 0), STREAM_IN_NEWEST);
    CHECK_EQ(stream_in_received(&stream, SEC(1), 30001, 0), STREAM_IN_JUMP);
    CHECK_EQ(stream_in_received(&stream, SEC(1), 30002, 0), STREAM_IN_RESTARTED);
    CHECK_EQ(stream_in_received(&stream, SEC(1), 30003, 0), STREAM_IN_NEWEST);
    CHECK(stream_in_report(&stream, SEC(1), &report));
    CHECK_EQ(report.highest_seq, 30003);
    CHECK_EQ(report.lost, 0);
}

TEST(jitter_follows_the_formula_of_the_rfc)
{
    struct stream_in stream = stream_from(0);
    struct rtcp_report report;
    double expected = 0;

    // Packets of 20 ms arrive 18 and 22 ms apart in turn: each transit differs by 2 or 4 ms.
    usec now = SEC(1);
    for (uint16_t seq = 1; seq < 400; seq++) {
        now += seq % 2 ? MSEC(18) : MSEC(22);
        (void)stream_in_received(&stream, now, seq, 1800u * seq);
        expected += (180 - expected) / 16;
    }
    CHECK(stream_in_report(&stream, now, &report));
    CHECK(report.jitter >= (uint32_t)expected - 1 && report.jitter <= (uint32_t)expected + 1);
}

TEST(reports_quote_the_last_sender_report)
{
    struct stream_in stream = stream_from(0);
    struct rtcp_report report;

    CHECK(stream_in_report(&stream, SEC(1), &report));
    CHECK_EQ(report.last_sr, 0);
    CHECK_EQ(report.since_last_sr, 0);
    stream_in_sender_reported(&stream, SEC(2), 0x1122334455667788u);
    CHECK(stream_in_report(&stream, SEC(2) + MSEC(1500), &report));
    CHECK_EQ(report.last_sr, 0x33445566);
    CHECK_EQ(report.since_last_sr, 98304);
}
