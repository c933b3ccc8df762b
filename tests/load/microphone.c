// SPDX-License-Identifier: AGPL-3.0-or-later
// load/microphone.c - plays the clip's sound as a browser sends a microphone: speech by turns, else DTX.
#include "load/microphone.h"

#include "load/stamp.h"
#include "support/random.h"

#include <string.h>

#define FRAME MSEC(CLIP_SOUND_MS)
#define TICKS (48 * CLIP_SOUND_MS)
#define LATE_MOST SEC(1)

void microphone_init(struct microphone *m, const struct clip *clip, const struct session_line *line,
                     uint64_t seed, uint16_t *transport_seq)
{
    *m = (struct microphone){.clip = clip, .stamps = true, .seed = seed, .was_talking = true};
    m->next = seed % clip_speech_count(clip);
    outflow_init(&m->flow, line, 0, NULL, seed, transport_seq);
}

void microphone_start(struct microphone *m, usec now)
{
    struct random random = random_seeded(m->seed + 1);

    m->started = now + (usec)random_below(&random, FRAME);
    m->frames = 0;
}

static usec frame_due(const struct microphone *m)
{
    return m->started + (usec)m->frames * FRAME;
}

void microphone_talk(struct microphone *m, usec talk_for, usec talk_every)
{
    m->talk_for = talk_for;
    m->talk_every = talk_every;
}

bool microphone_is_talking(const struct microphone *m, usec now)
{
    struct random random = random_seeded(m->seed + 2);

    if (m->talk_every == 0)
        return true;
    const usec phase = (usec)random_below(&random, (uint64_t)m->talk_every);
    return (now - m->started + phase) % m->talk_every < m->talk_for;
}

static void send_frame(struct microphone *m, usec now, const struct clip_sound *sound,
                       camera_emit *emit, void *to)
{
    uint8_t packet[OUTFLOW_PACKET];
    struct writer out = writer_over(packet, sizeof packet);

    outflow_write(&m->flow,
                  &(struct outflow_packet){.marker = !m->was_sent,
                                           .level = sound->level,
                                           .seq = m->flow.seq,
                                           .timestamp = (uint32_t)(m->frames * TICKS),
                                           .now = now},
                  &out);
    const size_t header = writer_len(&out);
    write_bytes(&out, sound->data);
    if (!out.ok)
        return;
    if (m->stamps)
        (void)stamp_write(packet + header, sound->data.len,
                          &(struct stamp){m->flow.ssrc, m->flow.packets, now});
    m->flow.seq++;
    m->flow.packets++;
    m->flow.octets += (uint32_t)sound->data.len;
    emit(to, false, bytes_of(packet, writer_len(&out)));
}

static void next_frame(struct microphone *m, usec now, camera_emit *emit, void *to)
{
    const bool talks = microphone_is_talking(m, frame_due(m));
    const size_t count = talks ? clip_speech_count(m->clip) : clip_silence_count(m->clip);

    if (talks != m->was_talking)
        m->next = 0;
    m->was_talking = talks;
    m->next %= count;
    const struct clip_sound sound =
        talks ? clip_speech(m->clip, m->next) : clip_silence(m->clip, m->next);
    m->next++;
    if (sound.data.len)
        send_frame(m, now, &sound, emit, to);
    m->was_sent = sound.data.len > 0;
}

void microphone_run(struct microphone *m, usec now, const char *cname, camera_emit *emit, void *to)
{
    uint8_t packet[OUTFLOW_PACKET];
    struct writer out = writer_over(packet, sizeof packet);

    for (; frame_due(m) <= now; m->frames++) {
        if (m->off || now - frame_due(m) > LATE_MOST)
            continue;
        if (m->slip)
            histogram_add(m->slip, (uint64_t)(now - frame_due(m)));
        next_frame(m, now, emit, to);
    }
    if (!m->off &&
        outflow_report(&m->flow, now, (uint32_t)((now - m->started) * 48 / 1000), cname, &out))
        emit(to, true, bytes_of(packet, writer_len(&out)));
}

usec microphone_deadline(const struct microphone *m)
{
    return frame_due(m);
}
