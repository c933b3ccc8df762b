// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_parser.h - what the pieces of the SDP parser share while it reads.
#ifndef GATEWAY_WIRE_SDP_PARSER_H
#define GATEWAY_WIRE_SDP_PARSER_H

#include "wire/sdp.h"

struct sdp_parser {
    // borrowed
    struct sdp *sdp;
    struct sdp_media *section; // the one being read; &session before the first m-line
    // state
    struct sdp_media session; // what the sections inherit
    struct bytes bundle;      // the mids of a=group:BUNDLE
    unsigned bundle_lines;
    unsigned said;              // which attributes that may come once the section had
    unsigned fingerprint_lines; // of the section
    struct bytes simulcast;     // of the section; its rids may come behind it
};

// The pieces return NULL, or in plain words why the whole text is refused.

// One line "a=name:value" or "a=name".
const char *sdp_read_attribute(struct sdp_parser *parser, struct bytes line);

// One line about a payload type or a stream of the section.
const char *sdp_read_rtpmap(struct sdp_parser *parser, struct bytes value);
const char *sdp_read_fmtp(struct sdp_parser *parser, struct bytes value);
const char *sdp_read_feedback(struct sdp_parser *parser, struct bytes value);
const char *sdp_read_rid(struct sdp_parser *parser, struct bytes value);
const char *sdp_read_ssrc(struct sdp_parser *parser, struct bytes value);
const char *sdp_read_ssrc_group(struct sdp_parser *parser, struct bytes value);

// What could only be told once all lines of the section were there.
void sdp_end_section(struct sdp_parser *parser);

#endif
