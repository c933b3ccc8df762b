// SPDX-License-Identifier: AGPL-3.0-or-later
// support/line_words.c - a line's settings from words, its counters as JSON.
#include "support/line_words.h"

#include "base/usec.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_named(const char *name, const char *word, size_t len)
{
    return strlen(name) == len && memcmp(name, word, len) == 0;
}

static bool take(struct line_settings *settings, const char *word, size_t name_len, double value)
{
    const struct {
        const char *name;
        double *share;
        usec *span;
    } keys[] = {
        {"queue", NULL, &settings->queue},       {"delay", NULL, &settings->delay},
        {"jitter", NULL, &settings->jitter},     {"loss", &settings->loss, NULL},
        {"reorder", &settings->reorder, NULL},   {"duplicate", &settings->duplicate, NULL},
        {"enter", &settings->burst.enter, NULL}, {"leave", &settings->burst.leave, NULL},
        {"burst", &settings->burst.loss, NULL},
    };

    if (is_named("capacity", word, name_len)) {
        settings->capacity_bps = (uint64_t)value;
        return true;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!is_named(keys[i].name, word, name_len))
            continue;
        if (keys[i].share)
            *keys[i].share = value;
        else
            *keys[i].span = (usec)(value * 1000);
        return !keys[i].share || value <= 1;
    }
    return false;
}

bool line_words_read(struct line_settings *settings, const char *words)
{
    *settings = (struct line_settings){0};
    for (const char *word = words + strspn(words, " "); *word;) {
        const size_t name_len = strcspn(word, " =");
        const char *const number = word + name_len + 1;
        char *end;
        double value;

        if (word[name_len] != '=')
            return false;
        value = strtod(number, &end);
        if (end == number || (*end && *end != ' ') || !(value >= 0 && value < 1e12) ||
            !take(settings, word, name_len, value))
            return false;
        word = end + strspn(end, " ");
    }
    return true;
}

static double ms(usec span)
{
    return (double)span / 1000;
}

int line_words_count(const struct line *line, char *to, size_t size)
{
    return snprintf(to, size,
                    "{\"in\":%" PRIu64 ",\"out\":%" PRIu64 ",\"lost\":%" PRIu64
                    ",\"overflowed\":%" PRIu64 ",\"bytesIn\":%" PRIu64 ",\"bytesOut\":%" PRIu64
                    ",\"wait\":{\"p50\":%.1f,\"p95\":%.1f,\"max\":%.1f}}",
                    line->in, line->out, line->lost, line->overflowed, line->bytes_in,
                    line->bytes_out, ms(line_wait(line, 0.5)), ms(line_wait(line, 0.95)),
                    ms(line_wait(line, 1)));
}
