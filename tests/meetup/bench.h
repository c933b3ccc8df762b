// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/bench.h - a directory with a small store behind it and pages that ask.
#ifndef TESTS_MEETUP_BENCH_H
#define TESTS_MEETUP_BENCH_H

#include "meetup/directory.h"
#include "meetup/effects.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_SEATS 16
#define BENCH_MEMBERS 12 // most in a meetup at once
#define DOCTOR 1         // the doctor's conversation, by habit
#define DOCTOR_NAME "Dr. Vera Holm"

struct bench {
    struct directory *directory;
    struct effects effects; // of the last request, with what the store's answer led to
    usec now;
    int64_t wall_ms;
    // what the store has
    struct meetup_record meetup;
    struct invite_record invites[BENCH_SEATS];
    size_t invite_count;
    struct seat_record seats[BENCH_SEATS];
    size_t seat_count;
    enum err store_err; // what the next questions are answered with
    bool store_sleeps;  // questions stay open
};

void bench_open(struct bench *b);
void bench_close(struct bench *b);
void bench_restart(struct bench *b); // of the gateway: only the store remains

// An invite "invite-NAME" for the roster name "Roster NAME".
void bench_invite(struct bench *b, const char *name);

void bench_send(struct bench *b, struct request *request);
void bench_answer(struct bench *b, uint64_t conversation); // an open question of the store
void bench_tick(struct bench *b, usec later);

struct transport_parameters *bench_offer(void); // microphone, camera, one pair of slots

// As pages do; all with a fresh offer, and with ids equal to their conversation.
void page_doctor(struct bench *b, uint64_t conversation);
void page_patient(struct bench *b, uint64_t conversation, const char *name, const char *device);
void page_named(struct bench *b, uint64_t conversation, const char *name, const char *device,
                const char *room_name);
void page_back(struct bench *b, uint64_t conversation, const char *name, const char *device,
               uint64_t connection);
void page_asks(struct bench *b, uint64_t conversation, enum request_kind kind, uint32_t member);
void page_says(struct bench *b, uint64_t conversation, enum chat_to to, const char *text);
void page_gone(struct bench *b, uint64_t conversation);
void media_says(struct bench *b, enum sfu_event_kind kind, uint64_t transport);

// The doctor, and Anna with conversation 2, who waits until she is admitted; Bert has an invite.
struct two {
    struct bench b;
    uint64_t connection; // Anna's
    uint32_t anna;
};

void two_open(struct two *two, bool admitted);

// Joins and is admitted; returns the member number.
uint32_t page_admitted(struct bench *b, uint64_t conversation, const char *name);

// The last one to this conversation among the effects, or NULL; and how many.
const struct notice *told(const struct bench *b, uint64_t conversation, enum notice_kind kind);
size_t told_times(const struct bench *b, uint64_t conversation, enum notice_kind kind);
// Of whom it was last told that something changed.
const struct member_view *seen(const struct bench *b, uint64_t by);
bool told_out(const struct bench *b, uint64_t conversation, enum out_reason reason);
bool refused(const struct bench *b, uint64_t conversation, enum refusal refusal);
uint16_t closed(const struct bench *b, uint64_t conversation); // 0: not
const struct sfu_command *commanded(const struct bench *b, enum sfu_command_kind kind);
size_t commanded_times(const struct bench *b, enum sfu_command_kind kind);
const struct seat_record *saved(const struct bench *b, const char *name);

#endif
