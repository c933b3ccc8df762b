// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/demux_test.c - every first byte, every second byte, every short length.
#include "wire/demux.h"

#include "support/check.h"

static enum packet_kind kind_of(unsigned first, unsigned second, size_t len)
{
    uint8_t datagram[1472] = {(uint8_t)first, (uint8_t)second};

    return demux(bytes_of(datagram, len));
}

TEST(the_first_byte_names_the_kind)
{
    for (unsigned first = 0; first < 256; first++) {
        const enum packet_kind kind = kind_of(first, 96, 1472);
        if (first <= 3)
            CHECK_EQ(kind, PACKET_STUN);
        else if (first >= 20 && first <= 63)
            CHECK_EQ(kind, PACKET_DTLS);
        else if (first >= 128 && first <= 191)
            CHECK_EQ(kind, PACKET_RTP);
        else
            CHECK_EQ(kind, PACKET_UNKNOWN);
    }
}

TEST(the_second_byte_tells_rtcp_from_rtp)
{
    for (unsigned second = 0; second < 256; second++) {
        const enum packet_kind kind = kind_of(0x80, second, 100);
        if (second >= 192 && second <= 223)
            CHECK_EQ(kind, PACKET_RTCP);
        else if (second >= 64 && second <= 95)
            CHECK_EQ(kind, PACKET_UNKNOWN); // payload types kept free for RTCP
        else
            CHECK_EQ(kind, PACKET_RTP);
    }
}

TEST(what_is_shorter_than_its_header_is_nothing)
{
    static const struct {
        unsigned first;
        unsigned second;
        size_t least;
    } kinds[] = {{0, 1, 20}, {22, 254, 13}, {0x80, 111, 12}, {0x80, 200, 8}};

    CHECK_EQ(demux((struct bytes){0}), PACKET_UNKNOWN);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (size_t len = 0; len <= 30; len++) {
            const enum packet_kind kind = kind_of(kinds[i].first, kinds[i].second, len);
            CHECK_EQ(kind != PACKET_UNKNOWN, len >= kinds[i].least);
        }
    }
}
