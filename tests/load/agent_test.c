// SPDX-License-Identifier: AGPL-3.0-or-later
// load/agent_test.c - agents meet at a real worker, by real offers and answers, in virtual time.
#include "load/agent.h"

#include "base/mem.h"
#include "load/clip.h"
#include "load/histogram.h"
#include "sfu/command.h"
#include "sfu/event.h"
#include "sfu/worker.h"
#include "support/answered.h"
#include "support/check.h"
#include "support/dtls_client.h"
#include "support/flight.h"
#include "support/random.h"
#include "transport/certificate.h"
#include "transport/outbox.h"
#include "wire/sdp_writer.h"

#include <string.h>

#define ROUTER 1
#define AGENTS 6
#define STEP MSEC(1)
#define DELAY MSEC(5) // one way

struct hall {
    usec now;
    struct random random;
    uint32_t loss; // of a million, down
    uint32_t loss_up;
    struct certificate *certificate;
    struct worker *worker;
    struct outbox *out;       // of the worker
    struct outbox *agent_out; // of whichever agent is at work
    struct flight flight;     // where: 0 to the worker, else 1 + agent
    struct clip *clip;
    struct dtls_identity *identity;
    size_t count;
    struct agent *agents[AGENTS];
    struct address addresses[AGENTS];
    uint32_t told[PARAMETERS_LAYERS]; // layers the first agent was told of
};

static struct hall *hall_open(void)
{
    struct hall *h = mem_zero(sizeof *h);
    struct sfu_command open = {.kind = SFU_OPEN_ROUTER, .router = ROUTER};

    CHECK(h != NULL);
    h->now = SEC(10);
    h->random = random_seeded(5);
    CHECK(certificate_create(&h->certificate) == ERR_OK);
    CHECK(worker_create(&h->worker, h->certificate, SEC(1700000000), 5) == ERR_OK);
    CHECK(outbox_create(&h->out, 4096) == ERR_OK);
    CHECK(outbox_create(&h->agent_out, 512) == ERR_OK);
    CHECK(clip_open(&h->clip, NULL) == ERR_OK);
    CHECK(dtls_identity_create(&h->identity, &(struct dtls_client_options){0}) == ERR_OK);
    worker_apply(h->worker, h->now, &open, h->out);
    return h;
}

static void hall_close(struct hall *h)
{
    for (size_t i = 0; i < h->count; i++)
        agent_destroy(h->agents[i]);
    worker_destroy(h->worker);
    certificate_destroy(h->certificate);
    outbox_destroy(h->out);
    outbox_destroy(h->agent_out);
    flight_fini(&h->flight);
    clip_close(h->clip);
    dtls_identity_destroy(h->identity);
    mem_free(h);
}

static void tell(struct hall *h, struct sfu_command command)
{
    command.router = ROUTER;
    worker_apply(h->worker, h->now, &command, h->out);
}

// The gateway's answer to an offer; what was settled goes to the worker.
static char *answer(struct hall *h, const char *offer)
{
    struct sfu_command command = {.kind = SFU_OPEN_TRANSPORT, .transport = 100 + h->count};
    const struct address at = address_v4(10, 0, 1, 1, 3478);
    struct transport_parameters *settled;
    char *text =
        answered(offer, &h->random, &at, certificate_fingerprint(h->certificate), &settled);

    command.open.member = (uint32_t)h->count + 1;
    command.open.parameters = settled;
    tell(h, command);
    command = (struct sfu_command){.kind = SFU_GATE, .transport = 100 + h->count};
    command.gate.open = true;
    tell(h, command);
    return text;
}

static struct agent *hall_join(struct hall *h, struct agent_settings settings)
{
    struct sdp_writer sdp = {0};
    struct agent *agent = NULL;
    const char *why = "";

    settings.seed = h->count + 1;
    settings.clip = h->clip;
    settings.identity = h->identity;
    CHECK(agent_create(&agent, &settings) == ERR_OK);
    agent_write_offer(agent, &sdp);
    char *offer = sdp_writer_take(&sdp);
    CHECK(offer != NULL);
    char *text = answer(h, offer);
    CHECK(agent_read_answer(agent, bytes_of_string(text), &why) == ERR_OK);
    CHECK_EQ(agent_remote(agent)->port, 3478);
    h->addresses[h->count] = address_v4(10, 0, 0, 1, (uint16_t)(40000 + h->count));
    agent_start(agent, h->now, &h->addresses[h->count]);
    h->agents[h->count++] = agent;
    mem_free(offer);
    mem_free(text);
    return agent;
}

