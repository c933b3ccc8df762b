// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/prober.c - repeats of what was sent, or padding, at an even rate.
#include "sfu/prober.h"

#include "sfu/member.h"
#include "sfu/packet.h"
#include "sfu/seq_map.h"
#include "sfu/slot.h"
#include "sfu/slot_repair.h"
#include "sfu/slot_writer.h"
#include "transport/outbox.h"
#include "wire/rtp.h"

#define STEP MSEC(1) // between two packets at the least, so that a turn is worth it
#define GIVE_UP MSEC(200)
#define LOOK_BACK 128 // numbers of a slot
#define PADDING_MAX 255
#define PADDING_MIN 40 // less is mostly header

void prober_start(struct prober *p, usec now, const struct probe_order *order)
{
    if (p->running || order->rate_bps == 0)
        return;
    *p = (struct prober){.running = true,
                         .order = *order,
                         .started_at = USEC_NEVER,
                         .due = now,
                         .give_up_at = now + GIVE_UP};
}

void prober_stop(struct prober *p)
{
    p->running = false;
}

usec prober_deadline(const struct prober *p)
{
    return p->running ? p->due : USEC_NEVER;
}

static bool is_usable(const struct slot *slot)
{
    return slot->packets > 0 && slot->line->rtx_payload_type;
}

static bool is_complete(const struct prober *p)
{
    return p->bytes >= p->order.bytes && p->packets >= p->order.packets;
}

// The newest number of this slot that was not tried yet, of whichever slot there is; false: none left.
static bool next_number(struct prober *p, const struct member *viewer, struct slot **slot)
{
    for (; p->slot < viewer->picture_count; p->slot++, p->tried = 0) {
        *slot = viewer->pictures[p->slot];
        if (!is_usable(*slot) || p->tried == LOOK_BACK)
            continue;
        p->seq = p->tried == 0 ? seq_map_highest((*slot)->map) : (uint16_t)(p->seq - 1);
        p->tried++;
        return true;
    }
    return false;
}

static bool repeat(struct prober *p, const struct member *viewer, usec now, struct outbox *out)
{
    struct slot *slot;

    while (next_number(p, viewer, &slot))
        if (slot_repeat(slot, now, p->seq, out))
            return true;
    return false;
}

// The slot that sent most recently has numbers and times that its receiver expects.
static struct slot *slot_for_padding(const struct member *viewer)
{
    struct slot *best = NULL;

    for (size_t i = 0; i < viewer->picture_count; i++) {
        struct slot *slot = viewer->pictures[i];
        if (is_usable(slot) && (!best || slot->last_sent > best->last_sent))
            best = slot;
    }
    return best;
}

static uint8_t padding_wanted(const struct prober *p)
{
    const uint32_t left = p->order.bytes > p->bytes ? p->order.bytes - p->bytes : 0;

    if (left >= PADDING_MAX)
        return PADDING_MAX;
    return left > PADDING_MIN ? (uint8_t)left : PADDING_MIN;
}

static bool pad(const struct prober *p, const struct member *viewer, usec now, struct outbox *out)
{
    struct slot *slot = slot_for_padding(viewer);

    if (!slot)
        return false;
    const struct seq_sent *newest = seq_map_find(slot->map, seq_map_highest(slot->map));
    struct rtp_fields fields = {.payload_type = slot->line->rtx_payload_type,
                                .ssrc = slot->line->rtx_ssrc,
                                .seq = slot->rtx_seq,
                                .timestamp = newest ? newest->timestamp : slot->time.newest_out};
    if (!slot_write_padding(slot, now, &fields, padding_wanted(p), out))
        return false;
    slot->rtx_seq++;
    return true;
}

static bool send_one(struct prober *p, struct member *viewer, usec now, struct outbox *out)
{
    const size_t before = outbox_count(out);

    viewer->probe = p->order.number;
    const bool sent = repeat(p, viewer, now, out) || pad(p, viewer, now, out);
    viewer->probe = 0;
    if (!sent || outbox_count(out) == before)
        return false;
    p->bytes += outbox_at(out, before)->len + PACKET_IP_UDP;
    p->packets++;
    return true;
}

// The next packet leaves when those before it have left at the rate of the order.
static usec due_after(const struct prober *p)
{
    return p->started_at + (usec)((uint64_t)p->bytes * 8 * SEC(1) / p->order.rate_bps);
}

void prober_run(struct prober *p, struct member *viewer, usec now, struct outbox *out)
{
    if (!p->running)
        return;
    if (p->started_at == USEC_NEVER)
        p->started_at = now;
    while (p->running && now >= due_after(p)) {
        if (is_complete(p) || now >= p->give_up_at || !send_one(p, viewer, now, out))
            p->running = false;
    }
    if (is_complete(p))
        p->running = false;
    const usec next = due_after(p);
    p->due = next > now + STEP ? next : now + STEP;
}
