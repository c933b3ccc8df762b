// SPDX-License-Identifier: AGPL-3.0-or-later
// base/table.h - an open-addressing map from 64-bit keys to pointers.
#ifndef GATEWAY_BASE_TABLE_H
#define GATEWAY_BASE_TABLE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct table_entry {
    uint64_t key;
    void *value; // NULL: free
};

// Zero-initialised is a valid empty table. Keys that strangers choose must be mixed with a secret
// seed by the caller. Values are borrowed.
struct table {
    struct table_entry *entries; // owned
    size_t size;                 // 0 or a power of two
    size_t count;
};

void table_fini(struct table *table);

// Replaces what the key had. ERR_NO_MEMORY leaves the table as it was.
enum err table_put(struct table *table, uint64_t key, void *value) MUST_CHECK;

// NULL when there is none.
void *table_find(const struct table *table, uint64_t key);

// No-op when there is none.
void table_remove(struct table *table, uint64_t key);

// Walks all values in no particular order: start with *at = 0; NULL ends. The table must not
// change meanwhile.
void *table_each(const struct table *table, size_t *at);

#endif
