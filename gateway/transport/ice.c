// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/ice.c - who may send to us and where we send: the paths that passed a check.
#include "transport/ice.h"

#include "base/mem.h"
#include "crypto/hash.h"
#include "transport/outbox.h"
#include "wire/stun.h"

#include <stdio.h>
#include <string.h>

#define CONSENT SEC(30) // RFC 7675, section 5.1
#define RESTART_OVERLAP SEC(10)

_Static_assert(STUN_INTEGRITY_LEN == SHA1_SIZE, "MESSAGE-INTEGRITY is HMAC-SHA1");

static void login_set(struct ice_login *login, const struct ice_credentials *local,
                      const char *remote_ufrag)
{
    login->local = *local;
    (void)snprintf(login->remote_ufrag, sizeof login->remote_ufrag, "%s", remote_ufrag);
}

void ice_init(struct ice *ice, const struct ice_credentials *local, const char *remote_ufrag)
{
    *ice = (struct ice){.old_until = USEC_NEVER};
    login_set(&ice->login, local, remote_ufrag);
}

void ice_fini(struct ice *ice)
{
    mem_wipe(&ice->login, sizeof ice->login);
    mem_wipe(&ice->old, sizeof ice->old);
}

// --- paths ---------------------------------------------------------------------------------------

static size_t find(const struct ice *ice, const struct path *path)
{
    size_t at = 0;

    while (at < ice->count && !path_equal(&ice->paths[at].path, path))
        at++;
    return at;
}

static void note_evicted(struct ice *ice, const struct path *path)
{
    if (ice->evicted_count == ICE_MAX_EVICTED) {
        // Nobody asked for a long time; a look-up that stays behind meets ice_has_path.
        memmove(ice->evicted, ice->evicted + 1, sizeof ice->evicted - sizeof *path);
        ice->evicted_count--;
    }
    ice->evicted[ice->evicted_count++] = *path;
}

static void unnote_evicted(struct ice *ice, const struct path *path)
{
    size_t kept = 0;

    for (size_t i = 0; i < ice->evicted_count; i++)
        if (!path_equal(&ice->evicted[i], path))
            ice->evicted[kept++] = ice->evicted[i];
    ice->evicted_count = kept;
}

// Without the selected path we send where we heard the other side last.
static size_t find_freshest(const struct ice *ice)
{
    size_t best = 0;

    for (size_t i = 1; i < ice->count; i++)
        if (ice->paths[i].checked_at > ice->paths[best].checked_at)
            best = i;
    return best;
}

static void evict(struct ice *ice, size_t at)
{
    const bool was_selected = at == ice->selected;

    note_evicted(ice, &ice->paths[at].path);
    ice->count--;
    memmove(&ice->paths[at], &ice->paths[at + 1], (ice->count - at) * sizeof *ice->paths);
    if (was_selected)
        ice->selected = find_freshest(ice);
    else if (ice->selected > at)
        ice->selected--;
}

static void evict_oldest(struct ice *ice)
{
    size_t oldest = ice->selected == 0 ? 1 : 0;

    for (size_t i = oldest + 1; i < ice->count; i++)
        if (i != ice->selected && ice->paths[i].checked_at < ice->paths[oldest].checked_at)
            oldest = i;
    evict(ice, oldest);
}

static size_t prove(struct ice *ice, usec now, const struct path *path, bool by_old_login)
{
    size_t at = find(ice, path);

    if (at == ice->count) {
        if (ice->count == ICE_MAX_PATHS) {
            evict_oldest(ice);
            at = ice->count;
        }
        if (ice->count == 0)
            ice->selected = 0;
        unnote_evicted(ice, path);
        ice->paths[at] = (struct ice_path){.path = *path, .is_old = true};
        ice->count++;
    }
    ice->paths[at].checked_at = now;
    ice->paths[at].is_old = ice->paths[at].is_old && by_old_login;
    return at;
}

static void end_overlap(struct ice *ice)
{
    mem_wipe(&ice->old, sizeof ice->old);
    ice->old_until = USEC_NEVER;
    for (size_t i = ice->count; i-- > 0;)
        if (ice->paths[i].is_old)
            evict(ice, i);
}

static void nominate(struct ice *ice, size_t at, bool by_old_login)
{
    ice->selected = at;
    if (!by_old_login && ice->old_until != USEC_NEVER)
        end_overlap(ice);
}

// --- checks --------------------------------------------------------------------------------------

static bool is_text(struct bytes bytes, const char *text)
{
    return bytes_equal(bytes, bytes_of_string(text));
}

static const struct ice_login *find_login(const struct ice *ice, usec now, struct bytes ufrag)
{
    if (is_text(ufrag, ice->login.local.ufrag))
        return &ice->login;
    if (ice->old_until != USEC_NEVER && now < ice->old_until &&
        is_text(ufrag, ice->old.local.ufrag))
        return &ice->old;
    return NULL;
}

static bool is_authentic(const struct stun_view *stun, const struct ice_login *login)
{
    uint8_t copy[STUN_MAX_LEN];
    uint8_t tag[SHA1_SIZE];

    hash_hmac_sha1(tag, bytes_of_string(login->local.pwd), stun_integrity_input(stun, copy),
                   bytes_of(NULL, 0));
    return bytes_equal_secret(bytes_of(tag, sizeof tag), stun->integrity);
}

