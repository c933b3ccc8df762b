// SPDX-License-Identifier: AGPL-3.0-or-later
// load/agent.c - one person's media connection: its life from offer to goodbye.
#include "load/agent.h"

#include "base/mem.h"
#include "load/agent_internal.h"
#include "support/random.h"
#include "transport/outbox.h"
#include "wire/sdp_writer.h"

#include <string.h>

#define HOUSE MSEC(100)
#define SILENCE SEC(10)

_Static_assert(AGENT_STREAMS < UINT8_MAX, "index counts in bytes");

static const char *profiles_of(enum agent_ciphers ciphers)
{
    static const char *const names[] = {
        [AGENT_CM_OR_GCM] = NULL,
        [AGENT_GCM] = "SRTP_AEAD_AES_128_GCM",
        [AGENT_CM] = "SRTP_AES128_CM_SHA1_80",
    };

    return names[ciphers];
}

static bool make_delays(struct agent *a)
{
    for (size_t i = 0; i < AGENT_KINDS; i++) {
        a->delays[i] = mem_zero(sizeof *a->delays[i]);
        if (!a->delays[i])
            return false;
    }
    return true;
}

enum err agent_create(struct agent **made, const struct agent_settings *settings)
{
    struct agent *a = mem_zero(sizeof *a);
    if (!a)
        return ERR_NO_MEMORY;

    a->settings = *settings;
    a->house_at = a->report_at = a->repair_at = USEC_NEVER;
    session_init(&a->session, settings);
    const struct peer_options options = {
        .seed = settings->seed,
        .dtls = {.identity = settings->identity, .srtp_profiles = profiles_of(settings->ciphers)}};
    if (peer_create(&a->peer, &options) != ERR_OK || (settings->opens && !make_delays(a))) {
        agent_destroy(a);
        return ERR_NO_MEMORY;
    }
    *made = a;
    return ERR_OK;
}

void agent_destroy(struct agent *agent)
{
    if (!agent)
        return;
    peer_destroy(agent->peer);
    if (agent->has_camera)
        camera_fini(&agent->camera);
    for (size_t i = 0; i < agent->stream_count; i++)
        mem_free(agent->streams[i].inflow);
    for (size_t i = 0; i < AGENT_KINDS; i++)
        mem_free(agent->delays[i]);
    mem_free(agent);
}

// --- offer and answer ----------------------------------------------------------------------------

static struct session_own own_of(const struct agent *a, const char *setup)
{
    return (struct session_own){.credentials = peer_credentials(a->peer),
                                .fingerprint = peer_fingerprint(a->peer),
                                .setup = setup};
}

void agent_write_offer(struct agent *agent, struct sdp_writer *sdp)
{
    const struct session_own own = own_of(agent, agent->settings.active ? "active" : "actpass");

    session_write_offer(&agent->session, &own, sdp);
}

void agent_write_answer(struct agent *agent, struct sdp_writer *sdp)
{
    const struct session_own own = own_of(agent, "active");

    session_write_answer(&agent->session, &own, sdp);
}

static uint32_t slot_of(uint32_t ssrc)
{
    return (ssrc * 0x9e3779b1u) >> 23 & (AGENT_INDEX - 1);
}

struct agent_stream *agent_find_stream(struct agent *a, uint32_t ssrc)
{
    for (uint32_t at = slot_of(ssrc); a->index[at]; at = (at + 1) & (AGENT_INDEX - 1))
        if (a->streams[a->index[at] - 1].ssrc == ssrc)
            return &a->streams[a->index[at] - 1];
    return NULL;
}

struct agent_stream *agent_add_stream(struct agent *a, uint32_t ssrc, enum agent_kind kind)
{
    uint32_t at = slot_of(ssrc);

    if (a->stream_count == AGENT_STREAMS || agent_find_stream(a, ssrc))
        return NULL;
    while (a->index[at])
        at = (at + 1) & (AGENT_INDEX - 1);
    struct agent_stream *stream = &a->streams[a->stream_count++];
    a->index[at] = (uint8_t)a->stream_count;
    *stream = (struct agent_stream){.ssrc = ssrc, .kind = kind, .repaired = -1};
    return stream;
}

