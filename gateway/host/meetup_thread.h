// SPDX-License-Identifier: AGPL-3.0-or-later
// host/meetup_thread.h - the thread of pages and signaling: it owns the web server and the domain.
#ifndef GATEWAY_HOST_MEETUP_THREAD_H
#define GATEWAY_HOST_MEETUP_THREAD_H

#include "base/err.h"
#include "base/table.h"
#include "host/heap.h"
#include "host/server.h"
#include "host/thread.h"
#include "meetup/effects.h"
#include "practice/effects.h"
#include "protocol/encode.h"

#include <stdbool.h>
#include <stdint.h>

struct certificate;
struct decoder;
struct directory;
struct mailbox;
struct media;
struct meetup_loop;
struct metrics_port;
struct practice;
struct store_thread;

// Seen by the files of its thread only: conversation.c, calls.c, effects.c.
struct meetup_thread {
    // given
    const char *version;
    struct answer_settings settings;
    // borrowed: outlive the thread
    struct media *media;
    struct store_thread *store;
    struct mailbox *events; // struct sfu_event, of the media threads
    // owned
    struct directory *directory;
    struct practice *practice;
    struct decoder *decoder;
    struct server *server;
    struct meetup_loop *loop;
    struct metrics_port *metrics;
    struct thread thread;
    struct table conversations; // by their number
    struct table exchanges;     // by the number of their call
    struct effects effects;
    struct practice_effects practice_effects;
    // state
    uint64_t last_number; // of conversations and calls; never used twice
    struct heap heap;
    bool ended; // the loop runs no more: nothing is told to the domain
};

struct meetup_settings {
    const char *version;
    const struct config *config;   // borrowed for the call
    const struct tls_files *files; // borrowed for the call
    const struct assets *assets;
    const struct answer_settings *answers;
    const uint8_t *practice_key; // PRACTICE_KEY_SIZE
    struct media *media;
    struct store_thread *store;
    struct mailbox *events;
    const char *metrics_path; // borrowed for the call
};

// Makes the domain and listens; nothing runs yet. On an error `why` is a plain sentence.
enum err meetup_thread_create(struct meetup_thread **made, const struct meetup_settings *settings,
                              char why[static SERVER_WHY_SIZE]) MUST_CHECK;
enum err meetup_thread_start(struct meetup_thread *m) MUST_CHECK;

// From its loop, once a second: gives memory back that nobody needs.
void meetup_thread_save(struct meetup_thread *m, usec now);

// Closes all WebSockets, waits for that at most a second, ends the thread. What it asked for is still
// under way then: media and store threads are stopped next. No-op when it does not run.
void meetup_thread_stop(struct meetup_thread *m);

// Only when neither it nor the media and store threads run.
void meetup_thread_destroy(struct meetup_thread *m);

#endif
