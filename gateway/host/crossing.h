// SPDX-License-Identifier: AGPL-3.0-or-later
// host/crossing.h - what one media thread hands to the others and takes from them: a ring for each pair.
#ifndef GATEWAY_HOST_CROSSING_H
#define GATEWAY_HOST_CROSSING_H

#include "base/address.h"
#include "base/err.h"
#include "sfu/copy.h"
#include "transport/transport.h"

#include <stdbool.h>
#include <stdint.h>

struct crossing;

enum crossed_kind {
    CROSSED_DATAGRAM, // that arrived at another's socket; `asks`: say so when it is yours
    CROSSED_MINE,     // this path is
    CROSSED_NOT_MINE, // it is no more
    CROSSED_COPY
};

struct crossed {
    enum crossed_kind kind;
    bool asks;
    unsigned from;
    struct path path;
    struct bytes bytes; // of a datagram; not to be changed in place
    struct sfu_copy copy;
};

struct crossing_counters {
    uint64_t sent, wakes;
    uint64_t pictures_dropped, sounds_dropped, others_dropped; // a ring was full
};

// One for each of `count` threads.
enum err crossing_create(struct crossing **made, unsigned self, unsigned count) MUST_CHECK;
void crossing_destroy(struct crossing *c);
// Before the threads run, for each pair.
enum err crossing_connect(struct crossing *from, struct crossing *to) MUST_CHECK;

// From its own thread. What finds no room is dropped and counted, pictures first; nobody waits.
void crossing_pass(struct crossing *c, unsigned to, const struct datagram *in, bool asks);
void crossing_tell(struct crossing *c, unsigned to, enum crossed_kind kind,
                   const struct path *path);
void crossing_copy(struct crossing *c, const struct sfu_copy *copy); // to all it says
// At the end of a turn: the others see it, and are woken once each.
void crossing_publish(struct crossing *c);

// Learns what the others published so far. False when there is nothing to take. What a thread was told before
// another one could publish something about it is in its mailbox by then.
bool crossing_look(struct crossing *c);
// What others handed over and it knows of; false when there is nothing. Good until crossing_release. Every other thread
// has its turn.
bool crossing_take(struct crossing *c, struct crossed *crossed);
void crossing_release(struct crossing *c);

// Readable when others published; to be heard before taking.
int crossing_descriptor(const struct crossing *c);
void crossing_hear(struct crossing *c);

const struct crossing_counters *crossing_counters(const struct crossing *c);

#endif
