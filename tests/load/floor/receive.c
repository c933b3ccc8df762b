// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/receive.c - the viewers: count what comes and what is missing, report it as browsers do.
#include "base/mem.h"
#include "base/seq.h"
#include "load/floor/commands.h"
#include "load/floor/loop.h"
#include "load/floor/moment.h"
#include "load/floor/settings.h"
#include "load/floor/viewpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>

#define TICK_NS 1000000u
#define DELAYS 1000000

struct stream {
    bool begun;
    int64_t first, last; // sequence numbers, unrolled
    uint64_t received;
};

struct crowd {
    // given
    const struct settings *given;
    // owned
    struct viewpoint *viewers;
    struct stream *streams; // of viewer v, source s: v * LAYOUT_SOURCES + s
    uint32_t *delays_us;
    // state
    size_t delays;
    size_t next_reporter;
    uint64_t damaged; // would not open
    uint64_t strange;
    uint64_t bytes;
    _Alignas(16) uint8_t buffer[65536];
};

static void open_one(struct crowd *crowd, struct viewpoint *v, const struct stream *stream,
                     uint8_t *at, size_t len, uint64_t now)
{
    const size_t padding_at = len - AEAD_TAG_LEN;
    uint64_t stamp;
    size_t end;

    if (!aead_open_rtp(&v->opens, layout_get32(at + 8), (uint64_t)stream->last, at, len,
                       LAYOUT_FORWARDED_LEN)) {
        crowd->damaged++;
        return;
    }
    end = padding_at - (at[0] & 0x20 ? at[padding_at - 1] : 0);
    if (crowd->delays == DELAYS || end < LAYOUT_FORWARDED_LEN + LAYOUT_STAMP_LEN)
        return;
    memcpy(&stamp, at + end - LAYOUT_STAMP_LEN, sizeof stamp);
    crowd->delays_us[crowd->delays++] = (uint32_t)((now - stamp) / 1000);
}

static void take(struct crowd *crowd, struct viewpoint *v, uint8_t *at, size_t len, uint64_t now)
{
    const size_t share = crowd->given->open_share;
    struct stream *stream;
    uint32_t source;

    if (len < LAYOUT_FORWARDED_LEN + AEAD_TAG_LEN ||
        (source = layout_get32(at + 8) - layout_forwarded_ssrc(v->number, 0)) >= LAYOUT_SOURCES) {
        crowd->strange++;
        return;
    }
    stream = &crowd->streams[v->number * LAYOUT_SOURCES + source];
    if (!stream->begun)
        *stream = (struct stream){
            .begun = true, .first = layout_get16(at + 2), .last = layout_get16(at + 2)};
    stream->last = seq_unroll(stream->last, layout_get16(at + 2)); // nothing here changes the order
    stream->received++;
    crowd->bytes += len;
    viewpoint_note(v, layout_get16(at + 16 + LAYOUT_TRANSPORT_SEQ), now);
    if (share && v->number % share == 0)
        open_one(crowd, v, stream, at, len, now);
}

// A run arrives as one buffer with the length of its segments beside it (UDP_GRO).
static size_t segment_of(struct msghdr *message, size_t len)
{
    for (struct cmsghdr *one = CMSG_FIRSTHDR(message); one; one = CMSG_NXTHDR(message, one)) {
        int size;

        if (one->cmsg_level != SOL_UDP || one->cmsg_type != UDP_GRO)
            continue;
        memcpy(&size, CMSG_DATA(one), sizeof size);
        return size > 0 ? (size_t)size : len;
    }
    return len;
}

static void drain(struct crowd *crowd, struct viewpoint *v)
{
    for (;;) {
        _Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(int))];
        struct iovec part = {.iov_base = crowd->buffer, .iov_len = sizeof crowd->buffer};
        struct msghdr message = {.msg_iov = &part,
                                 .msg_iovlen = 1,
                                 .msg_control = control,
                                 .msg_controllen = sizeof control};
        const ssize_t got = recvmsg(v->socket, &message, MSG_DONTWAIT);
        const uint64_t now = moment_ns();
        size_t segment;

        if (got < 0)
            return;
        segment = segment_of(&message, (size_t)got);
        for (size_t at = 0; at < (size_t)got; at += segment) {
            const size_t left = (size_t)got - at;

            take(crowd, v, crowd->buffer + at, left < segment ? left : segment, now);
        }
    }
}

