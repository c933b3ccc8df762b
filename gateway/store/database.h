// SPDX-License-Identifier: AGPL-3.0-or-later
// store/database.h - one connection that runs statements: the only part that knows which engine it is.
#ifndef GATEWAY_STORE_DATABASE_H
#define GATEWAY_STORE_DATABASE_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct database;

// `why` is a plain sentence (static) when it fails.
enum err database_open(struct database **made, const char *path, const char **why) MUST_CHECK;
void database_close(struct database *db);

enum err database_begin(struct database *db) MUST_CHECK;
enum err database_commit(struct database *db) MUST_CHECK;
void database_roll_back(struct database *db);

// Runs text without parameters or rows, such as a schema.
enum err database_run(struct database *db, const char *sql) MUST_CHECK;

// A statement, prepared once per text and reset for use. Its first error sticks: bind, step and read
// straight on, and ask once with statement_end. Parameters and columns count from 0. `sql` must
// be a literal: statements are found again by its address.
struct statement;
struct statement *statement(struct database *db, const char *sql);
void bind_text(struct statement *s, int index, const char *text);
void bind_number(struct statement *s, int index, int64_t number);
void bind_bytes(struct statement *s, int index, struct bytes bytes);

// True while there is a row.
bool statement_step(struct statement *s);
int64_t column_number(struct statement *s, int index);
bool column_is_null(struct statement *s, int index);
// Copies with a NUL; a text that does not fit makes the statement fail with ERR_IO.
void column_text(struct statement *s, int index, char *to, size_t size);
void column_bytes(struct statement *s, int index, uint8_t *to, size_t len);

// Steps to the end when that was not done. ERR_CONFLICT when a unique value is taken already.
enum err statement_end(struct statement *s) MUST_CHECK;
// The same, and ERR_NOT_FOUND when it changed no row.
enum err statement_end_changed(struct statement *s) MUST_CHECK;

// Resets it in the middle and hands the error through.
enum err statement_abandon(struct statement *s, enum err err) MUST_CHECK;

#endif
