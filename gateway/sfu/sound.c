// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/sound.c - plan, memory, repeats: what the sound slots of one viewer share.
#include "sfu/sound.h"

#include "sfu/member.h"
#include "sfu/packet.h"
#include "sfu/producer_sound.h"
#include "sfu/router.h"
#include "sfu/slot.h"
#include "sfu/slot_sound.h"
#include "sfu/sound_repeat.h"
#include "sfu/worker.h"
#include "transport/outbox.h"
#include "transport/transport.h"
#include "wire/opus.h"

#define FRAME_SAMPLES 960u   // 20 ms
#define USUAL_FRAME 80u      // bytes, before any is known
#define SMOOTH_FRAMES 32     // frames that make the smoothed size
#define SPEAKS_FOR SEC(1)    // after its last packet a sound still counts
#define REPORT_VALID SEC(15) // some browsers report every five seconds
#define RESEND_INTERVAL MSEC(20)

void sound_fini(struct sound *sound)
{
    sound_repeat_destroy(sound->repeat);
    sound->repeat = NULL;
}

static bool has_red(const struct member *viewer)
{
    for (size_t i = 0; i < viewer->sound_count; i++)
        if (viewer->sounds[i]->line->red_payload_type)
            return true;
    return false;
}

static uint8_t count_speakers(const struct member *viewer, usec now)
{
    uint8_t count = 0;

    for (size_t i = 0; i < viewer->sound_count; i++)
        if (viewer->sounds[i]->sent_any && now - viewer->sounds[i]->last_sent < SPEAKS_FOR)
            count++;
    return count ? count : 1;
}

static void remember_sounds(const struct member *viewer)
{
    LIST_EACH(node, &viewer->router->members) {
        struct member *other = LIST_ITEM(node, struct member, node);
        if (other == viewer)
            continue;
        producer_begin_history(&other->producers[SOURCE_MICROPHONE]);
        producer_begin_history(&other->producers[SOURCE_SCREEN_SOUND]);
    }
}

// Where a browser tells the arrival of pictures only, as Firefox does, nobody else knows of lost sound.
void sound_reported(struct slot *slot, usec now, uint8_t fraction_lost)
{
    const struct line_parameters *line = slot->line;
    struct sound *sound = &slot->viewer->sound;
    const double loss = fraction_lost / 256.0;

    if (line->transport_cc && line->extensions.transport_cc)
        return;
    if (loss > sound->reported_loss)
        sound->reported_loss = loss;
    else
        sound->reported_loss = (sound->reported_loss + loss) / 2;
    sound->reported_at = now;
}

static double worst_loss(const struct sound *sound, usec now, double told)
{
    const bool is_known = sound->reported_at && now - sound->reported_at < REPORT_VALID;

    return is_known && sound->reported_loss > told ? sound->reported_loss : told;
}

void sound_update(struct member *viewer, usec now, double loss, uint32_t target_bps)
{
    struct sound *sound = &viewer->sound;
    const struct sound_facts facts = {.loss = worst_loss(sound, now, loss),
                                      .target_bps = target_bps,
                                      .speakers = count_speakers(viewer, now),
                                      .frame_bytes =
                                          sound->frame_bytes ? sound->frame_bytes : USUAL_FRAME,
                                      .has_red = has_red(viewer)};

    sound->loss = facts.loss;
    (void)sound_planner_update(&sound->planner, now, &facts);
    if (facts.has_red && sound_is_redundant(viewer))
        remember_sounds(viewer);
    if (!sound->repeat && (sound->wants_repeat || (!facts.has_red && sound_is_redundant(viewer))))
        sound->repeat = sound_repeat_create();
}

bool sound_is_redundant(const struct member *viewer)
{
    const struct sound_plan plan = viewer->sound.planner.plan;

    return plan.copies > 1 || plan.bundle > 1;
}

uint32_t sound_rate_bps(struct member *viewer, usec now)
{
    return (uint32_t)rate_bps(&viewer->sound.rate, now);
}

// --- what goes out -------------------------------------------------------------------------------

