// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/streams.c - SSRCs are learnt once, from header extensions or from the offer.
#include "sfu/streams.h"

#include "sfu/parameters.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"

#include <stddef.h>

enum match { MATCH_NONE, MATCH_TYPE, MATCH_NAME };

static bool is_sent_by_browser(const struct line_parameters *line)
{
    return line->role >= LINE_MICROPHONE && line->role <= LINE_SCREEN_SOUND;
}

static bool has_original_type(const struct line_parameters *line, uint8_t payload_type)
{
    return payload_type == line->payload_type ||
           (line->red_payload_type && payload_type == line->red_payload_type);
}

static bool is_repair_type(const struct line_parameters *line, uint8_t payload_type)
{
    return line->rtx_payload_type && payload_type == line->rtx_payload_type;
}

static const struct stream *of_ssrc(const struct streams *streams, uint32_t ssrc)
{
    for (uint8_t i = 0; i < streams->count; i++)
        if (streams->at[i].ssrc == ssrc)
            return &streams->at[i];
    return NULL;
}

static bool layer_of(const struct line_parameters *line, const struct rtp_view *rtp, bool repairs,
                     uint8_t *layer)
{
    const uint8_t id = repairs ? line->extensions.repaired_rid : line->extensions.rid;
    struct bytes rid;

    *layer = 0;
    if (line->layer_count <= 1)
        return true;
    if (!rtp_ext_find(rtp, id, &rid) || rid.len == 0)
        return false;
    for (; *layer < line->layer_count && *layer < PARAMETERS_LAYERS; (*layer)++)
        if (bytes_equal(rid, bytes_of_string(line->rids[*layer])))
            return true;
    return false;
}

static enum match match_line(const struct line_parameters *line, const struct rtp_view *rtp,
                             struct stream *stream)
{
    struct bytes mid;

    stream->repairs = is_repair_type(line, rtp->payload_type);
    if (!stream->repairs && !has_original_type(line, rtp->payload_type))
        return MATCH_NONE;
    if (!layer_of(line, rtp, stream->repairs, &stream->layer))
        return MATCH_NONE;
    if (!rtp_ext_find(rtp, line->extensions.mid, &mid))
        return MATCH_TYPE;
    return bytes_equal(mid, bytes_of_string(line->mid)) ? MATCH_NAME : MATCH_NONE;
}

// What the offer said, for packets that say nothing themselves.
static bool find_announced(const struct transport_parameters *parameters, uint32_t ssrc,
                           struct stream *found)
{
    for (uint8_t i = 0; i < parameters->line_count; i++) {
        const struct line_parameters *line = &parameters->lines[i];
        if (!is_sent_by_browser(line))
            continue;
        for (uint8_t layer = 0; layer < PARAMETERS_LAYERS; layer++) {
            const bool repairs = line->announced_rtx_ssrc[layer] == ssrc;
            if (!repairs && line->announced_ssrc[layer] != ssrc)
                continue;
            *found = (struct stream){ssrc, i, layer, repairs};
            return true;
        }
    }
    return false;
}

static bool find_line(const struct transport_parameters *parameters, const struct rtp_view *rtp,
                      struct stream *found)
{
    struct stream by_type;
    unsigned types = 0;

    for (uint8_t i = 0; i < parameters->line_count; i++) {
        struct stream stream = {.ssrc = rtp->ssrc, .line = i};
        if (!is_sent_by_browser(&parameters->lines[i]))
            continue;
        const enum match match = match_line(&parameters->lines[i], rtp, &stream);
        if (match == MATCH_NONE)
            continue;
        if (match == MATCH_NAME) {
            *found = stream;
            return true;
        }
        by_type = stream;
        types++;
    }
    if (find_announced(parameters, rtp->ssrc, found))
        return true;
    if (types == 1)
        *found = by_type;
    return types == 1;
}

const struct stream *streams_find(struct streams *streams,
                                  const struct transport_parameters *parameters,
                                  const struct rtp_view *rtp, enum drop *reason)
{
    const struct stream *known = of_ssrc(streams, rtp->ssrc);

    if (!known) {
        struct stream found;
        *reason = DROP_UNKNOWN_STREAM;
        if (rtp->ssrc == 0 || streams->count == STREAMS_MAX || !find_line(parameters, rtp, &found))
            return NULL;
        known = &streams->at[streams->count];
        streams->at[streams->count++] = found;
    }
    const struct line_parameters *line = &parameters->lines[known->line];
    *reason = DROP_UNKNOWN_PAYLOAD;
    const bool fits = known->repairs ? is_repair_type(line, rtp->payload_type)
                                     : has_original_type(line, rtp->payload_type);
    return fits ? known : NULL;
}
