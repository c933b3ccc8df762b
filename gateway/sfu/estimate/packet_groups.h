// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/packet_groups.h - packets sent together, and how much later or earlier a group came than the last.
#ifndef GATEWAY_SFU_ESTIMATE_PACKET_GROUPS_H
#define GATEWAY_SFU_ESTIMATE_PACKET_GROUPS_H

#include "base/usec.h"

#include <stdbool.h>

struct packet_group {
    usec first_sent;
    usec last_sent;
    usec first_arrival;
    usec arrival; // of the packet that completed it so far
    usec heard_at;
};

// Zero-initialised is valid, and is how to begin anew.
struct packet_groups {
    bool has_current;
    bool has_previous;
    unsigned backwards; // groups in a row that arrived before the one before
    struct packet_group current;
    struct packet_group previous;
};

struct packet_delta {
    usec sent;
    usec arrival;
};

// One packet that arrived, in order of arrival; `now` is when its feedback was heard. True when it begins
// a group, and `delta` is how the two groups before lay apart. A packet sent before the current group is
// ignored; when arrivals leap, or go backwards three times, all begins anew.
bool packet_groups_add(struct packet_groups *groups, usec now, usec sent_at, usec arrival,
                       struct packet_delta *delta);

#endif
