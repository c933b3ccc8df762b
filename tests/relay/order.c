// SPDX-License-Identifier: AGPL-3.0-or-later
// relay/order.c - what whoever runs the relay may tell it, one line each.
#include "relay/relay.h"

#include "relay/place.h"
#include "support/line_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNTS_SIZE 512

// The words behind `first`, or NULL when it does not stand first.
static const char *behind(const char *words, const char *first)
{
    const size_t len = strlen(first);

    if (strncmp(words, first, len) != 0 || (words[len] && words[len] != ' '))
        return NULL;
    return words + len + strspn(words + len, " ");
}

static bool set(struct relay *relay, const char *words)
{
    const char *const up = behind(words, "up");
    const char *const down = behind(words, "down");
    const char *const both = behind(words, "both");
    const char *const rest = up ? up : down ? down : both;
    struct line_settings settings;

    if (!rest || !line_words_read(&settings, rest))
        return false;
    if (up || both)
        line_set(&relay->lines[WAY_UP], &settings);
    if (down || both)
        line_set(&relay->lines[WAY_DOWN], &settings);
    return true;
}

static void count(const struct relay *relay, char *reply, size_t size)
{
    char counts[WAYS][COUNTS_SIZE];

    for (int way = 0; way < WAYS; way++)
        line_words_count(&relay->lines[way], counts[way], sizeof counts[way]);
    snprintf(reply, size,
             "{\"up\":%s,\"down\":%s,\"clients\":%zu,\"darkened\":%" PRIu64 ",\"refused\":%" PRIu64
             "}",
             counts[WAY_UP], counts[WAY_DOWN], relay->count, relay->darkened, relay->refused);
}

void relay_order(struct relay *relay, const char *words, char *reply, size_t size)
{
    const char *rest;
    bool done = true;

    if (behind(words, "count")) {
        count(relay, reply, size);
        return;
    }
    if ((rest = behind(words, "set"))) {
        done = set(relay, rest);
    } else if ((rest = behind(words, "to"))) {
        done = place_read(&relay->to, rest);
    } else if (behind(words, "anew")) {
        for (int way = 0; way < WAYS; way++)
            line_count_anew(&relay->lines[way]);
        relay->darkened = relay->refused = 0;
    } else if (behind(words, "black")) {
        relay->black = true;
    } else if (behind(words, "clear")) {
        relay->black = false;
    } else {
        done = false;
    }
    snprintf(reply, size, "{\"done\":%s}", done ? "true" : "false");
}
