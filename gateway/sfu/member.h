// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/member.h - one member's browser in a router: its transport, what it sends, what it sees.
#ifndef GATEWAY_SFU_MEMBER_H
#define GATEWAY_SFU_MEMBER_H

#include "base/deadlines.h"
#include "base/err.h"
#include "base/list.h"
#include "base/rate.h"
#include "base/usec.h"
#include "sfu/arrivals.h"
#include "sfu/command.h"
#include "sfu/downlink.h"
#include "sfu/fanout.h"
#include "sfu/mirror.h"
#include "sfu/parameters.h"
#include "sfu/producer.h"
#include "sfu/quality_watch.h"
#include "sfu/sender_clock.h"
#include "sfu/slot.h"
#include "sfu/sound.h"
#include "sfu/streams.h"
#include "sfu/voice_demand.h"
#include "transport/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct certificate;
struct outbox;
struct router;

#define MEMBER_UFRAGS 2 // ours: the one in force and the one before an ICE restart

struct member {
    // given
    uint64_t id; // of the transport
    uint32_t number;
    uint64_t device; // 0: not known
    // borrowed: outlives this member
    struct router *router;
    // owned
    struct transport_parameters *parameters;
    struct transport *transport;
    struct slot *slots;     // one per line that we send on
    struct slot **pictures; // those with pictures, by slot number
    struct slot **sounds;   // those with sound, by slot number
    struct producer producers[SOURCE_KINDS];
    struct sound sound; // how sound is sent to it
    // state
    struct list node;    // of the router's members, by id: in joining order
    struct list sending; // of the viewers of this flush
    struct list touched; // of the worker's members that have something to do at the end of a turn
    size_t slot_count;
    size_t picture_count;
    size_t sound_count;
    bool admitted;
    bool unseated;        // it is to see something else
    bool waits_for_pause; // some sound is to move to another slot
    bool has_wants;
    uint8_t want_count;
    struct sfu_want wants[COMMAND_WANTS];
    enum transport_state told;      // the state its owner knows
    struct path measured;           // the way whose capacity is estimated
    uint64_t ufrags[MEMBER_UFRAGS]; // keys in the worker's table
    struct streams streams;
    struct sender_clock clock;
    struct arrivals arrivals;
    struct voice_demand voice;   // how it is to send its microphone
    struct bucket packet_budget; // what it may send us
    struct bucket hello_budget;  // of that, datagrams of handshakes
    struct bucket resend_budget; // bytes we send again for it
    struct bucket nack_budget;   // entries of its NACKs that are looked at
    struct bucket news_budget;   // packets whose fate it may tell
    struct fanout_list to_send;
    struct downlink downlink;
    struct quality_watch line;
    uint8_t probe;          // the probe that what is written now belongs to, 0: none
    uint16_t transport_seq; // next transport-wide number of what we send
    usec rtt;               // 0: not known
    uint32_t told_parts;    // of the router, on other threads, that know it; bit by bit
    usec told_again;
    uint32_t stops[SOURCE_KINDS];     // times nothing of what came so far may be shown any more
    struct heard_elsewhere elsewhere; // of those who hear it on other threads
    struct mirrored mirrored;         // when it lives on another thread itself
    usec next_reports;                // sender and receiver reports
    usec due;                         // when member_tick is to be called at the latest
    struct deadline timer;            // of the worker: `due`
};

// No transport: it lives on another thread, and what it sends comes as copies (sfu/mirror.h).
bool member_is_mirror(const struct member *m);

struct member_birth {
    uint64_t id;
    uint32_t number;
    uint64_t device;
    struct transport_parameters *parameters; // taken over, also when the birth fails
    struct certificate *certificate;         // NULL: of a mirror
    uint64_t seed;
    uint32_t *stream_numbers;
};

// Joins the router, waiting.
enum err sfu_member_create(struct member **made, struct router *router,
                           const struct member_birth *birth, usec now) MUST_CHECK;
// Leaves the router; nothing of it is in anybody's slots afterwards.
void sfu_member_destroy(struct member *m);

// Admitted or not. Not: nothing it sends is used, and nothing is sent to it.
void member_gate(struct member *m, usec now, bool open);

// A host muted (`muted`) or the member paused one source.
void member_shut(struct member *m, usec now, enum source_kind kind, bool by_host, bool on);

// Tells a change of the transport's state to the owner.
void member_watch_state(struct member *m, usec now);

// Sends what is due and sets `due`.
void member_tick(struct member *m, usec now, struct outbox *out);

// Has it ticked at the end of this turn.
void member_touch(struct member *m);

// Admitted and connected: something can be sent to it.
bool member_can_receive(const struct member *m);

#endif
