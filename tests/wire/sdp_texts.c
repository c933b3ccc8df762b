// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_texts.c - an offer that can be answered, to be made wrong in one thing.
#include "wire/sdp_texts.h"

#include "support/check.h"

#include <stdio.h>

char *offer_with(const char *more)
{
    static char text[8 << 10];
    char print[120];

    (void)snprintf(print, sizeof print, "%.95s", DIGEST);
    const int len =
        snprintf(text, sizeof text,
                 HEAD "a=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 96 97\r\n" CREDENTIALS
                      "a=fingerprint:sha-256 %s\r\na=setup:actpass\r\na=mid:0\r\na=rtcp-mux\r\n%s",
                 print, more);
    CHECK(len > 0 && (size_t)len < sizeof text);
    return text;
}

const char *refusal(struct bytes text, enum err want)
{
    struct sdp *sdp = NULL;
    const char *why = NULL;
    const enum err err = sdp_parse(&sdp, text, &why);

    CHECK_EQ(err, want);
    sdp_free(sdp);
    return why;
}

struct sdp *parse_bytes(struct bytes text)
{
    struct sdp *sdp = NULL;
    const char *why = NULL;

    if (sdp_parse(&sdp, text, &why) != ERR_OK)
        CHECK_FAIL("%s", why);
    return sdp;
}

struct sdp *parse(const char *text)
{
    return parse_bytes(bytes_of_string(text));
}

struct sdp *parse_with(const char *more)
{
    return parse(offer_with(more));
}

const char *refusal_with(const char *more)
{
    return refusal(bytes_of_string(offer_with(more)), ERR_INVALID);
}

bool is(struct bytes bytes, const char *text)
{
    return bytes_equal(bytes, bytes_of_string(text));
}
