// SPDX-License-Identifier: AGPL-3.0-or-later
// load/capacity/main.c - how many packets one thread of the load generator takes, and what each costs it.
#include "base/mem.h"
#include "host/mailbox.h"
#include "host/media_thread.h"
#include "host/udp_address.h"
#include "load/agent.h"
#include "load/loop.h"
#include "sfu/command.h"
#include "sfu/event.h"
#include "support/answered.h"
#include "support/dtls_client.h"
#include "transport/certificate.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"
#include "wire/sdp_writer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROUTER 1
#define PACKET 1100
#define FRAME 6 // packets of one burst to one viewer, as of 720p
#define PATIENCE SEC(60)

// Viewers connect to a real media thread. Then it ends, and from its port come frames that nobody could
// open: viewers go by the headers alone, so this is what they do under load.
struct bench {
    unsigned viewers;
    unsigned rate; // packets a second
    unsigned seconds;
    struct random random;
    struct certificate *certificate;
    struct mailbox *events;
    struct media_thread *media;
    struct dtls_identity *identity;
    struct loop *loop;
    struct agent **agents;
    uint32_t *ssrcs;
    uint16_t *transport_seqs;
    uint8_t extension; // id of the transport-wide number
    uint16_t seq;      // of all streams
    uint32_t timestamp;
    uint16_t port;
};

static void fail(const char *what)
{
    fprintf(stderr, "load_capacity: %s\n", what);
    exit(1);
}

static void tell(struct bench *b, struct sfu_command command)
{
    const usec until = loop_now() + PATIENCE;

    command.router = ROUTER;
    while (!media_thread_tell(b->media, &command))
        if (loop_now() > until)
            fail("the media thread takes no more commands");
}

static void open_all(struct bench *b)
{
    struct media_settings media = {.merge = true, .members = 4096, .count = 1};
    const struct loop_settings loop = {.local = address_v4(127, 0, 0, 1, 0)};
    int code;

    b->random = random_seeded(1);
    b->agents = mem_zero_array(b->viewers, sizeof *b->agents);
    b->ssrcs = mem_zero_array(b->viewers, sizeof *b->ssrcs);
    b->transport_seqs = mem_zero_array(b->viewers, sizeof *b->transport_seqs);
    if (!b->agents || !b->ssrcs || !b->transport_seqs ||
        certificate_create(&b->certificate) != ERR_OK ||
        mailbox_create(&b->events, sizeof(struct sfu_event), 65536) != ERR_OK ||
        dtls_identity_create(&b->identity, &(struct dtls_client_options){0}) != ERR_OK)
        fail("no memory");
    media.certificate = b->certificate;
    media.events = b->events;
    if (media_thread_create(&b->media, &media, &code) != ERR_OK ||
        media_thread_start(b->media) != ERR_OK || loop_start(&b->loop, &loop) != ERR_OK)
        fail("the threads cannot be started");
    b->port = media_thread_port(b->media);
    tell(b, (struct sfu_command){.kind = SFU_OPEN_ROUTER});
}

static void join(struct bench *b, unsigned n)
{
    const struct agent_settings settings = {
        .seed = n + 1, .identity = b->identity, .as_page = true, .pairs = 1};
    const struct address at = address_v4(127, 0, 0, 1, b->port);
    struct sfu_command open = {.kind = SFU_OPEN_TRANSPORT, .transport = 1 + n};
    struct sdp_writer sdp = {0};
    const char *why = "";

    if (agent_create(&b->agents[n], &settings) != ERR_OK)
        fail("no memory");
    agent_write_offer(b->agents[n], &sdp);
    char *offer = sdp_writer_take(&sdp);
    char *text = answered(offer, &b->random, &at, certificate_fingerprint(b->certificate),
                          &open.open.parameters);
    if (agent_read_answer(b->agents[n], bytes_of_string(text), &why) != ERR_OK)
        fail(why);
    for (size_t i = 0; i < open.open.parameters->line_count; i++)
        if (open.open.parameters->lines[i].role == LINE_SLOT_VIDEO) {
            b->ssrcs[n] = open.open.parameters->lines[i].ssrc;
            b->extension = open.open.parameters->lines[i].extensions.transport_cc;
        }
    open.open.member = n + 1;
    tell(b, open);
    mem_free(offer);
    mem_free(text);
    if (loop_add(b->loop, b->agents[n]) != ERR_OK)
        fail("a socket cannot be opened");
}

static struct agent_stats stats_of(struct bench *b, unsigned n)
{
    struct agent_stats stats;

    loop_enter(b->loop, b->agents[n]);
    agent_stats(b->agents[n], &stats);
    loop_leave(b->loop, b->agents[n]);
    return stats;
}

static void wait_until_connected(struct bench *b, unsigned n)
{
    const usec until = loop_now() + PATIENCE;

    while (stats_of(b, n).state != AGENT_CONNECTED)
        if (loop_now() > until)
            fail("somebody does not connect");
}

