// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/talk.c - when the publishers of a fan-out speak, and what: bursts in due order.
#include "load/floor/talk.h"

#include "base/mem.h"
#include "load/clip.h"

#define FRAME_NS (1000000000u / FRAME_RATE)
#define SOUND_NS 20000000u
#define SOUND_SPREAD 24 // bytes that packets of Opus differ by, either way
#define SOUND_APART 97  // packets of the clip between one talker and the next
#define DESCRIPTOR 6    // of VP8, in each packet
#define PIECE_MOST 1130 // of a frame, as the load generator's cameras split it

bool talk_init(struct talk *talk, const struct settings *settings)
{
    bool made = true;

    talk->given = *settings;
    talk->clip = NULL;
    if (!settings->bitrate && clip_open(&talk->clip, NULL) != ERR_OK)
        return false;
    talk->frames = talk->clip ? frames_of_clip(talk->clip)
                              : frames_of_bitrate(settings->bitrate, settings->seed);
    talk->random = random_seeded(settings->seed);
    talk->publishers_count = settings->sound ? settings->talkers : 1;
    talk->next = 0;
    talk->bursts = talk->packets = talk->shared = 0;
    talk->publishers = mem_zero_array(talk->publishers_count, sizeof *talk->publishers);
    if (!talk->publishers)
        return false;
    for (size_t i = 0; made && i < talk->publishers_count; i++)
        made = publisher_init(&talk->publishers[i], settings->seed, (uint32_t)i, !settings->sound);
    return made;
}

void talk_fini(struct talk *talk)
{
    for (size_t i = 0; talk->publishers && i < talk->publishers_count; i++)
        publisher_fini(&talk->publishers[i]);
    mem_free(talk->publishers);
    clip_close(talk->clip);
}

double talk_burst_of_packet(const struct talk *talk)
{
    return talk->packets ? (double)talk->shared / (double)talk->packets : 0;
}

uint64_t talk_due(const struct talk *talk, uint64_t n)
{
    const size_t steps = talk->given.together ? 1 : talk->publishers_count;

    if (!talk->given.sound)
        return n * FRAME_NS;
    return n / steps * SOUND_NS + n % steps * (SOUND_NS / steps);
}

static bool write_one(struct talk *talk, size_t publisher, size_t payload, bool marker,
                      uint64_t stamp_ns)
{
    const size_t n = talk->count++;

    talk->lens[n] =
        publisher_write(&talk->publishers[publisher], talk->bytes[n], payload, marker, stamp_ns);
    return talk->lens[n] > 0;
}

// Bursts of equal packets, as asked for.
static bool write_row(struct talk *talk, uint64_t stamp_ns)
{
    for (size_t i = 0; i < talk->given.packets; i++)
        if (!write_one(talk, 0, settings_payload(&talk->given), i + 1 == talk->given.packets,
                       stamp_ns))
            return false;
    return true;
}

static bool write_frame(struct talk *talk, uint64_t stamp_ns)
{
    const size_t frame = frames_next(&talk->frames);
    size_t packets = frame_packets(frame, PIECE_MOST);

    packets = packets < BURST_MOST ? packets : BURST_MOST;
    for (size_t i = 0; i < packets; i++)
        if (!write_one(talk, 0, DESCRIPTOR + frame_packet_len(frame, packets, i), i + 1 == packets,
                       stamp_ns))
            return false;
    return true;
}

static size_t sound_len(struct talk *talk, size_t talker)
{
    const int64_t spread = random_between(&talk->random, -SOUND_SPREAD, SOUND_SPREAD);
    const size_t n = talk->publishers[talker].index + talker * SOUND_APART;
    size_t len;

    if (!talk->clip)
        return (size_t)((int64_t)settings_payload(&talk->given) + spread);
    len = clip_speech(talk->clip, n % clip_speech_count(talk->clip)).data.len;
    return len > LAYOUT_STAMP_LEN ? len : LAYOUT_STAMP_LEN;
}

static bool write_sound(struct talk *talk, uint64_t stamp_ns)
{
    const size_t talker = talk->next;

    talk->next = (talker + 1) % talk->publishers_count;
    return write_one(talk, talker, sound_len(talk, talker), true, stamp_ns);
}

bool talk_burst(struct talk *talk, uint64_t stamp_ns)
{
    const size_t steps = talk->given.together ? talk->publishers_count : 1;
    bool written = true;

    talk->count = 0;
    talk->bursts++;
    if (talk->given.packets)
        written = write_row(talk, stamp_ns);
    else if (!talk->given.sound)
        written = write_frame(talk, stamp_ns);
    else
        for (size_t i = 0; written && i < steps; i++)
            written = write_sound(talk, stamp_ns);
    talk->packets += talk->count;
    talk->shared += talk->count * talk->count;
    return written;
}
