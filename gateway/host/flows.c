// SPDX-License-Identifier: AGPL-3.0-or-later
// host/flows.c - a table by path, and a list by age.
#include "host/flows.h"

#include "base/list.h"
#include "base/mem.h"
#include "base/table.h"

struct flow {
    struct path path;
    uint64_t key;
    unsigned thread;
    struct list node;
};

struct flows {
    // given
    uint64_t seed;
    // owned
    struct table table; // the values are owned
    // state
    struct list by_age; // the oldest first
};

enum err flows_create(struct flows **made, uint64_t seed)
{
    struct flows *f = mem_zero_apart(sizeof *f);
    if (!f)
        return ERR_NO_MEMORY;

    f->seed = seed;
    list_init(&f->by_age);
    *made = f;
    return ERR_OK;
}

static void forget(struct flows *f, struct flow *flow)
{
    table_remove(&f->table, flow->key);
    list_remove(&flow->node);
    mem_free(flow);
}

void flows_destroy(struct flows *f)
{
    if (!f)
        return;
    while (!list_is_empty(&f->by_age))
        forget(f, LIST_ITEM(f->by_age.next, struct flow, node));
    table_fini(&f->table);
    mem_free(f);
}

static struct flow *find(const struct flows *f, const struct path *path)
{
    struct flow *flow = table_find(&f->table, path_hash(path, f->seed));

    return flow && path_equal(&flow->path, path) ? flow : NULL;
}

bool flows_find(const struct flows *f, const struct path *path, unsigned *thread)
{
    const struct flow *flow = find(f, path);

    if (flow)
        *thread = flow->thread;
    return flow != NULL;
}

void flows_note(struct flows *f, const struct path *path, unsigned thread)
{
    const uint64_t key = path_hash(path, f->seed);
    struct flow *flow = table_find(&f->table, key);

    if (flow) // of this path, or of one that collides: the newer counts
        forget(f, flow);
    if (f->table.count >= FLOWS_MOST)
        forget(f, LIST_ITEM(f->by_age.next, struct flow, node));
    flow = mem_zero(sizeof *flow);
    if (!flow || table_put(&f->table, key, flow)) {
        mem_free(flow);
        return;
    }
    flow->path = *path;
    flow->key = key;
    flow->thread = thread;
    list_append(&f->by_age, &flow->node);
}

void flows_forget(struct flows *f, const struct path *path, unsigned thread)
{
    struct flow *flow = find(f, path);

    if (flow && flow->thread == thread)
        forget(f, flow);
}

size_t flows_count(const struct flows *f)
{
    return f->table.count;
}
