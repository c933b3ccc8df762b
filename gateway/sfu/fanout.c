// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/fanout.c - first decide who gets what, then write viewer after viewer.
#include "sfu/fanout.h"

#include "base/list.h"
#include "base/mem.h"
#include "sfu/member.h"
#include "sfu/producer.h"
#include "sfu/slot.h"
#include "sfu/sound_gaps.h"
#include "transport/outbox.h"

#include <string.h>

_Static_assert(SOUND_GAPS_FOUND + 1 <= FANOUT_AT_ONCE, "a datagram fits as a whole");

#define PADDING_MOST 3

struct fanout {
    uint16_t count;
    uint32_t sends; // that these packets will make
    struct packet packets[FANOUT_PACKETS];
    uint8_t payloads[FANOUT_PACKETS][PACKET_MAX];
};

enum err fanout_create(struct fanout **made)
{
    *made = mem_zero_apart(sizeof **made);
    return *made ? ERR_OK : ERR_NO_MEMORY;
}

void fanout_destroy(struct fanout *f)
{
    mem_free(f);
}

bool fanout_is_full(const struct fanout *f)
{
    return f->count > FANOUT_PACKETS - FANOUT_AT_ONCE || f->sends >= FANOUT_SENDS;
}

bool fanout_is_empty(const struct fanout *f)
{
    return f->count == 0;
}

void fanout_add(struct fanout *f, const struct packet *packet)
{
    if (f->count == FANOUT_PACKETS || packet->payload.len > PACKET_MAX)
        return;
    f->packets[f->count] = *packet;
    memcpy(f->payloads[f->count], packet->payload.at, packet->payload.len);
    f->packets[f->count].payload = bytes_of(f->payloads[f->count], packet->payload.len);
    f->sends += packet->from->viewers;
    f->count++;
}

void fanout_forget(struct fanout *f, const struct member *sender)
{
    size_t kept = 0;

    for (size_t i = 0; i < f->count; i++) {
        if (f->packets[i].from->member == sender)
            continue;
        if (kept < i) {
            f->packets[kept] = f->packets[i];
            memcpy(f->payloads[kept], f->payloads[i], f->packets[i].payload.len);
            f->packets[kept].payload.at = f->payloads[kept];
        }
        kept++;
    }
    f->count = (uint16_t)kept;
}

// Browsers split a picture into packets whose sizes differ by a byte or two, the larger ones last: equal ones
// leave as one run.
static void equalise(struct packet *packets, size_t count)
{
    size_t longest = 0;

    for (size_t i = 0; i < count; i++)
        if (packets[i].payload.len > longest)
            longest = packets[i].payload.len;
    for (size_t i = 0; i < count; i++)
        if (longest - packets[i].payload.len <= PADDING_MOST)
            packets[i].padding = (uint8_t)(longest - packets[i].payload.len);
}

static bool is_same_picture(const struct packet *a, const struct packet *b)
{
    return a->from == b->from && a->layer == b->layer && a->timestamp == b->timestamp;
}

static void equalise_pictures(struct fanout *f)
{
    size_t next = 0;

    for (size_t first = 0; first < f->count; first = next) {
        for (next = first + 1; next < f->count; next++)
            if (!is_same_picture(&f->packets[first], &f->packets[next]))
                break;
        if (producer_is_picture(f->packets[first].from))
            equalise(f->packets + first, next - first);
    }
}

// The first becomes the last.
static void rotate(struct list *list)
{
    if (list_is_empty(list))
        return;
    struct list *first = list->next;
    list_remove(first);
    list_append(list, first);
}

static void append_for(struct slot *slot, uint16_t packet, struct list *viewers)
{
    struct fanout_list *list = &slot->viewer->to_send;

    if (list->count == 0)
        list_append(viewers, &slot->viewer->sending);
    if (list->count == FANOUT_PACKETS)
        return;
    list->at[list->count].packet = packet;
    list->at[list->count].slot = (uint16_t)(slot - slot->viewer->slots);
    list->count++;
}

void fanout_flush(struct fanout *f, usec now, struct outbox *out)
{
    struct list viewers;

    list_init(&viewers);
    equalise_pictures(f);
    for (uint16_t i = 0; i < f->count; i++)
        LIST_EACH(node, &f->packets[i].from->slots)
            append_for(LIST_ITEM(node, struct slot, node), i, &viewers);
    LIST_EACH(node, &viewers) {
        struct member *viewer = LIST_ITEM(node, struct member, sending);
        for (uint16_t i = 0; i < viewer->to_send.count; i++)
            slot_forward(&viewer->slots[viewer->to_send.at[i].slot], now,
                         &f->packets[viewer->to_send.at[i].packet], out);
        viewer->to_send.count = 0;
        list_remove(node);
        outbox_ease(out);
    }
    for (uint16_t i = 0; i < f->count; i++)
        rotate(&f->packets[i].from->slots);
    f->count = 0;
    f->sends = 0;
}
