// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/srtp.c - one libsrtp2 session for each direction, and what it does not check itself; RTP that is sent
// under AEAD_AES_128_GCM goes past it.
#include "transport/srtp.h"

#include "base/mem.h"
#include "transport/sealer.h"

#include <pthread.h>
#include <srtp2/srtp.h>
#include <string.h>

#define REPLAY_WINDOW 1024
#define RTP_HEADER_LEN 12
#define RTP_EXTENSION_HEADER_LEN 4
#define RTCP_HEADER_LEN 8 // with the sender's SSRC
#define SRTCP_INDEX_LEN 4
#define RTP_SSRC_AT 8
#define RTCP_SSRC_AT 4

// Who was heard. libsrtp2 keeps state for each SSRC that once authenticated, and forgetting one
// would let its old packets in again: so it is a few, for good.
struct senders {
    size_t limit;
    size_t count;
    size_t last;
    uint32_t ssrc[SRTP_MAX_RTCP_SENDERS];
};

struct srtp {
    // given
    size_t tag_len;
    // owned
    srtp_t inbound;
    srtp_t outbound;       // RTCP, and RTP without GCM
    struct sealer *sealer; // of RTP; NULL: not GCM
    // state
    struct senders streams;
    struct senders rtcp_senders;
};

size_t srtp_salt_len(enum srtp_profile profile)
{
    return profile == SRTP_GCM_128 ? 12 : 14;
}

// --- keys ----------------------------------------------------------------------------------------

static pthread_once_t started = PTHREAD_ONCE_INIT;

// In a process that called it before it fails and changes nothing; making a session shows whether
// the library works.
static void start_library(void)
{
    (void)srtp_init();
}

static bool make_session(srtp_t *made, enum srtp_profile profile, const uint8_t *key,
                         srtp_ssrc_type_t direction)
{
    uint8_t copy[SRTP_KEY_LEN + SRTP_MAX_SALT_LEN];
    srtp_policy_t policy = {.ssrc = {.type = direction}, .key = copy, .window_size = REPLAY_WINDOW};

    memcpy(copy, key, sizeof copy);
    if (profile == SRTP_GCM_128) {
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
        srtp_crypto_policy_set_rtp_default(&policy.rtp);
        srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    }
    const bool worked = srtp_create(made, &policy) == srtp_err_status_ok;
    mem_wipe(copy, sizeof copy);
    return worked;
}

static bool make_sealer(struct sealer **made, const uint8_t *master)
{
    struct sealer_keys keys;
    const bool worked = sealer_derive(&keys, master) && sealer_create(made, &keys) == ERR_OK;

    mem_wipe(&keys, sizeof keys);
    return worked;
}

enum err srtp_start(struct srtp **made, const struct srtp_keys *keys)
{
    if (pthread_once(&started, start_library) != 0)
        return ERR_NO_MEMORY;
    struct srtp *srtp = mem_zero(sizeof *srtp);
    if (!srtp)
        return ERR_NO_MEMORY;

    _Static_assert(SEALER_KEY_LEN == SRTP_KEY_LEN && SEALER_SALT_LEN <= SRTP_MAX_SALT_LEN,
                   "the sealer finds its salt behind its key");
    srtp->tag_len = keys->profile == SRTP_GCM_128 ? 16 : 10;
    srtp->streams.limit = SRTP_MAX_STREAMS;
    srtp->rtcp_senders.limit = SRTP_MAX_RTCP_SENDERS;
    if (!make_session(&srtp->inbound, keys->profile, keys->remote, ssrc_any_inbound) ||
        !make_session(&srtp->outbound, keys->profile, keys->local, ssrc_any_outbound) ||
        (keys->profile == SRTP_GCM_128 && !make_sealer(&srtp->sealer, keys->local))) {
        srtp_stop(srtp);
        return ERR_NO_MEMORY;
    }
    *made = srtp;
    return ERR_OK;
}

void srtp_stop(struct srtp *srtp)
{
    if (!srtp)
        return;
    if (srtp->inbound)
        (void)srtp_dealloc(srtp->inbound);
    if (srtp->outbound)
        (void)srtp_dealloc(srtp->outbound);
    sealer_destroy(srtp->sealer);
    mem_free(srtp);
}

// --- opening -------------------------------------------------------------------------------------

static uint32_t ssrc_at(const uint8_t *at)
{
    struct reader in = reader_over(bytes_of(at, 4));
    return read_u32(&in);
}

