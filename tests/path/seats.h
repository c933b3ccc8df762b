// SPDX-License-Identifier: AGPL-3.0-or-later
// path/seats.h - the browsers of a hall: real keys and feedback, and nothing they need not do.
#ifndef TESTS_PATH_SEATS_H
#define TESTS_PATH_SEATS_H

#include "path/hall.h"
#include "sfu/parameters.h"

struct fingerprint;
struct outbox;
struct outgoing;
struct seats;
struct sfu_event;

// Each has an address of its own in 127/8; the gateway is 127.0.0.1:`from`, theirs end in `to`.
struct seats *seats_create(const struct hall_options *options, usec now,
                           const struct fingerprint *gateway, uint16_t from, uint16_t to);
void seats_destroy(struct seats *seats);

const struct transport_parameters *seats_parameters(const struct seats *seats, uint32_t index);

// Everybody is connected.
bool seats_are_taken(const struct seats *seats);

// What is due is put into `in`: checks, handshakes, media, feedback.
void seats_send(struct seats *seats, usec now, struct outbox *in, struct hall_figures *figures);

// A datagram of the gateway, answered into `in`. Media is counted and not opened: its numbers are in clear.
void seats_receive(struct seats *seats, usec now, const struct outgoing *o, struct outbox *in,
                   struct hall_figures *figures);

void seats_told(struct seats *seats, const struct sfu_event *event);

#endif
