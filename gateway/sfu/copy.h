// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/copy.h - what the parts of one router tell each other, when it runs on several threads.
//
// What a member sends is copied to the other parts, packet by packet as it was decrypted; back go the few
// things that its sender has to know. All of it may be lost: what matters is told again.
#ifndef GATEWAY_SFU_COPY_H
#define GATEWAY_SFU_COPY_H

#include "base/bytes.h"
#include "base/usec.h"
#include "sfu/parameters.h"
#include "sfu/sender_clock.h"

#include <stdbool.h>
#include <stdint.h>

enum sfu_copy_kind {
    // from the part that a member lives in
    COPY_MEMBER, // it sends, and this is how; `payload` is a struct copied_member
    COPY_GONE,
    COPY_PACKET, // `payload` is RTP
    COPY_REPORT, // of its clock: a sender report
    COPY_BYE,    // one of its streams ended
    // to the part that a member lives in
    COPY_KEY_FRAME, // somebody waits for one
    COPY_LAYERS,    // which layers are needed
    COPY_VOICE      // how its microphone is to be sent
};

struct copied_member {
    uint32_t number;
    uint64_t device;
    bool admitted;
    usec rtt; // 0: not known
    struct sender_clock clock;
    struct {
        bool muted;
        bool paused;
        bool has_line;
        uint32_t stops; // grows whenever nothing of what came so far may be shown any more
        struct line_parameters line;
        struct stream_clock clocks[PARAMETERS_LAYERS];
    } sources[SOURCE_KINDS];
};

struct sfu_copy {
    enum sfu_copy_kind kind;
    uint32_t to; // threads, bit by bit
    uint64_t router;
    uint64_t transport; // of the member
    usec at;            // when it arrived, or was said
    union {
        struct {
            uint8_t source; // enum source_kind
            uint8_t layer;
            bool repairs;    // a retransmission
            bool is_picture; // when there is too little room, these are left out first
        } packet;
        struct {
            uint32_t ssrc;
            uint32_t timestamp;
            uint64_t ntp;
        } report; // and BYE
        struct {
            uint8_t source;
            uint8_t layer;
        } key_frame;
        struct {
            usec needed_at[PARAMETERS_LAYERS]; // of the camera
        } layers;
        struct {
            double loss; // of listeners to whom no copies of frames can be sent
            bool thin;
        } voice;
    };
    struct bytes payload; // borrowed: until the next copy is taken
};

#endif
