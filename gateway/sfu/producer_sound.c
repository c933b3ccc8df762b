// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/producer_sound.c - RED comes off on arrival; whoever needs it is given another by the slots.
#include "sfu/producer_sound.h"

#include "base/mem.h"
#include "base/seq.h"
#include "sfu/sound_history.h"
#include "wire/opus.h"
#include "wire/red.h"
#include "wire/rtp.h"

#define AUDIO_RATE 48000
#define ASKED_FOR 12u // packets of 20 ms: what is lost for longer would be played by nobody

static bool is_red(const struct producer *p, const struct rtp_view *rtp)
{
    return p->line->red_payload_type && rtp->payload_type == p->line->red_payload_type;
}

// What this packet is: missed so far, or one too many.
static bool is_new(const struct sound_gaps *gaps, uint16_t seq)
{
    return !gaps->started || seq_is_after(seq, gaps->newest) || sound_gaps_is_missing(gaps, seq);
}

enum producer_verdict producer_take_sound(struct producer *p, const struct producer_input *input,
                                          struct packet *packet, enum drop *reason)
{
    const struct rtp_view *rtp = input->rtp;
    struct red red;

    if (p->layers[0].nack)
        nack_forget_before(p->layers[0].nack, (uint16_t)(p->layers[0].in.highest - ASKED_FOR));
    *reason = DROP_BAD_PAYLOAD;
    if (is_red(p, rtp)) {
        if (!red_read(&red, rtp->payload) || red.payload_type != p->line->payload_type)
            return PRODUCER_DROP;
        packet->payload = red.primary;
    }
    if (packet->payload.len == 0)
        return PRODUCER_KEEP;
    if (opus_samples(packet->payload) == 0)
        return PRODUCER_DROP;
    if (!is_new(&p->gaps, packet->seq))
        return PRODUCER_KEEP;
    sound_gaps_received(&p->gaps, packet->seq);
    p->seen[0].last_packet = input->now;
    packet->heard = true;
    return PRODUCER_FORWARD;
}

size_t producer_take_found(struct producer *p, const struct producer_input *input,
                           const struct packet *packet,
                           struct packet found[static SOUND_GAPS_FOUND])
{
    struct sound_found lost[SOUND_GAPS_FOUND];
    struct red red;

    if (!p->heard || !packet->heard || !is_red(p, input->rtp) ||
        !red_read(&red, input->rtp->payload))
        return 0;
    const size_t count = sound_gaps_find(&p->gaps, packet->seq, &red, lost);
    for (size_t i = 0; i < count; i++) {
        found[i] = *packet;
        found[i].seq = lost[i].seq;
        found[i].timestamp = packet->timestamp - lost[i].offset;
        found[i].capture = packet->capture - SEC(1) * lost[i].offset / AUDIO_RATE;
        found[i].payload = lost[i].payload;
        found[i].marker = false;
        found[i].in_order = false;
        if (p->layers[0].nack)
            nack_received(p->layers[0].nack, input->now, lost[i].seq);
    }
    return count;
}

void producer_remember(struct producer *p, usec now, const struct packet *packet)
{
    p->heard = packet->heard;
    if (!p->history)
        return;
    if (packet->heard)
        sound_history_put(p->history, now, packet->seq, packet->timestamp, packet->payload);
    else
        sound_history_clear(p->history);
}

void producer_begin_history(struct producer *p)
{
    if (!p->history && p->line && !producer_is_picture(p))
        p->history = mem_zero(sizeof *p->history);
}

void producer_forget_sound(struct producer *p)
{
    p->heard = false;
    p->gaps = (struct sound_gaps){0};
    if (p->history)
        sound_history_clear(p->history);
}
