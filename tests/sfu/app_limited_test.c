// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/app_limited_test.c - when less is sent than the line carries.
#include "sfu/estimate/app_limited.h"

#include "support/check.h"

static struct app_limited limited;
static usec now;

static void begin(void)
{
    now = SEC(1);
    app_limited_init(&limited, now);
}

// At this share of a target of 1 Mbit/s.
static void send(double share, usec span)
{
    for (usec end = now + span; now < end;) {
        now += MSEC(10);
        app_limited_sent(&limited, now, (uint16_t)(share * 1250), 1e6);
    }
}

TEST(little_is_limited_and_most_of_the_target_is_not)
{
    begin();
    CHECK(!limited.is);
    send(0.8, SEC(2));
    CHECK(!limited.is);
    send(0.2, SEC(2));
    CHECK(limited.is);
    send(0.5, SEC(5));
    CHECK(limited.is); // in between nothing changes
    send(0.9, SEC(2));
    CHECK(!limited.is);
}

TEST(silence_is_limited)
{
    begin();
    send(1.0, SEC(1));
    app_limited_sent(&limited, now + SEC(3), 0, 1e6);
    CHECK(limited.is);
}

TEST(a_large_burst_is_forgotten_soon)
{
    begin();
    for (unsigned i = 0; i < 1000; i++)
        app_limited_sent(&limited, now, 1200, 1e6);
    send(0.1, SEC(2));
    CHECK(limited.is);
}
