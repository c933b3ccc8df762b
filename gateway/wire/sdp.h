// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp.h - a browser's offer read into plain structs, strictly and bounded (RFC 8866).
#ifndef GATEWAY_WIRE_SDP_H
#define GATEWAY_WIRE_SDP_H

#include "base/bytes.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SDP_MAX_LEN ((size_t)256 * 1024)
#define SDP_MAX_LINE 4096
#define SDP_MAX_MEDIA 64
#define SDP_MAX_PAYLOADS 64 // per media section; the same for those below
#define SDP_MAX_EXTMAPS 32
#define SDP_MAX_RIDS 8
#define SDP_MAX_SSRCS 32
#define SDP_MAX_PAIRS 16
#define SDP_MAX_FINGERPRINTS 4
#define SDP_MAX_DIGEST 64

enum sdp_kind { SDP_AUDIO, SDP_VIDEO, SDP_APPLICATION, SDP_OTHER };
enum sdp_direction { SDP_SENDRECV, SDP_SENDONLY, SDP_RECVONLY, SDP_INACTIVE };
enum sdp_setup { SDP_SETUP_NONE, SDP_ACTPASS, SDP_ACTIVE, SDP_PASSIVE, SDP_HOLDCONN };
enum sdp_hash { SDP_SHA256, SDP_SHA384, SDP_SHA512 };

// Bits of sdp_payload.feedback.
enum sdp_feedback {
    SDP_NACK = 1,
    SDP_NACK_PLI = 2,
    SDP_CCM_FIR = 4,
    SDP_REMB = 8,
    SDP_TRANSPORT_CC = 16,
};

struct sdp_fingerprint {
    enum sdp_hash hash;
    size_t len;
    uint8_t digest[SDP_MAX_DIGEST];
};

struct sdp_payload {
    uint8_t type;
    uint8_t channels;  // 1 unless said
    uint32_t clock;    // 0: no rtpmap
    struct bytes name; // empty: no rtpmap
    struct bytes fmtp; // the parameters only
    int apt;           // the payload type this one repairs, or -1
    unsigned feedback; // enum sdp_feedback
};

struct sdp_extmap {
    uint8_t id;
    enum sdp_direction direction;
    struct bytes uri;
};

struct sdp_rid {
    struct bytes id;
    bool send;
    bool paused; // by a=simulcast
};

struct sdp_ssrc {
    uint32_t ssrc;
    struct bytes cname; // empty: not said
};

// ssrc-group:FID, a stream and its retransmissions.
struct sdp_pair {
    uint32_t media;
    uint32_t rtx;
};

struct sdp_media {
    enum sdp_kind kind;
    enum sdp_direction direction;
    enum sdp_setup setup;
    uint16_t port;
    bool bundle_only;
    bool rejected; // port 0 and not bundle-only
    bool bundled;  // its mid is in the BUNDLE group
    bool rtcp_mux;
    bool rtcp_rsize;
    bool extmap_allow_mixed;
    struct bytes protocol; // "UDP/TLS/RTP/SAVPF"
    struct bytes formats;  // the rest of the m-line
    struct bytes mid;      // empty: none
    struct bytes ufrag;    // its own, or the session's
    struct bytes pwd;
    struct bytes msid_stream; // empty: none, or "-"
    struct bytes msid_track;
    uint32_t candidates;      // seen and ignored
    uint16_t sctp_port;       // 0: none
    size_t fingerprint_count; // its own, or the session's; hashes we accept only
    size_t payload_count;
    size_t extmap_count;
    size_t rid_count;
    size_t simulcast_send_count;
    size_t ssrc_count;
    size_t pair_count;
    struct sdp_fingerprint fingerprints[SDP_MAX_FINGERPRINTS];
    struct sdp_payload payloads[SDP_MAX_PAYLOADS]; // in order of preference
    struct sdp_extmap extmaps[SDP_MAX_EXTMAPS];
    struct sdp_rid rids[SDP_MAX_RIDS];
    struct sdp_rid simulcast_send[SDP_MAX_RIDS]; // in order; those with an a=rid line only
    struct sdp_ssrc ssrcs[SDP_MAX_SSRCS];
    struct sdp_pair pairs[SDP_MAX_PAIRS];
};

// All bytes in here point into the copy of the text that the struct owns.
struct sdp {
    // owned
    char *text;
    struct sdp_media *media[SDP_MAX_MEDIA];
    // state
    size_t media_count;
    bool ice_lite;
    bool extmap_allow_mixed;
    struct bytes origin_id;
    struct bytes origin_version;
    size_t bundle_count;
    size_t bundle[SDP_MAX_MEDIA]; // indexes into media, in the order of the group; [0] is its tag
};

// ERR_INVALID and ERR_LIMIT come with a plain reason in *why (a string constant, for people).
// What the parser does not know it ignores; what it knows must be right.
enum err sdp_parse(struct sdp **made, struct bytes text, const char **why) MUST_CHECK;

// sdp_free(NULL) is legal.
void sdp_free(struct sdp *sdp);

// What a browser's offer must have before it can be answered: every section a mid, all of the
// usable ones in one BUNDLE group with the same ICE credentials, a fingerprint, setup:actpass or
// active, RTCP on the RTP port. NULL: it has; else a plain reason.
const char *sdp_why_no_offer(const struct sdp *sdp);

// Look-ups. NULL: there is none.
const struct sdp_media *sdp_find_media(const struct sdp *sdp, struct bytes mid);
const struct sdp_payload *sdp_find_payload(const struct sdp_media *media, uint8_t type);
const struct sdp_payload *sdp_find_codec(const struct sdp_media *media, const char *name,
                                         uint32_t clock);
const struct sdp_payload *sdp_find_rtx(const struct sdp_media *media, uint8_t type);

// RED (RFC 2198) of which every block is of the payload type: "111/111". NULL: there is none.
const struct sdp_payload *sdp_find_red(const struct sdp_media *media, uint8_t type);
const struct sdp_extmap *sdp_find_extmap(const struct sdp_media *media, const char *uri);

// The value of one parameter of an fmtp, such as "usedtx". False when it is not there.
bool sdp_find_parameter(struct bytes fmtp, const char *name, struct bytes *value);

// One that is a whole number from 0 to `most`. False for anything else, `*number` is then undefined.
bool sdp_find_number(struct bytes fmtp, const char *name, uint32_t most, uint32_t *number);

// "sendrecv" and so on.
const char *sdp_direction_name(enum sdp_direction direction);

#endif