// What one agent would like to see of another.
static void hall_want(struct hall *h, size_t agent, uint32_t member, uint16_t height)
{
    struct sfu_command command = {.kind = SFU_WANT, .transport = 100 + agent};

    command.want.count = 1;
    command.want.wants[0] =
        (struct sfu_want){.source = 4 * member + SOURCE_CAMERA, .height = height};
    tell(h, command);
}

static void fly(struct hall *h, struct outbox *out, size_t from)
{
    for (size_t i = 0; i < outbox_count(out); i++) {
        const struct outgoing *one = outbox_at(out, i);
        size_t to = 0;
        if (random_chance(&h->random, from == 0 ? h->loss : h->loss_up))
            continue;
        for (size_t n = 0; from == 0 && n < h->count; n++)
            if (address_equal(&one->path.remote, &h->addresses[n]))
                to = n + 1;
        if (from == 0 && to == 0)
            continue; // of one that left
        CHECK(flight_put(&h->flight, h->now + DELAY, (uint32_t)(to ? to : AGENTS + from), one->at,
                         one->len));
    }
    outbox_clear(out);
}

static void deliver(struct hall *h, struct flown *flown)
{
    if (flown->where <= AGENTS) {
        agent_receive(h->agents[flown->where - 1], h->now, flown->due, flown->bytes, flown->len,
                      h->agent_out);
        fly(h, h->agent_out, flown->where);
        return;
    }
    const struct datagram in = {.at = flown->bytes,
                                .len = flown->len,
                                .path = {.local = address_v4(10, 0, 1, 1, 3478),
                                         .remote = h->addresses[flown->where - AGENTS - 1]}};
    worker_receive(h->worker, h->now, in, h->out);
}

static void take_events(struct hall *h)
{
    struct sfu_event event;

    while (worker_take_event(h->worker, &event))

        if (event.kind == SFU_LAYERS && event.layers.kind == SOURCE_CAMERA) {
            struct agent *agent = h->agents[event.transport - 100];
            agent_need_layers(agent, event.layers.needed, event.layers.count);
            for (size_t i = 0; agent == h->agents[0] && i < event.layers.count; i++)
                h->told[i] = event.layers.needed[i];
        }
}

static void hall_run(struct hall *h, usec span)
{
    const usec until = h->now + span;
    struct flown *flown;

    for (; h->now < until; h->now += STEP) {
        while ((flown = flight_take(&h->flight, h->now))) {
            deliver(h, flown);
            mem_free(flown);
        }
        worker_tick(h->worker, h->now, h->out);
        take_events(h);
        fly(h, h->out, 0);
        for (size_t i = 0; i < h->count; i++)
            if (agent_deadline(h->agents[i]) <= h->now) {
                agent_tick(h->agents[i], h->now, h->agent_out);
                fly(h, h->agent_out, i + 1);
            }
    }
}

static struct agent_stats stats_of(const struct agent *agent)
{
    struct agent_stats stats;

    agent_stats(agent, &stats);
    return stats;
}

static const struct agent_settings page = {.microphone = true,
                                           .camera = {true, true, true},
                                           .as_page = true,
                                           .pairs = 4,
                                           .sound_slots = 2,
                                           .opens = true};
static const struct agent_settings viewer = {
    .as_page = true, .pairs = 2, .sound_slots = 1, .opens = true};

