// SPDX-License-Identifier: AGPL-3.0-or-later
// harness/arrived_test.c - scripted transport-wide feedback tells what came, when, and what did not.
#include "support/arrived.h"
#include "support/check.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"
#include "wire/transport_cc.h"

#include <stdlib.h>

// Takes the feedback that is due; the number of packets it is about, 0: none was due.
static uint16_t take(struct arrived *a, usec now, uint16_t *base, uint16_t *received)
{
    uint8_t packet[ARRIVED_FEEDBACK];
    const size_t len = arrived_feedback(a, now, 1, 2, packet);
    struct rtcp_walk walk = rtcp_walk(bytes_of(packet, len));
    struct rtcp_packet rtcp;
    struct feedback feedback;
    struct transport_cc cc;
    struct transport_cc_status status;

    if (len == 0)
        return 0;
    CHECK(rtcp_next(&walk, &rtcp) && feedback_read(&feedback, &rtcp));
    CHECK(transport_cc_read(&cc, &feedback));
    *base = cc.base;
    for (*received = 0; transport_cc_next(&cc, &status);)
        *received = (uint16_t)(*received + status.received);
    return cc.count;
}

TEST(what_is_missing_is_reported_and_again_with_it_when_it_comes_late)
{
    struct arrived *a = calloc(1, sizeof *a);
    uint16_t base;
    uint16_t received;

    for (uint16_t i = 0; i < 10; i++)
        if (i != 4)
            arrived_add(a, SEC(1) + MSEC(i), (uint16_t)(65530 + i), 1000);
    CHECK_EQ(take(a, SEC(1) + MSEC(50), &base, &received), 0); // not yet
    CHECK_EQ(take(a, SEC(1) + MSEC(100), &base, &received), 10);
    CHECK_EQ(base, 65530);
    CHECK_EQ(received, 9);
    CHECK_EQ(take(a, SEC(1) + MSEC(100), &base, &received), 0);
    arrived_add(a, SEC(1) + MSEC(110), (uint16_t)(65530 + 4), 1000);
    CHECK_EQ(take(a, SEC(1) + MSEC(400), &base, &received), 6);
    CHECK_EQ(base, 65534);
    CHECK_EQ(received, 6);
    free(a);
}
