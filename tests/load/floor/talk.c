// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/talk.c - when the publishers of a fan-out speak, and what: bursts in due order.
#include "load/floor/talk.h"

#include "base/mem.h"

#define FRAME_NS (1000000000u / FRAME_RATE)
#define SOUND_NS 20000000u
#define SOUND_SPREAD 24 // bytes that packets of Opus differ by, either way

bool talk_init(struct talk *talk, const struct settings *settings)
{
    bool made = true;

    talk->given = *settings;
    talk->frames = frames_of(settings->bitrate, settings->seed);
    talk->random = random_seeded(settings->seed);
    talk->publishers_count = settings->sound ? settings->talkers : 1;
    talk->next = 0;
    talk->bursts = 0;
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

static bool write_frame(struct talk *talk, uint64_t stamp_ns)
{
    const size_t most = settings_payload(&talk->given);
    const size_t frame =
        talk->given.packets ? talk->given.packets * most : frames_next(&talk->frames);
    size_t packets = frame_packets(frame, most);

    packets = packets < BURST_MOST ? packets : BURST_MOST;
    for (size_t i = 0; i < packets; i++)
        if (!write_one(talk, 0, frame_packet_len(frame, packets, i), i + 1 == packets, stamp_ns))
            return false;
    return true;
}

static bool write_sound(struct talk *talk, uint64_t stamp_ns)
{
    const int64_t spread = random_between(&talk->random, -SOUND_SPREAD, SOUND_SPREAD);
    const size_t payload = (size_t)((int64_t)settings_payload(&talk->given) + spread);
    const size_t talker = talk->next;

    talk->next = (talker + 1) % talk->publishers_count;
    return write_one(talk, talker, payload, true, stamp_ns);
}

bool talk_burst(struct talk *talk, uint64_t stamp_ns)
{
    const size_t steps = talk->given.together ? talk->publishers_count : 1;
    bool written = true;

    talk->count = 0;
    talk->bursts++;
    if (!talk->given.sound)
        return write_frame(talk, stamp_ns);
    for (size_t i = 0; written && i < steps; i++)
        written = write_sound(talk, stamp_ns);
    return written;
}
