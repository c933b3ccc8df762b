// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_sound.c - sound on its way into a slot: frame by frame, with older ones, or in bundles.
//
// Sent numbers count packets: a frame that travels inside another's packet has none, and closes up.
// Timestamps stay where the frame would have had them by itself, so that a receiver knows a copy by its
// time.
#include "sfu/slot_sound.h"

#include "base/seq.h"
#include "sfu/member.h"
#include "sfu/packet.h"
#include "sfu/producer.h"
#include "sfu/seq_map.h"
#include "sfu/slot.h"
#include "sfu/slot_writer.h"
#include "sfu/sound.h"
#include "sfu/sound_history.h"
#include "wire/opus.h"
#include "wire/red.h"
#include "wire/rtp.h"

#define FRAME_SAMPLES 960u // 20 ms
#define WAIT_MAX MSEC(60)
// A copy follows its frame two frames later, or in the next bundle: losses come in bursts.
#define COPY_DISTANCE 2u
#define RED_ROOM 1000u // bytes of frames in one packet
#define RED_HEADERS 40u

_Static_assert((SOUND_BUNDLE_MAX * SOUND_COPIES_MAX) - 1 <= RED_BLOCKS, "all of a plan fits");
_Static_assert(SOUND_BUNDLE_MAX *SOUND_COPIES_MAX <= SOUND_HISTORY_FRAMES, "and is remembered");

// A frame with which a packet is sent, the newest in it.
struct leaving {
    uint16_t seq; // incoming, like the timestamp
    bool marker;
    uint8_t frames; // that are new in its packet, itself included
    uint32_t timestamp;
    usec capture;
    struct bytes payload;
};

static unsigned bundle_of(const struct slot *slot)
{
    const unsigned bundle = slot->viewer->sound.planner.plan.bundle;

    return slot->line->red_payload_type && bundle ? bundle : 1;
}

static unsigned copies_of(const struct slot *slot)
{
    const unsigned copies = slot->viewer->sound.planner.plan.copies;

    return copies ? copies : 1;
}

// Which frames before the newest a packet is to hold: bit n is n frames back.
static uint32_t frames_along(const struct slot *slot, uint8_t frames)
{
    const unsigned bundle = bundle_of(slot);
    const unsigned distance = bundle > COPY_DISTANCE ? bundle : COPY_DISTANCE;
    uint32_t along = 0;

    for (unsigned back = 0; back < frames; back++)
        for (unsigned copy = 0; copy < copies_of(slot); copy++)
            if (back + copy * distance < SOUND_HISTORY_FRAMES)
                along |= 1u << (back + copy * distance);
    return along & ~1u;
}

// As far back in sent time as RED can say; 0: not at all.
static uint16_t offset_of(struct slot *slot, usec now, const struct leaving *leaving,
                          uint32_t timestamp, const struct sound_frame *frame)
{
    if ((int32_t)(leaving->timestamp - frame->timestamp) <= 0)
        return 0;
    const uint32_t offset =
        timestamp - time_map_forward(&slot->time, now, frame->timestamp, leaving->capture);
    return offset <= RED_OFFSET_MAX ? (uint16_t)offset : 0;
}

static void reverse(struct red *red)
{
    for (uint8_t i = 0; i < red->count / 2; i++) {
        const struct red_block block = red->blocks[i];
        red->blocks[i] = red->blocks[red->count - 1 - i];
        red->blocks[red->count - 1 - i] = block;
    }
}

// The nearest first, as far as there is room.
static void gather(struct slot *slot, usec now, const struct leaving *leaving, uint32_t timestamp,
                   struct red *red)
{
    const uint32_t along = frames_along(slot, leaving->frames);
    size_t room = leaving->payload.len < RED_ROOM ? RED_ROOM - leaving->payload.len : 0;

    *red = (struct red){.payload_type = slot->line->payload_type, .primary = leaving->payload};
    for (unsigned back = 1; back < SOUND_HISTORY_FRAMES && red->count < RED_BLOCKS; back++) {
        const struct sound_frame *frame =
            along & 1u << back
                ? sound_history_find(slot->source->history, (uint16_t)(leaving->seq - back))
                : NULL;
        if (!frame || frame->at < slot->given_at || frame->len > room)
            continue;
        const uint16_t offset = offset_of(slot, now, leaving, timestamp, frame);
        if (!offset)
            continue;
        room -= frame->len;
        red->blocks[red->count++] =
            (struct red_block){.payload_type = slot->line->payload_type,
                               .offset = offset,
                               .payload = bytes_of(frame->payload, frame->len)};
    }
    reverse(red);
}

// Apart, so that the memory is only cleared where something goes along.
__attribute__((noinline)) static bool write_red(struct slot *slot, usec now, const struct red *red,
                                                struct rtp_fields *fields, size_t *len,
                                                struct outbox *out)
{
    uint8_t memory[RED_HEADERS + RED_ROOM]; // with a larger frame nothing goes along
    struct writer whole = writer_over(memory, sizeof memory);

    red_write(&whole, red);
    *len = writer_len(&whole);
    fields->payload_type = slot->line->red_payload_type;
    return slot_write_sound(slot, now, fields, bytes_of(memory, *len), out);
}

static void write_out(struct slot *slot, usec now, const struct leaving *leaving, bool alone,
                      struct rtp_fields *fields, struct outbox *out)
{
    size_t len = leaving->payload.len;
    struct red red;

    red.count = 0;
    if (!alone && slot->line->red_payload_type && slot->source->history)
        gather(slot, now, leaving, fields->timestamp, &red);
    if (red.count ? !write_red(slot, now, &red, fields, &len, out)
                  : !slot_write_sound(slot, now, fields, leaving->payload, out))
        return;
    slot_count_sent(slot, now, len);
    sound_sent(slot, now, fields->seq, out);
}

