// SPDX-License-Identifier: AGPL-3.0-or-later
// host/media_thread.h - a thread with one worker and one UDP socket, told by commands.
#ifndef GATEWAY_HOST_MEDIA_THREAD_H
#define GATEWAY_HOST_MEDIA_THREAD_H

#include "base/err.h"
#include "host/stalls.h"

#include <stdbool.h>
#include <stdint.h>

struct certificate;
struct figures;
struct mailbox;
struct media_thread;
struct sfu_command;

struct media_settings {
    unsigned number;                // of this thread, from 0
    unsigned count;                 // of all
    uint16_t udp_port;              // 0: a free one
    struct media_thread *same_port; // shares that one's port; NULL: has its own
    bool merge;
    uint32_t members;                // most in one meetup
    struct certificate *certificate; // borrowed: outlives the thread
    struct mailbox *events;          // borrowed: takes struct sfu_event
};

// Binds the socket and makes the worker; nothing runs yet. On ERR_IO `code` is the errno of binding.
enum err media_thread_create(struct media_thread **made, const struct media_settings *settings,
                             int *code) MUST_CHECK;
// What arrives at or concerns the other reaches it. Before both start, for each pair.
enum err media_thread_connect(struct media_thread *from, struct media_thread *to) MUST_CHECK;
enum err media_thread_start(struct media_thread *m) MUST_CHECK;

// From any thread. False when the mailbox is full or the thread ends: what the command owns is then
// still the caller's. What opens or asks is refused early, so that there is room for what shuts: who
// was removed or muted must not go on for want of it.
bool media_thread_tell(struct media_thread *m, const struct sfu_command *command) MUST_CHECK;

// Ends the thread and waits for it; no-op when it does not run.
void media_thread_stop(struct media_thread *m);
void media_thread_destroy(struct media_thread *m);

uint16_t media_thread_port(const struct media_thread *m);

// As shown last, at most a second ago. From any thread.
void media_thread_figures(struct media_thread *m, struct figures *figures);

// Only when the thread does not run.
const struct stalls *media_thread_stalls(const struct media_thread *m);

#endif
