// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/worker.h - all routers and transports of one media thread, sans I/O.
#ifndef GATEWAY_SFU_WORKER_H
#define GATEWAY_SFU_WORKER_H

#include "base/drops.h"
#include "base/err.h"
#include "base/usec.h"
#include "transport/transport.h"

#include <stdbool.h>
#include <stdint.h>

struct certificate;
struct outbox;
struct sfu_copy;
struct sfu_command;
struct sfu_event;
struct worker;

struct worker_counters {
    uint64_t rtp_in, rtp_out, rtcp_in, rtcp_out, bytes_in, bytes_out;
    uint64_t nacks_in, retransmitted, key_frames_asked;
    uint64_t copies_in, copies_out, copies_lost; // from and to other threads; no room for
    uint32_t routers, transports;
    uint32_t relief;    // as told last
    struct drops drops; // of datagrams and of all transports, gone ones included
};

// `certificate` is borrowed; `wall_offset` is wall clock minus `now` in microseconds since 1970, for
// the NTP half of sender reports; `seed` is random and secret.
enum err worker_create(struct worker **made, struct certificate *certificate, int64_t wall_offset,
                       uint64_t seed) MUST_CHECK;
void worker_destroy(struct worker *w);

// Applies one command and takes over what it owns. Unknown ids are ignored: they crossed a close.
void worker_apply(struct worker *w, usec now, struct sfu_command *command, struct outbox *out);

void worker_receive(struct worker *w, usec now, struct datagram in, struct outbox *out);

// For a worker that shares its port with others: is this datagram for one of its transports?
bool worker_has(const struct worker *w, struct datagram in);
// Did one of its transports prove this path?
bool worker_has_path(const struct worker *w, const struct path *path);

// A meetup with parts on several workers (SFU_PARTS): what one has to tell the others, and what it was told by
// the worker of thread `from`. Copies of one worker keep their order.
bool worker_take_copy(struct worker *w, struct sfu_copy *copy); // false: there is none
void worker_receive_copy(struct worker *w, usec now, unsigned from, const struct sfu_copy *copy,
                         struct outbox *out);

// There is too much to do: 0 everything is sent, 1 the upper layer of time of pictures is left out, 2 both,
// WORKER_RELIEF_MOST no picture is sent at all. Sound always is. Holds for everybody within 250 ms.
#define WORKER_RELIEF_MOST 3
void worker_relieve(struct worker *w, uint8_t level);

// To be called once after the datagrams of a turn: gaps become NACKs, key frames are asked for, what
// is due is sent.
void worker_tick(struct worker *w, usec now, struct outbox *out);
usec worker_deadline(const struct worker *w);

// False when there is none. Events keep their order.
bool worker_take_event(struct worker *w, struct sfu_event *event);
bool worker_has_event(const struct worker *w);

const struct worker_counters *worker_counters(const struct worker *w);

#endif