// Each tick those whose turn it is report, so that all have within the interval.
static bool report_some(struct crowd *crowd, uint64_t ticks)
{
    const size_t viewers = crowd->given->viewers, interval = crowd->given->feedback_ms;
    const uint64_t due = interval ? ticks * viewers / interval : 0;

    for (; crowd->next_reporter < due; crowd->next_reporter++) {
        struct viewpoint *v = &crowd->viewers[crowd->next_reporter % viewers];

        if (!viewpoint_report(v, &crowd->given->to))
            return false;
    }
    return true;
}

static bool watch_until_told(struct crowd *crowd, struct loop *loop)
{
    const uint64_t start = moment_ns();
    uint64_t ticks = 0;

    loop_wake_at(loop, start + TICK_NS);
    while (loop_wait(loop)) {
        uint64_t now;

        for (size_t i = 0; i < loop->count; i++)
            drain(crowd, &crowd->viewers[loop->ready[i]]);
        now = moment_ns();
        if (now < start + (ticks + 1) * TICK_NS)
            continue;
        ticks = (now - start) / TICK_NS;
        if (!report_some(crowd, ticks))
            return false;
        loop_wake_at(loop, start + (ticks + 1) * TICK_NS);
    }
    return loop->told;
}

static int ascending(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

static void report(struct crowd *crowd)
{
    uint64_t received = 0, expected = 0, reports = 0;
    const size_t n = crowd->delays;

    for (size_t i = 0; i < crowd->given->viewers * LAYOUT_SOURCES; i++) {
        const struct stream *stream = &crowd->streams[i];

        received += stream->received;
        expected += stream->begun ? (uint64_t)(stream->last - stream->first) + 1 : 0;
    }
    for (size_t i = 0; i < crowd->given->viewers; i++)
        reports += crowd->viewers[i].reports;
    qsort(crowd->delays_us, n, sizeof *crowd->delays_us, ascending);
    printf(crowd->given->json
               ? "{\"received\":%llu,\"lost\":%lld,\"bytes\":%llu,\"feedbacks\":%llu,"
                 "\"opened\":%zu,\"damaged\":%llu,\"strange\":%llu,\"delayUs\":{\"p50\":%u,"
                 "\"p99\":%u}}\n"
               : "%llu packets, %lld lost, %llu bytes, %llu feedbacks; %zu opened, %llu damaged, "
                 "%llu strange; delay p50 %u us, p99 %u us\n",
           (unsigned long long)received, (long long)(expected - received),
           (unsigned long long)crowd->bytes, (unsigned long long)reports, n,
           (unsigned long long)crowd->damaged, (unsigned long long)crowd->strange,
           n ? crowd->delays_us[n / 2] : 0, n ? crowd->delays_us[n * 99 / 100] : 0);
}

static bool gather(struct crowd *crowd, struct loop *loop)
{
    const struct settings *given = crowd->given;

    crowd->viewers = mem_zero_array(given->viewers, sizeof *crowd->viewers);
    crowd->streams = mem_zero_array(given->viewers * LAYOUT_SOURCES, sizeof *crowd->streams);
    crowd->delays_us = mem_zero_array(DELAYS, sizeof *crowd->delays_us);
    if (!crowd->viewers || !crowd->streams || !crowd->delays_us)
        return false;
    for (size_t i = 0; i < given->viewers; i++) {
        struct sockaddr_in at = given->from;
        const int on = 1;

        at.sin_port = htons((uint16_t)(ntohs(given->from.sin_port) + i));
        if (!viewpoint_init(&crowd->viewers[i], given->seed, i, &at) ||
            setsockopt(crowd->viewers[i].socket, SOL_UDP, UDP_GRO, &on, sizeof on) < 0 ||
            !loop_watch(loop, crowd->viewers[i].socket, (uint32_t)i))
            return false;
    }
    return true;
}

int command_receive(const struct settings *settings)
{
    static struct crowd crowd;
    struct loop loop;
    int status = 1;

    crowd.given = settings;
    if (!loop_open(&loop) || !gather(&crowd, &loop)) {
        fprintf(stderr, "floor receive: cannot begin: %s\n", strerror(errno));
    } else {
        puts("ready");
        fflush(stdout);
        if (watch_until_told(&crowd, &loop)) {
            report(&crowd);
            status = crowd.damaged > 0 || crowd.strange > 0;
        } else {
            fprintf(stderr, "floor receive: cannot go on: %s\n", strerror(errno));
        }
        loop_close(&loop);
    }
    for (size_t i = 0; crowd.viewers && i < settings->viewers; i++)
        viewpoint_fini(&crowd.viewers[i]);
    mem_free(crowd.viewers);
    mem_free(crowd.streams);
    mem_free(crowd.delays_us);
    return status;
}
