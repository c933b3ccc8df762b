// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/packet.h - one packet of a producer on its way to the slots, parsed once.
#ifndef GATEWAY_SFU_PACKET_H
#define GATEWAY_SFU_PACKET_H

#include "base/bytes.h"
#include "base/usec.h"
#include "wire/vp8.h"

#include <stdbool.h>
#include <stdint.h>

#define PACKET_MAX 1500 // larger ones are dropped on arrival

// Rates count IP bytes: these stand before each datagram (IPv4 and UDP), and these around each payload
// (besides: RTP with one CSRC, extensions for mid, transport-wide number and send time, SRTP's tag).
#define PACKET_IP_UDP 28u
#define PACKET_AROUND (PACKET_IP_UDP + 12u + 4u + 16u + 16u)

struct producer;

struct packet {
    struct producer *from; // borrowed
    struct bytes payload;  // borrowed
    usec capture;          // on our clock
    uint32_t timestamp;    // incoming, like seq
    uint16_t seq;
    uint8_t layer;
    uint8_t padding; // that makes it as long as the others of its picture
    bool marker;
    bool in_order;       // nothing later of its stream was seen before
    bool replayed;       // from the cache, to start a slot with
    bool heard;          // sound: to be forwarded; else its number only closes up
    struct vp8_view vp8; // pictures only
};

#endif