TEST(a_viewer_receives_all_of_a_camera_and_a_microphone)
{
    struct hall *h = hall_open();
    struct agent *sender = hall_join(h, page);
    struct agent *watcher = hall_join(h, viewer);

    hall_want(h, 1, 1, 720);
    hall_run(h, SEC(10)); // until the line is known to carry it
    agent_count_anew(watcher);
    agent_count_anew(sender);
    hall_run(h, SEC(10));
    const struct agent_stats got = stats_of(watcher);
    const struct agent_stats sent = stats_of(sender);
    const struct agent_flow *picture = &got.received[AGENT_PICTURE];
    CHECK_EQ(got.state, AGENT_CONNECTED);
    CHECK(got.gcm);
    CHECK_EQ(picture->lost + got.received[AGENT_SOUND].lost, 0);
    CHECK_EQ(picture->duplicates + got.unknown + got.unopened, 0);
    CHECK(picture->bytes * 8 / 10 > 1300000 && picture->bytes * 8 / 10 < 1900000);
    CHECK(got.received[AGENT_SOUND].packets >= 498 && got.received[AGENT_SOUND].packets <= 502);
    CHECK(sent.sent[AGENT_SOUND].packets == 500);
    // All is stamped but the shortest, and takes two ways and a turn.
    CHECK(picture->stamped > picture->packets * 9 / 10);
    CHECK_EQ(agent_delays(watcher, AGENT_PICTURE)->count, picture->stamped);
    CHECK(histogram_quantile(agent_delays(watcher, AGENT_SOUND), 0.5) >= 2 * DELAY);
    CHECK(histogram_quantile(agent_delays(watcher, AGENT_SOUND), 0.99) < 2 * DELAY + MSEC(10));
    CHECK(got.feedback >= 95);
    CHECK(got.first_at[AGENT_PICTURE] > 0);
    hall_close(h);
}

TEST(an_agent_that_opens_nothing_counts_the_same)
{
    struct hall *h = hall_open();
    struct agent_settings closed = viewer;
    struct agent *a, *b;

    closed.opens = false;
    hall_join(h, page);
    a = hall_join(h, viewer);
    b = hall_join(h, closed);
    hall_want(h, 1, 1, 720);
    hall_want(h, 2, 1, 720);
    hall_run(h, SEC(12));
    agent_count_anew(a);
    agent_count_anew(b);
    hall_run(h, SEC(5));
    const struct agent_stats opened = stats_of(a), glanced = stats_of(b);
    for (size_t i = 0; i < AGENT_KINDS; i++) {
        const int64_t difference =
            (int64_t)(opened.received[i].packets - glanced.received[i].packets);
        CHECK(difference > -60 && difference < 60); // each line is filled by its own estimate
        CHECK_EQ(glanced.received[i].lost, 0);
    }
    CHECK(agent_delays(b, AGENT_PICTURE) == NULL);
    CHECK_EQ(glanced.received[AGENT_PICTURE].stamped, 0);
    hall_close(h);
}

TEST(key_frames_come_when_they_are_asked_for)
{
    struct hall *h = hall_open();
    struct agent *sender = hall_join(h, page);

    hall_join(h, viewer);
    hall_want(h, 1, 1, 720);
    hall_run(h, SEC(3));
    const struct agent_stats before = stats_of(sender);
    hall_join(h, viewer); // needs a key frame at once
    hall_want(h, 2, 1, 720);
    hall_run(h, SEC(2));
    const struct agent_stats after = stats_of(sender);
    CHECK(after.keys_asked > before.keys_asked);
    CHECK(after.sent[AGENT_PICTURE].keys > before.sent[AGENT_PICTURE].keys);
    CHECK(stats_of(h->agents[2]).first_at[AGENT_PICTURE] > 0);
    CHECK(stats_of(h->agents[2]).first_at[AGENT_PICTURE] - stats_of(h->agents[2]).connected_at <
          SEC(1));
    hall_close(h);
}

TEST(what_is_lost_is_asked_for_and_sent_again_both_ways)
{
    struct hall *h = hall_open();
    struct agent *sender = hall_join(h, page);
    struct agent *watcher = hall_join(h, viewer);

    hall_want(h, 1, 1, 360);
    hall_run(h, SEC(5));
    agent_count_anew(watcher);
    agent_count_anew(sender);
    h->loss = 20000;
    h->loss_up = 20000;
    hall_run(h, SEC(20));
    const struct agent_stats got = stats_of(watcher), sent = stats_of(sender);
    const struct agent_flow *picture = &got.received[AGENT_PICTURE];
    CHECK(sent.nacked > 0 && sent.sent[AGENT_PICTURE].retransmitted > 0);
    CHECK(got.asked > 0);
    CHECK(picture->lost > picture->packets / 200 && picture->lost < picture->packets / 20);
    CHECK(picture->repaired * 10 >= picture->lost * 8);
    CHECK(got.received[AGENT_SOUND].lost > 0);
    hall_close(h);
}

