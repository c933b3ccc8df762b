// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sent_history_test.c - what was sent is found again once, for as long as it may matter.
#include "sfu/estimate/sent_history.h"

#include "base/mem.h"
#include "support/check.h"

static struct sent_history history;
static struct sent_packet packet;

static void begin(uint16_t seq, unsigned count)
{
    CHECK(sent_history_init(&history) == ERR_OK);
    for (unsigned i = 0; i < count; i++)
        sent_history_add(&history, MSEC(i + 1), (uint16_t)(seq + i), (uint16_t)(100 + i), 0);
}

static enum sent_report report(uint16_t seq, bool received)
{
    return sent_history_report(&history, sent_history_number(&history, seq), received, &packet);
}

TEST(news_of_a_packet_is_news_once)
{
    begin(65530, 20);
    CHECK_EQ(report(65533, true), REPORT_RECEIVED);
    CHECK_EQ(packet.size, 103);
    CHECK_EQ(packet.sent_at, MSEC(4));
    CHECK_EQ(report(65533, true), REPORT_NOTHING);
    CHECK_EQ(report(65533, false), REPORT_NOTHING);
    CHECK_EQ(report(3, false), REPORT_LOST);
    CHECK_EQ(packet.size, 109);
    CHECK_EQ(report(3, false), REPORT_NOTHING);
    CHECK_EQ(report(3, true), REPORT_FOUND);
    CHECK_EQ(report(3, true), REPORT_NOTHING);
    sent_history_fini(&history);
}

TEST(numbers_never_sent_are_nothing)
{
    begin(10, 5);
    CHECK_EQ(report(9, true), REPORT_NOTHING);
    CHECK_EQ(report(15, true), REPORT_NOTHING);
    CHECK_EQ(report(40000, false), REPORT_NOTHING);
    sent_history_add(&history, MSEC(9), 17, 100, 0); // two were left out
    CHECK_EQ(report(16, true), REPORT_NOTHING);
    CHECK_EQ(report(17, true), REPORT_RECEIVED);
    sent_history_fini(&history);
}

TEST(feedback_that_was_lost_leaves_a_gap)
{
    begin(0, 100);
    CHECK(!sent_history_has_gap(&history, sent_history_number(&history, 5)));
    CHECK_EQ(report(9, true), REPORT_RECEIVED);
    CHECK(!sent_history_has_gap(&history, sent_history_number(&history, 10)));
    CHECK(sent_history_has_gap(&history, sent_history_number(&history, 11)));
    CHECK(!sent_history_has_gap(&history, sent_history_number(&history, 8)));
    sent_history_fini(&history);
}

TEST(the_history_grows_only_while_young_packets_wait_for_feedback)
{
    begin(0, SENT_HISTORY_LEAST);
    CHECK_EQ(history.capacity, SENT_HISTORY_LEAST);
    sent_history_add(&history, MSEC(1100), SENT_HISTORY_LEAST, 100, 0);
    CHECK_EQ(history.capacity, 2 * SENT_HISTORY_LEAST);
    CHECK_EQ(report(0, true), REPORT_RECEIVED); // the oldest is still known
    for (unsigned i = SENT_HISTORY_LEAST + 1; i < 20000; i++)
        sent_history_add(&history, MSEC(1100) + i, (uint16_t)i, 100, 0);
    CHECK_EQ(history.capacity, SENT_HISTORY_MOST);
    CHECK_EQ(report(20000 - SENT_HISTORY_MOST, true), REPORT_RECEIVED);
    CHECK_EQ(report(20000 - SENT_HISTORY_MOST - 1, true), REPORT_NOTHING);
    sent_history_fini(&history);
}

TEST(packets_reported_on_or_old_make_room_without_growing)
{
    begin(0, SENT_HISTORY_LEAST);
    CHECK_EQ(report(0, true), REPORT_RECEIVED);
    sent_history_add(&history, MSEC(1100), SENT_HISTORY_LEAST, 100, 0);
    CHECK_EQ(history.capacity, SENT_HISTORY_LEAST);
    sent_history_add(&history, SEC(60), SENT_HISTORY_LEAST + 1, 100, 0);
    CHECK_EQ(history.capacity, SENT_HISTORY_LEAST);
    CHECK_EQ(report(1, true), REPORT_NOTHING);
    CHECK_EQ(report(2, true), REPORT_RECEIVED);
    sent_history_fini(&history);
}

TEST(without_memory_to_grow_the_oldest_are_forgotten)
{
    begin(0, SENT_HISTORY_LEAST);
    mem_fail_at(1);
    sent_history_add(&history, MSEC(1100), SENT_HISTORY_LEAST, 100, 0);
    mem_fail_at(0);
    CHECK_EQ(history.capacity, SENT_HISTORY_LEAST);
    CHECK_EQ(report(0, true), REPORT_NOTHING);
    CHECK_EQ(report(SENT_HISTORY_LEAST, true), REPORT_RECEIVED);
    sent_history_fini(&history);
}

TEST(a_step_back_or_a_leap_of_numbers_begins_anew)
{
    begin(1000, 50);
    sent_history_add(&history, MSEC(60), 900, 77, 0);
    CHECK_EQ(report(1010, true), REPORT_NOTHING);
    CHECK_EQ(report(900, true), REPORT_RECEIVED);
    sent_history_add(&history, MSEC(61), 30000, 78, 0);
    CHECK_EQ(report(900, true), REPORT_NOTHING);
    CHECK_EQ(report(30000, true), REPORT_RECEIVED);
    sent_history_fini(&history);
}

TEST(what_is_forgotten_is_not_found)
{
    begin(1, 50);
    sent_history_forget(&history);
    CHECK_EQ(report(20, true), REPORT_NOTHING);
    sent_history_add(&history, MSEC(60), 51, 77, 3);
    CHECK_EQ(report(51, true), REPORT_RECEIVED);
    CHECK_EQ(packet.probe, 3);
    sent_history_fini(&history);
}

TEST(times_are_right_for_an_hour_and_then_forgotten)
{
    begin(1, 1);
    sent_history_add(&history, SEC(3599), 2, 100, 0);
    CHECK_EQ(report(1, true), REPORT_RECEIVED);
    CHECK_EQ(packet.sent_at, MSEC(1));
    CHECK_EQ(report(2, true), REPORT_RECEIVED);
    CHECK_EQ(packet.sent_at, SEC(3599));
    sent_history_add(&history, SEC(3600), 3, 100, 0);
    sent_history_add(&history, SEC(7201), 4, 100, 0);
    CHECK_EQ(report(3, true), REPORT_NOTHING);
    CHECK_EQ(report(4, true), REPORT_RECEIVED);
    CHECK_EQ(packet.sent_at, SEC(7201));
    sent_history_fini(&history);
}
