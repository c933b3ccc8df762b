// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/sdp_fuzz.c - any text as an offer: refused with a reason, or whole and within its bounds.
#include "wire/sdp.h"
#include "wire/sdp_writer.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
    if (!claim)
        abort();
}

static void must_be_inside(const struct sdp *sdp, size_t size, struct bytes part)
{
    const char *at = (const char *)part.at;

    must(part.len == 0 || (at >= sdp->text && at + part.len <= sdp->text + size));
}

static void look_at_payloads(const struct sdp *sdp, size_t size, const struct sdp_media *media)
{
    struct bytes value;

    for (size_t i = 0; i < media->payload_count; i++) {
        const struct sdp_payload *payload = &media->payloads[i];
        must_be_inside(sdp, size, payload->name);
        must_be_inside(sdp, size, payload->fmtp);
        must(payload->type < 128 && (payload->clock > 0 || payload->name.len == 0));
        must(sdp_find_payload(media, payload->type) == payload); // none twice
        if (payload->apt >= 0)
            must(sdp_find_payload(media, (uint8_t)payload->apt)->apt < 0);
        if (sdp_find_parameter(payload->fmtp, "apt", &value))
            must_be_inside(sdp, size, value);
    }
}

static void look_at(const struct sdp *sdp, size_t size, const struct sdp_media *media)
{
    must_be_inside(sdp, size, media->mid);
    must_be_inside(sdp, size, media->formats);
    must_be_inside(sdp, size, media->msid_stream);
    must_be_inside(sdp, size, media->msid_track);
    must(media->ufrag.len == 0 || (media->ufrag.len >= 4 && media->ufrag.len <= 256));
    must(media->pwd.len == 0 || (media->pwd.len >= 22 && media->pwd.len <= 256));
    must(media->mid.len == 0 || sdp_find_media(sdp, media->mid) == media);
    must(media->fingerprint_count <= SDP_MAX_FINGERPRINTS);
    must(media->payload_count <= SDP_MAX_PAYLOADS && media->extmap_count <= SDP_MAX_EXTMAPS);
    must(media->rid_count <= SDP_MAX_RIDS && media->simulcast_send_count <= media->rid_count);
    must(media->ssrc_count <= SDP_MAX_SSRCS && media->pair_count <= SDP_MAX_PAIRS);
    for (size_t i = 0; i < media->extmap_count; i++) {
        must(media->extmaps[i].id > 0);
        must_be_inside(sdp, size, media->extmaps[i].uri);
    }
    for (size_t i = 0; i < media->ssrc_count; i++)
        must_be_inside(sdp, size, media->ssrcs[i].cname);
    look_at_payloads(sdp, size, media);
}

// What was read can be written without becoming other lines.
static void write_again(const struct sdp *sdp)
{
    struct sdp_writer writer = {0};

    for (size_t i = 0; i < sdp->media_count; i++) {
        const struct sdp_media *media = sdp->media[i];
        sdp_line(&writer, 'm', "video 9 %.*s", SDP_TEXT(media->protocol));
        sdp_extend(&writer, " %.*s", SDP_TEXT(media->formats));
        for (size_t p = 0; p < media->payload_count; p++)
            sdp_line(&writer, 'a', "fmtp:%d %.*s", media->payloads[p].type,
                     SDP_TEXT(media->payloads[p].fmtp));
    }
    mem_free(sdp_writer_take(&writer));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sdp *sdp = NULL;
    const char *why = NULL;
    const enum err err = sdp_parse(&sdp, bytes_of(data, size), &why);

    must((err == ERR_OK) == (sdp != NULL) && (err == ERR_OK) == (why == NULL));
    if (!sdp)
        return 0;
    must(size <= SDP_MAX_LEN && sdp->media_count > 0 && sdp->media_count <= SDP_MAX_MEDIA);
    must(sdp->bundle_count <= sdp->media_count);
    for (size_t i = 0; i < sdp->media_count; i++)
        look_at(sdp, size, sdp->media[i]);
    if (!sdp_why_no_offer(sdp)) {
        const struct sdp_media *first = sdp->media[sdp->bundle_count > 0 ? sdp->bundle[0] : 0];
        must(sdp->bundle_count == 0 || first->bundled);
    }
    write_again(sdp);
    sdp_free(sdp);
    return 0;
}