static void expect_streams(struct agent *a)
{
    for (size_t i = 0; i < a->session.line_count; i++) {
        const struct session_line *line = &a->session.lines[i];
        if (line->role != SESSION_RECEIVES || !line->agreed || !line->ssrc[0])
            continue;
        struct agent_stream *stream = agent_add_stream(a, line->ssrc[0], line->kind);
        if (!stream)
            continue;
        stream->asks = line->nack && line->kind == AGENT_PICTURE && !a->settings.no_repair;
        stream->extension = line->extensions.transport_cc;
        const int16_t place = (int16_t)(stream - a->streams);
        struct agent_stream *again =
            line->rtx_ssrc[0] ? agent_add_stream(a, line->rtx_ssrc[0], line->kind) : NULL;
        if (!again)
            continue;
        again->repairs = true;
        again->repaired = place;
        again->extension = line->extensions.transport_cc;
    }
}

static enum err make_sources(struct agent *a)
{
    const struct agent_settings *s = &a->settings;
    const struct session_line *camera = session_find(&a->session, SESSION_CAMERA);
    const struct session_line *microphone = session_find(&a->session, SESSION_MICROPHONE);
    enum err err = ERR_OK;

    if (s->clip && microphone && s->microphone) {
        microphone_init(&a->microphone, s->clip, microphone, s->seed, &a->transport_seq);
        microphone_talk(&a->microphone, s->talk_for, s->talk_every);
        a->microphone.stamps = !s->no_stamps;
        a->microphone.slip = &a->slip;
        a->has_microphone = true;
    }
    if (s->clip && camera && (s->camera[0] || s->camera[1] || s->camera[2])) {
        err = camera_init(&a->camera, s->clip, camera, s->camera, s->seed, &a->transport_seq);
        a->camera.stamps = !s->no_stamps;
        a->camera.slip = &a->slip;
        a->has_camera = true;
    }
    return err;
}

enum err agent_read_answer(struct agent *agent, struct bytes sdp, const char **why)
{
    const enum err err = session_read_answer(&agent->session, sdp, why);

    if (err != ERR_OK)
        return err;
    expect_streams(agent);
    return make_sources(agent);
}

enum err agent_read_offer(struct agent *agent, struct bytes sdp, const char **why)
{
    const enum err err = session_read_offer(&agent->session, sdp, why);

    if (err == ERR_OK)
        expect_streams(agent);
    return err;
}

const struct address *agent_remote(const struct agent *agent)
{
    return &agent->session.remote;
}

const struct address *agent_local(const struct agent *agent)
{
    return &agent->path.local;
}

// --- time and datagrams --------------------------------------------------------------------------

void agent_start(struct agent *agent, usec now, const struct address *local)
{
    agent->path = (struct path){.local = *local, .remote = agent->session.remote};
    agent->stats.started_at = now;
    agent->stats.state = AGENT_CHECKING;
    peer_connect(agent->peer, now, &agent->path, &agent->session.remote_credentials,
                 &agent->session.remote_fingerprint);
}

static void connected(struct agent *a, usec now)
{
    struct random random = random_seeded(a->settings.seed + 3);

    a->stats.connected_at = now;
    a->stats.gcm = peer_uses_gcm(a->peer);
    a->answered_at = now;
    a->house_at = now + (usec)random_below(&random, HOUSE);
    a->report_at = now + (usec)random_below(&random, SEC(1));
    if (a->has_camera)
        camera_start(&a->camera, now, a->settings.seed);
    if (a->has_microphone)
        microphone_start(&a->microphone, now);
}

