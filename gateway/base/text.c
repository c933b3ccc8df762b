// SPDX-License-Identifier: AGPL-3.0-or-later
// base/text.c - text people typed, and bytes as text.
#include "base/text.h"

#include "base/err.h"
#include "base/utf8.h"

bool text_is_utf8(struct bytes text)
{
    uint32_t code;

    do {
        while (text.len > 0 && text.at[0] < 0x80) // most text is ASCII
            text = bytes_of(text.at + 1, text.len - 1);
    } while (utf8_next(&text, &code));
    return text.len == 0;
}

size_t text_length(struct bytes text)
{
    size_t length = 0;
    uint32_t code;

    while (utf8_next(&text, &code))
        length++;
    return length;
}

struct span {
    uint32_t first;
    uint32_t last;
};

static bool is_in(const struct span *spans, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count; i++) {
        if (code >= spans[i].first && code <= spans[i].last)
            return true;
    }
    return false;
}

static bool is_space(uint32_t code)
{
    static const struct span spans[] = {
        {0x09, 0x0d},     {0x20, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
        {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
    };

    return is_in(spans, ARRAY_LEN(spans), code);
}

// Controls, and what changes direction or takes no room; letters that are drawn as nothing too.
static bool is_unwanted(uint32_t code)
{
    static const struct span spans[] = {
        {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x34f, 0x34f},
        {0x61c, 0x61c},   {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},
        {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},
        {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0xe0000, 0xe0fff},
    };

    return is_in(spans, ARRAY_LEN(spans), code);
}

// The joiners of Persian, of Indic scripts and of composed emoji: letters of chat, not of names.
static bool is_joiner(uint32_t code)
{
    return code == 0x200c || code == 0x200d;
}

// White space is held back until something visible follows it.
struct gap {
    bool space;
    unsigned feeds;
};

static void write_gap(struct writer *out, struct gap gap)
{
    if (writer_len(out) == 0)
        return;
    for (unsigned i = 0; i < gap.feeds && i < 2; i++)
        write_u8(out, '\n');
    if (gap.feeds == 0 && gap.space)
        write_u8(out, ' ');
}

static bool clean(char *to, size_t size, struct bytes from, bool is_block)
{
    struct writer out = writer_over(to, size > 0 ? size - 1 : 0);
    struct gap gap = {0};
    char letter[4];
    uint32_t code;

    if (size == 0)
        return false;
    while (utf8_next(&from, &code)) {
        if (is_space(code)) {
            gap.space = true;
            gap.feeds += is_block && code == '\n';
        } else if (!is_unwanted(code) || (is_block && is_joiner(code))) {
            write_gap(&out, gap);
            gap = (struct gap){0};
            write_bytes(&out, bytes_of(letter, utf8_put(letter, code)));
        }
    }
    const bool clean = out.ok && from.len == 0;
    to[clean ? writer_len(&out) : 0] = '\0';
    return clean;
}

bool text_clean_line(char *to, size_t size, struct bytes from)
{
    return clean(to, size, from, false);
}

bool text_clean_block(char *to, size_t size, struct bytes from)
{
    return clean(to, size, from, true);
}

void text_hex(char *to, struct bytes from)
{
    for (size_t i = 0; i < from.len; i++) {
        *to++ = "0123456789abcdef"[from.at[i] >> 4];
        *to++ = "0123456789abcdef"[from.at[i] & 15];
    }
    *to = '\0';
}

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void text_base64url(char *to, struct bytes from)
{
    uint32_t bits = 0;
    unsigned held = 0;

    for (size_t i = 0; i < from.len; i++) {
        bits = bits << 8 | from.at[i];
        held += 8;
        for (; held >= 6; held -= 6)
            *to++ = base64url[bits >> (held - 6) & 63];
    }
    if (held > 0)
        *to++ = base64url[bits << (6 - held) & 63];
    *to = '\0';
}

// In time that does not depend on the letter, since tokens are secrets. 64: none of the alphabet.
static uint32_t digit_of(uint8_t letter)
{
    uint32_t digit = 64;

    for (uint32_t i = 0; i < 64; i++) {
        const uint32_t same = (uint32_t)(letter == (uint8_t)base64url[i]);
        digit = digit * (1 - same) + i * same;
    }
    return digit;
}

bool text_from_base64url(uint8_t *to, size_t len, struct bytes from)
{
    uint32_t bits = 0;
    unsigned held = 0;

    if (len > SIZE_MAX / 8 || from.len != (len * 8 + 5) / 6)
        return false;
    for (size_t i = 0; i < from.len; i++) {
        const uint32_t digit = digit_of(from.at[i]);
        if (digit > 63)
            return false;
        bits = bits << 6 | digit;
        held += 6;
        if (held >= 8) {
            held -= 8;
            *to++ = (uint8_t)(bits >> held);
        }
    }
    return (bits & ((1u << held) - 1)) == 0;
}
