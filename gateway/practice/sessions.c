// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/sessions.c - who is signed in. A handful of doctors: a list is enough.
#include "practice/sessions.h"

#include "base/bytes.h"
#include "base/mem.h"

#include <string.h>

void sessions_fini(struct sessions *sessions)
{
    mem_free(sessions->items);
    *sessions = (struct sessions){0};
}

static void forget_expired(struct sessions *sessions, int64_t wall)
{
    for (size_t i = sessions->count; i-- > 0;) {
        if (sessions->items[i].expires_at <= wall)
            sessions->items[i] = sessions->items[--sessions->count];
    }
}

enum err sessions_add(struct sessions *sessions, int64_t wall,
                      const uint8_t digest[static DIGEST_SIZE], const struct doctor_record *doctor,
                      int64_t expires_at)
{
    forget_expired(sessions, wall);
    if (sessions->count == sessions->capacity) {
        const size_t capacity = sessions->capacity ? sessions->capacity * 2 : 8;
        struct session *grown = mem_resize(sessions->items, capacity * sizeof *grown);
        if (!grown)
            return ERR_NO_MEMORY;
        sessions->items = grown;
        sessions->capacity = capacity;
    }
    struct session *session = &sessions->items[sessions->count++];
    memcpy(session->digest, digest, DIGEST_SIZE);
    session->doctor = *doctor;
    mem_wipe(session->doctor.password_hash, sizeof session->doctor.password_hash);
    session->expires_at = expires_at;
    return ERR_OK;
}

const struct session *sessions_find(const struct sessions *sessions,
                                    const uint8_t digest[static DIGEST_SIZE], int64_t wall)
{
    for (size_t i = 0; i < sessions->count; i++) {
        const struct session *session = &sessions->items[i];
        if (bytes_equal_secret(bytes_of(session->digest, DIGEST_SIZE),
                               bytes_of(digest, DIGEST_SIZE)))
            return wall < session->expires_at ? session : NULL;
    }
    return NULL;
}

const struct session *sessions_of_doctor(const struct sessions *sessions, const char *doctor,
                                         int64_t wall)
{
    for (size_t i = 0; i < sessions->count; i++) {
        const struct session *session = &sessions->items[i];
        if (strcmp(session->doctor.id, doctor) == 0 && wall < session->expires_at)
            return session;
    }
    return NULL;
}

void sessions_remove(struct sessions *sessions, const uint8_t digest[static DIGEST_SIZE])
{
    for (size_t i = 0; i < sessions->count; i++) {
        if (memcmp(sessions->items[i].digest, digest, DIGEST_SIZE) == 0) {
            sessions->items[i] = sessions->items[--sessions->count];
            return;
        }
    }
}
