// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_scan.c - the words and numbers of SDP lines.
#include "wire/sdp_scan.h"

#include <string.h>
#include <strings.h>

struct bytes sdp_take_until(struct bytes *text, char end)
{
    const uint8_t *at = text->len > 0 ? memchr(text->at, end, text->len) : NULL;
    const struct bytes taken = at ? bytes_of(text->at, (size_t)(at - text->at)) : *text;
    const size_t gone = taken.len + (at ? 1 : 0);

    if (gone > 0)
        *text = bytes_of(text->at + gone, text->len - gone);
    return taken;
}

struct bytes sdp_take_word(struct bytes *text)
{
    while (text->len > 0 && text->at[0] == ' ')
        *text = bytes_of(text->at + 1, text->len - 1);
    return sdp_take_until(text, ' ');
}

bool sdp_is(struct bytes text, const char *word)
{
    return bytes_equal(text, bytes_of_string(word));
}

bool sdp_is_name(struct bytes text, const char *name)
{
    return text.len == strlen(name) &&
           (text.len == 0 || strncasecmp((const char *)text.at, name, text.len) == 0);
}

bool sdp_number(struct bytes text, uint32_t most, uint32_t *number)
{
    uint64_t value = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        value = 10 * value + (uint64_t)(text.at[i] - '0');
        if (value > most)
            return false;
    }
    *number = (uint32_t)value;
    return text.len > 0;
}

static bool is_ice_char(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

bool sdp_is_ice_text(struct bytes text, size_t least, size_t most)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_ice_char(text.at[i]))
            return false;
    }
    return text.len >= least && text.len <= most;
}
