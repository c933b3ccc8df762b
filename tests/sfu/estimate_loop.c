// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate_loop.c - senders that obey their estimates, over one bad line, to viewers that feed back.
#include "sfu/estimate_loop.h"

#include "support/check.h"
#include "wire/rtcp.h"
#include "wire/rtcp_feedback.h"
#include "wire/transport_cc.h"

#include <string.h>

#define STEP MSEC(1)
#define FRAME (SEC(1) / 30)
#define AUDIO MSEC(20)
#define PACKET 1200
#define PACED 2.5
#define DEBT_SECONDS 0.04
#define KEY_FRAME 5

static void init_flow(struct loop_flow *flow, usec starts_at, uint32_t start_bps)
{
    *flow = (struct loop_flow){.starts_at = starts_at,
                               .pictures = true,
                               .audio_bps = 50000,
                               .steps = {4000000},
                               .fluid = true,
                               .seq = 65000};
    CHECK(estimate_create(&flow->estimate, start_bps, SEC(1) + starts_at) == ERR_OK);
}

void loop_init(struct loop *loop, uint64_t seed, const struct line_settings *settings,
               uint32_t start_bps)
{
    memset(loop, 0, sizeof *loop);
    loop->random = random_seeded(seed);
    loop->viewer_clock = SEC(77);
    line_init(&loop->line, seed + 1);
    line_set(&loop->line, settings);
    loop->way_back = settings->delay;
    loop->flow_count = 1;
    init_flow(&loop->flows[0], 0, start_bps);
    loop_watch(loop);
}

void loop_add_flow(struct loop *loop, usec starts_at, uint32_t start_bps)
{
    CHECK(loop->flow_count < LOOP_FLOWS);
    init_flow(&loop->flows[loop->flow_count++], starts_at, start_bps);
}

void loop_fini(struct loop *loop)
{
    for (unsigned i = 0; i < loop->flow_count; i++)
        estimate_destroy(loop->flows[i].estimate);
}

void loop_watch(struct loop *loop)
{
    line_count_anew(&loop->line);
    loop->target_sum = loop->target_sum_squares = 0;
    loop->target_least = UINT32_MAX;
    loop->target_most = 0;
    loop->samples = 0;
}

uint32_t loop_target(const struct loop *loop)
{
    return estimate_target(loop->flows[0].estimate);
}

// The estimate's clock: one second ahead, so that it does not begin at 0.
static usec clock_of(const struct loop *loop)
{
    return SEC(1) + loop->now;
}

// --- the sender ----------------------------------------------------------------------------------

static void put(struct loop *loop, struct loop_flow *flow, uint16_t size, uint8_t probe)
{
    usec due;
    usec again;
    const uint16_t seq = flow->seq++;

    flow->packets_sent++;
    estimate_sent(flow->estimate, clock_of(loop), seq, size, probe);
    if (!line_enter(&loop->line, loop->now, size - LINE_HEADERS, &due, &again))
        return;
    CHECK(flow->pending_count < LOOP_PENDING);
    unsigned at = flow->pending_count++;
    for (; at > 0 && flow->pending[at - 1].due > due; at--)
        flow->pending[at] = flow->pending[at - 1];
    flow->pending[at] = (struct loop_packet){.due = due, .seq = seq};
    flow->bytes_heard += size;
}

static void queue_frame(struct loop_flow *flow)
{
    unsigned left = flow->sending / 8 / 30;

    if (flow->key_frame_every && flow->frames % flow->key_frame_every == 0)
        left *= KEY_FRAME;
    flow->frames++;
    while (left > 0 && flow->queue_count < LOOP_QUEUED) {
        const unsigned size = left < PACKET ? left : PACKET;
        flow->queue[(flow->queue_first + flow->queue_count++) % LOOP_QUEUED] =
            (uint16_t)(size < 60 ? 60 : size);
        left -= size;
    }
}

// As the pacer does: at once while the debt is small.
static void send_queue(struct loop *loop, struct loop_flow *flow)
{
    const double per_second = PACED * estimate_target(flow->estimate) / 8;

    flow->debt -= per_second * (double)STEP / 1e6;
    if (flow->debt < 0)
        flow->debt = 0;
    while (flow->queue_count > 0 && flow->debt <= per_second * DEBT_SECONDS / PACED) {
        const uint16_t size = flow->queue[flow->queue_first];
        flow->queue_first = (flow->queue_first + 1) % LOOP_QUEUED;
        flow->queue_count--;
        flow->debt += size;
        put(loop, flow, size, 0);
    }
}

