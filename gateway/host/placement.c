// SPDX-License-Identifier: AGPL-3.0-or-later
// host/placement.c - meetups where the fewest members are; members at home, then where there is room.
#include "host/placement.h"

#include "base/list.h"
#include "base/mem.h"
#include "base/table.h"

#include <assert.h>

struct placed_router {
    uint64_t id;
    unsigned home;
    struct list members;
    uint32_t counts[PLACEMENT_THREADS];
};

struct placed_member {
    uint64_t id;
    struct list node;
    struct placed_router *router;
    unsigned thread;
};

struct placement {
    // given
    unsigned threads;
    uint32_t budget;
    // owned
    struct table routers; // by id, like members; the values are owned
    struct table members;
    // state
    uint32_t member_counts[PLACEMENT_THREADS];
    uint32_t home_counts[PLACEMENT_THREADS];
};

enum err placement_create(struct placement **made, unsigned threads, uint32_t budget)
{
    assert(threads > 0 && threads <= PLACEMENT_THREADS);
    struct placement *p = mem_zero(sizeof *p);
    if (!p)
        return ERR_NO_MEMORY;

    p->threads = threads;
    p->budget = budget;
    *made = p;
    return ERR_OK;
}

static void forget_member(struct placement *p, struct placed_member *m)
{
    table_remove(&p->members, m->id);
    list_remove(&m->node);
    m->router->counts[m->thread]--;
    p->member_counts[m->thread]--;
    mem_free(m);
}

static void forget_router(struct placement *p, struct placed_router *r)
{
    while (!list_is_empty(&r->members))
        forget_member(p, LIST_ITEM(r->members.next, struct placed_member, node));
    table_remove(&p->routers, r->id);
    p->home_counts[r->home]--;
    mem_free(r);
}

void placement_destroy(struct placement *p)
{
    size_t at = 0;

    if (!p)
        return;
    for (struct placed_router *r; (r = table_each(&p->routers, &at)); at = 0)
        forget_router(p, r);
    table_fini(&p->routers);
    table_fini(&p->members);
    mem_free(p);
}

static bool has_fewer(const struct placement *p, unsigned a, unsigned b)
{
    if (p->member_counts[a] != p->member_counts[b])
        return p->member_counts[a] < p->member_counts[b];
    return p->home_counts[a] < p->home_counts[b]; // meetups that only begin
}

enum err placement_open(struct placement *p, uint64_t router, unsigned *home)
{
    if (table_find(&p->routers, router))
        return ERR_CONFLICT;
    struct placed_router *r = mem_zero(sizeof *r);
    if (!r || table_put(&p->routers, router, r)) {
        mem_free(r);
        return ERR_NO_MEMORY;
    }
    r->id = router;
    list_init(&r->members);
    for (unsigned i = 1; i < p->threads; i++)
        if (has_fewer(p, i, r->home))
            r->home = i;
    p->home_counts[r->home]++;
    *home = r->home;
    return ERR_OK;
}

void placement_close(struct placement *p, uint64_t router)
{
    struct placed_router *r = table_find(&p->routers, router);

    if (r)
        forget_router(p, r);
}

static bool is_part(const struct placed_router *r, unsigned thread)
{
    return thread == r->home || r->counts[thread] > 0;
}

uint32_t placement_parts(const struct placement *p, uint64_t router)
{
    const struct placed_router *r = table_find(&p->routers, router);
    uint32_t parts = 0;

    for (unsigned i = 0; r && i < p->threads; i++)
        if (is_part(r, i))
            parts |= UINT32_C(1) << i;
    return parts;
}

// With room before without, with a part before without, with fewer members before more.
static bool is_better(const struct placement *p, const struct placed_router *r, unsigned a,
                      unsigned b)
{
    const bool a_has_room = p->member_counts[a] < p->budget;
    const bool b_has_room = p->member_counts[b] < p->budget;

    if (a_has_room != b_has_room)
        return a_has_room;
    if (is_part(r, a) != is_part(r, b))
        return is_part(r, a);
    return p->member_counts[a] < p->member_counts[b];
}

static unsigned thread_for(const struct placement *p, const struct placed_router *r)
{
    unsigned best = r->home;

    for (unsigned i = 0; i < p->threads && p->member_counts[r->home] >= p->budget; i++)
        if (is_better(p, r, i, best))
            best = i;
    return best;
}

enum err placement_join(struct placement *p, uint64_t router, uint64_t transport, unsigned *thread,
                        bool *first)
{
    struct placed_router *r = table_find(&p->routers, router);

    if (!r || table_find(&p->members, transport))
        return r ? ERR_CONFLICT : ERR_NOT_FOUND;
    struct placed_member *m = mem_zero(sizeof *m);
    if (!m || table_put(&p->members, transport, m)) {
        mem_free(m);
        return ERR_NO_MEMORY;
    }
    *thread = thread_for(p, r);
    *first = !is_part(r, *thread);
    m->id = transport;
    m->router = r;
    m->thread = *thread;
    list_append(&r->members, &m->node);
    r->counts[*thread]++;
    p->member_counts[*thread]++;
    return ERR_OK;
}

bool placement_leave(struct placement *p, uint64_t transport, unsigned *thread, bool *last)
{
    struct placed_member *m = table_find(&p->members, transport);

    if (!m)
        return false;
    const struct placed_router *r = m->router;
    *thread = m->thread;
    forget_member(p, m);
    *last = !is_part(r, *thread);
    return true;
}

bool placement_find(const struct placement *p, uint64_t transport, unsigned *thread)
{
    const struct placed_member *m = table_find(&p->members, transport);

    if (m)
        *thread = m->thread;
    return m != NULL;
}

uint32_t placement_members(const struct placement *p, unsigned thread)
{
    return p->member_counts[thread];
}
