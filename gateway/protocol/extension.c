// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/extension.c - the RTP header extensions we know, by their names in SDP.
#include "protocol/extension.h"

#include "base/err.h"
#include "wire/sdp.h"
#include "wire/sdp_writer.h"

#include <stddef.h>

static const struct extension {
    const char *uri;
    size_t offset;  // of its id in struct line_extensions
    bool of_sender; // tells the layers of a sender: makes sense from browser to us only
} extensions[] = {
    {"urn:ietf:params:rtp-hdrext:sdes:mid", offsetof(struct line_extensions, mid), false},
    {"urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", offsetof(struct line_extensions, rid), true},
    {"urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
     offsetof(struct line_extensions, repaired_rid), true},
    {"urn:ietf:params:rtp-hdrext:ssrc-audio-level", offsetof(struct line_extensions, audio_level),
     false},
    {"http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
     offsetof(struct line_extensions, transport_cc), false},
    {"http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
     offsetof(struct line_extensions, abs_send_time), false},
    {"http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
     offsetof(struct line_extensions, abs_capture_time), false},
};

_Static_assert(ARRAY_LEN(extensions) == sizeof(struct line_extensions), "one row per extension");

// An answer may narrow a direction, never widen it.
static bool is_usable(const struct extension *extension, const struct sdp_extmap *map,
                      bool browser_sends)
{
    if (map->id == 0)
        return false;
    if (extension->of_sender)
        return browser_sends && (map->direction == SDP_SENDRECV || map->direction == SDP_SENDONLY);
    return map->direction == SDP_SENDRECV;
}

struct line_extensions extension_read(const struct sdp_media *media, bool browser_sends)
{
    struct line_extensions ids = {0};

    for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
        const struct sdp_extmap *map = sdp_find_extmap(media, extensions[i].uri);

        if (map && is_usable(&extensions[i], map, browser_sends))
            ((uint8_t *)&ids)[extensions[i].offset] = map->id;
    }
    return ids;
}

void extension_write(struct sdp_writer *out, const struct line_extensions *ids)
{
    for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
        const uint8_t id = ((const uint8_t *)ids)[extensions[i].offset];

        if (id)
            sdp_line(out, 'a', "extmap:%u%s %s", id, extensions[i].of_sender ? "/recvonly" : "",
                     extensions[i].uri);
    }
}
