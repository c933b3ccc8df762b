// SPDX-License-Identifier: AGPL-3.0-or-later
// base/utf8.c - code points from and to UTF-8.
#include "base/utf8.h"

// By the lead byte: 0 for one that cannot lead.
static size_t sequence_len(uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf) // c0 and c1 would be overlong
        return 2;
    if ((lead & 0xf0) == 0xe0)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

bool utf8_next(struct bytes *text, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const uint8_t lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    const size_t len = text->len > 0 ? sequence_len(text->at[0]) : 0;

    if (len == 0 || len > text->len)
        return false;
    *code = text->at[0] & lead_bits[len];
    for (size_t i = 1; i < len; i++) {
        if ((text->at[i] & 0xc0) != 0x80)
            return false;
        *code = *code << 6 | (text->at[i] & 0x3f);
    }
    if (*code < least[len] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
        return false;
    *text = bytes_of(text->at + len, text->len - len);
    return true;
}

size_t utf8_put(char to[static 4], uint32_t code)
{
    const size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = len - 1; i > 0; i--) {
        to[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    to[0] = (char)(leads[len] | code);
    return len;
}
