// SPDX-License-Identifier: AGPL-3.0-or-later
// load/session.h - what offer and answer settle for one agent: lines, numbers, the way to the server.
#ifndef TESTS_LOAD_SESSION_H
#define TESTS_LOAD_SESSION_H

#include "load/agent.h"
#include "sfu/parameters.h"
#include "transport/transport.h"

#define SESSION_LINES 64
#define SESSION_MID 17

enum session_role { SESSION_UNUSED, SESSION_MICROPHONE, SESSION_CAMERA, SESSION_RECEIVES };

struct session_line {
    enum agent_kind kind;
    enum session_role role;
    bool sends;  // in the offer
    bool agreed; // and in the answer
    char mid[SESSION_MID];
    struct line_extensions extensions; // those both sides know
    uint8_t payload_type;
    uint8_t rtx_payload_type; // 0: none
    uint8_t red_payload_type;
    bool nack;
    uint8_t layer_count;          // of a camera; 1: no simulcast
    uint8_t layers[AGENT_LAYERS]; // which of the clip's, lowest first
    uint32_t ssrc[AGENT_LAYERS];  // ours; of a line that receives [0] is theirs, 0: not told
    uint32_t rtx_ssrc[AGENT_LAYERS];
};

struct session {
    // given
    uint64_t id;
    uint32_t first_ssrc; // ours count up from here
    char cname[17];
    // settled
    struct ice_credentials remote_credentials;
    struct fingerprint remote_fingerprint;
    struct address remote;
    bool has_remote;
    bool transport_cc;
    size_t line_count;
    struct session_line lines[SESSION_LINES];
};

struct session_own { // borrowed for one call
    const struct ice_credentials *credentials;
    const struct fingerprint *fingerprint; // SHA-256
    const char *setup;
};

void session_init(struct session *s, const struct agent_settings *settings);

void session_write_offer(const struct session *s, const struct session_own *own,
                         struct sdp_writer *out);
enum err session_read_answer(struct session *s, struct bytes sdp, const char **why) MUST_CHECK;

enum err session_read_offer(struct session *s, struct bytes sdp, const char **why) MUST_CHECK;
void session_write_answer(const struct session *s, const struct session_own *own,
                          struct sdp_writer *out);

// The line of an agreed role; NULL: there is none.
const struct session_line *session_find(const struct session *s, enum session_role role);

#endif
