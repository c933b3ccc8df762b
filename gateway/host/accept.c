// SPDX-License-Identifier: AGPL-3.0-or-later
// host/accept.c - how many connections one address may have, and how fast it may make and use them.
#include "host/accept.h"

#include "base/mem.h"
#include "base/rate.h"
#include "base/table.h"
#include "host/addresses.h"

#include <string.h>

#define PER_SECOND 100.0
#define BURST 300.0
#define REQUESTS_PER_SECOND 200.0
#define REQUESTS_BURST 1000.0 // a ward that opens its links at one moment
#define PEERS_MOST 16384      // remembered at once
#define SWEEP_MOST 256        // forgotten at once

struct peer {
    uint64_t key;
    uint32_t open;
    usec at;              // last seen
    struct bucket bucket; // of connections
    struct bucket requests;
};

struct accept {
    // given
    uint32_t most;
    uint32_t most_per_address;
    uint64_t seed;
    uint64_t unlimited[ADDRESSES_MOST]; // keys
    size_t unlimited_count;
    // owned
    struct table peers;
    // state
    uint32_t open;
};

static uint64_t key_of(const struct accept *a, const struct address *from)
{
    struct address part = *from;

    part.port = 0;
    part.scope = 0;
    if (!address_is_v4(from))
        memset(part.ip + 8, 0, 8); // one household or ward has a /64
    return address_hash(&part, a->seed);
}

enum err accept_create(struct accept **made, const struct accept_limits *limits, uint64_t seed)
{
    struct accept *a = mem_zero(sizeof *a);
    if (!a)
        return ERR_NO_MEMORY;

    a->most = limits->most;
    a->most_per_address = limits->most_per_address;
    a->seed = seed;
    while (limits->unlimited && a->unlimited_count < limits->unlimited->count) {
        const struct address *next = &limits->unlimited->items[a->unlimited_count];

        a->unlimited[a->unlimited_count++] = key_of(a, next);
    }
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

static void forget_some(struct accept *a, usec unseen_since)
{
    struct peer *gone[SWEEP_MOST];
    size_t count = 0, at = 0;

    for (struct peer *peer; count < SWEEP_MOST && (peer = table_each(&a->peers, &at));)
        if (!peer->open && peer->at <= unseen_since)
            gone[count++] = peer;
    while (count) { // the table must not change during the walk
        table_remove(&a->peers, gone[--count]->key);
        mem_free(gone[count]);
    }
}

static struct peer *find(struct accept *a, usec now, const struct address *from, bool make)
{
    const uint64_t key = key_of(a, from);
    struct peer *peer = table_find(&a->peers, key);

    if (peer || !make)
        return peer;
    if (a->peers.count >= PEERS_MOST) // a crowd of strangers must not shut out who comes next
        forget_some(a, now);
    peer = a->peers.count < PEERS_MOST ? mem_zero(sizeof *peer) : NULL;
    if (!peer)
        return NULL;
    peer->key = key;
    bucket_init(&peer->bucket, PER_SECOND, BURST, now);
    bucket_init(&peer->requests, REQUESTS_PER_SECOND, REQUESTS_BURST, now);
    if (table_put(&a->peers, key, peer)) {
        mem_free(peer);
        return NULL;
    }
    return peer;
}

bool accept_is_unlimited(const struct accept *a, const struct address *from)
{
    const uint64_t key = key_of(a, from);

    for (size_t i = 0; i < a->unlimited_count; i++)
        if (a->unlimited[i] == key)
            return true;
    return false;
}

bool accept_allows(struct accept *a, usec now, const struct address *from)
{
    struct peer *peer = find(a, now, from, true);

    if (!peer)
        return false;
    peer->at = now;
    if (a->open >= a->most)
        return false;
    return accept_is_unlimited(a, from) ||
           (peer->open < a->most_per_address && bucket_take(&peer->bucket, now, 1));
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

bool accept_takes_request(struct accept *a, usec now, const struct address *from)
{
    struct peer *peer = find(a, now, from, false);

    return !peer || accept_is_unlimited(a, from) || bucket_take(&peer->requests, now, 1);
}

void accept_sweep(struct accept *a, usec now)
{
    forget_some(a, now - SEC(BURST / PER_SECOND) - 1);
}

uint32_t accept_count(const struct accept *a)
{
    return a->open;
}
