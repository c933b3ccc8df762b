// SPDX-License-Identifier: AGPL-3.0-or-later
// load/outcome_test.c - figures come from what rose, and a tool that was the bottleneck says so.
#include "load/outcome.h"

#include "support/check.h"

#include <stdlib.h>
#include <string.h>

static bool is_near(double a, double b)
{
    return a - b < 1e-6 && b - a < 1e-6;
}

static struct outcome *quiet(void)
{
    struct outcome *o = calloc(1, sizeof *o);

    CHECK(o);
    o->from.at = SEC(100);
    o->to.at = SEC(110);
    o->from.has_process = o->to.has_process = true;
    o->from.loop = (struct loop_stats){.cpu_most = SEC(1), .socket_drops = 5, .send_drops = 7};
    o->to.loop = (struct loop_stats){.cpu_most = SEC(3), .socket_drops = 5, .send_drops = 7};
    o->from.process.cpu_ns = 1000000000;
    o->to.process.cpu_ns = 6000000000;
    o->stayed.stats.received[AGENT_PICTURE].packets = 900000;
    o->came.stats.received[AGENT_SOUND].packets = 100000;
    for (int i = 0; i < 1000; i++)
        histogram_add(&o->stayed.slip, 300);
    return o;
}

TEST(cpu_time_is_shared_out_over_what_came)
{
    struct outcome *o = quiet();
    char why[OUTCOME_WHY_SIZE];

    CHECK(is_near(outcome_server_busy(o), 0.5));
    CHECK(is_near(outcome_us_per_packet(o), 5.0));
    CHECK(is_near(outcome_media_busy(o), 0.2));
    CHECK(!outcome_was_our_fault(o, why));
    free(o);
}

TEST(a_busy_thread_a_full_socket_and_late_frames_are_our_fault)
{
    struct outcome *o = quiet();
    char why[OUTCOME_WHY_SIZE];

    o->to.loop.cpu_most = SEC(1) + MSEC(8100);
    CHECK(outcome_was_our_fault(o, why));
    CHECK(strstr(why, "81 %"));
    o->to.loop.cpu_most = SEC(2);
    o->to.signals_cpu = MSEC(8500);
    CHECK(outcome_was_our_fault(o, why));
    o->to.signals_cpu = 0;
    o->to.loop.socket_drops++;
    CHECK(outcome_was_our_fault(o, why));
    o->to.loop.socket_drops--;
    o->to.loop.send_drops++;
    CHECK(outcome_was_our_fault(o, why));
    o->to.loop.send_drops--;
    CHECK(!outcome_was_our_fault(o, why));
    for (int i = 0; i < 20; i++)
        histogram_add(&o->came.slip, 9000);
    CHECK(outcome_was_our_fault(o, why));
    CHECK(strstr(why, "too late"));
    free(o);
}

TEST(memory_is_per_person_who_was_in)
{
    struct outcome *o = quiet();

    o->people = 100;
    o->rss_before = 20000000;
    o->to.process.rss = 30000000;
    CHECK(is_near(outcome_memory_per_person(o), 100000));
    o->pss_before = 19000000; // preferred where it can be read
    o->to.process.pss = 24000000;
    CHECK(is_near(outcome_memory_per_person(o), 50000));
    free(o);
}
