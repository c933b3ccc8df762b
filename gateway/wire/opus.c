// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/opus.c - Opus packets measured (RFC 6716, section 3).
#include "wire/opus.h"

#define MAX_SAMPLES 5760 // 120 ms
#define MAX_FRAME 1275
#define VARIABLE_BIT 0x80
#define PADDING_BIT 0x40
#define COUNT_MASK 0x3f

static uint32_t frame_samples(uint8_t toc)
{
    static const uint16_t silk[] = {480, 960, 1920, 2880};
    const unsigned config = toc >> 3;

    if (config < 12)
        return silk[config & 3];
    if (config < 16)
        return silk[config & 1];
    return 120u << (config & 3);
}

// A frame's length in one or two bytes.
static size_t read_frame_len(struct reader *in)
{
    const size_t first = read_u8(in);

    return first < 252 ? first : first + (size_t)4 * read_u8(in);
}

// Takes the length bytes of the padding; false when they run out. A 255 means 254 and more to come.
static bool read_padding_len(struct reader *in, size_t *len)
{
    uint8_t part;

    *len = 0;
    do {
        part = read_u8(in);
        *len += part == 255 ? 254 : part;
    } while (in->ok && part == 255);
    return in->ok;
}

// What is left holds `count` frames of one length.
static bool holds_equal_frames(const struct reader *in, size_t count, size_t padding)
{
    const size_t left = reader_left(in);

    return padding <= left && (left - padding) % count == 0 &&
           (left - padding) / count <= MAX_FRAME;
}

// Lengths of all frames but the last, then the frames.
static bool holds_variable_frames(struct reader *in, size_t count, size_t padding)
{
    size_t len = 0;

    for (size_t i = 0; i + 1 < count; i++) {
        const size_t frame = read_frame_len(in);
        if (frame > MAX_FRAME)
            return false;
        len += frame;
    }
    return in->ok && len + padding <= reader_left(in) &&
           reader_left(in) - len - padding <= MAX_FRAME;
}

// Code 3: a count byte, maybe padding, then frames of one length or of many. 0: malformed.
static size_t count_frames(struct reader *in)
{
    const uint8_t flags = read_u8(in);
    const size_t count = flags & COUNT_MASK;
    size_t padding = 0;

    if (!in->ok || count == 0 || (flags & PADDING_BIT && !read_padding_len(in, &padding)))
        return 0;
    const bool whole = flags & VARIABLE_BIT ? holds_variable_frames(in, count, padding)
                                            : holds_equal_frames(in, count, padding);
    return whole ? count : 0;
}

uint32_t opus_samples(struct bytes payload)
{
    struct reader in = reader_over(payload);
    const uint8_t toc = read_u8(&in);
    size_t count = 0;

    if (!in.ok)
        return 0;
    if ((toc & 3) == 3)
        count = count_frames(&in);
    else if ((toc & 3) == 2)
        count = holds_variable_frames(&in, 2, 0) ? 2 : 0;
    else if (holds_equal_frames(&in, (toc & 3) + 1u, 0))
        count = (toc & 3) + 1u;

    const size_t samples = count * frame_samples(toc);
    return samples <= MAX_SAMPLES ? (uint32_t)samples : 0;
}

bool opus_is_silence(struct bytes payload)
{
    return payload.len <= 2;
}
