// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_find.c - looking things up in a parsed offer.
#include "wire/sdp.h"

#include "wire/sdp_scan.h"

const struct sdp_media *sdp_find_media(const struct sdp *sdp, struct bytes mid)
{
    for (size_t i = 0; i < sdp->media_count; i++) {
        if (mid.len > 0 && bytes_equal(sdp->media[i]->mid, mid))
            return sdp->media[i];
    }
    return NULL;
}

const struct sdp_payload *sdp_find_payload(const struct sdp_media *media, uint8_t type)
{
    for (size_t i = 0; i < media->payload_count; i++) {
        if (media->payloads[i].type == type)
            return &media->payloads[i];
    }
    return NULL;
}

const struct sdp_payload *sdp_find_codec(const struct sdp_media *media, const char *name,
                                         uint32_t clock)
{
    for (size_t i = 0; i < media->payload_count; i++) {
        if (media->payloads[i].clock == clock && sdp_is_name(media->payloads[i].name, name))
            return &media->payloads[i];
    }
    return NULL;
}

const struct sdp_payload *sdp_find_rtx(const struct sdp_media *media, uint8_t type)
{
    for (size_t i = 0; i < media->payload_count; i++) {
        if (media->payloads[i].apt == type)
            return &media->payloads[i];
    }
    return NULL;
}

static bool is_red_of(struct bytes fmtp, uint8_t type)
{
    size_t blocks = 0;
    uint32_t number;

    for (; fmtp.len > 0; blocks++) {
        if (!sdp_number(sdp_take_until(&fmtp, '/'), INT8_MAX, &number) || number != type)
            return false;
    }
    return blocks > 1;
}

const struct sdp_payload *sdp_find_red(const struct sdp_media *media, uint8_t type)
{
    for (size_t i = 0; i < media->payload_count; i++) {
        const struct sdp_payload *payload = &media->payloads[i];

        if (sdp_is_name(payload->name, "red") && is_red_of(payload->fmtp, type))
            return payload;
    }
    return NULL;
}

const struct sdp_extmap *sdp_find_extmap(const struct sdp_media *media, const char *uri)
{
    for (size_t i = 0; i < media->extmap_count; i++) {
        if (sdp_is(media->extmaps[i].uri, uri))
            return &media->extmaps[i];
    }
    return NULL;
}

bool sdp_find_parameter(struct bytes fmtp, const char *name, struct bytes *value)
{
    while (fmtp.len > 0) {
        struct bytes parameter = sdp_take_until(&fmtp, ';');
        while (parameter.len > 0 && parameter.at[0] == ' ')
            parameter = bytes_of(parameter.at + 1, parameter.len - 1);
        if (!sdp_is_name(sdp_take_until(&parameter, '='), name))
            continue;
        *value = parameter;
        return true;
    }
    return false;
}

bool sdp_find_number(struct bytes fmtp, const char *name, uint32_t most, uint32_t *number)
{
    struct bytes value;

    return sdp_find_parameter(fmtp, name, &value) && sdp_number(value, most, number);
}

const char *sdp_direction_name(enum sdp_direction direction)
{
    switch (direction) {
    case SDP_SENDRECV:
        return "sendrecv";
    case SDP_SENDONLY:
        return "sendonly";
    case SDP_RECVONLY:
        return "recvonly";
    case SDP_INACTIVE:
        break;
    }
    return "inactive";
}
