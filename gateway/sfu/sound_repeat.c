// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound_repeat.c - a ring of what was sent lately.
#include "sfu/sound_repeat.h"

#include "base/mem.h"

#include <string.h>

#define KEPT 64u // a power of two; more than a second of one voice
#define LARGEST 448u
#define SPACING MSEC(30) // longer than most bursts, short enough to be played in time

struct kept {
    uint16_t len; // 0: none
    uint16_t seq;
    uint8_t line;
    uint8_t more; // times it is still to be sent unasked
    usec due;
    usec sent_at; // last
    uint8_t bytes[LARGEST];
};

struct sound_repeat {
    uint32_t count; // ever kept
    uint32_t first; // older ones are not due any more
    struct kept kept[KEPT];
};

_Static_assert((KEPT & (KEPT - 1)) == 0, "places survive the wrap");

struct sound_repeat *sound_repeat_create(void)
{
    return mem_zero(sizeof(struct sound_repeat));
}

void sound_repeat_destroy(struct sound_repeat *repeat)
{
    mem_free(repeat);
}

void sound_repeat_keep(struct sound_repeat *repeat, usec now, uint8_t line, uint16_t seq,
                       struct bytes datagram, uint8_t more)
{
    struct kept *kept = &repeat->kept[repeat->count % KEPT];

    if (datagram.len > LARGEST)
        return;
    repeat->count++;
    if (repeat->count - repeat->first > KEPT)
        repeat->first = repeat->count - KEPT;
    kept->len = (uint16_t)datagram.len;
    kept->seq = seq;
    kept->line = line;
    kept->more = more;
    kept->due = now + SPACING;
    kept->sent_at = now;
    memcpy(kept->bytes, datagram.at, datagram.len);
}

static void skip_done(struct sound_repeat *repeat)
{
    while (repeat->first != repeat->count && !repeat->kept[repeat->first % KEPT].more)
        repeat->first++;
}

bool sound_repeat_take(struct sound_repeat *repeat, usec now, struct bytes *datagram)
{
    for (uint32_t i = repeat->first; i != repeat->count; i++) {
        struct kept *kept = &repeat->kept[i % KEPT];
        if (!kept->more || now < kept->due)
            continue;
        kept->more--;
        kept->due = now + SPACING;
        kept->sent_at = now;
        *datagram = bytes_of(kept->bytes, kept->len);
        skip_done(repeat);
        return true;
    }
    return false;
}

usec sound_repeat_deadline(const struct sound_repeat *repeat)
{
    usec due = USEC_NEVER;

    for (uint32_t i = repeat->first; i != repeat->count; i++)
        if (repeat->kept[i % KEPT].more)
            due = usec_min(due, repeat->kept[i % KEPT].due);
    return due;
}

bool sound_repeat_find(struct sound_repeat *repeat, usec now, uint8_t line, uint16_t seq,
                       usec interval, struct bytes *datagram)
{
    for (uint32_t back = 1; back <= KEPT && back <= repeat->count; back++) {
        struct kept *kept = &repeat->kept[(repeat->count - back) % KEPT];
        if (kept->line != line || kept->seq != seq || !kept->len)
            continue;
        if (now - kept->sent_at < interval)
            return false;
        kept->sent_at = now;
        *datagram = bytes_of(kept->bytes, kept->len);
        return true;
    }
    return false;
}

void sound_repeat_forget(struct sound_repeat *repeat, uint8_t line)
{
    for (uint32_t i = 0; i < KEPT; i++)
        if (repeat->kept[i].line == line)
            mem_wipe(&repeat->kept[i], sizeof repeat->kept[i]);
    skip_done(repeat);
}

void sound_repeat_clear(struct sound_repeat *repeat)
{
    mem_wipe(repeat, sizeof *repeat);
}
