// SPDX-License-Identifier: AGPL-3.0-or-later
// store/store.h - the database: opened once, owned by one thread, asked with queries.
#ifndef GATEWAY_STORE_STORE_H
#define GATEWAY_STORE_STORE_H

#include "base/err.h"
#include "store/query.h"
#include "store/result.h"

struct store;

// Opens or creates the SQLite file, checks it, migrates it in one transaction. On an error `why` is a
// plain sentence for the operator (static): not a database, newer than this program, not
// writable, damaged.
enum err store_open(struct store **made, const char *path, const char **why) MUST_CHECK;
void store_close(struct store *store);

// Runs one query in one transaction; result->err says how it went. Every kind but password jobs.
void store_run(struct store *store, const struct query *query, struct result *result);

void result_fini(struct result *result);

#endif