TEST(layers_nobody_needs_are_not_sent)
{
    struct hall *h = hall_open();
    struct agent *sender = hall_join(h, page);

    hall_join(h, viewer);
    hall_want(h, 1, 1, 180);
    hall_run(h, SEC(8));
    CHECK(h->told[0] && !h->told[2]);
    agent_count_anew(sender);
    hall_run(h, SEC(5));
    CHECK(stats_of(sender).sent[AGENT_PICTURE].bytes * 8 / 5 < 400000);
    hall_close(h);
}

TEST(a_muted_agent_sends_nothing_and_comes_back_with_a_key_frame)
{
    struct hall *h = hall_open();
    struct agent *sender = hall_join(h, page);

    hall_join(h, viewer);
    hall_want(h, 1, 1, 360);
    hall_run(h, SEC(3));
    agent_mute(sender, h->now, true, true);
    agent_count_anew(sender);
    hall_run(h, SEC(2));
    CHECK_EQ(stats_of(sender).sent[AGENT_PICTURE].packets, 0);
    CHECK_EQ(stats_of(sender).sent[AGENT_SOUND].packets, 0);
    agent_mute(sender, h->now, false, false);
    hall_run(h, SEC(1));
    CHECK(stats_of(sender).sent[AGENT_PICTURE].keys > 0);
    CHECK(stats_of(sender).sent[AGENT_SOUND].packets > 40);
    hall_close(h);
}

TEST(who_listens_mostly_sends_little)
{
    struct hall *h = hall_open();
    struct agent_settings quiet = page;
    struct agent *silent, *by_turns;

    quiet.talk_every = SEC(1000);
    silent = hall_join(h, quiet);
    quiet.talk_for = SEC(2);
    quiet.talk_every = SEC(4);
    by_turns = hall_join(h, quiet);
    hall_run(h, SEC(21));
    CHECK(stats_of(silent).sent[AGENT_SOUND].packets < 150);
    CHECK(stats_of(by_turns).sent[AGENT_SOUND].packets > 400);
    CHECK(stats_of(by_turns).sent[AGENT_SOUND].packets < 750);
    hall_close(h);
}

TEST(ciphers_are_as_chosen)
{
    struct hall *h = hall_open();
    struct agent_settings settings = page;

    settings.ciphers = AGENT_CM;
    // With an identity of its own: the shared one has both.
    struct dtls_identity *both = h->identity;
    h->identity = NULL;
    hall_join(h, settings);
    settings.ciphers = AGENT_GCM;
    hall_join(h, settings);
    h->identity = both;
    hall_run(h, SEC(1));
    CHECK(stats_of(h->agents[0]).state == AGENT_CONNECTED && !stats_of(h->agents[0]).gcm);
    CHECK(stats_of(h->agents[1]).state == AGENT_CONNECTED && stats_of(h->agents[1]).gcm);
    hall_close(h);
}

TEST(a_server_that_dies_is_noticed)
{
    struct hall *h = hall_open();
    struct agent *agent = hall_join(h, page);

    hall_run(h, SEC(2));
    CHECK_EQ(stats_of(agent).state, AGENT_CONNECTED);
    h->loss = h->loss_up = 1000000;
    hall_run(h, SEC(15));
    CHECK_EQ(stats_of(agent).state, AGENT_SILENT);
    hall_close(h);
}

TEST(without_feedback_none_is_offered_nor_sent)
{
    struct hall *h = hall_open();
    struct agent_settings settings = viewer;

    hall_join(h, page);
    settings.no_transport_cc = true;
    struct agent *watcher = hall_join(h, settings);
    hall_want(h, 1, 1, 180);
    hall_run(h, SEC(4));
    CHECK(stats_of(watcher).received[AGENT_PICTURE].packets > 0);
    CHECK_EQ(stats_of(watcher).feedback, 0);
    hall_close(h);
}
