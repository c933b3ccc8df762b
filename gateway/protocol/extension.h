// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/extension.h - the RTP header extensions we know, by their names in SDP.
#ifndef GATEWAY_PROTOCOL_EXTENSION_H
#define GATEWAY_PROTOCOL_EXTENSION_H

#include "sfu/parameters.h"

#include <stdbool.h>

struct sdp_media;
struct sdp_writer;

// The ids this media section gives them; those it offers for the wrong direction are left out.
struct line_extensions extension_read(const struct sdp_media *media, bool browser_sends);

// a=extmap lines of those that were negotiated.
void extension_write(struct sdp_writer *out, const struct line_extensions *extensions);

#endif
