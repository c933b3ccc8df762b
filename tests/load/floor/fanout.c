// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/fanout.c - everything to everybody: open once; per viewer rewrite the header, seal, send.
#include "load/floor/fanout.h"

#include "base/mem.h"
#include "base/seq.h"

#include <arpa/inet.h>
#include <assert.h>

#define HISTORY 1024 // packets of which a viewer's feedback may still speak

struct sent {
    uint32_t ssrc;
    uint32_t timestamp;
    uint16_t seq;
    uint16_t transport_seq;
    uint16_t len;
};

struct source {
    struct aead opens;
    bool begun;
    int64_t last; // sequence number, unrolled
};

struct viewer {
    struct sockaddr_in to;
    struct aead seals;
    struct aead opens;
    uint32_t ssrc; // of what it is sent of the first publisher
    uint64_t transport_seq;
    uint64_t index[LAYOUT_SOURCES];
    struct sent history[HISTORY];
};

static bool viewer_init(struct viewer *v, const struct fanout_settings *given, size_t n)
{
    uint8_t forwarded[MASTER_LEN], reported[MASTER_LEN];

    v->to = given->to;
    v->to.sin_port = htons((uint16_t)(ntohs(given->to.sin_port) + n));
    v->ssrc = layout_forwarded_ssrc((uint32_t)n, 0);
    keys_master(forwarded, given->seed, KEY_FORWARDED, n);
    keys_master(reported, given->seed, KEY_REPORTED, n);
    return aead_init(&v->seals, forwarded, true) && aead_init(&v->opens, reported, false);
}

bool fanout_init(struct fanout *fanout, const struct fanout_settings *settings)
{
    bool made = true;

    assert(settings->publishers <= LAYOUT_SOURCES);
    fanout->given = *settings;
    fanout->part = FANOUT_WHOLE;
    fanout->first = 0;
    fanout->counters = (struct fanout_counters){0};
    fanout->letters.count = 0;
    fanout->publishers = mem_zero_array(settings->publishers, sizeof *fanout->publishers);
    fanout->viewers = mem_zero_array(settings->viewers, sizeof *fanout->viewers);
    if (!fanout->publishers || !fanout->viewers)
        return false;
    for (size_t i = 0; made && i < settings->publishers; i++) {
        uint8_t master[MASTER_LEN];

        keys_master(master, settings->seed, KEY_PUBLISHED, i);
        made = aead_init(&fanout->publishers[i].opens, master, false);
    }
    for (size_t i = 0; made && i < settings->viewers; i++)
        made = viewer_init(&fanout->viewers[i], settings, i);
    return made;
}

void fanout_fini(struct fanout *fanout)
{
    for (size_t i = 0; fanout->publishers && i < fanout->given.publishers; i++)
        aead_fini(&fanout->publishers[i].opens);
    for (size_t i = 0; fanout->viewers && i < fanout->given.viewers; i++) {
        aead_fini(&fanout->viewers[i].seals);
        aead_fini(&fanout->viewers[i].opens);
    }
    mem_free(fanout->publishers);
    mem_free(fanout->viewers);
}

// Whose it is follows from its port: the floor of a look-up.
static bool open_feedback(struct fanout *f, const struct sockaddr_in *from, uint8_t *at, size_t len)
{
    const size_t n = (uint16_t)(ntohs(from->sin_port) - ntohs(f->given.to.sin_port));

    return n < f->given.viewers && aead_open_rtcp(&f->viewers[n].opens, at, &len);
}

// Opens a published packet where it lies; the header its copies begin with goes to place n.
static bool open_published(struct fanout *f, uint8_t *at, size_t len, size_t n)
{
    const uint32_t ssrc = len > LAYOUT_PUBLISHED_LEN + AEAD_TAG_LEN ? layout_get32(at + 8) : 0;
    const uint32_t source = ssrc - layout_published_ssrc(0);
    int64_t index;

    if (source >= f->given.publishers)
        return false;
    index = layout_get16(at + 2);
    if (f->publishers[source].begun)
        index = seq_unroll(f->publishers[source].last, (uint16_t)index);
    if (index < 0 || !aead_open_rtp(&f->publishers[source].opens, ssrc, (uint64_t)index, at, len,
                                    LAYOUT_PUBLISHED_LEN))
        return false;
    f->publishers[source].begun = true;
    f->publishers[source].last = index;
    layout_write(f->headers[n], at[1] & 0x7f, at[1] >> 7, false, &source);
    memcpy(f->headers[n] + 4, at + 4, 4);
    f->sources[n] = (uint8_t)source;
    f->payloads[n] = bytes_of(at + LAYOUT_PUBLISHED_LEN, len - LAYOUT_PUBLISHED_LEN - AEAD_TAG_LEN);
    return true;
}

