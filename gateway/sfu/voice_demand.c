// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/voice_demand.c - a thin voice while a listener's line needs one, each frame twice while the way up
// loses some.
#include "sfu/voice_demand.h"

#include "sfu/events.h"
#include "sfu/member.h"
#include "sfu/mirror.h"
#include "sfu/producer.h"
#include "sfu/router.h"
#include "sfu/slot.h"
#include "sfu/sound_plan.h"

#define HOLD SEC(10) // an encoder is not changed back and forth
#define FADE 0.92    // each 250 ms: what was 3 s ago counts a third
#define ENOUGH 25.0  // packets before a loss is believed
#define LOSSY 0.03
#define CALM 0.01
#define LISTENERS_LOSS_MAX 0.2

// Of what was sent lately by this microphone, 0 to 1.
static double lost_share(const struct voice_demand *voice)
{
    if (voice->expected_lately < ENOUGH || voice->lost_lately <= 0)
        return 0;
    return voice->lost_lately / voice->expected_lately;
}

static void note_loss(struct voice_demand *voice, int64_t expected, int64_t received)
{
    // Counted anew: a stream that began again.
    if (expected < voice->expected || received < voice->received) {
        voice->expected_lately = 0;
        voice->lost_lately = 0;
    } else {
        const double came = (double)(received - voice->received);
        const double due = (double)(expected - voice->expected);
        voice->expected_lately = FADE * voice->expected_lately + due;
        voice->lost_lately = FADE * voice->lost_lately + due - came;
    }
    voice->expected = expected;
    voice->received = received;
}

void voice_demand_update(struct voice_demand *voice, usec now, bool thin, int64_t expected,
                         int64_t received)
{
    note_loss(voice, expected, received);
    if (thin) {
        voice->max_bps = SOUND_THIN_BPS;
        voice->thin_needed_at = now;
    } else if (voice->max_bps && now - voice->thin_needed_at >= HOLD) {
        voice->max_bps = 0;
    }
    const double loss = lost_share(voice);
    if (loss > LOSSY)
        voice->redundancy = true;
    if (loss >= CALM)
        voice->calm_since = 0;
    else if (!voice->calm_since)
        voice->calm_since = now;
    else if (now - voice->calm_since >= HOLD)
        voice->redundancy = false;
}

// --- the room ------------------------------------------------------------------------------------

static void begin(struct router *r, usec now)
{
    LIST_EACH(node, &r->members) {
        struct member *m = LIST_ITEM(node, struct member, node);
        m->voice.listeners_need_thin = mirror_thin_elsewhere(&m->elsewhere, now);
        m->voice.listeners_loss = mirror_loss_elsewhere(&m->elsewhere, now);
    }
}

// Who speaks into this viewer's slots learns what its line needs.
static void ask_on_behalf(const struct member *viewer)
{
    const struct sound *sound = &viewer->sound;

    for (size_t i = 0; i < viewer->sound_count; i++) {
        const struct slot *slot = viewer->sounds[i];
        if (!slot->source || slot->source->kind != SOURCE_MICROPHONE)
            continue;
        struct voice_demand *voice = &slot->source->member->voice;
        if (sound->planner.plan.thin)
            voice->listeners_need_thin = true;
        if (!slot->line->red_payload_type && sound->loss > voice->listeners_loss)
            voice->listeners_loss =
                sound->loss < LISTENERS_LOSS_MAX ? sound->loss : LISTENERS_LOSS_MAX;
    }
}

static void tell(struct member *m)
{
    struct voice_demand *voice = &m->voice;
    struct sfu_event event = {.kind = SFU_VOICE, .router = m->router->id, .transport = m->id};

    event.voice.max_bps = voice->max_bps;
    event.voice.redundancy = voice->redundancy;
    if (!events_put(m->router->events, &event))
        return;
    voice->told_max_bps = voice->max_bps;
    voice->told_redundancy = voice->redundancy;
    voice->told_ever = true;
}

static void decide(struct member *m, usec now)
{
    const struct producer *microphone = &m->producers[SOURCE_MICROPHONE];
    const struct stream_in *in = &microphone->layers[0].in;
    struct voice_demand *voice = &m->voice;
    const bool was_connected = voice->connected;

    voice->connected = member_can_receive(m);
    if (!microphone->line || !voice->connected)
        return;
    if (in->started)
        voice_demand_update(voice, now, voice->listeners_need_thin, in->highest - in->first + 1,
                            in->received);
    const bool is_news =
        voice->max_bps != voice->told_max_bps || voice->redundancy != voice->told_redundancy;
    if (is_news || (!was_connected && voice->told_ever))
        tell(m);
}

void voice_update(struct router *r, usec now)
{
    begin(r, now);
    LIST_EACH(node, &r->members) {
        const struct member *viewer = LIST_ITEM(node, struct member, node);
        if (!member_is_mirror(viewer) && member_can_receive(viewer))
            ask_on_behalf(viewer);
    }
    LIST_EACH(node, &r->members) {
        struct member *m = LIST_ITEM(node, struct member, node);
        if (member_is_mirror(m))
            mirror_tell_voice(m, now);
        else
            decide(m, now);
    }
}
