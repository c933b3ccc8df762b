// SPDX-License-Identifier: AGPL-3.0-or-later
// load/crowd.h - the people of a load: their rooms, how they come in, how they go.
#ifndef TESTS_LOAD_CROWD_H
#define TESTS_LOAD_CROWD_H

#include "base/err.h"
#include "base/usec.h"
#include "load/agent.h"
#include "load/histogram.h"
#include "load/page.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define CROWD_WHY_SIZE 600
#define PERSON_KEY_SIZE 32
#define PERSON_CAMERAS 32

struct agent;
struct clip;
struct crowd;
struct dtls_identity;
struct loop;
struct signals;

// What somebody sends, and what they look at.
struct role {
    bool no_media; // a WebSocket alone
    bool microphone;
    usec talk_for; // of every talk_every
    usec talk_every;
    bool camera[AGENT_LAYERS];
    bool as_page; // offers a page's lines for sending, used or not
    uint8_t pairs;
    uint8_t sound_slots;
    uint8_t wants;   // pictures at most
    uint16_t height; // of each
};

struct room {
    char meetup[PERSON_KEY_SIZE]; // the gateway's id of it
    uint64_t number;              // Janus' id of it
    uint32_t senders;             // Janus: who will publish
    uint32_t sending;             // who does
    struct person *host;          // NULL: none
    bool admit;                   // somebody waits
    usec admit_after;
};

enum person_state { PERSON_OUT, PERSON_ENTERING, PERSON_IN, PERSON_LEAVING, PERSON_FAILED };

struct person {
    // given
    struct crowd *crowd;
    struct room *room;
    const struct role *role;
    uint32_t number; // among all
    bool is_host;
    bool opens;                  // opens what it receives: delays
    bool late;                   // comes when the others are there
    char token[PERSON_KEY_SIZE]; // of its link
    // owned
    struct page *page;
    struct agent *agent;    // publishes; from the gateway it receives, too
    struct agent *listener; // Janus: receives
    struct cookies cookies;
    // state
    enum person_state state;
    const char *step; // what it waits for, in words
    usec began_at;
    usec in_at;
    usec next_care; // the house looks after it again
    char invite[PERSON_KEY_SIZE];
    uint32_t member;
    bool listens;                     // the listener is connected, or there is none
    uint32_t cameras[PERSON_CAMERAS]; // members that show one
    uint8_t camera_count;
    bool wants_anew;
    uint64_t session; // Janus'
    uint64_t handles[2];
};

// A server of one kind: our gateway, or Janus.
struct house {
    const char *name;
    const char *path; // of its WebSocket
    const char *subprotocol;
    struct page_owner page; // of a person's
    // Signs in, makes the rooms and the links, while signals turn. False: crowd_fail said why.
    bool (*prepare)(struct crowd *crowd);
    // What is due for somebody who is entering or in.
    void (*care)(struct person *p, usec now);
    // Says goodbye, as far as there is something to say; the page ends then.
    void (*leave)(struct person *p);
};

extern const struct house house_gateway, house_janus;

struct crowd_settings {
    const struct house *house;
    struct target target;
    struct signals *signals; // borrowed, as all below
    struct loop *loop;
    const struct clip *clip;
    struct dtls_identity *identity;
    const char *email;
    const char *password;
    const char *welcome; // one-time token of a fresh gateway, or NULL
    uint64_t seed;
    bool no_transport_cc;
    enum agent_ciphers ciphers;
};

// What people sent and received.
struct crowd_count {
    struct agent_stats stats;
    struct histogram delays[AGENT_KINDS];
    struct histogram slip;
};

struct crowd {
    // given
    struct crowd_settings settings;
    // owned
    struct room *rooms;
    struct person *people;
    size_t room_count;
    size_t people_count;
    // state
    struct cookies doctor;
    uint32_t entering;
    uint32_t in;
    uint32_t failed;
    uint32_t thrown_out; // of them: who had been in
    size_t watched;      // whose media connection is looked at next
    usec watch_at;
    int status; // of the program; 0: all is well
    char why[CROWD_WHY_SIZE];
    // those who went since crowd_count_anew: late ones, and others
    struct crowd_count gone[2];
    struct histogram joins; // us from the first step to the first packet, of late ones
    uint32_t mute_joins;    // late ones who were in and never got a packet
};

// All people are out at first. `rooms` and `people` are taken over.
void crowd_init(struct crowd *c, const struct crowd_settings *settings, struct room *rooms,
                size_t room_count, struct person *people, size_t people_count);
// Everybody is gone at once.
void crowd_fini(struct crowd *c);

// The first reason is kept, with the program's exit status.
void crowd_fail(struct crowd *c, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Entering; crowd->in or crowd->failed counts it in the end.
void person_enter(struct person *p);
void person_leave(struct person *p);

// For the houses' scripts.
void person_fail(struct person *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool person_make_agent(struct person *p, struct agent **made, bool publishes, bool receives);
char *person_offer(struct person *p, struct agent *agent); // mem_free; NULL: it failed
bool person_read_answer(struct person *p, struct agent *agent, const char *sdp);
void person_is_in(struct person *p);
void person_is_out(struct person *p); // the page has ended
json_t *person_has(const struct person *p);

// Looks after everybody: what is due, who takes too long, whose connection failed. To be called every few
// milliseconds.
void crowd_care(struct crowd *c, usec now);
// How many of those who are in have a connection that works.
uint32_t crowd_connected(struct crowd *c);

// Everything is counted from here.
void crowd_count_anew(struct crowd *c);
// Of all who were there since, gone ones included: of the late ones, or of the others.
void crowd_count(struct crowd *c, bool late, struct crowd_count *sum);
// The times of late ones, until now.
void crowd_count_joins(struct crowd *c);

#endif