static void send_probe(struct loop *loop, struct loop_flow *flow)
{
    struct probe_order order;

    if (flow->probe_left == 0 && flow->probe_packets_left == 0) {
        if (!estimate_take_probe(flow->estimate, clock_of(loop), &order))
            return;
        flow->probe = order;
        flow->probe_left = order.bytes;
        flow->probe_packets_left = order.packets;
        flow->probe_next = loop->now;
        flow->probes++;
    }
    while ((flow->probe_left > 0 || flow->probe_packets_left > 0) &&
           flow->probe_next <= loop->now) {
        const unsigned even = flow->probe.bytes / flow->probe.packets + 1;
        const unsigned size = even < 80 ? 80 : even < PACKET ? even : PACKET;
        put(loop, flow, (uint16_t)size, flow->probe.number);
        flow->probe_left -= size < flow->probe_left ? size : flow->probe_left;
        flow->probe_packets_left -= flow->probe_packets_left > 0;
        flow->probe_next += (usec)(size * 8e6 / flow->probe.rate_bps);
    }
}

// The allocator, in short.
static void allocate(struct loop *loop, struct loop_flow *flow)
{
    const uint32_t target = estimate_target(flow->estimate);
    const uint32_t left = target > flow->audio_bps ? target - flow->audio_bps : 0;
    uint32_t most = 0;
    uint32_t next = 0;

    flow->sending = 0;
    for (unsigned i = 0; flow->steps[i]; i++) {
        most = flow->steps[i];
        if (flow->steps[i] <= left)
            flow->sending = flow->steps[i];
        else if (next == 0)
            next = flow->steps[i];
    }
    if (flow->fluid) {
        flow->sending = left < most ? left : most;
        next = flow->sending < most ? most : 0;
    }
    if (next == 0)
        next = flow->sending;
    const struct estimate_demand demand = {.sending = flow->sending + flow->audio_bps,
                                           .next = next + flow->audio_bps,
                                           .most = most + flow->audio_bps,
                                           .pictures = flow->pictures};
    estimate_set_demand(flow->estimate, clock_of(loop), &demand);
}

static void send(struct loop *loop, struct loop_flow *flow)
{
    if (loop->now >= flow->next_audio && flow->audio_bps > 0) {
        flow->next_audio = loop->now + AUDIO;
        put(loop, flow, (uint16_t)(flow->audio_bps / 8 / 50), 0);
    }
    if (loop->now >= flow->next_frame) {
        flow->next_frame += FRAME;
        allocate(loop, flow);
        queue_frame(flow);
    }
    send_probe(loop, flow);
    send_queue(loop, flow);
    if (loop->now % MSEC(50) == 0 || clock_of(loop) >= estimate_deadline(flow->estimate))
        estimate_tick(flow->estimate, clock_of(loop));
}

// --- the viewer ----------------------------------------------------------------------------------

static void hear(struct loop *loop, struct loop_flow *flow)
{
    unsigned taken = 0;

    while (taken < flow->pending_count && flow->pending[taken].due <= loop->now) {
        const struct loop_packet packet = flow->pending[taken++];
        unsigned at = flow->heard_count++;
        CHECK(at < LOOP_PENDING);
        for (; at > 0 && (int16_t)(flow->heard[at - 1].seq - packet.seq) > 0; at--)
            flow->heard[at] = flow->heard[at - 1];
        flow->heard[at] = packet;
        if (!flow->has_base || (int16_t)(packet.seq - flow->base) < 0)
            flow->base = packet.seq;
        flow->has_base = true;
    }
    flow->pending_count -= taken;
    memmove(flow->pending, flow->pending + taken, flow->pending_count * sizeof flow->pending[0]);
}

