// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/stream_in.c - RFC 3550: sequence validity (A.1), loss (A.3) and jitter (A.8).
#include "sfu/stream_in.h"

#include "base/seq.h"
#include "wire/rtcp.h"

#define MAX_DROPOUT 3000
#define MAX_MISORDER 100
#define MAX_TRANSIT_CHANGE (1 << 24) // ticks; more says nothing about the network
#define LOST_MAX 0x7fffff
#define LOST_MIN (-0x800000)

void stream_in_init(struct stream_in *stream, uint32_t ssrc, uint32_t rate)
{
    *stream = (struct stream_in){.ssrc = ssrc, .rate = rate};
}

static void count_from(struct stream_in *stream, uint16_t seq)
{
    stream->started = true;
    stream->first = seq;
    stream->highest = seq;
    stream->received = 0;
    stream->expected_before = 0;
    stream->received_before = 0;
    stream->has_jump = false;
    stream->has_transit = false;
}

// One packet that is far away may be a stray; two that follow each other are a restart.
static enum stream_in_verdict jump(struct stream_in *stream, uint16_t seq)
{
    if (stream->has_jump && seq == stream->jump) {
        count_from(stream, seq);
        return STREAM_IN_RESTARTED;
    }
    stream->has_jump = true;
    stream->jump = (uint16_t)(seq + 1);
    return STREAM_IN_JUMP;
}

static enum stream_in_verdict judge(struct stream_in *stream, uint16_t seq)
{
    if (!stream->started) {
        count_from(stream, seq);
        return STREAM_IN_NEWEST;
    }
    const int64_t unrolled = seq_unroll(stream->highest, seq);
    const int64_t ahead = unrolled - stream->highest;
    if (ahead > MAX_DROPOUT || ahead <= -MAX_MISORDER)
        return jump(stream, seq);
    stream->has_jump = false;
    if (ahead <= 0)
        return STREAM_IN_LATE;
    stream->highest = unrolled;
    return STREAM_IN_NEWEST;
}

static void measure_jitter(struct stream_in *stream, usec now, uint32_t timestamp)
{
    const uint32_t arrival =
        (uint32_t)(now / SEC(1) * (usec)stream->rate + now % SEC(1) * (usec)stream->rate / SEC(1));
    const uint32_t transit = arrival - timestamp;
    const int64_t change = (int32_t)(transit - stream->transit);
    const int64_t size = change < 0 ? -change : change;

    if (stream->has_transit && size < MAX_TRANSIT_CHANGE)
        stream->jitter_16 += (uint32_t)size - ((stream->jitter_16 + 8) >> 4);
    stream->has_transit = true;
    stream->transit = transit;
}

enum stream_in_verdict stream_in_received(struct stream_in *stream, usec now, uint16_t seq,
                                          uint32_t timestamp)
{
    const enum stream_in_verdict verdict = judge(stream, seq);

    if (verdict == STREAM_IN_JUMP)
        return verdict;
    stream->received++;
    if (verdict != STREAM_IN_LATE)
        measure_jitter(stream, now, timestamp);
    return verdict;
}

void stream_in_sender_reported(struct stream_in *stream, usec now, uint64_t ntp)
{
    stream->last_sr = ntp_middle(ntp);
    stream->last_sr_at = now;
}

static uint32_t since_last_sr(const struct stream_in *stream, usec now)
{
    const usec since = now - stream->last_sr_at;

    if (stream->last_sr == 0 || since < 0)
        return 0;
    return since > SEC(60000) ? UINT32_MAX : (uint32_t)(since * 65536 / SEC(1));
}

bool stream_in_report(struct stream_in *stream, usec now, struct rtcp_report *report)
{
    if (!stream->started)
        return false;
    const int64_t expected = stream->highest - stream->first + 1;
    const int64_t expected_now = expected - stream->expected_before;
    const int64_t lost_now = expected_now - (stream->received - stream->received_before);
    int64_t lost = expected - stream->received;
    int64_t fraction = expected_now > 0 && lost_now > 0 ? lost_now * 256 / expected_now : 0;

    lost = lost > LOST_MAX ? LOST_MAX : lost;
    lost = lost < LOST_MIN ? LOST_MIN : lost;
    fraction = fraction > 255 ? 255 : fraction;
    stream->expected_before = expected;
    stream->received_before = stream->received;
    *report = (struct rtcp_report){.ssrc = stream->ssrc,
                                   .fraction_lost = (uint8_t)fraction,
                                   .lost = (int32_t)lost,
                                   .highest_seq = (uint32_t)stream->highest,
                                   .jitter = stream->jitter_16 >> 4,
                                   .last_sr = stream->last_sr,
                                   .since_last_sr = since_last_sr(stream, now)};
    return true;
}
