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
    SFU_SPEAKER           // of a router: the dominant speaker and who speaks at all
};

struct sfu_slot_change {
    uint8_t line;    // index into transport_parameters.lines
    uint32_t source; // 0: empty
};

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
    };
};

#endif
