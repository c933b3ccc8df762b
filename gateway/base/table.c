// SPDX-License-Identifier: AGPL-3.0-or-later
// base/table.c - an open-addressing map: linear probing, removal by shifting back.
#include "base/table.h"

#include "base/mem.h"

#include <assert.h>
#include <stdbool.h>

#define FIRST_SIZE 16

// The finalizer of splitmix64, so that counted ids spread too.
static size_t home(const struct table *table, uint64_t key)
{
    key = (key ^ key >> 30) * 0xbf58476d1ce4e5b9u;
    key = (key ^ key >> 27) * 0x94d049bb133111ebu;
    return (size_t)(key ^ key >> 31) & (table->size - 1);
}

// Where the key is, or the free place where it would go. Only with a size.
static struct table_entry *place(const struct table *table, uint64_t key)
{
    size_t at = home(table, key);

    while (table->entries[at].value && table->entries[at].key != key)
        at = (at + 1) & (table->size - 1);
    return &table->entries[at];
}

static bool grow(struct table *table)
{
    struct table bigger = {.size = table->size ? 2 * table->size : FIRST_SIZE,
                           .count = table->count};

    bigger.entries = mem_zero_array(bigger.size, sizeof *bigger.entries);
    if (!bigger.entries)
        return false;
    for (size_t i = 0; i < table->size; i++) {
        if (table->entries[i].value)
            *place(&bigger, table->entries[i].key) = table->entries[i];
    }
    mem_free(table->entries);
    *table = bigger;
    return true;
}

void table_fini(struct table *table)
{
    mem_free(table->entries);
    *table = (struct table){0};
}

enum err table_put(struct table *table, uint64_t key, void *value)
{
    assert(value);
    struct table_entry *entry = table->size ? place(table, key) : NULL;

    if (!entry || !entry->value) {
        if (4 * (table->count + 1) > 3 * table->size && !grow(table))
            return ERR_NO_MEMORY;
        entry = place(table, key);
        table->count++;
    }
    *entry = (struct table_entry){.key = key, .value = value};
    return ERR_OK;
}

void *table_find(const struct table *table, uint64_t key)
{
    return table->size ? place(table, key)->value : NULL;
}

void table_remove(struct table *table, uint64_t key)
{
    if (!table_find(table, key))
        return;

    const size_t mask = table->size - 1;
    size_t hole = (size_t)(place(table, key) - table->entries);

    // An entry further on moves into the hole unless its home lies between the two.
    for (size_t at = (hole + 1) & mask; table->entries[at].value; at = (at + 1) & mask) {
        const size_t from_home = (at - home(table, table->entries[at].key)) & mask;
        if (from_home >= ((at - hole) & mask)) {
            table->entries[hole] = table->entries[at];
            hole = at;
        }
    }
    table->entries[hole] = (struct table_entry){0};
    table->count--;
}

void *table_each(const struct table *table, size_t *at)
{
    while (*at < table->size) {
        void *value = table->entries[(*at)++].value;
        if (value)
            return value;
    }
    return NULL;
}
