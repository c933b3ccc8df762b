// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/pacer.h - when pictures may leave towards one viewer, so that a large one does not fill its line.
#ifndef GATEWAY_SFU_PACER_H
#define GATEWAY_SFU_PACER_H

#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACER_HELD 1024u   // packets that may wait
#define PACER_SLOTS 64     // numbers of slots are below this
#define PACER_IN_SLOT 192u // more of one slot do not wait: its map would forget them

struct pacer_queue;

// A leaky bucket: what was sent is debt that shrinks at the media rate. Packets are not kept: what waits
// is a slot and a number, from which slot_repair makes the packet when it is its turn. Sizes are IP bytes.
// Zero-initialised is valid, and lets everything through; pacer_fini is to be called.
struct pacer {
    // owned
    struct pacer_queue *queue; // NULL until something waits for the first time
    // state
    uint32_t rate_bps;   // 0: no limit
    uint32_t raised_bps; // while too much waits; 0: not raised
    uint32_t held;
    uint32_t held_bytes;
    double debt; // bytes
    usec at;     // of `debt`
};

void pacer_fini(struct pacer *p);

// Takes the memory that pacer_hold would take when something waits for the first time, or more than ever: to be
// called now and then, it keeps twice what waits. False: there is none.
bool pacer_prepare(struct pacer *p);

// Sets the media rate: well above the target of the line, so that a picture is there soon; the target itself
// while a queue stands on the line. 0: everything is let through.
void pacer_set_rate(struct pacer *p, usec now, uint32_t rate_bps);

// A picture's packet may leave at once: nothing waits, and the debt is small. If not, pacer_hold.
bool pacer_may_send(struct pacer *p, usec now);

// Something left: pictures, and also what never waits (sound, retransmissions, probes, reports).
void pacer_sent(struct pacer *p, usec now, size_t bytes);

// Has a packet of this slot wait. False, it is to be sent at once: too much waits already, or there is no
// memory for it. Allocates only when more waits than pacer_prepare saw coming.
bool pacer_hold(struct pacer *p, usec now, uint8_t slot, uint16_t seq, size_t bytes);

struct pacer_held {
    uint8_t slot;
    uint16_t seq;
    uint16_t last; // PACER_LATE: the highest number that does not wait any more
    uint16_t bytes;
};

enum pacer_verdict {
    PACER_WAIT, // nothing may leave yet, or nothing waits
    PACER_SEND, // this packet's turn has come; once it left, pacer_sent is to be called
    PACER_LATE // this slot waited for more than a second: nothing of it waits any more, `seq` to `last` are
               // not to be sent, and only a key frame helps it
};

// The next that may leave, slot after slot in turn, in order within each. To be called until it says
// PACER_WAIT, while the outbox has room.
enum pacer_verdict pacer_take(struct pacer *p, usec now, struct pacer_held *held);
// When to call it again; USEC_NEVER when nothing waits.
usec pacer_deadline(const struct pacer *p);

// The slot is somebody else's now: what waits of it is of no use any more.
void pacer_forget(struct pacer *p, uint8_t slot);

#endif