static void send(struct slot *slot, usec now, const struct leaving *leaving, struct outbox *out)
{
    struct rtp_fields fields = slot_fields(slot, slot->line->payload_type, slot->line->ssrc);
    const bool is_late = !seq_map_is_ahead(slot->map, leaving->seq);

    if ((leaving->frames > 1 || bundle_of(slot) > 1) && !is_late &&
        !seq_map_is_next(slot->map, leaving->seq))
        (void)seq_map_drop(slot->map, (uint16_t)(leaving->seq - 1), true);
    if (!seq_map_place(slot->map, leaving->seq, &fields.seq))
        return;
    fields.marker = leaving->marker || slot->closed_up; // a talkspurt begins
    fields.timestamp = time_map_forward(&slot->time, now, leaving->timestamp, leaving->capture);
    slot->closed_up = false;
    seq_map_sent(slot->map, fields.seq,
                 &(struct seq_sent){.stream = slot->source->layers[0].number,
                                    .timestamp = fields.timestamp,
                                    .in_seq = leaving->seq,
                                    .marker = true}); // each packet of sound stands for itself
    write_out(slot, now, leaving, is_late, &fields, out);
}

// Is the packet to wait for the next ones? It must lie where it is found again, and another of its size must
// fit in beside it.
static bool is_to_wait(const struct slot *slot, const struct packet *packet)
{
    const uint32_t samples = slot->bundle.samples + opus_samples(packet->payload);
    const size_t bytes = slot->bundle.bytes + packet->payload.len;

    return bundle_of(slot) * FRAME_SAMPLES > samples && bytes + packet->payload.len <= RED_ROOM &&
           slot->source->history && sound_history_find(slot->source->history, packet->seq);
}

static void wait_for_others(struct slot *slot, usec now, const struct packet *packet)
{
    struct slot_bundle *bundle = &slot->bundle;

    (void)time_map_forward(&slot->time, now, packet->timestamp, packet->capture);
    if (!bundle->count) {
        *bundle = (struct slot_bundle){.first = packet->seq, .due = now + WAIT_MAX};
        sound_waits(slot->viewer, bundle->due);
    }
    bundle->count++;
    bundle->marker = bundle->marker || packet->marker || slot->fresh;
    bundle->newest = packet->seq;
    bundle->timestamp = packet->timestamp;
    bundle->samples += opus_samples(packet->payload);
    bundle->bytes = (uint16_t)(bundle->bytes + packet->payload.len);
    bundle->capture = packet->capture;
    slot->fresh = false;
}

// Behind what waits: it goes with them, from the history.
static bool is_behind_bundle(struct slot *slot, uint16_t seq)
{
    if (!slot->bundle.count || seq_is_after(seq, slot->bundle.newest) ||
        !seq_map_is_ahead(slot->map, seq))
        return false;
    if (seq_is_after(slot->bundle.first, seq))
        slot->bundle.first = seq;
    return true;
}

// With those that waited, where there are any.
static void send_with_bundle(struct slot *slot, usec now, struct leaving *leaving,
                             struct outbox *out)
{
    struct slot_bundle *bundle = &slot->bundle;
    const bool is_ahead = seq_map_is_ahead(slot->map, leaving->seq);

    leaving->frames = 1;
    if (bundle->count && is_ahead) {
        const uint16_t before = (uint16_t)(leaving->seq - bundle->first);
        leaving->frames = before <= RED_BLOCKS ? (uint8_t)(before + 1) : RED_BLOCKS + 1;
        leaving->marker = leaving->marker || bundle->marker;
        *bundle = (struct slot_bundle){0};
    }
    send(slot, now, leaving, out);
}

static void close_up(struct slot *slot, uint16_t seq)
{
    if (slot->fresh || !seq_map_drop(slot->map, seq, true))
        return;
    slot->closed_up = true;
    slot->bundle = (struct slot_bundle){0}; // its frames were forgotten with the speaker's turn
}

void slot_forward_sound(struct slot *slot, usec now, const struct packet *packet,
                        struct outbox *out)
{
    struct leaving leaving = {.seq = packet->seq,
                              .marker = packet->marker || slot->fresh,
                              .timestamp = packet->timestamp,
                              .capture = packet->capture,
                              .payload = packet->payload};

    if (!packet->heard) {
        close_up(slot, packet->seq);
        return;
    }
    if (slot->fresh) {
        seq_map_switch(slot->map, packet->seq);
        time_map_switch(&slot->time, now, packet->timestamp, packet->capture);
        slot->bundle = (struct slot_bundle){0};
    }
    sound_heard(slot->viewer, packet->payload);
    if (is_behind_bundle(slot, packet->seq))
        return;
    if (seq_map_is_ahead(slot->map, packet->seq) && is_to_wait(slot, packet)) {
        wait_for_others(slot, now, packet);
        return;
    }
    slot->fresh = false;
    send_with_bundle(slot, now, &leaving, out);
}

void slot_flush_sound(struct slot *slot, usec now, struct outbox *out)
{
    const struct slot_bundle bundle = slot->bundle;
    const struct sound_frame *frame =
        slot->source && slot->source->history && bundle.count && !slot->fresh
            ? sound_history_find(slot->source->history, bundle.newest)
            : NULL;

    if (frame) {
        struct leaving leaving = {.seq = bundle.newest,
                                  .timestamp = bundle.timestamp,
                                  .capture = bundle.capture,
                                  .payload = bytes_of(frame->payload, frame->len)};
        send_with_bundle(slot, now, &leaving, out);
    } else if (bundle.count && slot->source && !slot->fresh) {
        close_up(slot, bundle.newest);
    }
    slot->bundle = (struct slot_bundle){0};
}
