// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/sessions.h - who is signed in, kept in memory so that an upgrade needs no question.
#ifndef GATEWAY_PRACTICE_SESSIONS_H
#define GATEWAY_PRACTICE_SESSIONS_H

#include "base/err.h"
#include "store/record.h"

#include <stddef.h>
#include <stdint.h>

struct session {
    uint8_t digest[DIGEST_SIZE]; // of the cookie
    struct doctor_record doctor; // without the password hash
    int64_t expires_at;
};

// Zero-initialised is valid and empty.
struct sessions {
    struct session *items; // owned
    size_t count;
    size_t capacity;
};

void sessions_fini(struct sessions *sessions);
// Forgets those whose time is over at `wall`.
enum err sessions_add(struct sessions *sessions, int64_t wall,
                      const uint8_t digest[static DIGEST_SIZE], const struct doctor_record *doctor,
                      int64_t expires_at) MUST_CHECK;

// NULL when there is none or its time is over.
const struct session *sessions_find(const struct sessions *sessions,
                                    const uint8_t digest[static DIGEST_SIZE], int64_t wall);
const struct session *sessions_of_doctor(const struct sessions *sessions, const char *doctor,
                                         int64_t wall);

void sessions_remove(struct sessions *sessions, const uint8_t digest[static DIGEST_SIZE]);

#endif
