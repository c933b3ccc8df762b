// SPDX-License-Identifier: AGPL-3.0-or-later
// base/log_test.c - a log line is one line, whatever strangers put into it.
#include "base/log.h"

#include "support/check.h"

#include <stdio.h>
#include <string.h>

static char last[2048];
static unsigned lines;

static void keep(enum log_level level, const char *line)
{
    snprintf(last, sizeof last, "%d %s", (int)level, line);
    lines++;
}

TEST(text_of_strangers_forges_no_line)
{
    log_to(keep);
    log_event(LOG_WARN, "refused name=%s", "x\nadmitted\x1b[1m\x7f\xc2\x85y");
    log_to(NULL);
    CHECK_STR(last, "3 refused name=x?admitted?[1m???y");
}

TEST(levels_below_the_threshold_are_silent)
{
    log_to(keep);
    lines = 0;
    log_event(LOG_DEBUG, "detail");
    CHECK_EQ(lines, 0);
    log_from(LOG_DEBUG);
    log_event(LOG_DEBUG, "detail");
    log_from(LOG_INFO);
    log_to(NULL);
    CHECK_EQ(lines, 1);
}

TEST(a_line_too_long_ends_in_dots)
{
    char text[3000];

    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    log_to(keep);
    log_event(LOG_INFO, "%s", text);
    log_to(NULL);
    CHECK_EQ(strlen(last), 1023 + 2);
    CHECK_STR(last + strlen(last) - 4, "a...");
}