static const struct ice_login *authenticate(const struct ice *ice, usec now,
                                            const struct stun_view *stun, struct drops *drops)
{
    struct bytes receiver;
    struct bytes sender;
    const struct ice_login *login = NULL;

    if (stun->kind != STUN_REQUEST || stun->integrity.len != STUN_INTEGRITY_LEN ||
        !stun_split_username(stun->username, &receiver, &sender)) {
        drops->count[DROP_BAD_STUN]++;
        return NULL;
    }
    login = find_login(ice, now, receiver);
    if (!login || (login->remote_ufrag[0] != '\0' && !is_text(sender, login->remote_ufrag))) {
        drops->count[DROP_UNKNOWN_UFRAG]++;
        return NULL;
    }
    if (!is_authentic(stun, login)) {
        drops->count[DROP_BAD_STUN]++;
        return NULL;
    }
    return login;
}

// Zero: the check is good.
static uint16_t why_refused(const struct stun_view *stun)
{
    if (stun->unknown_count > 0)
        return STUN_UNKNOWN_ATTRIBUTE;
    // RFC 8445, section 6.1.1: next to a lite agent the full one controls.
    return stun->controlled ? STUN_ROLE_CONFLICT : 0;
}

static void answer(const struct stun_view *stun, const struct ice_login *login, uint16_t code,
                   const struct path *path, struct outbox *out, struct drops *drops)
{
    uint8_t *room = outbox_room(out);
    uint8_t tag[SHA1_SIZE];

    if (!room) {
        drops->count[DROP_OUTBOX_FULL]++;
        return;
    }
    struct writer response = writer_over(room, OUTBOX_MTU);
    if (code == 0)
        stun_write_success(&response, stun->id.at, &path->remote);
    else
        stun_write_error(&response, stun->id.at, code, stun->unknown,
                         code == STUN_UNKNOWN_ATTRIBUTE ? stun->unknown_count : 0);
    const struct bytes input = stun_integrity_begin(&response);
    hash_hmac_sha1(tag, bytes_of_string(login->local.pwd), input, bytes_of(NULL, 0));
    stun_integrity_end(&response, tag);
    stun_write_fingerprint(&response);
    if (response.ok)
        outbox_commit(out, path, writer_len(&response));
}

bool ice_receive(struct ice *ice, usec now, struct datagram in, struct outbox *out,
                 struct drops *drops)
{
    struct stun_view stun;

    if (!stun_read(&stun, bytes_of(in.at, in.len))) {
        drops->count[DROP_BAD_STUN]++;
        return false;
    }
    const struct ice_login *login = authenticate(ice, now, &stun, drops);
    if (!login)
        return false;
    const bool by_old_login = login == &ice->old;
    const uint16_t refused = why_refused(&stun);
    answer(&stun, login, refused, &in.path, out, drops);
    if (refused != 0)
        return false;
    const size_t at = prove(ice, now, &in.path, by_old_login);
    if (stun.use_candidate)
        nominate(ice, at, by_old_login);
    return true;
}

// --- time ----------------------------------------------------------------------------------------

void ice_tick(struct ice *ice, usec now)
{
    for (size_t i = ice->count; i-- > 0;)
        if (ice->paths[i].checked_at + CONSENT <= now)
            evict(ice, i);
    if (ice->old_until != USEC_NEVER && ice->old_until <= now)
        end_overlap(ice);
}

usec ice_deadline(const struct ice *ice)
{
    usec deadline = ice->old_until;

    for (size_t i = 0; i < ice->count; i++)
        deadline = usec_min(deadline, ice->paths[i].checked_at + CONSENT);
    return deadline;
}

// --- what the owner asks and tells ---------------------------------------------------------------

const struct path *ice_selected(const struct ice *ice)
{
    return ice->count > 0 ? &ice->paths[ice->selected].path : NULL;
}

bool ice_has_path(const struct ice *ice, const struct path *path)
{
    return find(ice, path) < ice->count;
}

bool ice_take_evicted(struct ice *ice, struct path *evicted)
{
    if (ice->evicted_count == 0)
        return false;
    *evicted = ice->evicted[--ice->evicted_count];
    return true;
}

void ice_forget_paths(struct ice *ice)
{
    while (ice->count > 0)
        evict(ice, ice->count - 1);
}

void ice_restart(struct ice *ice, usec now, const struct ice_credentials *local,
                 const char *remote_ufrag)
{
    ice->old = ice->login;
    ice->old_until = now + RESTART_OVERLAP;
    login_set(&ice->login, local, remote_ufrag);
    for (size_t i = 0; i < ice->count; i++)
        ice->paths[i].is_old = true;
}

bool ice_has_ufrag(const struct ice *ice, const char *ufrag)
{
    return strcmp(ufrag, ice->login.local.ufrag) == 0 ||
           (ice->old_until != USEC_NEVER && strcmp(ufrag, ice->old.local.ufrag) == 0);
}
