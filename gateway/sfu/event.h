// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/event.h - door: what a worker tells its owner.
#ifndef GATEWAY_SFU_EVENT_H
#define GATEWAY_SFU_EVENT_H

#include "sfu/parameters.h"

#include <stdbool.h>
#include <stdint.h>

#define EVENT_SLOTS 40
#define EVENT_SPEAKERS 8

enum sfu_event_kind {
    SFU_TRANSPORT_CONNECTED, // keys are there
    SFU_TRANSPORT_LOST,      // consent expired: nothing is sent until it comes back
    SFU_TRANSPORT_BACK,
    SFU_TRANSPORT_FAILED, // final: handshake deadline, wrong certificate
    SFU_SLOTS,            // who is in which slot of this transport, changed slots only; told
                          // before the first packet of the new source leaves
    SFU_SPEAKER,          // of a router: the dominant speaker and who speaks at all
    SFU_LAYERS,           // of a source of this transport: which of its layers anybody needs
    SFU_VOICE,            // how this transport's microphone is to be sent
    SFU_QUALITY           // how good the line of this transport is, up and down
};

struct sfu_slot_change {
    uint8_t line;    // index into transport_parameters.lines
    bool paused;     // the picture is not sent: this viewer's line does not carry it
    uint32_t source; // 0: empty
};

// Figures in sfu/quality.h.
enum line_quality { QUALITY_GOOD, QUALITY_FAIR, QUALITY_POOR, QUALITY_LOST };

struct sfu_event {
    enum sfu_event_kind kind;
    uint64_t router;
    uint64_t transport;
    union {
        struct {
            uint8_t count;
            struct sfu_slot_change changes[EVENT_SLOTS];
        } slots;
        struct {
            uint32_t dominant; // microphone source, 0: nobody
            uint8_t count;
            uint32_t speaking[EVENT_SPEAKERS];
        } speaker;
        struct {
            uint8_t kind; // enum source_kind
            uint8_t count;
            bool needed[PARAMETERS_LAYERS]; // lowest first
        } layers;
        struct {
            uint32_t max_bps; // of Opus; 0: as the browser likes
            bool redundancy;  // each packet with the one before it (RFC 2198)
        } voice;
        struct {
            enum line_quality up;   // what the gateway receives of this member
            enum line_quality down; // what the member receives
            bool pictures_off;      // the line down carries no picture at all
            bool redundancy;        // sound is sent more than once: let the page wait for it
        } quality;
    };
};

#endif
