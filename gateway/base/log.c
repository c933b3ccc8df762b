// SPDX-License-Identifier: AGPL-3.0-or-later
// base/log.c - one line per event.
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE 1024

static void to_standard_error(enum log_level level, const char *line);

static log_sink *current = to_standard_error;
static enum log_level threshold = LOG_INFO;

static void to_standard_error(enum log_level level, const char *line)
{
    static const int priorities[] = {
        [LOG_TRACE] = 7, [LOG_DEBUG] = 7, [LOG_INFO] = 6, [LOG_WARN] = 4, [LOG_ERROR] = 3,
    };

    (void)fprintf(stderr, "<%d>%s\n", priorities[level], line);
}

void log_to(log_sink *sink)
{
    current = sink ? sink : to_standard_error;
}

void log_from(enum log_level least)
{
    threshold = least;
}

// C0, DEL, and the C1 controls as UTF-8 writes them.
static void replace_controls(char *line)
{
    for (unsigned char *at = (unsigned char *)line; *at; at++) {
        if (*at < 0x20 || *at == 0x7f)
            *at = '?';
        else if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f)
            at[0] = at[1] = '?';
    }
}

void log_event(enum log_level level, const char *format, ...)
{
    char line[LINE_SIZE];
    va_list args;

    if (level < threshold)
        return;
    va_start(args, format);
    const int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (len < 0)
        return;
    if ((size_t)len >= sizeof line)
        memcpy(line + sizeof line - 4, "...", 4);
    replace_controls(line);
    current(level, line);
}
