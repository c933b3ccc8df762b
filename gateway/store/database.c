// SPDX-License-Identifier: AGPL-3.0-or-later
// store/database.c - SQLite: write-ahead log, full sync, nothing trusted in the schema.
#include "store/database.h"

#include "base/log.h"
#include "base/mem.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

#define STATEMENTS 64
#define BUSY_TIMEOUT_MS 5000

struct statement {
    struct database *db; // borrowed
    const char *sql;     // given, its address is its name
    sqlite3_stmt *made;  // owned
    int verdict;         // SQLITE_OK until something failed
    bool done;
};

struct database {
    sqlite3 *connection; // owned
    struct statement statements[STATEMENTS];
    size_t count;
};

static enum err err_of(int verdict)
{
    switch (verdict & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERR_OK;
    case SQLITE_NOMEM:
        return ERR_NO_MEMORY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_CONSTRAINT:
        return ERR_CONFLICT;
    default:
        return ERR_IO;
    }
}

enum err database_run(struct database *db, const char *sql)
{
    const int verdict = sqlite3_exec(db->connection, sql, NULL, NULL, NULL);

    if (verdict != SQLITE_OK)
        log_event(LOG_ERROR, "database_failed code=%d", verdict);
    return err_of(verdict);
}

// One row, one text, such as of a pragma.
static bool says(struct database *db, const char *sql, const char *expected)
{
    sqlite3_stmt *made = NULL;
    bool same = false;

    if (sqlite3_prepare_v2(db->connection, sql, -1, &made, NULL) == SQLITE_OK &&
        sqlite3_step(made) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(made, 0);
        same = text && strcmp(text, expected) == 0;
    }
    sqlite3_finalize(made);
    return same;
}

static const char *prepare(struct database *db)
{
    int defensive = 0;

    sqlite3_extended_result_codes(db->connection, 1);
    sqlite3_busy_timeout(db->connection, BUSY_TIMEOUT_MS);
    sqlite3_db_config(db->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, &defensive);
    sqlite3_db_config(db->connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &defensive);
    if (!says(db, "PRAGMA quick_check(1)", "ok"))
        return "The database file is damaged, or it is no database of Aftercare.";
    if (!says(db, "PRAGMA journal_mode = WAL", "wal"))
        return "The database file cannot be written.";
    if (database_run(db, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                         "PRAGMA secure_delete = ON;") != ERR_OK)
        return "The database cannot be set up.";
    return NULL;
}

enum err database_open(struct database **made, const char *path, const char **why)
{
    struct database *db = mem_zero(sizeof *db);

    *why = "There is not enough memory.";
    if (!db)
        return ERR_NO_MEMORY;
    const int verdict =
        sqlite3_open_v2(path, &db->connection,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, NULL);
    *why = verdict == SQLITE_OK ? prepare(db) : "The database file cannot be opened or made.";
    if (*why) {
        database_close(db);
        return ERR_IO;
    }
    *made = db;
    return ERR_OK;
}

void database_close(struct database *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < db->count; i++)
        sqlite3_finalize(db->statements[i].made);
    sqlite3_close(db->connection);
    mem_free(db);
}

enum err database_begin(struct database *db)
{
    return database_run(db, "BEGIN IMMEDIATE");
}

enum err database_commit(struct database *db)
{
    return database_run(db, "COMMIT");
}

void database_roll_back(struct database *db)
{
    if (!sqlite3_get_autocommit(db->connection))
        (void)sqlite3_exec(db->connection, "ROLLBACK", NULL, NULL, NULL);
}

static struct statement *find(struct database *db, const char *sql)
{
    for (size_t i = 0; i < db->count; i++) {
        if (db->statements[i].sql == sql)
            return &db->statements[i];
    }
    assert(db->count < STATEMENTS);
    struct statement *s = &db->statements[db->count++];
    *s = (struct statement){.db = db, .sql = sql};
    return s;
}

struct statement *statement(struct database *db, const char *sql)
{
    struct statement *s = find(db, sql);

    s->verdict = SQLITE_OK;
    s->done = false;
    if (!s->made)
        s->verdict =
            sqlite3_prepare_v3(db->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->made, NULL);
    return s;
}

static void note(struct statement *s, int verdict)
{
    if (s->verdict == SQLITE_OK)
        s->verdict = verdict;
}

void bind_text(struct statement *s, int index, const char *text)
{
    if (s->verdict == SQLITE_OK)
        note(s, sqlite3_bind_text(s->made, index + 1, text, -1, SQLITE_TRANSIENT));
}

void bind_number(struct statement *s, int index, int64_t number)
{
    if (s->verdict == SQLITE_OK)
        note(s, sqlite3_bind_int64(s->made, index + 1, number));
}

void bind_bytes(struct statement *s, int index, struct bytes bytes)
{
    if (s->verdict == SQLITE_OK)
        note(s, sqlite3_bind_blob(s->made, index + 1, bytes.at, (int)bytes.len, SQLITE_TRANSIENT));
}

bool statement_step(struct statement *s)
{
    if (s->verdict != SQLITE_OK || s->done)
        return false;
    const int verdict = sqlite3_step(s->made);
    if (verdict == SQLITE_ROW)
        return true;
    s->done = true;
    if (verdict != SQLITE_DONE)
        note(s, verdict);
    return false;
}

int64_t column_number(struct statement *s, int index)
{
    return sqlite3_column_int64(s->made, index);
}

bool column_is_null(struct statement *s, int index)
{
    return sqlite3_column_type(s->made, index) == SQLITE_NULL;
}

void column_text(struct statement *s, int index, char *to, size_t size)
{
    const unsigned char *text = sqlite3_column_text(s->made, index);
    const size_t len = (size_t)sqlite3_column_bytes(s->made, index);

    to[0] = '\0';
    if (!text)
        return;
    if (len >= size) {
        note(s, SQLITE_CORRUPT);
        return;
    }
    memcpy(to, text, len);
    to[len] = '\0';
}

void column_bytes(struct statement *s, int index, uint8_t *to, size_t len)
{
    const void *at = sqlite3_column_blob(s->made, index);

    memset(to, 0, len);
    if (!at || (size_t)sqlite3_column_bytes(s->made, index) != len)
        note(s, SQLITE_CORRUPT);
    else
        memcpy(to, at, len);
}

enum err statement_abandon(struct statement *s, enum err err)
{
    if (s->made) {
        sqlite3_reset(s->made);
        sqlite3_clear_bindings(s->made);
    }
    return err;
}

enum err statement_end(struct statement *s)
{
    while (statement_step(s)) {
    }
    const int verdict = s->verdict;
    if (verdict != SQLITE_OK && (verdict & 0xff) != SQLITE_CONSTRAINT)
        log_event(LOG_ERROR, "statement_failed code=%d", verdict);
    return statement_abandon(s, err_of(verdict));
}

enum err statement_end_changed(struct statement *s)
{
    const enum err err = statement_end(s);

    if (err != ERR_OK)
        return err;
    return sqlite3_changes(s->db->connection) > 0 ? ERR_OK : ERR_NOT_FOUND;
}
