// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/quality_watch.c - samples for both directions every half second.
#include "sfu/quality_watch.h"

#include "sfu/downlink.h"
#include "sfu/events.h"
#include "sfu/member.h"
#include "sfu/router.h"
#include "sfu/sound.h"

#define INTERVAL MSEC(500)
#define TELLING_PACKETS 10 // fewer say nothing of a share

static usec later(usec a, usec b)
{
    return a > b ? a : b;
}

// Losses of everything that comes as a numbered stream of its own; what was repaired counts as lost.
static uint32_t loss_up(struct member *m)
{
    struct quality_watch *w = &m->line;
    int64_t expected = 0;
    int64_t received = 0;

    for (size_t kind = 0; kind < SOURCE_KINDS; kind++) {
        const struct producer *p = &m->producers[kind];
        for (uint8_t i = 0; i < p->layer_count; i++) {
            const struct stream_in *in = &p->layers[i].in;
            expected += in->started ? in->highest - in->first + 1 : 0;
            received += in->started ? in->received : 0;
        }
    }
    const int64_t more = expected - w->expected;
    const int64_t came = received - w->received;
    if (more >= 0 && more < TELLING_PACKETS)
        return 0; // waits for more
    w->expected = expected;
    w->received = received;
    return more > 0 && came >= 0 && came < more ? (uint32_t)((more - came) * 1000 / more) : 0;
}

static struct quality_sample sample_up(struct member *m)
{
    struct quality_sample sample = {.heard_at = m->line.since};

    for (size_t kind = 0; kind < SOURCE_KINDS; kind++) {
        const struct producer *p = &m->producers[kind];
        // A still screen and a silent sound of it may send nothing for long.
        const bool is_steady = kind == SOURCE_MICROPHONE || kind == SOURCE_CAMERA;
        sample.expected = sample.expected || (is_steady && p->live && !producer_is_shut(p));
        sample.heard_at = later(sample.heard_at, p->last_packet);
    }
    sample.loss_permille = loss_up(m);
    return sample;
}

static struct quality_sample sample_down(struct member *m, usec now)
{
    struct downlink *d = &m->downlink;
    const uint64_t sound = sound_rate_bps(m, now);

    return (struct quality_sample){.expected = d->estimate && rate_bps(&d->sent, now) > 0,
                                   .heard_at = later(m->line.since, d->heard_at),
                                   .loss_permille = (uint32_t)(downlink_loss(m) * 1000),
                                   .arriving_bps = d->sums.sent.sending_bps + sound,
                                   .wanted_bps = d->sums.if_all.most_bps + sound};
}

static void tell(struct member *m)
{
    struct quality_watch *w = &m->line;
    const struct allocation_sums *sums = &m->downlink.sums.sent;
    const bool pictures_off = sums->paused > 0 && sums->sending_bps == 0;
    const bool redundancy = sound_is_redundant(m);

    if (w->told_up == w->up.level && w->told_down == w->down.level &&
        w->told_pictures_off == pictures_off && w->told_redundancy == redundancy)
        return;
    if (!events_have_room(m->router->events))
        return;
    w->told_up = w->up.level;
    w->told_down = w->down.level;
    w->told_pictures_off = pictures_off;
    w->told_redundancy = redundancy;
    const struct sfu_event event = {.kind = SFU_QUALITY,
                                    .router = m->router->id,
                                    .transport = m->id,
                                    .quality = {.up = w->up.level,
                                                .down = w->down.level,
                                                .pictures_off = pictures_off,
                                                .redundancy = redundancy}};
    (void)events_put(m->router->events, &event);
}

void quality_watch_run(struct member *m, usec now)
{
    struct quality_watch *w = &m->line;

    if (!member_can_receive(m)) {
        w->since = 0;
        return;
    }
    if (w->since == 0)
        w->since = now;
    if (now >= w->next) {
        const struct quality_sample up = sample_up(m);
        const struct quality_sample down = sample_down(m, now);
        (void)quality_note(&w->up, now, &up);
        (void)quality_note(&w->down, now, &down);
        w->next = now + INTERVAL;
    }
    tell(m);
}