static void notice(struct agent *a, usec now)
{
    const bool was_connected = a->stats.connected_at != 0;

    switch (peer_state(a->peer)) {
    case PEER_NEW:
        return;
    case PEER_CHECKING:
        a->stats.state = AGENT_CHECKING;
        return;
    case PEER_HANDSHAKE:
        a->stats.state = AGENT_HANDSHAKE;
        return;
    case PEER_FAILED:
        a->stats.state = AGENT_FAILED;
        return;
    case PEER_CONNECTED:
        break;
    }
    if (!was_connected)
        connected(a, now);
    if (peer_answered(a->peer) != a->answered) {
        a->answered = peer_answered(a->peer);
        a->answered_at = now;
    }
    a->stats.state = now - a->answered_at > SILENCE ? AGENT_SILENT : AGENT_CONNECTED;
    a->stats.rtt = (uint32_t)peer_rtt(a->peer);
}

static bool is_rtp(const uint8_t *at, size_t len)
{
    return len >= 12 && at[0] >> 6 == 2 && (at[1] < 192 || at[1] > 223);
}

void agent_receive(struct agent *agent, usec now, usec arrived, uint8_t *at, size_t len,
                   struct outbox *out)
{
    const struct datagram in = {.path = agent->path, .at = at, .len = len};
    struct bytes plain;

    if (is_rtp(at, len)) {
        agent_receive_rtp(agent, now, arrived, in, out);
        return;
    }
    const bool control = len > 1 && at[0] >> 6 == 2;
    const enum got got = peer_receive(agent->peer, now, in, out, &plain);
    if (got == GOT_RTCP)
        agent_receive_rtcp(agent, now, plain, out);
    else if (control)
        agent->stats.unopened++;
    else
        notice(agent, now);
}

void agent_emit(void *to, bool is_rtcp, struct bytes packet)
{
    const struct agent_emission *e = to;
    struct agent *a = e->agent;

    if (is_rtcp) {
        a->stats.rtcp_sent += peer_send_rtcp(a->peer, e->out, packet);
    } else if (peer_send_rtp(a->peer, e->out, packet)) {
        a->stats.sent[e->kind].packets++;
        a->stats.sent[e->kind].bytes += outbox_at(e->out, outbox_count(e->out) - 1)->len;
    }
}

void agent_tick(struct agent *agent, usec now, struct outbox *out)
{
    struct agent_emission to = {.agent = agent, .out = out};

    peer_tick(agent->peer, now, out);
    notice(agent, now);
    if (agent->stats.connected_at == 0 || agent->closed)
        return;
    if (agent->has_microphone) {
        to.kind = AGENT_SOUND;
        microphone_run(&agent->microphone, now, agent->session.cname, agent_emit, &to);
    }
    if (agent->has_camera) {
        to.kind = AGENT_PICTURE;
        camera_run(&agent->camera, now, agent->session.cname, agent_emit, &to);
    }
    if (agent->repair_at <= now)
        agent_repair(agent, now, out);
    if (agent->house_at <= now) {
        agent_keep_house(agent, now, out);
        agent->house_at = agent->house_at + HOUSE > now ? agent->house_at + HOUSE : now + HOUSE;
    }
}

usec agent_deadline(const struct agent *agent)
{
    usec soonest = peer_deadline(agent->peer);

    if (agent->stats.connected_at == 0 || agent->closed)
        return agent->closed ? USEC_NEVER : soonest;
    soonest = usec_min(soonest, usec_min(agent->house_at, agent->repair_at));
    if (agent->has_microphone && !agent->microphone.off)
        soonest = usec_min(soonest, microphone_deadline(&agent->microphone));
    if (agent->has_camera && !agent->camera.off)
        soonest = usec_min(soonest, camera_deadline(&agent->camera));
    return soonest;
}

void agent_close(struct agent *agent, usec now, struct outbox *out)
{
    if (agent->stats.connected_at && !agent->closed)
        peer_close(agent->peer, now, out);
    agent->closed = true;
}

void agent_need_layers(struct agent *agent, const bool *needed, size_t count)
{
    if (agent->has_camera)
        camera_need(&agent->camera, needed, count);
}

void agent_mute(struct agent *agent, usec now, bool microphone, bool camera)
{
    if (agent->has_microphone)
        agent->microphone.off = microphone;
    if (agent->has_camera)
        camera_mute(&agent->camera, now, camera);
}

