// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/arrivals.h - when each packet of a transport arrived, to be told to its sender.
#ifndef GATEWAY_SFU_ARRIVALS_H
#define GATEWAY_SFU_ARRIVALS_H

#include "base/rate.h"
#include "base/usec.h"
#include "wire/transport_cc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRIVALS_PENDING 512u

// Zero-initialised is valid.
struct arrivals {
    // owned
    struct transport_cc_arrival
        *pending; // ascending; from the first packet on, as viewers send none
    // state
    bool started;
    bool sparing; // given by the owner: what goes the other way has little room for reports
    uint8_t feedback_seq;
    uint16_t next; // first number not reported on yet
    uint16_t count;
    usec first_at;
    usec due;
    usec last_feedback;
    usec last_at;    // of the newest packet
    usec burst_from; // packets close to each other
    usec burst_due;  // to report its end; 0: none that matters
    usec burst_told; // when one was last reported
    uint32_t burst_bytes;
    uint16_t burst_count;
    struct rate rate;
};

void arrivals_fini(struct arrivals *arrivals);

// Nothing has arrived so far.
void arrivals_begin(struct arrivals *arrivals);

// A packet with this transport-wide number arrived, whatever it was (padding and retransmissions
// too), `bytes` long as a datagram. Takes memory the first time; without it nothing is told.
void arrivals_add(struct arrivals *arrivals, usec now, uint16_t seq, uint32_t bytes);

// When feedback is to be sent: every 100 ms at first, then as often as costs 5 % of what arrives,
// within 50 to 250 ms; at once when the list is nearly full, or a burst far above the usual rate has
// ended, by which its sender tried out the path. `sparing`: every 250 ms. USEC_NEVER: nothing arrived.
usec arrivals_deadline(const struct arrivals *arrivals);

// The packets of one feedback packet and its fields (but for sender and media); 0: nothing left
// this time. After transport_cc_write covered n of them, tell arrivals_reported(n) and ask again:
//   while ((count = arrivals_take(a, now, &fields, &list)) > 0) {
//       n = transport_cc_write(out, &fields, list, count, room);
//       if (n == 0) break;
//       arrivals_reported(a, n);
//   }
// To be begun only when due (now >= deadline).
size_t arrivals_take(struct arrivals *arrivals, usec now, struct transport_cc_fields *fields,
                     const struct transport_cc_arrival **list);
void arrivals_reported(struct arrivals *arrivals, size_t count);

#endif
