// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_offer.c - what makes a parsed text an offer that can be answered.
#include "wire/sdp.h"

#include <string.h>

static bool same_fingerprints(const struct sdp_media *a, const struct sdp_media *b)
{
    if (a->fingerprint_count != b->fingerprint_count)
        return false;
    for (size_t i = 0; i < a->fingerprint_count; i++) {
        const struct sdp_fingerprint *one = &a->fingerprints[i];
        const struct sdp_fingerprint *other = &b->fingerprints[i];
        if (one->hash != other->hash || memcmp(one->digest, other->digest, one->len) != 0)
            return false;
    }
    return true;
}

static const char *why_no_transport(const struct sdp_media *media)
{
    if (media->ufrag.len == 0 || media->pwd.len == 0)
        return "ICE credentials are missing";
    if (media->fingerprint_count == 0)
        return "there is no fingerprint of a hash we accept";
    if (media->setup != SDP_ACTPASS && media->setup != SDP_ACTIVE)
        return "setup must be actpass or active";
    return NULL;
}

// All that share one transport must say the same about it as the first.
static const char *why_not_bundled(const struct sdp *sdp, const struct sdp_media *media,
                                   const struct sdp_media *first)
{
    const bool is_rtp = media->kind == SDP_AUDIO || media->kind == SDP_VIDEO;

    if (media->mid.len == 0)
        return "a media section has no mid";
    if (sdp->bundle_count > 0 ? !media->bundled : media != first)
        return "a media section is outside the BUNDLE group";
    if (is_rtp && !media->rtcp_mux)
        return "RTCP must share the port of RTP (rtcp-mux)";
    if (!bytes_equal(media->ufrag, first->ufrag) || !bytes_equal(media->pwd, first->pwd))
        return "ICE credentials differ inside the BUNDLE group";
    if (!same_fingerprints(media, first) || media->setup != first->setup)
        return "fingerprint or setup differ inside the BUNDLE group";
    return NULL;
}

const char *sdp_why_no_offer(const struct sdp *sdp)
{
    const struct sdp_media *first = NULL;

    if (sdp->ice_lite)
        return "both sides would be ICE-lite";
    for (size_t i = 0; i < sdp->media_count; i++) {
        const struct sdp_media *media = sdp->media[i];
        const char *why = NULL;
        if (media->rejected)
            continue;
        if (!first)
            why = why_no_transport(media);
        first = first ? first : media;
        if (!why)
            why = why_not_bundled(sdp, media, first);
        if (why)
            return why;
    }
    return first ? NULL : "every media section is switched off";
}