void agent_talk(struct agent *agent, usec talk_for, usec talk_every)
{
    if (agent->has_microphone)
        microphone_talk(&agent->microphone, talk_for, talk_every);
}

bool agent_opens(const struct agent *agent)
{
    return agent->settings.opens;
}

void agent_set_place(struct agent *agent, void *place)
{
    agent->place = place;
}

void *agent_place(const struct agent *agent)
{
    return agent->place;
}

// --- figures -------------------------------------------------------------------------------------

static void add_flow(struct agent_flow *sum, const struct agent_flow *more)
{
    sum->packets += more->packets;
    sum->bytes += more->bytes;
    sum->expected += more->expected;
    sum->lost += more->lost;
    sum->repaired += more->repaired;
    sum->duplicates += more->duplicates;
    sum->reordered += more->reordered;
    sum->stamped += more->stamped;
    sum->skipped += more->skipped;
    sum->retransmitted += more->retransmitted;
    sum->keys += more->keys;
}

void agent_stats(const struct agent *agent, struct agent_stats *stats)
{
    *stats = agent->stats;
    for (size_t i = 0; i < agent->stream_count; i++)
        if (agent->streams[i].inflow) {
            const struct agent_flow counts = inflow_counts(agent->streams[i].inflow);
            add_flow(&stats->received[agent->streams[i].kind], &counts);
        }
    if (!agent->has_camera)
        return;
    stats->sent[AGENT_PICTURE].retransmitted = agent->camera.retransmitted;
    for (size_t i = 0; i < agent->camera.layer_count; i++)
        stats->sent[AGENT_PICTURE].keys += agent->camera.layers[i].keys;
}

static usec earlier(usec a, usec b)
{
    return a == 0 || (b && b < a) ? b : a;
}

void agent_stats_add(struct agent_stats *sum, const struct agent_stats *stats)
{
    sum->started_at = earlier(sum->started_at, stats->started_at);
    sum->connected_at = earlier(sum->connected_at, stats->connected_at);
    for (size_t i = 0; i < AGENT_KINDS; i++) {
        sum->first_at[i] = earlier(sum->first_at[i], stats->first_at[i]);
        sum->last_at[i] = sum->last_at[i] > stats->last_at[i] ? sum->last_at[i] : stats->last_at[i];
        add_flow(&sum->sent[i], &stats->sent[i]);
        add_flow(&sum->received[i], &stats->received[i]);
    }
    sum->paddings += stats->paddings;
    sum->unknown += stats->unknown;
    sum->unopened += stats->unopened;
    sum->feedback += stats->feedback;
    sum->nacked += stats->nacked;
    sum->asked += stats->asked;
    sum->keys_asked += stats->keys_asked;
    sum->rtcp_received += stats->rtcp_received;
    sum->rtcp_sent += stats->rtcp_sent;
}

void agent_count_anew(struct agent *agent)
{
    const struct agent_stats old = agent->stats;

    agent->stats = (struct agent_stats){.state = old.state,
                                        .gcm = old.gcm,
                                        .started_at = old.started_at,
                                        .connected_at = old.connected_at,
                                        .rtt = old.rtt};
    memcpy(agent->stats.first_at, old.first_at, sizeof old.first_at);
    memcpy(agent->stats.last_at, old.last_at, sizeof old.last_at);
    for (size_t i = 0; i < agent->stream_count; i++)
        if (agent->streams[i].inflow)
            inflow_count_anew(agent->streams[i].inflow);
    for (size_t i = 0; i < AGENT_KINDS; i++)
        if (agent->delays[i])
            *agent->delays[i] = (struct histogram){0};
    agent->slip = (struct histogram){0};
    agent->camera.retransmitted = 0;
    for (size_t i = 0; i < AGENT_LAYERS; i++)
        agent->camera.layers[i].keys = 0;
}

const struct histogram *agent_delays(const struct agent *agent, enum agent_kind kind)
{
    return agent->delays[kind];
}

const struct histogram *agent_slip(const struct agent *agent)
{
    return &agent->slip;
}
