// SPDX-License-Identifier: AGPL-3.0-or-later
// host/metrics_test.c - every figure is on the page, in the form that Prometheus reads.
#include "host/metrics.h"

#include "support/check.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static char page[METRICS_PAGE_SIZE];
static struct figures media[2];
static struct stalls meetup;

static const struct metrics metrics = {.version = "1.2",
                                       .threads = 2,
                                       .media = media,
                                       .meetup = &meetup,
                                       .connections = 7,
                                       .websockets = 5,
                                       .refused = 3,
                                       .resident_bytes = 4096};

static bool says(const char *line)
{
    const char *at = strstr(page, line);

    return at && (at == page || at[-1] == '\n') && at[strlen(line)] == '\n';
}

// A name, perhaps labels in braces, one blank, a number.
static bool is_sample(const char *line, size_t len)
{
    char text[300];
    char *end;

    if (len >= sizeof text)
        return false;
    memcpy(text, line, len);
    text[len] = '\0';
    char *value = strrchr(text, ' ');
    if (!value || !value[1])
        return false;
    (void)strtod(value + 1, &end);
    *value = '\0';
    const size_t name = strcspn(text, "{");
    for (size_t i = 0; i < name; i++)
        if (!islower((unsigned char)text[i]) && !isdigit((unsigned char)text[i]) && text[i] != '_')
            return false;
    return !*end && strncmp(text, "aftercare_", 10) == 0 &&
           (!text[name] || text[strlen(text) - 1] == '}');
}

TEST(the_page_has_every_figure_of_every_thread)
{
    media[1].sent = 12345678901;
    media[1].drops[DROP_OUTBOX_FULL] = 4;
    media[0].dropped_full = 6;
    media[1].relief_now = 2;
    media[0].overflowed = 8;
    media[0].ring_pictures = 9;
    media[1].ring_sounds = 1;
    media[1].stalls[1] = 2;
    media[1].stalls[3] = 1;
    media[1].stall_worst_us = 900;
    media[1].busy_us = 2500000;
    (void)stalls_add(&meetup, SEC(1), MSEC(3));
    const size_t len = metrics_write(page, sizeof page, &metrics);
    CHECK_EQ(len, strlen(page));
    CHECK(says("aftercare_info{version=\"1.2\"} 1"));
    CHECK(says("aftercare_websockets 5"));
    CHECK(says("aftercare_media_datagrams_sent_total{thread=\"1\"} 12345678901"));
    CHECK(says("aftercare_media_socket_overflows_total{thread=\"0\"} 8"));
    CHECK(says("aftercare_media_drops_total{thread=\"1\",reason=\"outbox_full\"} 4"));
    CHECK(says("aftercare_media_drops_total{thread=\"0\",reason=\"socket_full_picture\"} 6"));
    CHECK(says("aftercare_media_drops_total{thread=\"0\",reason=\"ring_full_picture\"} 9"));
    CHECK(says("aftercare_media_drops_total{thread=\"1\",reason=\"ring_full_sound\"} 1"));
    CHECK(says("aftercare_media_relief{thread=\"1\"} 2"));
    CHECK(says("aftercare_turn_seconds_bucket{thread=\"media1\",le=\"0.0001\"} 0"));
    CHECK(says("aftercare_turn_seconds_bucket{thread=\"media1\",le=\"0.0002\"} 2"));
    CHECK(says("aftercare_turn_seconds_bucket{thread=\"media1\",le=\"+Inf\"} 3"));
    CHECK(says("aftercare_turn_seconds_sum{thread=\"media1\"} 2.500000"));
    CHECK(says("aftercare_turn_worst_seconds{thread=\"media1\"} 0.000900"));
    CHECK(says("aftercare_turn_worst_seconds{thread=\"meetup\"} 0.003000"));
}

TEST(every_line_is_a_comment_or_a_sample)
{
    size_t samples = 0;

    (void)metrics_write(page, sizeof page, &metrics);
    for (const char *at = page; *at;) {
        const size_t len = strcspn(at, "\n");
        CHECK(at[len] == '\n');
        CHECK(strncmp(at, "# HELP aftercare_", 17) == 0 ||
              strncmp(at, "# TYPE aftercare_", 17) == 0 || is_sample(at, len));
        samples += at[0] != '#';
        at += len + 1;
    }
    CHECK(samples > 100);
}

TEST(a_page_that_does_not_fit_ends_with_a_whole_line)
{
    for (size_t size = 1; size < 3000; size += 7) {
        const size_t len = metrics_write(page, size, &metrics);
        CHECK(len < size && (len == 0 || page[len - 1] == '\n'));
    }
}

TEST(what_is_shown_is_what_is_read)
{
    static struct figures_board board;
    struct figures shown, read;

    memset(&shown, 0x5a, sizeof shown);
    figures_show(&board, &shown);
    figures_read(&board, &read);
    CHECK(memcmp(&shown, &read, sizeof shown) == 0);
}
