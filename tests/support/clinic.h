// SPDX-License-Identifier: AGPL-3.0-or-later
// support/clinic.h - the practice over a real database, as the host runs them, in one thread.
#ifndef TESTS_SUPPORT_CLINIC_H
#define TESTS_SUPPORT_CLINIC_H

#include "practice/effects.h"
#include "practice/practice.h"
#include "store/store.h"
#include "support/random.h"

#define CLINIC_WALL 1800000000 // where its wall clock starts

struct clinic {
    struct practice *practice;
    struct store *store;
    char folder[64];
    char path[96];
    struct random random;
    usec now;
    int64_t wall;
    uint64_t calls;
    struct practice_effects effects;
    uint32_t told_revoked; // REQUEST_REVOKED so far
    uint32_t told_changed; // REQUEST_CHANGED so far
    uint32_t signed_out;
};

// A browser's cookies.
struct browser {
    char doctor[COOKIE_SIZE];
    char device[COOKIE_SIZE];
};

// Opens a fresh database in a temporary folder; clinic_close removes it.
void clinic_open(struct clinic *clinic);
// Closes and opens the same database, as a restart does.
void clinic_restart(struct clinic *clinic);
void clinic_close(struct clinic *clinic);

// A call whose fields the test fills before clinic_call.
struct call clinic_blank(enum call_kind kind);

// Runs one call to its reply, which stays valid until the next call. Cookies are taken from and
// set in `browser`.
const struct reply *clinic_call(struct clinic *clinic, struct browser *browser, struct call *call);

// Asks the store as the host does for live meetups.
void clinic_ask(struct clinic *clinic, struct query *query, struct result *result);

// Shortcuts used by many tests.
void clinic_first_doctor(struct clinic *clinic, struct browser *browser);
void clinic_make_meetup(struct clinic *clinic, struct browser *browser, char id[static ID_SIZE]);
void clinic_make_invite(struct clinic *clinic, struct browser *browser, const char *meetup,
                        const char *name, char id[static ID_SIZE], char token[static ID_SIZE]);
const struct reply *clinic_redeem(struct clinic *clinic, struct browser *browser,
                                  const char *token);

#define CLINIC_PASSWORD "harbour lantern seven"

#endif
