// SPDX-License-Identifier: AGPL-3.0-or-later
// store/migrate.c - the schema, as the steps that lead to it.
#include "store/migrate.h"

#include "store/database.h"

#include <stdio.h>

static const char *const steps[] = {
    // 1: people, meetups, invites and what comes after
    "CREATE TABLE doctors (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL,"
    "  email_key TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE sessions (digest BLOB PRIMARY KEY, doctor TEXT NOT NULL REFERENCES doctors ON DELETE CASCADE,"
    "  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE meetups (id TEXT PRIMARY KEY, doctor TEXT NOT NULL REFERENCES doctors, title TEXT NOT NULL,"
    "  welcome TEXT NOT NULL, starts_at INTEGER NOT NULL, minutes INTEGER NOT NULL,"
    "  state INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX meetups_of_doctor ON meetups (doctor, starts_at);"
    "CREATE TABLE invites (id TEXT PRIMARY KEY, meetup TEXT NOT NULL REFERENCES meetups ON DELETE CASCADE,"
    "  roster_name TEXT NOT NULL, role INTEGER NOT NULL, token_digest BLOB NOT NULL UNIQUE,"
    "  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX invites_of_meetup ON invites (meetup);"
    "CREATE TABLE openings (invite TEXT NOT NULL REFERENCES invites ON DELETE CASCADE, device TEXT NOT NULL,"
    "  at INTEGER NOT NULL, PRIMARY KEY (invite, device)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE seats (invite TEXT PRIMARY KEY REFERENCES invites ON DELETE CASCADE, meetup TEXT NOT NULL,"
    "  device TEXT NOT NULL, room_name TEXT NOT NULL, stage INTEGER NOT NULL, muted INTEGER NOT NULL,"
    "  waiting_since_ms INTEGER NOT NULL) STRICT;"
    "CREATE INDEX seats_of_meetup ON seats (meetup);"
    "CREATE TABLE feedback (id TEXT PRIMARY KEY, invite TEXT NOT NULL UNIQUE REFERENCES invites ON DELETE CASCADE,"
    "  meetup TEXT NOT NULL, room_name TEXT NOT NULL, rating INTEGER NOT NULL, words TEXT NOT NULL,"
    "  at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX feedback_of_meetup ON feedback (meetup);"
    "CREATE TABLE follow_ups (id TEXT PRIMARY KEY, feedback TEXT NOT NULL UNIQUE REFERENCES feedback ON DELETE CASCADE,"
    "  meetup TEXT NOT NULL, subject TEXT NOT NULL, owner TEXT NOT NULL, due INTEGER NOT NULL,"
    "  closed INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL,"
    "  closed_at INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX follow_ups_of_meetup ON follow_ups (meetup);",
};

static enum err version_of(struct database *db, int64_t *version)
{
    struct statement *s = statement(db, "PRAGMA user_version");

    *version = statement_step(s) ? column_number(s, 0) : 0;
    return statement_end(s);
}

static enum err climb(struct database *db, int64_t version)
{
    char text[64];

    for (; version < (int64_t)ARRAY_LEN(steps); version++) {
        const enum err err = database_run(db, steps[version]);
        if (err != ERR_OK)
            return err;
    }
    (void)snprintf(text, sizeof text, "PRAGMA user_version = %d", (int)ARRAY_LEN(steps));
    return database_run(db, text);
}

enum err migrate(struct database *db)
{
    int64_t version = 0;
    enum err err = database_begin(db);

    if (err == ERR_OK)
        err = version_of(db, &version);
    if (err == ERR_OK && version > (int64_t)ARRAY_LEN(steps))
        err = ERR_CONFLICT;
    if (err == ERR_OK && version < (int64_t)ARRAY_LEN(steps))
        err = climb(db, version);
    if (err == ERR_OK)
        err = database_commit(db);
    if (err != ERR_OK)
        database_roll_back(db);
    return err;
}
