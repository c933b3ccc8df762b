// SPDX-License-Identifier: AGPL-3.0-or-later
// threads/load_loop_test.c - the load generator's threads against a real media thread, over loopback.
#include "load/loop.h"

#include "base/mem.h"
#include "host/mailbox.h"
#include "host/media_thread.h"
#include "load/agent.h"
#include "load/clip.h"
#include "load/clip_file.h"
#include "load/histogram.h"
#include "sfu/command.h"
#include "sfu/event.h"
#include "support/answered.h"
#include "support/check.h"
#include "support/dtls_client.h"
#include "transport/certificate.h"
#include "wire/sdp_writer.h"

#include <sched.h>
#include <string.h>

#define ROUTER 1
#define AGENTS 12
#define PATIENCE SEC(60)
#define FRAME 3000

struct house {
    struct certificate *certificate;
    struct mailbox *events;
    struct media_thread *media;
    struct dtls_identity *identity;
    struct clip *clip;
    struct random random;
    struct loop *loop;
    size_t count;
    struct agent *agents[AGENTS];
};

// Four frames of each layer, ten packets of sound: the sizes are right, the pictures are not.
static struct clip *small_clip(void)
{
    static uint8_t file[100000];
    struct writer out = writer_over(file, sizeof file);
    struct clip *clip = NULL;

    write_bytes(&out, bytes_of_string(CLIP_MAGIC));
    write_u16(&out, 1);
    write_u16(&out, 4);
    write_u16(&out, 10);
    write_u16(&out, 1);
    for (unsigned i = 0; i < CLIP_LAYERS; i++) {
        write_u16(&out, (uint16_t)(320u << i));
        write_u16(&out, (uint16_t)(180u << i));
    }
    for (unsigned i = 0; i < 4 * CLIP_LAYERS; i++) {
        write_u32(&out, FRAME);
        write_u8(&out, 0);
        write_u8(&out, i % 4 ? 0 : CLIP_KEY);
    }
    for (unsigned i = 0; i < 11; i++) {
        write_u16(&out, 80);
        write_u8(&out, 20);
    }
    for (unsigned i = 0; i < 4 * CLIP_LAYERS; i++) {
        const unsigned width = 320u << (i / 4), height = 180u << (i / 4);
        const uint8_t head[10] = {i % 4 ? 0x11 : 0x10,
                                  0,
                                  0,
                                  0x9d,
                                  0x01,
                                  0x2a,
                                  width & 255,
                                  (uint8_t)(width >> 8),
                                  height & 255,
                                  (uint8_t)(height >> 8)};
        write_bytes(&out, bytes_of(head, sizeof head));
        write_zeros(&out, FRAME - sizeof head);
    }
    for (unsigned i = 0; i < 11; i++) {
        write_u8(&out, 0xf8);
        write_zeros(&out, 79);
    }
    CHECK(out.ok);
    CHECK(clip_read(&clip, bytes_of(file, writer_len(&out))) == ERR_OK);
    return clip;
}

static void tell(struct house *h, struct sfu_command command)
{
    command.router = ROUTER;
    CHECK(media_thread_tell(h->media, &command));
}

static void open_house(struct house *h, unsigned threads)
{
    struct media_settings settings = {.merge = true, .members = 512, .count = 1};
    const struct loop_settings loop = {.threads = threads, .local = address_v4(127, 0, 0, 1, 0)};
    int code;

    *h = (struct house){.random = random_seeded(4), .clip = small_clip()};
    CHECK_EQ(certificate_create(&h->certificate), ERR_OK);
    CHECK_EQ(mailbox_create(&h->events, sizeof(struct sfu_event), 64), ERR_OK);
    CHECK_EQ(dtls_identity_create(&h->identity, &(struct dtls_client_options){0}), ERR_OK);
    settings.certificate = h->certificate;
    settings.events = h->events;
    CHECK_EQ(media_thread_create(&h->media, &settings, &code), ERR_OK);
    CHECK_EQ(media_thread_start(h->media), ERR_OK);
    CHECK_EQ(loop_start(&h->loop, &loop), ERR_OK);
    tell(h, (struct sfu_command){.kind = SFU_OPEN_ROUTER});
}

static void close_house(struct house *h)
{
    loop_stop(h->loop);
    for (size_t i = 0; i < h->count; i++)
        agent_destroy(h->agents[i]);
    media_thread_destroy(h->media);
    mailbox_destroy(h->events);
    certificate_destroy(h->certificate);
    dtls_identity_destroy(h->identity);
    clip_close(h->clip);
}

static struct agent *join(struct house *h, bool sends)
{
    const struct agent_settings settings = {.seed = h->count + 1,
                                            .clip = h->clip,
                                            .identity = h->identity,
                                            .microphone = sends,
                                            .camera = {sends, sends, sends},
                                            .as_page = true,
                                            .pairs = 1,
                                            .sound_slots = 1,
                                            .opens = h->count % 2 == 1};
    const struct address at = address_v4(127, 0, 0, 1, media_thread_port(h->media));
    struct sfu_command open = {.kind = SFU_OPEN_TRANSPORT, .transport = 100 + h->count};
    struct sfu_command gate = {.kind = SFU_GATE, .transport = 100 + h->count};
    struct sfu_command want = {.kind = SFU_WANT, .transport = 100 + h->count};
    struct sdp_writer sdp = {0};
    struct agent *agent;
    const char *why = "";

