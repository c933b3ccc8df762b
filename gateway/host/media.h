// SPDX-License-Identifier: AGPL-3.0-or-later
// host/media.h - all media threads as one: each command goes to those it concerns.
#ifndef GATEWAY_HOST_MEDIA_H
#define GATEWAY_HOST_MEDIA_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct certificate;
struct figures;
struct mailbox;
struct media;
struct sfu_command;

struct media_options {
    unsigned threads;        // 1 to PLACEMENT_THREADS
    uint32_t thread_members; // before the members of a meetup live on several
    bool one_port;           // for all of them; else one each
    uint16_t udp_port;       // of the first, the others' follow; 0: free ones
    bool merge;
    uint16_t members;                // of one meetup, at most
    struct certificate *certificate; // borrowed: outlives the threads
    struct mailbox *events;          // borrowed: takes struct sfu_event
};

// Binds the sockets and makes the workers; nothing runs yet. On ERR_IO `code` is the errno of binding, and
// `port` the one that could not be bound.
enum err media_create(struct media **made, const struct media_options *options, int *code,
                      uint16_t *port) MUST_CHECK;
enum err media_start(struct media *m) MUST_CHECK;
void media_stop(struct media *m);
void media_destroy(struct media *m);

// From one thread, the owner. False when a mailbox is full or the threads end: what the command owns is then
// still the caller's.
bool media_tell(struct media *m, const struct sfu_command *command) MUST_CHECK;

// Where the browser of this transport is to send to.
uint16_t media_port_of(const struct media *m, uint64_t transport);

unsigned media_thread_count(const struct media *m);
// What a thread counted, as of a second ago at most. From any thread.
void media_figures(const struct media *m, unsigned thread, struct figures *figures);
uint16_t media_port(const struct media *m, unsigned thread);

#endif