static void post(struct loop *loop, struct loop_flow *flow, struct writer *out)
{
    if (random_chance(&loop->random, flow->feedback_loss))
        return;
    CHECK(flow->feedback_count < LOOP_FEEDBACKS);
    struct loop_feedback *feedback = &flow->feedbacks[flow->feedback_count++];
    feedback->due =
        loop->now + loop->way_back + random_between(&loop->random, 0, loop->way_back_jitter);
    feedback->len = (uint16_t)writer_len(out);
    memcpy(feedback->bytes, out->start, feedback->len);
}

static void report(struct loop *loop, struct loop_flow *flow)
{
    static struct transport_cc_arrival arrivals[LOOP_PENDING];
    unsigned told = 0;

    for (unsigned i = 0; i < flow->heard_count; i++)
        arrivals[i] = (struct transport_cc_arrival){.seq = flow->heard[i].seq,
                                                    .at = flow->heard[i].due + loop->viewer_clock};
    while (told < flow->heard_count) {
        uint8_t bytes[LOOP_FEEDBACK_LEN];
        struct writer out = writer_over(bytes, sizeof bytes);
        const struct transport_cc_fields fields = {
            .sender = 1, .media = 2, .base = flow->base, .feedback_seq = flow->feedback_seq};
        const size_t covered = transport_cc_write(&out, &fields, arrivals + told,
                                                  flow->heard_count - told, sizeof bytes);
        CHECK(covered > 0);
        told += (unsigned)covered;
        flow->base = (uint16_t)(arrivals[told - 1].seq + 1);
        flow->feedback_seq++;
        post(loop, flow, &out);
    }
    flow->heard_count = 0;
}

bool loop_feed(struct loop *loop, struct loop_flow *flow, const uint8_t *at, size_t len)
{
    struct rtcp_walk walk = rtcp_walk(bytes_of(at, len));
    struct rtcp_packet packet;
    struct feedback feedback;
    struct transport_cc cc;

    if (!rtcp_next(&walk, &packet) || !feedback_read(&feedback, &packet) ||
        !transport_cc_read(&cc, &feedback))
        return false;
    estimate_feedback(flow->estimate, clock_of(loop), &cc);
    return true;
}

static void view(struct loop *loop, struct loop_flow *flow)
{
    hear(loop, flow);
    if (loop->now >= flow->next_feedback && !flow->silent) {
        flow->next_feedback =
            loop->now + (flow->feedback_interval
                             ? flow->feedback_interval
                             : random_between(&loop->random, MSEC(50), MSEC(100)));
        report(loop, flow);
    }
    for (unsigned i = 0; i < flow->feedback_count;) {
        if (flow->feedbacks[i].due > loop->now) {
            i++;
            continue;
        }
        CHECK(loop_feed(loop, flow, flow->feedbacks[i].bytes, flow->feedbacks[i].len));
        flow->feedback_count--;
        memmove(&flow->feedbacks[i], &flow->feedbacks[i + 1],
                (flow->feedback_count - i) * sizeof flow->feedbacks[0]);
    }
}

// --- time ----------------------------------------------------------------------------------------

static void sample(struct loop *loop)
{
    const uint32_t target = loop_target(loop);

    loop->target_sum += target;
    loop->target_sum_squares += (double)target * target;
    loop->samples++;
    if (target < loop->target_least)
        loop->target_least = target;
    if (target > loop->target_most)
        loop->target_most = target;
}

static void step(struct loop *loop)
{
    for (unsigned i = 0; i < loop->flow_count; i++) {
        struct loop_flow *flow =
            &loop->flows[(i + (unsigned)(loop->now / STEP)) % loop->flow_count];
        if (loop->now < flow->starts_at)
            continue;
        if (flow->next_frame < flow->starts_at)
            flow->next_frame = flow->starts_at;
        view(loop, flow);
        send(loop, flow);
    }
    sample(loop);
    loop->now += STEP;
}

void loop_run(struct loop *loop, usec until)
{
    while (loop->now < until)
        step(loop);
}

usec loop_run_to_at_least(struct loop *loop, uint32_t bps, usec until)
{
    while (loop->now < until && loop_target(loop) < bps)
        step(loop);
    return loop->now;
}

usec loop_run_to_at_most(struct loop *loop, uint32_t bps, usec until)
{
    while (loop->now < until && loop_target(loop) > bps)
        step(loop);
    return loop->now;
}