void sound_heard(struct member *viewer, struct bytes payload)
{
    struct sound *sound = &viewer->sound;
    const uint32_t samples = opus_samples(payload);

    if (opus_is_silence(payload) || !samples)
        return;
    const int size = (int)(payload.len * FRAME_SAMPLES / samples);
    const int before = sound->frame_bytes ? sound->frame_bytes : size;
    const int change = size - before;
    sound->frame_bytes = (uint16_t)(before + change / SMOOTH_FRAMES + (change > 0) - (change < 0));
}

void sound_sent(struct slot *slot, usec now, uint16_t seq, const struct outbox *out)
{
    struct member *viewer = slot->viewer;
    const struct outgoing *last = outbox_at(out, outbox_count(out) - 1);
    const uint8_t copies = viewer->sound.planner.plan.copies;
    const uint8_t more = slot->line->red_payload_type || copies <= 1 ? 0 : (uint8_t)(copies - 1);

    rate_add(&viewer->sound.rate, now, last->len + PACKET_IP_UDP);
    if (!viewer->sound.repeat)
        return;
    sound_repeat_keep(viewer->sound.repeat, now, slot->line_index, seq,
                      bytes_of(last->at, last->len), more);
    if (more)
        member_touch(viewer);
}

void sound_forget(struct slot *slot)
{
    if (slot->viewer->sound.repeat)
        sound_repeat_forget(slot->viewer->sound.repeat, slot->line_index);
}

void sound_waits(struct member *viewer, usec due)
{
    if (!viewer->sound.flush_at || due < viewer->sound.flush_at)
        viewer->sound.flush_at = due;
    member_touch(viewer);
}

static bool send_again(struct member *viewer, usec now, struct bytes datagram, struct outbox *out)
{
    struct worker_counters *counters = viewer->router->counters;

    if (!transport_send_sealed(viewer->transport, out, datagram))
        return false;
    rate_add(&viewer->sound.rate, now, (uint32_t)datagram.len + PACKET_IP_UDP);
    counters->rtp_out++;
    counters->bytes_out += datagram.len;
    counters->retransmitted++;
    return true;
}

static void flush_bundles(struct member *viewer, usec now, struct outbox *out)
{
    usec next = 0;

    for (size_t i = 0; i < viewer->sound_count; i++) {
        struct slot *slot = viewer->sounds[i];
        if (slot->bundle.count && now >= slot->bundle.due)
            slot_flush_sound(slot, now, out);
        if (slot->bundle.count && (!next || slot->bundle.due < next))
            next = slot->bundle.due;
    }
    viewer->sound.flush_at = next;
}

void sound_flush(struct member *viewer, usec now, struct outbox *out)
{
    struct sound *sound = &viewer->sound;
    struct bytes datagram;

    if (!member_can_receive(viewer)) {
        sound->flush_at = 0;
        if (sound->repeat)
            sound_repeat_clear(sound->repeat);
        return;
    }
    if (sound->flush_at && now >= sound->flush_at)
        flush_bundles(viewer, now, out);
    while (sound->repeat && sound_repeat_take(sound->repeat, now, &datagram))
        if (!send_again(viewer, now, datagram, out))
            return;
}

usec sound_deadline(const struct member *viewer)
{
    const struct sound *sound = &viewer->sound;
    const usec due = sound->flush_at ? sound->flush_at : USEC_NEVER;

    return sound->repeat ? usec_min(due, sound_repeat_deadline(sound->repeat)) : due;
}

void sound_lost(struct slot *slot, usec now, uint16_t seq, struct outbox *out)
{
    struct member *viewer = slot->viewer;
    struct sound *sound = &viewer->sound;
    const usec interval = viewer->rtt > RESEND_INTERVAL ? viewer->rtt : RESEND_INTERVAL;
    struct bytes datagram;

    if (!slot->line->nack || !slot->source || !slot->source->live || !member_can_receive(viewer))
        return;
    sound->wants_repeat = true;
    if (!sound->repeat || sound->planner.plan.bundle > 1 ||
        !sound_repeat_find(sound->repeat, now, slot->line_index, seq, interval, &datagram))
        return;
    if (bucket_take(&viewer->resend_budget, now, (double)datagram.len))
        (void)send_again(viewer, now, datagram, out);
}