    CHECK_EQ(agent_create(&agent, &settings), ERR_OK);
    agent_write_offer(agent, &sdp);
    char *offer = sdp_writer_take(&sdp);
    CHECK(offer != NULL);
    char *text = answered(offer, &h->random, &at, certificate_fingerprint(h->certificate),
                          &open.open.parameters);
    CHECK_EQ(agent_read_answer(agent, bytes_of_string(text), &why), ERR_OK);
    open.open.member = (uint32_t)h->count + 1;
    gate.gate.open = true;
    want.want.count = 1;
    want.want.wants[0] = (struct sfu_want){.source = 4 + SOURCE_CAMERA, .height = 180};
    tell(h, open);
    tell(h, gate);
    tell(h, want);
    mem_free(offer);
    mem_free(text);
    CHECK_EQ(loop_add(h->loop, agent), ERR_OK);
    h->agents[h->count++] = agent;
    return agent;
}

static struct agent_stats stats_of(struct house *h, struct agent *agent)
{
    struct agent_stats stats;

    loop_enter(h->loop, agent);
    agent_stats(agent, &stats);
    loop_leave(h->loop, agent);
    return stats;
}

// Until it has received so many pictures' packets; the ceiling is there for a machine that is busy.
static bool comes_to(struct house *h, struct agent *agent, uint64_t packets)
{
    const usec until = loop_now() + PATIENCE;

    while (loop_now() < until) {
        if (stats_of(h, agent).received[AGENT_PICTURE].packets >= packets)
            return true;
        (void)sched_yield();
    }
    return false;
}

TEST(agents_on_two_threads_receive_what_one_sends_without_loss)
{
    struct loop_stats counts;
    struct house h;

    open_house(&h, 2);
    for (size_t i = 0; i < AGENTS; i++)
        join(&h, i == 0);
    for (size_t i = 1; i < AGENTS; i++) {
        CHECK(comes_to(&h, h.agents[i], 100));
        const struct agent_stats stats = stats_of(&h, h.agents[i]);
        CHECK_EQ(stats.state, AGENT_CONNECTED);
        CHECK_EQ(stats.received[AGENT_PICTURE].lost, 0);
        CHECK_EQ(stats.unknown + stats.unopened, 0);
        if (i % 2 == 1)
            CHECK(stats.received[AGENT_PICTURE].stamped > 0);
    }
    loop_stats(h.loop, &counts);
    CHECK_EQ(counts.threads, 2);
    CHECK(counts.received >= 100 * (AGENTS - 1));
    CHECK(counts.receive_calls < counts.received); // runs came in one piece
    CHECK(counts.cpu >= counts.cpu_most && counts.cpu_most > 0);
    CHECK_EQ(counts.socket_drops + counts.send_drops, 0);
    close_house(&h);
}

TEST(one_that_was_removed_receives_no_more_and_the_others_do)
{
    struct house h;

    open_house(&h, 1);
    join(&h, true);
    struct agent *agent = join(&h, false);
    struct agent *other = join(&h, false);
    CHECK(comes_to(&h, agent, 20));
    loop_remove(h.loop, agent);
    const uint64_t before = stats_of(&h, agent).received[AGENT_PICTURE].packets;
    CHECK(comes_to(&h, other, before + 60));
    CHECK_EQ(stats_of(&h, agent).received[AGENT_PICTURE].packets, before);
    loop_remove(h.loop, agent); // no harm
    close_house(&h);
}

TEST(what_is_told_from_outside_counts_at_once)
{
    struct house h;

    open_house(&h, 1);
    struct agent *sender = join(&h, true);
    struct agent *watcher = join(&h, false);
    CHECK(comes_to(&h, watcher, 20));
    loop_enter(h.loop, sender);
    agent_mute(sender, loop_now(), true, true);
    agent_count_anew(sender);
    loop_leave(h.loop, sender);
    const usec until = loop_now() + MSEC(300);
    while (loop_now() < until)
        (void)stats_of(&h, watcher);
    CHECK_EQ(stats_of(&h, sender).sent[AGENT_PICTURE].packets, 0);
    CHECK_EQ(stats_of(&h, sender).sent[AGENT_SOUND].packets, 0);
    close_house(&h);
}

TEST(a_loop_that_is_stopped_gives_its_agents_back)
{
    struct house h;

    open_house(&h, 2);
    join(&h, true);
    join(&h, false);
    loop_stop(h.loop);
    h.loop = NULL;
    for (size_t i = 0; i < h.count; i++)
        CHECK(agent_place(h.agents[i]) == NULL);
    close_house(&h);
}
