// SPDX-License-Identifier: AGPL-3.0-or-later
// support/line.c - one direction of a bad line: capacity, queue, delay, jitter, loss, order; seeded.
#include "support/line.h"

#include <string.h>

#define QUEUE MSEC(300)
#define WAIT_STEP MSEC(5)
#define HELD_BACK MSEC(10) // and half the delay: a way round
#define COPY_AFTER MSEC(1)

void line_init(struct line *line, uint64_t seed)
{
    *line = (struct line){.random = random_seeded(seed), .newest_due = INT64_MIN};
}

void line_set(struct line *line, const struct line_settings *settings)
{
    line->settings = *settings;
}

void line_count_anew(struct line *line)
{
    line->in = line->out = line->lost = line->overflowed = 0;
    line->bytes_in = line->bytes_out = 0;
    memset(line->waits, 0, sizeof line->waits);
}

static bool happens(struct line *line, double chance)
{
    return (double)(random_u64(&line->random) >> 11) * 0x1p-53 < chance;
}

static bool is_lost(struct line *line)
{
    const struct line_settings *settings = &line->settings;

    if (settings->burst.enter > 0) {
        if (line->bad)
            line->bad = !happens(line, settings->burst.leave);
        else
            line->bad = happens(line, settings->burst.enter);
    } else {
        line->bad = false;
    }
    return happens(line, line->bad ? settings->burst.loss : settings->loss);
}

// When the last bit has left the queue; USEC_NEVER when it is full.
static usec pass_queue(struct line *line, usec now, uint64_t bytes)
{
    const uint64_t capacity = line->settings.capacity_bps;
    const usec longest = line->settings.queue ? line->settings.queue : QUEUE;
    const usec wait = line->busy_until > now ? line->busy_until - now : 0;
    size_t bucket = (size_t)(wait / WAIT_STEP);

    if (capacity && wait > longest)
        return USEC_NEVER;
    if (bucket >= LINE_WAITS)
        bucket = LINE_WAITS - 1;
    line->waits[bucket]++;
    line->busy_until = now + wait;
    if (capacity)
        line->busy_until += (usec)((bytes * 8 * 1000000 + capacity - 1) / capacity);
    return line->busy_until;
}

static usec travel(struct line *line)
{
    const struct line_settings *settings = &line->settings;
    const usec taken =
        settings->delay + (usec)random_between(&line->random, -settings->jitter, settings->jitter);

    return taken < 0 ? 0 : taken;
}

bool line_enter(struct line *line, usec now, size_t len, usec *due, usec *again)
{
    const struct line_settings *settings = &line->settings;
    const uint64_t bytes = len + LINE_HEADERS;
    usec sent;

    *due = *again = USEC_NEVER;
    line->in++;
    line->bytes_in += bytes;
    if (is_lost(line)) {
        line->lost++;
        return false;
    }
    sent = pass_queue(line, now, bytes);
    if (sent == USEC_NEVER) {
        line->overflowed++;
        return false;
    }
    *due = sent + travel(line);
    if (happens(line, settings->reorder)) {
        *due += settings->delay / 2 + HELD_BACK;
    } else {
        if (*due < line->newest_due)
            *due = line->newest_due;
        line->newest_due = *due;
    }
    if (happens(line, settings->duplicate))
        *again = *due + COPY_AFTER;
    line->out++;
    line->bytes_out += bytes;
    return true;
}

usec line_wait(const struct line *line, double share)
{
    uint64_t all = 0;
    uint64_t passed = 0;

    for (size_t i = 0; i < LINE_WAITS; i++)
        all += line->waits[i];
    for (size_t i = 0; i < LINE_WAITS; i++) {
        passed += line->waits[i];
        if (passed && (double)passed >= share * (double)all)
            return (usec)(i + 1) * WAIT_STEP;
    }
    return 0;
}
