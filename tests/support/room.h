// SPDX-License-Identifier: AGPL-3.0-or-later
// support/room.h - a worker, or several, and scripted browsers in virtual time, on lines as bad as told.
#ifndef TESTS_SUPPORT_ROOM_H
#define TESTS_SUPPORT_ROOM_H

#include "sfu/command.h"
#include "sfu/event.h"
#include "sfu/worker.h"
#include "support/arrived.h"
#include "support/flight.h"
#include "support/line.h"
#include "support/peer.h"
#include "support/random.h"
#include "support/receiver.h"
#include "support/sender.h"
#include "transport/certificate.h"

#define ROOM_GUESTS 12
#define ROOM_ROUTER 7
#define ROOM_WORKERS 3
#define ROOM_PORT 3478 // of the first worker; the others' follow

// Lines of every guest: what it sends, then `pairs` slots of sound and picture, then spare sounds.
enum { ROOM_MICROPHONE, ROOM_CAMERA, ROOM_SCREEN, ROOM_SCREEN_SOUND, ROOM_FIRST_SLOT };

struct room_options {
    uint8_t pairs;
    uint8_t spares;
    bool simulcast; // camera of three layers q, h, f; else one
    bool temporal;
    usec clock;           // ahead of the test's
    bool announces_ssrcs; // as Firefox
    uint32_t number;      // in the meetup; 0: the next
    bool natural;         // pictures as large as real ones: 150, 500 and 1500 kbit/s
    bool red;             // negotiates RED (RFC 2198) for sound
    bool sound_nack;      // and NACK
    uint64_t device;      // whose line may be remembered; 0: not known
    uint8_t worker;       // which it lives on; the first is the meetup's home
};

struct carried;

// What the gateway said of the layers of one source, until it is obeyed.
struct orders {
    usec due; // 0: none
    bool needed[PARAMETERS_LAYERS];
};

struct guest {
    uint32_t number;    // in the meetup
    uint64_t transport; // id
    uint8_t worker;
    struct peer *peer; // NULL: this place is free
    struct path path;
    bool connected;
    bool lost; // by the last event
    struct transport_parameters parameters;
    struct sender senders[SOURCE_KINDS];
    struct receiver receivers[PARAMETERS_LINES];
    uint32_t told[PARAMETERS_LINES];        // sources by events
    uint32_t told_before[PARAMETERS_LINES]; // whose last packets may still be on their way
    bool paused[PARAMETERS_LINES];
    enum line_quality up;
    enum line_quality down;
    bool pictures_off;
    uint8_t want_count;
    struct sfu_want wants[COMMAND_WANTS]; // of the page, as told
    struct orders orders[SOURCE_KINDS];
    uint32_t layers_told;    // times
    struct arrived *arrived; // owned (libc)
    bool keeps_feedback;     // by the test: sends no transport-wide feedback
    bool repeats_feedback;   // by the test: says all of it four times, and what it said first again
    uint8_t first_feedback[ARRIVED_FEEDBACK];
    size_t first_feedback_len;
    bool ignores_orders; // by the test: an old page
    uint16_t transport_seq;
    struct line *line_up; // borrowed from the room; NULL: without limit
    struct line *line_down;
    uint32_t loses_up; // of a million, without a line
    uint32_t loses_down;
    uint64_t bytes_up;   // of IP, sent
    uint64_t bytes_down; // arrived
    uint32_t rtp;        // received in all
    uint32_t rtcp;
    uint32_t strange;  // packets before their event, of SSRCs or mids nobody told of
    uint32_t reported; // packets that transport-wide feedback said arrived
    uint32_t not_reported;
    uint32_t keys_asked;
    uint32_t nacked;
    usec last_rtp;
    uint32_t last_lsr[PARAMETERS_LINES];
    usec next_report;
};

struct room {
    struct certificate *certificate;
    struct worker *worker;                // the first
    struct worker *workers[ROOM_WORKERS]; // NULL: nobody was there yet
    struct carried *carried;              // copies between them
    size_t carried_count;
    uint32_t loses_copies;            // of a million
    uint32_t copies[ROOM_WORKERS][8]; // by kind, that each took out
    struct outbox *out;               // of the gateway
    struct outbox *guest_out;         // of all guests, in turn
    struct random random;
    usec now;
    usec delay; // one way, where there is no line
    uint64_t next_transport;
    struct guest guests[ROOM_GUESTS];
    struct line *lines[2 * ROOM_GUESTS]; // owned (libc)
    struct flight flight;
    size_t allocations; // by the worker, in room_run
    uint32_t at_once;   // turns after which the worker wanted the next one without a wait
    uint32_t first_to[ROOM_GUESTS]; // turns whose first media went to this guest
    uint32_t of_one_picture;        // packets directly behind another of their picture
    uint32_t uneven;                // of them, those longer than it: no run goes on there
    uint32_t interleaved;           // times media for a guest stood apart from the rest of its turn
    uint32_t dominant;
    uint32_t speaking;
    uint32_t failed; // transports
};

struct room *room_create(uint64_t seed);
void room_destroy(struct room *room);

// From now on so many datagrams of the gateway fit into a turn at once; `drained`: it is emptied in the middle.
void room_narrow(struct room *room, size_t fits, bool drained);

// Opens a transport for the next guest, who then waits. Returns the place.
size_t room_enter(struct room *room, const struct room_options *options);
void room_gate(struct room *room, size_t guest, bool open);
// Enter and admit.
size_t room_join(struct room *room, const struct room_options *options);
void room_leave(struct room *room, size_t guest);

// From now on this guest's datagrams, of whatever kind, pass lines like these; NULL: as it was.
void room_set_line(struct room *room, size_t guest, const struct line_settings *up,
                   const struct line_settings *down);
// And the same lines as those of another guest, who has both.
void room_share_lines(struct room *room, size_t guest, size_t with);

void room_mute(struct room *room, size_t guest, enum source_kind kind, bool on);
void room_pause(struct room *room, size_t guest, enum source_kind kind, bool on);
void room_want(struct room *room, size_t guest, const struct sfu_want *wants, size_t count);

void room_run(struct room *room, usec span);

uint32_t room_source(const struct room *room, size_t guest, enum source_kind kind);
// How much of a source a guest was shown (whole pictures or packets of sound), in all its slots.
uint32_t room_shown(const struct room *room, size_t guest, uint32_t source);
// Sums over all slots of a guest.
struct receiver_sums {
    uint32_t packets, repaired, holes, wrong_faces, broken, switches, cut;
    const char *why;
};
struct receiver_sums room_sums(const struct room *room, size_t guest);
// The slot that shows this source by the last event; NULL: none.
struct receiver *room_slot_of(struct room *room, size_t guest, uint32_t source);

// Freezes and what is heard are counted anew, for every slot of a guest; so are its lines' packets.
void room_count_anew(struct room *room, size_t guest);

// Sends as this guest, whatever it is.
void room_send(struct room *room, size_t guest, bool is_rtcp, struct bytes packet);
void room_send_raw(struct room *room, size_t guest, struct bytes datagram);

#endif
