// SPDX-License-Identifier: AGPL-3.0-or-later
// base/text_skeleton.c - telling look-alike names apart (after UTS 39, section 4).
#include "base/text.h"

#include "base/err.h"
#include "base/utf8.h"

// The plain letter under each accented one of a block; '.' for letters that have none.
static const char latin_c0_24f[] =
    "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnn..oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
    "bbbb...ccdddd....ffg...ikkl..n..oo..pp.....ttttuu.vyyzz........."
    "....dddlllnnnaaiioouuuuuuuuuu.aaaa..ggggkkoooo..jdddgg..nnaa...."
    "aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy......acclt."
    "...b..eejj..rryy";
static const char latin_1e00_1eff[] =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwyas....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

// The Latin letter these look like. Greek is told by its two shapes, since a nu is no small N.
static const char greek_391_3a9[] = "ab..ezh.ik.mn.o.p..ty.x..";
static const char greek_3b1_3c9[] = "aby.e.n.ik.uv.o.p..tu.x.w";
static const char cyrillic_430_45f[] = "a.b..e....k.mho.pcty.x..........ee...siij...k.y.";

_Static_assert(sizeof latin_c0_24f - 1 == 0x24f - 0xc0 + 1, "one letter per code point");
_Static_assert(sizeof latin_1e00_1eff - 1 == 0x1eff - 0x1e00 + 1, "one letter per code point");

_Static_assert(sizeof greek_391_3a9 - 1 == 0x3a9 - 0x391 + 1, "one letter per code point");
_Static_assert(sizeof greek_3b1_3c9 - 1 == 0x3c9 - 0x3b1 + 1, "one letter per code point");
_Static_assert(sizeof cyrillic_430_45f - 1 == 0x45f - 0x430 + 1, "one letter per code point");

struct span {
    uint32_t first;
    uint32_t last;
};

// White space, punctuation, marks that sit on other letters, and what is not drawn at all.
static bool is_dropped(uint32_t code)
{
    static const struct span spans[] = {
        {0x00, 0x2f},     {0x3a, 0x40},     {0x5b, 0x60},       {0x7b, 0x7b},     {0x7d, 0xbf},
        {0x2b0, 0x36f},   {0x61c, 0x61c},   {0x115f, 0x1160},   {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
        {0x2000, 0x206f}, {0x20d0, 0x20ff}, {0x3000, 0x303f},   {0x3164, 0x3164}, {0xfe00, 0xfe0f},
        {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xe0000, 0xe0fff},
    };

    for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
        if (code >= spans[i].first && code <= spans[i].last)
            return true;
    }
    return false;
}

// Single letters outside the blocks above, and Greek and Cyrillic ones that carry an accent.
static uint32_t without_accent(uint32_t code)
{
    static const struct {
        uint32_t from;
        uint32_t to;
    } folds[] = {
        {0xc6, 0xe6},   {0xde, 0xfe},   {0x152, 0x153}, {0x1e9e, 0xdf}, {0x251, 'a'},
        {0x261, 'g'},   {0x386, 0x391}, {0x388, 0x395}, {0x389, 0x397}, {0x38a, 0x399},
        {0x38c, 0x39f}, {0x38e, 0x3a5}, {0x38f, 0x3a9}, {0x390, 0x3b9}, {0x3aa, 0x399},
        {0x3ab, 0x3a5}, {0x3ac, 0x3b1}, {0x3ad, 0x3b5}, {0x3ae, 0x3b7}, {0x3af, 0x3b9},
        {0x3b0, 0x3c5}, {0x3c2, 0x3c3}, {0x3ca, 0x3b9}, {0x3cb, 0x3c5}, {0x3cc, 0x3bf},
        {0x3cd, 0x3c5}, {0x3ce, 0x3c9}, {0x419, 0x438}, {0x439, 0x438}, {0x4ae, 'y'},
        {0x4af, 'y'},   {0x4ba, 'h'},   {0x4bb, 'h'},   {0x4c0, 'l'},   {0x4cf, 'l'},
        {0x501, 'd'},   {0x51b, 'q'},   {0x51d, 'w'},   {0x570, 'h'},   {0x578, 'n'},
        {0x57d, 'u'},   {0x585, 'o'},   {0x2113, 'l'},  {0x212a, 'k'},  {0x212b, 'a'},
        {0x2160, 'i'},  {0x2164, 'v'},  {0x2169, 'x'},  {0x216c, 'l'},  {0x2170, 'i'},
        {0x2174, 'v'},  {0x2179, 'x'},  {0x217c, 'l'},
    };

    for (size_t i = 0; i < ARRAY_LEN(folds); i++) {
        if (folds[i].from == code)
            return folds[i].to;
    }
    return code;
}

// What the table has for the code point; `otherwise` where it has a dot.
static uint32_t look(const char *table, uint32_t index, uint32_t otherwise)
{
    return table[index] == '.' ? otherwise : (uint32_t)table[index];
}

static uint32_t fold_greek_or_cyrillic(uint32_t code)
{
    if (code >= 0x391 && code <= 0x3a9)
        return look(greek_391_3a9, code - 0x391, code + 0x20);
    if (code >= 0x3b1 && code <= 0x3c9)
        return look(greek_3b1_3c9, code - 0x3b1, code);
    if (code >= 0x400 && code <= 0x40f)
        code += 0x50;
    else if (code >= 0x410 && code <= 0x42f)
        code += 0x20;
    if (code >= 0x430 && code <= 0x45f)
        return look(cyrillic_430_45f, code - 0x430, code);
    return code;
}

// Full-width forms, circled letters and the alphabets of mathematics are Latin in disguise.
static uint32_t undisguised(uint32_t code)
{
    if (code >= 0xff01 && code <= 0xff5e)
        return code - 0xfee0;
    if (code >= 0x24b6 && code <= 0x24e9)
        return 'a' + (code - 0x24b6) % 26;
    if (code >= 0x1d400 && code <= 0x1d6a3)
        return 'a' + (code - 0x1d400) % 26;
    return code;
}

// The one letter that stands for all that look like it.
static uint32_t fold(uint32_t code)
{
    code = without_accent(code);
    if (code >= 0xc0 && code <= 0x24f)
        code = look(latin_c0_24f, code - 0xc0, code);
    else if (code >= 0x1e00 && code <= 0x1eff)
        code = look(latin_1e00_1eff, code - 0x1e00, code);
    else
        code = fold_greek_or_cyrillic(code);
    if (code >= 'A' && code <= 'Z')
        code += 'a' - 'A';
    if (code == 'i' || code == '1' || code == '|')
        return 'l';
    return code == '0' ? 'o' : code;
}

// "rn" reads as m, "vv" as w.
static void write_folded(struct writer *out, uint32_t code)
{
    const uint8_t last = writer_len(out) > 0 ? out->at[-1] : 0;
    char letter[4];

    if ((last == 'r' && code == 'n') || (last == 'v' && code == 'v'))
        out->at[-1] = (uint8_t)(code == 'n' ? 'm' : 'w');
    else
        write_bytes(out, bytes_of(letter, utf8_put(letter, code)));
}

bool text_skeleton(char *to, size_t size, struct bytes from)
{
    struct writer out = writer_over(to, size > 0 ? size - 1 : 0);
    uint32_t code;

    if (size == 0)
        return false;
    while (utf8_next(&from, &code)) {
        code = undisguised(code);
        if (!is_dropped(code))
            write_folded(&out, fold(code));
    }
    const bool whole = out.ok && from.len == 0;
    to[whole ? writer_len(&out) : 0] = '\0';
    return whole;
}
