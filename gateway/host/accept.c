// SPDX-License-Identifier: AGPL-3.0-or-later
// host/accept.c - how many connections one address may have, and how fast it may make them.
#include "host/accept.h"

#include "base/mem.h"
#include "base/rate.h"
#include "base/table.h"

#include <string.h>

#define PER_SECOND 100.0
#define BURST 300.0
#define PEERS_MOST                                                                                 \
    16384              // remembered at once; strangers beyond are refused until some are forgotten
#define SWEEP_MOST 256 // forgotten at once

struct peer {
    uint64_t key;
    uint32_t open;
    usec at; // last seen
    struct bucket bucket;
};

struct accept {
    // given
    uint32_t most;
    uint32_t most_per_address;
    uint64_t seed;
    // owned
    struct table peers;
    // state
    uint32_t open;
};

enum err accept_create(struct accept **made, uint32_t most, uint32_t most_per_address,
                       uint64_t seed)
{
    struct accept *a = mem_zero(sizeof *a);
    if (!a)
        return ERR_NO_MEMORY;

    a->most = most;
    a->most_per_address = most_per_address;
    a->seed = seed;
    *made = a;
    return ERR_OK;
}

void accept_destroy(struct accept *a)
{
    struct peer *peer;
    size_t at = 0;

    if (!a)
        return;
    while ((peer = table_each(&a->peers, &at)))
        mem_free(peer);
    table_fini(&a->peers);
    mem_free(a);
}

static uint64_t key_of(const struct accept *a, const struct address *from)
{
    struct address part = *from;

    part.port = 0;
    part.scope = 0;
    if (!address_is_v4(from))
        memset(part.ip + 8, 0, 8); // one household or ward has a /64
    return address_hash(&part, a->seed);
}

static struct peer *find(struct accept *a, usec now, const struct address *from, bool make)
{
    const uint64_t key = key_of(a, from);
    struct peer *peer = table_find(&a->peers, key);

    if (peer || !make || a->peers.count >= PEERS_MOST)
        return peer;
    peer = mem_zero(sizeof *peer);
    if (!peer)
        return NULL;
    peer->key = key;
    bucket_init(&peer->bucket, PER_SECOND, BURST, now);
    if (table_put(&a->peers, key, peer)) {
        mem_free(peer);
        return NULL;
    }
    return peer;
}

bool accept_allows(struct accept *a, usec now, const struct address *from)
{
    struct peer *peer = find(a, now, from, true);

    if (!peer)
        return false;
    peer->at = now;
    return a->open < a->most && peer->open < a->most_per_address &&
           bucket_take(&peer->bucket, now, 1);
}

void accept_opened(struct accept *a, usec now, const struct address *from)
{
    struct peer *peer = find(a, now, from, true);

    a->open++;
    if (peer) {
        peer->open++;
        peer->at = now;
    }
}

void accept_closed(struct accept *a, usec now, const struct address *from)
{
    struct peer *peer = find(a, now, from, false);

    if (a->open)
        a->open--;
    if (peer && peer->open) {
        peer->open--;
        peer->at = now;
    }
}

void accept_sweep(struct accept *a, usec now)
{
    const usec rest = SEC(BURST / PER_SECOND);
    struct peer *gone[SWEEP_MOST];
    size_t count = 0, at = 0;

    for (struct peer *peer; count < SWEEP_MOST && (peer = table_each(&a->peers, &at));)
        if (!peer->open && now - peer->at > rest)
            gone[count++] = peer;
    while (count) { // the table must not change during the walk
        table_remove(&a->peers, gone[--count]->key);
        mem_free(gone[count]);
    }
}

uint32_t accept_count(const struct accept *a)
{
    return a->open;
}
