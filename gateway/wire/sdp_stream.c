// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_stream.c - payload types and streams of a media section. What is not valid among them
// is as good as not offered; only what there is too much of is refused.
#include "wire/sdp_parser.h"
#include "wire/sdp_scan.h"

#include "base/err.h"
#include "wire/rtp_ext.h"

#define MOST_NAME 64
#define MOST_CHANNELS 8

// Takes the payload type off the value. NULL when the m-line does not list it: browsers leave
// such lines behind (Firefox after setCodecPreferences).
static struct sdp_payload *take_payload(struct sdp_media *section, struct bytes *value)
{
    uint32_t type;

    if (!sdp_number(sdp_take_word(value), 127, &type))
        return NULL;
    for (size_t i = 0; i < section->payload_count; i++) {
        if (section->payloads[i].type == type)
            return &section->payloads[i];
    }
    return NULL;
}

// "96 VP8/90000" or "111 opus/48000/2".
const char *sdp_read_rtpmap(struct sdp_parser *parser, struct bytes value)
{
    struct sdp_payload *payload = take_payload(parser->section, &value);
    const struct bytes name = sdp_take_until(&value, '/');
    const struct bytes clock_text = sdp_take_until(&value, '/');
    uint32_t clock;
    uint32_t channels = 1;

    if (!payload || payload->clock != 0 || name.len == 0 || name.len > MOST_NAME ||
        !sdp_number(clock_text, INT32_MAX, &clock) || clock == 0 ||
        (value.len > 0 && !sdp_number(value, MOST_CHANNELS, &channels)))
        return NULL;
    payload->name = name;
    payload->clock = clock;
    payload->channels = (uint8_t)channels;
    return NULL;
}

const char *sdp_read_fmtp(struct sdp_parser *parser, struct bytes value)
{
    struct sdp_payload *payload = take_payload(parser->section, &value);

    if (payload && payload->fmtp.len == 0)
        payload->fmtp = value;
    return NULL;
}

// "96 nack pli", or "* transport-cc" for all.
const char *sdp_read_feedback(struct sdp_parser *parser, struct bytes value)
{
    static const struct {
        const char *name;
        enum sdp_feedback bit;
    } kinds[] = {
        {"nack", SDP_NACK},      {"nack pli", SDP_NACK_PLI},         {"ccm fir", SDP_CCM_FIR},
        {"goog-remb", SDP_REMB}, {"transport-cc", SDP_TRANSPORT_CC},
    };
    struct sdp_media *section = parser->section;
    const bool for_all = value.len > 1 && value.at[0] == '*' && value.at[1] == ' ';
    struct sdp_payload *payload = take_payload(section, &value);
    unsigned bit = 0;

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (sdp_is(value, kinds[i].name))
            bit = kinds[i].bit;
    }
    if (payload)
        payload->feedback |= bit;
    for (size_t i = 0; for_all && i < section->payload_count; i++)
        section->payloads[i].feedback |= bit;
    return NULL;
}

static struct sdp_rid *find_rid(struct sdp_rid *rids, size_t count, struct bytes id)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes_equal(rids[i].id, id))
            return &rids[i];
    }
    return NULL;
}

// "q send".
const char *sdp_read_rid(struct sdp_parser *parser, struct bytes value)
{
    struct sdp_media *section = parser->section;
    const struct bytes id = sdp_take_word(&value);
    const struct bytes direction = sdp_take_word(&value);

    if (!rtp_ext_is_name(id) || (!sdp_is(direction, "send") && !sdp_is(direction, "recv")) ||
        section->rid_count == SDP_MAX_RIDS || find_rid(section->rids, section->rid_count, id))
        return NULL;
    section->rids[section->rid_count++] =
        (struct sdp_rid){.id = id, .send = sdp_is(direction, "send")};
    return NULL;
}

static struct sdp_ssrc *find_ssrc(struct sdp_media *section, uint32_t ssrc)
{
    for (size_t i = 0; i < section->ssrc_count; i++) {
        if (section->ssrcs[i].ssrc == ssrc)
            return &section->ssrcs[i];
    }
    return NULL;
}

// "1234 cname:abc"; each stream may have several such lines.
const char *sdp_read_ssrc(struct sdp_parser *parser, struct bytes value)
{
    struct sdp_media *section = parser->section;
    uint32_t number;

    if (!sdp_number(sdp_take_word(&value), UINT32_MAX, &number))
        return NULL;
    struct sdp_ssrc *ssrc = find_ssrc(section, number);
    if (!ssrc) {
        if (section->ssrc_count == SDP_MAX_SSRCS)
            return "too many streams in one media section";
        ssrc = &section->ssrcs[section->ssrc_count++];
        ssrc->ssrc = number;
    }
    if (sdp_is(sdp_take_until(&value, ':'), "cname") && ssrc->cname.len == 0)
        ssrc->cname = value;
    return NULL;
}

const char *sdp_read_ssrc_group(struct sdp_parser *parser, struct bytes value)
{
    struct sdp_media *section = parser->section;
    struct sdp_pair pair;

    if (!sdp_is(sdp_take_word(&value), "FID") ||
        !sdp_number(sdp_take_word(&value), UINT32_MAX, &pair.media) ||
        !sdp_number(sdp_take_word(&value), UINT32_MAX, &pair.rtx) || pair.media == pair.rtx)
        return NULL;
    if (section->pair_count == SDP_MAX_PAIRS)
        return "too many stream groups in one media section";
    section->pairs[section->pair_count++] = pair;
    return NULL;
}

// A retransmission must repair a listed codec that is none itself.
static void end_payload(const struct sdp_media *section, struct sdp_payload *payload)
{
    struct bytes apt;
    uint32_t type;

    payload->apt = -1;
    if (!sdp_is_name(payload->name, "rtx") || !sdp_find_parameter(payload->fmtp, "apt", &apt) ||
        !sdp_number(apt, 127, &type))
        return;
    const struct sdp_payload *repaired = sdp_find_payload(section, (uint8_t)type);
    if (repaired && !sdp_is_name(repaired->name, "rtx"))
        payload->apt = (int)type;
}

// "q;h;~f": layers by semicolons, alternatives of one layer by commas, of which the first counts.
static void read_layers(struct sdp_media *section, struct bytes list)
{
    while (list.len > 0 && section->simulcast_send_count < SDP_MAX_RIDS) {
        struct bytes alternatives = sdp_take_until(&list, ';');
        struct bytes id = sdp_take_until(&alternatives, ',');
        const bool paused = id.len > 0 && id.at[0] == '~';
        if (paused)
            id = bytes_of(id.at + 1, id.len - 1);
        struct sdp_rid *rid = find_rid(section->rids, section->rid_count, id);
        if (!rid || !rid->send ||
            find_rid(section->simulcast_send, section->simulcast_send_count, id))
            continue;
        rid->paused = paused;
        section->simulcast_send[section->simulcast_send_count++] = *rid;
    }
}

void sdp_end_section(struct sdp_parser *parser)
{
    struct sdp_media *section = parser->section;
    struct bytes rest = parser->simulcast;

    for (size_t i = 0; i < section->payload_count; i++)
        end_payload(section, &section->payloads[i]);
    while (rest.len > 0) {
        const bool send = sdp_is(sdp_take_word(&rest), "send");
        const struct bytes list = sdp_take_word(&rest);
        if (send)
            read_layers(section, list);
    }
    section->rejected = section->port == 0 && !section->bundle_only;
    parser->simulcast = (struct bytes){0};
    parser->said = 0;
    parser->fingerprint_lines = 0;
}
