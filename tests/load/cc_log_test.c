// SPDX-License-Identifier: AGPL-3.0-or-later
// load/cc_log_test.c - feedback names each packet once, and those between that did not come.
#include "load/cc_log.h"

#include "support/check.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"

#include <string.h>

struct told {
    uint8_t received[4096];
    uint8_t missing[4096];
    uint32_t packets;
};

static void read_feedback(struct told *told, struct bytes bytes)
{
    struct rtcp_walk walk = rtcp_walk(bytes);
    struct rtcp_packet packet;
    struct feedback feedback;
    struct transport_cc cc;
    struct transport_cc_status status;

    CHECK(rtcp_next(&walk, &packet));
    CHECK(feedback_read(&feedback, &packet));
    CHECK_EQ(feedback.kind, FEEDBACK_TRANSPORT_CC);
    CHECK(transport_cc_read(&cc, &feedback));
    CHECK_EQ(cc.feedback_seq, (uint8_t)told->packets);
    told->packets++;
    while (transport_cc_next(&cc, &status)) {
        told->received[status.seq % 4096] += status.received;
        told->missing[status.seq % 4096] += !status.received;
    }
}

static void take_all(struct told *told, struct cc_log *a)
{
    uint8_t packet[CC_LOG_FEEDBACK];
    size_t len;

    while ((len = cc_log_write(a, 1, 2, packet)) > 0)
        read_feedback(told, bytes_of(packet, len));
}

TEST(each_packet_is_reported_once)
{
    struct cc_log a = {0};
    static struct told told;

    told = (struct told){0};
    for (uint32_t i = 0; i < 2000; i++) {
        const bool full = cc_log_add(&a, SEC(1) + i * 700, (uint16_t)(i + 64000));
        if (full || i % 40 == 39)
            take_all(&told, &a);
    }
    for (uint32_t i = 0; i < 2000; i++) {
        CHECK_EQ(told.received[(uint16_t)(i + 64000) % 4096], 1);
        CHECK_EQ(told.missing[(uint16_t)(i + 64000) % 4096], 0);
    }
}

TEST(what_did_not_come_is_reported_missing_and_what_came_late_after_all)
{
    struct cc_log a = {0};
    static struct told told;

    told = (struct told){0};
    cc_log_add(&a, SEC(1), 10);
    cc_log_add(&a, SEC(1) + 10, 13);
    cc_log_add(&a, SEC(1) + 20, 12); // overtaken
    take_all(&told, &a);
    CHECK_EQ(told.received[10] + told.received[12] + told.received[13], 3);
    CHECK_EQ(told.missing[11], 1);
    cc_log_add(&a, SEC(1) + 30, 11); // reported missing before
    cc_log_add(&a, SEC(1) + 40, 14);
    take_all(&told, &a);
    CHECK_EQ(told.received[11], 1);
    CHECK_EQ(told.received[14], 1);
}

TEST(nothing_came_nothing_is_said)
{
    struct cc_log a = {0};
    uint8_t packet[CC_LOG_FEEDBACK];

    CHECK_EQ(cc_log_write(&a, 1, 2, packet), 0);
}

TEST(a_packet_that_comes_twice_counts_once)
{
    struct cc_log a = {0};
    static struct told told;

    told = (struct told){0};
    cc_log_add(&a, SEC(1), 10);
    cc_log_add(&a, SEC(1), 10);
    cc_log_add(&a, SEC(1), 11);
    take_all(&told, &a);
    CHECK_EQ(told.received[10], 1);
    CHECK_EQ(told.received[11], 1);
}