static bool is_known(struct senders *senders, uint32_t ssrc)
{
    if (senders->last < senders->count && senders->ssrc[senders->last] == ssrc)
        return true;
    for (size_t i = 0; i < senders->count; i++)
        if (senders->ssrc[i] == ssrc) {
            senders->last = i;
            return true;
        }
    return false;
}

static void know(struct senders *senders, uint32_t ssrc)
{
    if (!is_known(senders, ssrc))
        senders->ssrc[senders->count++] = ssrc;
}

static bool drop(struct drops *drops, enum drop reason)
{
    drops->count[reason]++;
    return false;
}

static bool drop_for(struct drops *drops, srtp_err_status_t why)
{
    const bool replayed = why == srtp_err_status_replay_fail || why == srtp_err_status_replay_old;
    return drop(drops, replayed ? DROP_REPLAYED : DROP_BAD_SRTP);
}

static bool is_openable(const uint8_t *at, size_t len, size_t least)
{
    return len >= least && len <= SRTP_MAX_PACKET && (uintptr_t)at % 4 == 0;
}

// RFC 3550, section 5.1: what stands in clear must lie before the tag.
static bool header_fits(const uint8_t *at, size_t len)
{
    struct reader in = reader_over(bytes_of(at, len));
    const uint8_t flags = read_u8(&in);

    (void)read_bytes(&in, RTP_HEADER_LEN - 1 + 4u * (flags & 0x0f));
    if (flags & 0x10) {
        (void)read_u16(&in);
        const uint16_t words = read_u16(&in);
        (void)read_bytes(&in, 4u * words);
    }
    return in.ok && flags >> 6 == 2;
}

bool srtp_open_rtp(struct srtp *srtp, uint8_t *at, size_t len, struct bytes *plain,
                   struct drops *drops)
{
    int opened = (int)len;

    if (!is_openable(at, len, RTP_HEADER_LEN + srtp->tag_len) ||
        !header_fits(at, len - srtp->tag_len))
        return drop(drops, DROP_BAD_SRTP);
    const uint32_t ssrc = ssrc_at(at + RTP_SSRC_AT);
    if (!is_known(&srtp->streams, ssrc) && srtp->streams.count == srtp->streams.limit)
        return drop(drops, DROP_UNKNOWN_STREAM);
    const srtp_err_status_t status = srtp_unprotect(srtp->inbound, at, &opened);
    if (status != srtp_err_status_ok)
        return drop_for(drops, status);
    know(&srtp->streams, ssrc);
    *plain = bytes_of(at, (size_t)opened);
    return true;
}

bool srtp_open_rtcp(struct srtp *srtp, uint8_t *at, size_t len, struct bytes *plain,
                    struct drops *drops)
{
    int opened = (int)len;

    if (!is_openable(at, len, RTCP_HEADER_LEN + srtp->tag_len + SRTCP_INDEX_LEN))
        return drop(drops, DROP_BAD_SRTP);
    const uint32_t ssrc = ssrc_at(at + RTCP_SSRC_AT);
    if (!is_known(&srtp->rtcp_senders, ssrc) &&
        srtp->rtcp_senders.count == srtp->rtcp_senders.limit)
        return drop(drops, DROP_UNKNOWN_STREAM);
    const srtp_err_status_t status = srtp_unprotect_rtcp(srtp->inbound, at, &opened);
    if (status != srtp_err_status_ok)
        return drop_for(drops, status);
    know(&srtp->rtcp_senders, ssrc);
    *plain = bytes_of(at, (size_t)opened);
    return true;
}

// --- sealing -------------------------------------------------------------------------------------

static bool seal_by_library(struct srtp *srtp, uint8_t *at, size_t len)
{
    int sealed = (int)len;

    return header_fits(at, len) && srtp_protect(srtp->outbound, at, &sealed) == srtp_err_status_ok;
}

bool srtp_seal_rtp(struct srtp *srtp, uint8_t *at, size_t *len, size_t size)
{
    if (*len > size || size - *len < srtp->tag_len ||
        !(srtp->sealer ? sealer_seal(srtp->sealer, at, *len) : seal_by_library(srtp, at, *len)))
        return false;
    *len += srtp->tag_len;
    return true;
}

bool srtp_seal_rtcp(struct srtp *srtp, uint8_t *at, size_t *len, size_t size)
{
    int sealed = (int)*len;

    if (*len < RTCP_HEADER_LEN || *len > size || size - *len < srtp->tag_len + SRTCP_INDEX_LEN ||
        srtp_protect_rtcp(srtp->outbound, at, &sealed) != srtp_err_status_ok)
        return false;
    *len = (size_t)sealed;
    return true;
}

size_t srtp_overhead(const struct srtp *srtp)
{
    return srtp->tag_len;
}
