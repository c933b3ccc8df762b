// SPDX-License-Identifier: AGPL-3.0-or-later
// base/drops.c - the names of the drop reasons.
#include "base/drops.h"

#include "base/err.h"

static const char *const drop_names[] = {
    [DROP_UNKNOWN_KIND] = "unknown_kind",
    [DROP_BAD_STUN] = "bad_stun",
    [DROP_UNKNOWN_UFRAG] = "unknown_ufrag",
    [DROP_UNKNOWN_PEER] = "unknown_peer",
    [DROP_DTLS] = "dtls",
    [DROP_NOT_CONNECTED] = "not_connected",
    [DROP_BAD_SRTP] = "bad_srtp",
    [DROP_REPLAYED] = "replayed",
    [DROP_BAD_RTP] = "bad_rtp",
    [DROP_BAD_RTCP] = "bad_rtcp",
    [DROP_UNKNOWN_PAYLOAD] = "unknown_payload",
    [DROP_UNKNOWN_STREAM] = "unknown_stream",
    [DROP_BAD_PAYLOAD] = "bad_payload",
    [DROP_NOT_ADMITTED] = "not_admitted",
    [DROP_MUTED] = "muted",
    [DROP_RATE] = "rate",
    [DROP_OUTBOX_FULL] = "outbox_full",
};
_Static_assert(ARRAY_LEN(drop_names) == DROP_KINDS, "every drop reason has a name");

const char *drop_name(enum drop drop)
{
    return (unsigned)drop < DROP_KINDS ? drop_names[drop] : "unknown";
}
