// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/parameters.h - door: what one offer and its answer settled, as plain data.
#ifndef GATEWAY_SFU_PARAMETERS_H
#define GATEWAY_SFU_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARAMETERS_LINES 48 // m-lines of one offer that we answer (the parser reads up to 64)
#define PARAMETERS_LAYERS 3 // simulcast layers of one camera
#define PARAMETERS_MID_SIZE 33
#define PARAMETERS_RID_SIZE 17
#define PARAMETERS_UFRAG_SIZE 257
#define PARAMETERS_PWD_SIZE 257
#define PARAMETERS_DIGEST_SIZE 64

// Roles of lines, by order in the offer: the first sendonly audio line is the microphone, the
// second the screen's sound; the first sendonly video line is the camera, the second the screen;
// the n-th recvonly video line is slot n together with the n-th recvonly audio line; further
// recvonly audio lines are audio-only slots.
enum line_role {
    LINE_UNUSED, // answered as inactive
    LINE_MICROPHONE,
    LINE_CAMERA,
    LINE_SCREEN,
    LINE_SCREEN_SOUND,
    LINE_SLOT_VIDEO,
    LINE_SLOT_AUDIO
};

enum line_kind { LINE_AUDIO, LINE_VIDEO, LINE_OTHER };

// Header extension ids of one line; 0: not negotiated.
struct line_extensions {
    uint8_t mid;
    uint8_t rid;
    uint8_t repaired_rid;
    uint8_t audio_level;
    uint8_t transport_cc;
    uint8_t abs_send_time;
    uint8_t abs_capture_time;
};

struct line_parameters {
    enum line_role role;
    enum line_kind kind;
    char mid[PARAMETERS_MID_SIZE];
    struct line_extensions extensions;
    uint8_t payload_type;     // VP8 or Opus
    uint8_t rtx_payload_type; // 0: none
    uint8_t red_payload_type; // audio, 0: none
    bool transport_cc;        // rtcp-fb transport-cc
    bool nack;
    bool pli;         // rtcp-fb nack pli
    bool fir;         // rtcp-fb ccm fir
    bool dtx;         // usedtx=1 may be asked for
    uint8_t minptime; // of Opus, in ms, as offered; 0: not said
    // lines the browser sends on
    uint8_t layer_count;                               // 1 without simulcast
    char rids[PARAMETERS_LAYERS][PARAMETERS_RID_SIZE]; // lowest first; empty without
    uint32_t announced_ssrc[PARAMETERS_LAYERS];        // from a=ssrc, 0: learn from packets
    uint32_t announced_rtx_ssrc[PARAMETERS_LAYERS];
    // slots: what we send
    uint8_t slot;      // index of the slot pair; audio-only slots follow the pairs
    uint32_t ssrc;     // ours, fixed for the life of the transport
    uint32_t rtx_ssrc; // 0 for audio
};

struct transport_parameters {
    // ours
    char local_ufrag[PARAMETERS_UFRAG_SIZE];
    char local_pwd[PARAMETERS_PWD_SIZE];
    char cname[17];
    uint32_t feedback_ssrc; // sender SSRC of our RTCP
    // theirs
    char remote_ufrag[PARAMETERS_UFRAG_SIZE];
    char remote_pwd[PARAMETERS_PWD_SIZE];
    uint8_t
        fingerprint_hash; // enum fingerprint_hash of transport/transport.h: 0 SHA-256, 1 SHA-384, 2 SHA-512
    uint8_t fingerprint_len;
    uint8_t fingerprint[PARAMETERS_DIGEST_SIZE];
    bool extmap_allow_mixed;
    uint8_t line_count;
    struct line_parameters lines[PARAMETERS_LINES];
};

// Of one whose lines end with line_count: memory for lines that nobody offered need not be kept.
#define PARAMETERS_SIZE(p)                                                                         \
    (offsetof(struct transport_parameters, lines) + (p)->line_count * sizeof(p)->lines[0])

// A source is one thing one member sends. Sources of member m are numbered 4 * m + kind; the number
// is what the CSRC of each forwarded packet says. Member numbers start at 1, so 0 is no source.
enum source_kind {
    SOURCE_MICROPHONE,
    SOURCE_CAMERA,
    SOURCE_SCREEN,
    SOURCE_SCREEN_SOUND,
    SOURCE_KINDS
};

#endif
