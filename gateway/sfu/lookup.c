// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/lookup.c - two tables with secret hashes; the transport itself confirms each hit.
#include "sfu/lookup.h"

#include "sfu/member.h"
#include "wire/demux.h"
#include "wire/stun.h"

#include <string.h>

void lookup_fini(struct lookup *l)
{
    table_fini(&l->paths);
    table_fini(&l->ufrags);
}

// FNV-1a with a secret start, then mixed. Only our own fragments are ever put in.
static uint64_t hash_ufrag(const struct lookup *l, struct bytes ufrag)
{
    uint64_t hash = l->seed ^ 0xcbf29ce484222325u;

    for (size_t i = 0; i < ufrag.len; i++)
        hash = (hash ^ ufrag.at[i]) * 0x100000001b3u;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    return hash ^ hash >> 33;
}

static struct member *find_by_ufrag(const struct lookup *l, struct datagram in, enum drop *reason)
{
    struct stun_view stun;
    struct bytes receiver;
    struct bytes sender;
    char ufrag[ICE_UFRAG_SIZE];

    *reason = DROP_BAD_STUN;
    if (!stun_read(&stun, bytes_of(in.at, in.len)) || stun.kind != STUN_REQUEST ||
        !stun_split_username(stun.username, &receiver, &sender) || receiver.len >= sizeof ufrag)
        return NULL;
    *reason = DROP_UNKNOWN_UFRAG;
    struct member *m = table_find(&l->ufrags, hash_ufrag(l, receiver));
    memcpy(ufrag, receiver.at, receiver.len);
    ufrag[receiver.len] = '\0';
    return m && transport_has_ufrag(m->transport, ufrag) ? m : NULL;
}

static struct member *find_by_path(const struct lookup *l, const struct path *path)
{
    struct member *m = table_find(&l->paths, path_hash(path, l->seed));

    return m && transport_has_path(m->transport, path) ? m : NULL;
}

bool lookup_has_path(const struct lookup *l, const struct path *path)
{
    return find_by_path(l, path) != NULL;
}

struct member *lookup_find(const struct lookup *l, struct datagram in, enum drop *reason)
{
    switch (demux(bytes_of(in.at, in.len))) {
    case PACKET_STUN:
        return find_by_ufrag(l, in, reason);
    case PACKET_DTLS:
    case PACKET_RTP:
    case PACKET_RTCP:
        *reason = DROP_UNKNOWN_PEER;
        return find_by_path(l, &in.path);
    case PACKET_UNKNOWN:
        break;
    }
    *reason = DROP_UNKNOWN_KIND;
    return NULL;
}

static void forget_path(struct lookup *l, const struct member *m, const struct path *path)
{
    const uint64_t key = path_hash(path, l->seed);

    if (table_find(&l->paths, key) == m)
        table_remove(&l->paths, key);
}

static void forget_evicted(struct lookup *l, const struct member *m)
{
    struct path evicted;

    while (transport_take_evicted(m->transport, &evicted))
        forget_path(l, m, &evicted);
}

void lookup_learn(struct lookup *l, struct member *m, const struct path *path)
{
    const uint64_t key = path_hash(path, l->seed);

    forget_evicted(l, m);
    // Whoever proved a path last owns it: a browser that comes back may use the same port.
    // Without memory for it the peer proves it again with its next check.
    if (transport_has_path(m->transport, path) && table_find(&l->paths, key) != m &&
        table_put(&l->paths, key, m))
        return;
}

enum err lookup_add_ufrag(struct lookup *l, struct member *m, const char *ufrag)
{
    const uint64_t key = hash_ufrag(l, bytes_of_string(ufrag));
    const uint64_t oldest = m->ufrags[MEMBER_UFRAGS - 1];

    if (table_find(&l->ufrags, key))
        return ERR_CONFLICT;
    if (table_put(&l->ufrags, key, m))
        return ERR_NO_MEMORY;
    if (oldest)
        table_remove(&l->ufrags, oldest);
    memmove(m->ufrags + 1, m->ufrags, sizeof m->ufrags - sizeof m->ufrags[0]);
    m->ufrags[0] = key;
    return ERR_OK;
}

void lookup_forget(struct lookup *l, struct member *m)
{
    for (size_t i = 0; i < MEMBER_UFRAGS; i++)
        if (m->ufrags[i])
            table_remove(&l->ufrags, m->ufrags[i]);
    forget_evicted(l, m);
    for (size_t i = 0; i < transport_path_count(m->transport); i++)
        forget_path(l, m, transport_path_at(m->transport, i));
}
