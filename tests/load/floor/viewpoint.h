// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/viewpoint.h - one viewer's socket: notes what arrives, and reports it.
#ifndef TESTS_LOAD_FLOOR_VIEWPOINT_H
#define TESTS_LOAD_FLOOR_VIEWPOINT_H

#include "load/floor/aead.h"
#include "load/floor/endpoint.h"
#include "wire/transport_cc.h"

#define VIEWPOINT_NOTES 256

struct viewpoint {
    // given
    uint32_t number;
    // owned
    int socket;
    struct aead seals;
    struct aead opens;
    // state
    size_t notes;
    struct transport_cc_arrival note[VIEWPOINT_NOTES];
    uint16_t next_base; // the first transport-wide number not reported on
    uint8_t feedback_seq;
    uint32_t rtcp_index;
    uint64_t reports;
};

bool viewpoint_init(struct viewpoint *viewpoint, uint64_t seed, size_t number,
                    const struct sockaddr_in *at);
void viewpoint_fini(struct viewpoint *viewpoint);

// A packet with this number came. More than VIEWPOINT_NOTES between two reports are not noted.
void viewpoint_note(struct viewpoint *viewpoint, uint16_t transport_seq, uint64_t now_ns);

// Sends transport-wide feedback about what was noted; nothing when there was nothing. False: the socket failed.
bool viewpoint_report(struct viewpoint *viewpoint, const struct sockaddr_in *to);

#endif
