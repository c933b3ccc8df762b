// SPDX-License-Identifier: AGPL-3.0-or-later
// host/udp.h - one dual-stack UDP socket: datagrams in batches, replies from the address that was hit.
#ifndef GATEWAY_HOST_UDP_H
#define GATEWAY_HOST_UDP_H

#include "base/err.h"
#include "transport/transport.h"

#include <stdbool.h>
#include <stdint.h>

struct outbox;
struct udp;

struct udp_counters {
    uint64_t received, sent, send_calls, merged; // merged: datagrams that left in a run of UDP GSO
    uint64_t messages;                           // the kernel took: a run is one
    uint64_t dropped_full;                       // pictures: the socket's buffer was filling up
    uint64_t dropped_sound;                      // all else: it was full
    uint64_t dropped_error;                      // no route and the like
    // as of udp_look
    uint64_t overflowed; // arrived, and the kernel had no room: nobody read in time
    uint64_t waiting;    // bytes of memory that unread datagrams take now
};

// Binds all addresses of this machine, IPv6 and IPv4 in one socket (IPv4 alone where there is no
// IPv6). Port 0 takes a free one. On an error `code` is the errno: EADDRINUSE, EACCES.
enum err udp_open(struct udp **made, uint16_t port, bool merge, int *code) MUST_CHECK;

// Another socket on the same port, for another thread: which of them a flow arrives at is the kernel's choice,
// and it stays with it. All of them can send to everybody.
enum err udp_share(struct udp **made, struct udp *with, int *code) MUST_CHECK;
void udp_close(struct udp *u);

int udp_descriptor(const struct udp *u);
uint16_t udp_port(const struct udp *u);

// False when nothing is left, or after 256 datagrams since udp_begin: the rest waits for the next
// turn. The bytes are good until the call after next.
void udp_begin(struct udp *u);
bool udp_receive(struct udp *u, struct datagram *in);

// False: all there was has been read.
bool udp_has_more(const struct udp *u);

// Sends all and clears the outbox. When half of the socket's buffer is taken, the newest pictures are dropped and
// counted: media that waits is worth less than media that is late for one frame, and the other half is for sound.
void udp_send_all(struct udp *u, struct outbox *out);

// Whether runs of equal datagrams are merged now (UDP GSO).
bool udp_merges(const struct udp *u);
// Asks the kernel what it dropped: to be called now and then.
const struct udp_counters *udp_look(struct udp *u);
const struct udp_counters *udp_counters(const struct udp *u);

#endif
