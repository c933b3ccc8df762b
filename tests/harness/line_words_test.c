// SPDX-License-Identifier: AGPL-3.0-or-later
// harness/line_words_test.c - a line's settings from words, its counters as JSON.
#include "support/line_words.h"

#include "support/check.h"

#include <string.h>

TEST(words_become_settings)
{
    struct line_settings settings;

    CHECK(line_words_read(&settings, "capacity=1000000 queue=250 delay=25 jitter=2.5 loss=0.05 "
                                     "reorder=0.01 duplicate=0.02 enter=0.03 leave=0.4 burst=0.9"));
    CHECK_EQ(settings.capacity_bps, 1000000u);
    CHECK_EQ(settings.queue, MSEC(250));
    CHECK_EQ(settings.delay, MSEC(25));
    CHECK_EQ(settings.jitter, 2500);
    CHECK(settings.loss == 0.05 && settings.reorder == 0.01 && settings.duplicate == 0.02);
    CHECK(settings.burst.enter == 0.03 && settings.burst.leave == 0.4);
    CHECK(settings.burst.loss == 0.9);
}

TEST(what_is_not_named_is_nothing)
{
    struct line_settings settings = {.loss = 1};

    CHECK(line_words_read(&settings, ""));
    CHECK(settings.loss == 0 && settings.capacity_bps == 0);
    CHECK(line_words_read(&settings, "  delay=5 "));
    CHECK_EQ(settings.delay, MSEC(5));
}

TEST(other_words_are_refused)
{
    static const char *const wrong[] = {"speed=1",  "delay",   "delay=",     "delay=x", "delay=5x",
                                        "loss=1.1", "loss=-1", "delay=1e99", "=5",      "delays=5"};
    struct line_settings settings;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (line_words_read(&settings, wrong[i]))
            CHECK_FAIL("taken: %s", wrong[i]);
}

TEST(counters_are_said_as_json)
{
    struct line line;
    char text[512];
    usec due;
    usec again;

    line_init(&line, 1);
    line_set(&line, &(struct line_settings){.capacity_bps = 1000000});
    CHECK(line_enter(&line, 0, 972, &due, &again));
    CHECK(line_enter(&line, 0, 972, &due, &again));
    CHECK_EQ(line_words_count(&line, text, sizeof text), (int)strlen(text));
    CHECK_STR(text, "{\"in\":2,\"out\":2,\"lost\":0,\"overflowed\":0,\"bytesIn\":2000,"
                    "\"bytesOut\":2000,\"wait\":{\"p50\":5.0,\"p95\":10.0,\"max\":10.0}}");
}