// Padding is the same for all viewers, and goes where the tag of the received packet was.
static void pad(struct fanout *f, size_t n, size_t len)
{
    uint8_t *end = (uint8_t *)(uintptr_t)f->payloads[n].at + f->payloads[n].len;

    if (len == 0)
        return;
    memset(end, 0, len - 1);
    end[len - 1] = (uint8_t)len;
    f->headers[n][0] |= 0x20;
    f->payloads[n].len += len;
}

static bool write_packet(struct fanout *f, struct viewer *v, size_t n, uint8_t *at, size_t *len)
{
    const uint32_t ssrc = v->ssrc + f->sources[n];

    *len = LAYOUT_FORWARDED_LEN + f->payloads[n].len + AEAD_TAG_LEN;
    if (f->part == FANOUT_SENDS)
        return true;
    const uint64_t index = v->index[f->sources[n]]++;
    const uint16_t transport_seq = (uint16_t)v->transport_seq++;
    const uint32_t timestamp = layout_get32(f->headers[n] + 4) + ssrc;

    memcpy(at, f->headers[n], LAYOUT_FORWARDED_LEN);
    layout_put16(at + 2, (uint16_t)index);
    layout_put32(at + 4, timestamp);
    layout_put32(at + 8, ssrc);
    layout_put16(at + 16 + LAYOUT_TRANSPORT_SEQ, transport_seq);
    v->history[transport_seq % HISTORY] = (struct sent){.ssrc = ssrc,
                                                        .timestamp = timestamp,
                                                        .seq = (uint16_t)index,
                                                        .transport_seq = transport_seq,
                                                        .len = (uint16_t)*len};
    return aead_seal_rtp(&v->seals, ssrc, index, at, LAYOUT_FORWARDED_LEN, f->payloads[n]);
}

// All of the burst for one viewer. A single packet waits for those of the viewers after it.
static bool serve(struct fanout *f, int s, struct viewer *v, const struct burst *burst)
{
    for (size_t at = 0, n; at < burst->count; at += n) {
        uint8_t *const run = f->out + f->letters.count * LAYOUT_MOST;
        size_t len = 0, segment = 0;

        n = burst->run[at];
        for (size_t i = 0; i < n; i++) {
            size_t one;

            if (!write_packet(f, v, burst->order[at + i], run + len, &one))
                return false;
            segment = i == 0 ? one : segment;
            len += one;
        }
        f->counters.sent += n;
        f->counters.sends++;
        if (f->part == FANOUT_SEALS)
            continue;
        if (n == 1)
            letters_add(&f->letters, &v->to, bytes_of(run, len));
        else if (!endpoint_send_run(s, &v->to, bytes_of(run, len), segment, &f->counters.full))
            return false;
        // A run is built behind the letters, and there must be room for the longest.
        if (f->letters.count == ENDPOINT_BATCH / 2 &&
            !letters_send(&f->letters, s, &f->counters.full))
            return false;
    }
    return true;
}

static bool serve_all(struct fanout *f, int s, size_t count)
{
    struct burst burst;
    size_t lens[BURST_MOST] = {0};

    for (size_t i = 0; i < count; i++)
        lens[i] = f->payloads[i].len;
    burst_plan(&burst, lens, count, f->given.sound);
    for (size_t i = 0; i < count; i++) {
        if (f->given.merge)
            pad(f, burst.order[i], burst.pad[i]);
        else
            burst.run[i] = 1;
    }
    f->counters.turns++;
    f->first = (f->first + 1) % f->given.viewers;
    for (size_t i = 0; i < f->given.viewers; i++)
        if (!serve(f, s, &f->viewers[(f->first + i) % f->given.viewers], &burst))
            return false;
    return letters_send(&f->letters, s, &f->counters.full);
}

bool fanout_turn(struct fanout *fanout, int s)
{
    while (endpoint_receive(s, &fanout->in)) {
        size_t count = 0;

        for (size_t i = 0; i < fanout->in.count; i++) {
            uint8_t *const at = fanout->in.bytes[i];
            const size_t len = fanout->in.message[i].msg_len;

            if (len > 1 && layout_is_rtcp(at)) {
                if (open_feedback(fanout, &fanout->in.from[i], at, len))
                    fanout->counters.feedbacks++;
                else
                    fanout->counters.refused++;
            } else if (open_published(fanout, at, len, count)) {
                count++;
                fanout->counters.received++;
            } else {
                fanout->counters.refused++;
            }
        }
        if (count > 0 && !serve_all(fanout, s, count))
            return false;
        if (fanout->in.count < ENDPOINT_BATCH)
            break;
    }
    return true;
}