// The media thread is gone; its port is ours.
static int take_port(const struct bench *b)
{
    const int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const struct address at = address_v4(127, 0, 0, 1, b->port);
    const int size = 4 * 1024 * 1024;
    struct sockaddr_storage name = {0};
    const socklen_t len = address_to_kernel(&name, &at, AF_INET);

    if (s < 0 || bind(s, (struct sockaddr *)&name, len) < 0)
        fail("the port cannot be taken over");
    setsockopt(s, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    return s;
}

static void write_packet(struct bench *b, unsigned n, unsigned index, uint8_t *to)
{
    uint8_t block[8];
    struct writer extension = writer_over(block, sizeof block);
    struct writer out = writer_over(to, PACKET);

    rtp_ext_write_u16(&extension, b->extension, b->transport_seqs[n]++);
    rtp_ext_write_end(&extension);
    rtp_write_header(&out,
                     &(struct rtp_fields){.marker = index + 1 == FRAME,
                                          .payload_type = 96,
                                          .seq = (uint16_t)(b->seq + index),
                                          .timestamp = b->timestamp,
                                          .ssrc = b->ssrcs[n],
                                          .extension_profile = RTP_EXT_ONE_BYTE,
                                          .extension = bytes_of(block, writer_len(&extension))});
}

static void send_frame(struct bench *b, int s, unsigned n)
{
    static uint8_t packets[FRAME * PACKET];
    uint8_t control[PACKET_INFO_SIZE];
    struct iovec part = {.iov_base = packets, .iov_len = sizeof packets};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control};
    struct sockaddr_storage name;

    for (unsigned i = 0; i < FRAME; i++)
        write_packet(b, n, i, packets + (size_t)i * PACKET);
    message.msg_namelen = address_to_kernel(&name, agent_local(b->agents[n]), AF_INET);
    message.msg_name = &name;
    packet_segment_write(&message, PACKET);
    if (sendmsg(s, &message, 0) < 0 && errno != ECONNREFUSED)
        fail("a frame cannot be sent");
}

// On a fixed schedule; behind it at once.
static uint64_t flood(struct bench *b, int s)
{
    const usec begun = loop_now(), ends = begun + SEC(b->seconds);
    uint64_t sent = 0;

    for (usec now; (now = loop_now()) < ends;) {
        const uint64_t due = (uint64_t)(now - begun) * b->rate / 1000000;
        if (sent >= due) {
            (void)poll(NULL, 0, 1); // the next frame's time
            continue;
        }
        send_frame(b, s, (unsigned)(sent / FRAME % b->viewers));
        sent += FRAME;
        if (sent / FRAME % b->viewers == 0) {
            b->seq = (uint16_t)(b->seq + FRAME);
            b->timestamp += 3000;
        }
    }
    return sent;
}

static void wait_until_drained(struct bench *b, uint64_t sent, uint64_t before)
{
    const usec until = loop_now() + SEC(5);
    struct loop_stats stats;

    do
        loop_stats(b->loop, &stats);
    while (stats.received - before < sent && loop_now() < until);
}

static void measure(struct bench *b)
{
    struct loop_stats before, after;
    struct agent_stats sum = {0};
    const int s = take_port(b);

    loop_stats(b->loop, &before);
    const uint64_t sent = flood(b, s);
    loop_stats(b->loop, &after);
    wait_until_drained(b, sent, before.received);
    for (unsigned i = 0; i < b->viewers; i++) {
        const struct agent_stats stats = stats_of(b, i);
        agent_stats_add(&sum, &stats);
    }
    const double seconds = (double)(after.at - before.at) / 1e6;
    const double cpu = (double)(after.cpu - before.cpu);
    const uint64_t taken = after.received - before.received;
    printf("%u viewers, %.0f packets/s sent, %.0f taken; missing %lld, dropped at sockets %llu\n"
           "%.2f us of the thread per packet, %.1f packets per receive, %.0f %% of a core, "
           "%llu packets of feedback\n",
           b->viewers, (double)sent / seconds, (double)taken / seconds,
           (long long)(sent - sum.received[AGENT_PICTURE].packets),
           (unsigned long long)(after.socket_drops - before.socket_drops), cpu / (double)taken,
           (double)taken / (double)(after.receive_calls - before.receive_calls),
           cpu / seconds / 1e4, (unsigned long long)sum.feedback);
    close(s);
}

int main(int count, char **words)
{
    struct bench b = {.viewers = 200, .rate = 100000, .seconds = 10};

    if (count > 4) {
        fprintf(stderr, "usage: load_capacity [VIEWERS [PACKETS_A_SECOND [SECONDS]]]\n");
        return 64;
    }
    b.viewers = count > 1 ? (unsigned)strtoul(words[1], NULL, 10) : b.viewers;
    b.rate = count > 2 ? (unsigned)strtoul(words[2], NULL, 10) : b.rate;
    b.seconds = count > 3 ? (unsigned)strtoul(words[3], NULL, 10) : b.seconds;
    if (b.viewers == 0 || b.viewers > 4000 || b.rate == 0 || b.seconds == 0)
        fail("1 to 4000 viewers, packets and seconds above 0");
    open_all(&b);
    for (unsigned i = 0; i < b.viewers; i++) {
        join(&b, i);
        wait_until_connected(&b, i);
    }
    media_thread_destroy(b.media);
    measure(&b);
    loop_stop(b.loop);
    for (unsigned i = 0; i < b.viewers; i++)
        agent_destroy(b.agents[i]);
    mailbox_destroy(b.events);
    certificate_destroy(b.certificate);
    dtls_identity_destroy(b.identity);
    mem_free(b.agents);
    mem_free(b.ssrcs);
    mem_free(b.transport_seqs);
    return 0;
}
