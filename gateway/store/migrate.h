// SPDX-License-Identifier: AGPL-3.0-or-later
// store/migrate.h - brings the schema to what this program expects, step by step.
#ifndef GATEWAY_STORE_MIGRATE_H
#define GATEWAY_STORE_MIGRATE_H

#include "base/err.h"

struct database;

// All steps in one transaction. ERR_CONFLICT: the file was made by a newer program.
enum err migrate(struct database *db) MUST_CHECK;

#endif
