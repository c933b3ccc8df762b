// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_test.c - offers that are wrong in one thing.
#include "wire/sdp.h"

#include "base/mem.h"
#include "support/check.h"
#include "wire/sdp_texts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

TEST(the_plain_offer_can_be_answered)
{
    struct sdp *sdp = parse_with("");

    CHECK_STR(sdp_why_no_offer(sdp), NULL);
    CHECK(sdp->media[0]->direction == SDP_SENDRECV && sdp->media[0]->payload_count == 3);
    CHECK(sdp->media[0]->fingerprints[0].digest[1] == 0xb2);
    sdp_free(sdp);
    sdp_free(NULL);
}

TEST(lone_line_feeds_are_line_ends_too)
{
    struct sdp *sdp = parse("v=0\no=- 1 2 IN IP4 0.0.0.0\nm=audio 9 UDP/TLS/RTP/SAVPF 0\n");

    CHECK(sdp->media_count == 1 && is(sdp->media[0]->formats, "0"));
    sdp_free(sdp);
}

TEST(what_is_no_sdp_is_refused)
{
    static const char *const bad[] = {
        "",
        "v=0",
        "v=0\r\n",
        "v=1\r\no=- 1 2 IN IP4 0\r\nm=audio 9 RTP/AVP 0\r\n",
        "\xef\xbb\xbfv=0\r\no=- 1 2 IN IP4 0\r\nm=audio 9 RTP/AVP 0\r\n",
        "v=0\r\ns=-\r\no=- 1 2 IN IP4 0\r\nm=audio 9 RTP/AVP 0\r\n",
        "v=0\r\no=-\r\nm=audio 9 RTP/AVP 0\r\n",
        HEAD,
        HEAD "m=audio 9 RTP/AVP 0",
        HEAD "\r\nm=audio 9 RTP/AVP 0\r\n",
        HEAD "ma=audio 9 RTP/AVP 0\r\n",
        HEAD "m=audio 9 RTP/AVP 0\ra=x\r\n",
        HEAD "m=audio 9\r\n",
        HEAD "m=audio 9 RTP/AVP\r\n",
        HEAD "m=audio 65536 RTP/AVP 0\r\n",
        HEAD "m=audio x RTP/AVP 0\r\n",
        HEAD "m=audio 9 RTP/AVP 0\r\na=\xff\r\n",
        "{\"type\":\"offer\"}\n",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(refusal(bytes_of_string(bad[i]), ERR_INVALID));
    static const char nul[] = HEAD "m=audio 9 RTP/AVP 0\r\na=\0\r\n";
    CHECK(refusal(bytes_of(nul, sizeof nul - 1), ERR_INVALID));
}

// A text being put together, in memory large enough for more than is allowed.
static struct writer long_text(void)
{
    static uint8_t memory[SDP_MAX_LEN + 100];
    struct writer out = writer_over(memory, sizeof memory);

    write_text(&out, "%s", HEAD);
    return out;
}

static struct bytes written(const struct writer *out)
{
    CHECK(out->ok);
    return bytes_of(out->start, writer_len(out));
}

TEST(there_are_64_sections_at_most)
{
    struct writer out = long_text();

    for (size_t i = 0; i < SDP_MAX_MEDIA; i++)
        write_text(&out, "m=audio 9 RTP/AVP 0\r\n");
    struct sdp *sdp = parse_bytes(written(&out));
    CHECK_EQ(sdp->media_count, SDP_MAX_MEDIA);
    sdp_free(sdp);
    write_text(&out, "m=audio 9 RTP/AVP 0\r\n");
    CHECK(refusal(written(&out), ERR_LIMIT));
}

TEST(lines_have_their_limit)
{
    for (size_t len = SDP_MAX_LINE; len <= SDP_MAX_LINE + 1; len++) {
        struct writer out = long_text();
        write_text(&out, "m=audio 9 RTP/AVP 0\r\na=");
        for (size_t i = 2; i < len; i++)
            write_u8(&out, 'x');
        write_text(&out, "\r\n");
        struct sdp *sdp = NULL;
        const char *why = NULL;
        CHECK_EQ(sdp_parse(&sdp, written(&out), &why) == ERR_OK, len == SDP_MAX_LINE);
        sdp_free(sdp);
    }
}

// Lines up to exactly this length.
static struct bytes text_of(size_t len)
{
    struct writer out = long_text();

    write_text(&out, "m=audio 9 RTP/AVP 0\r\n");
    while (writer_len(&out) < len) {
        const size_t left = len - writer_len(&out);
        write_text(&out, "a=%*s\n", (int)(left > 2000 ? 1000 : left - 3), "");
    }
    return written(&out);
}

TEST(texts_have_their_limit)
{
    sdp_free(parse_bytes(text_of(SDP_MAX_LEN)));
    CHECK(refusal(text_of(SDP_MAX_LEN + 1), ERR_LIMIT));
}

TEST(ten_thousand_candidates_are_only_counted)
{
    struct writer out = long_text();

    write_text(&out, "m=audio 9 RTP/AVP 0\r\n");
    for (int i = 0; i < 10000; i++)
        write_text(&out, "a=candidate:1 1 udp\r\n");
    struct sdp *sdp = parse_bytes(written(&out));
    CHECK_EQ(sdp->media[0]->candidates, 10000);
    sdp_free(sdp);
}

TEST(lines_that_come_twice_are_refused)
{
    static const char *const twice[] = {"a=mid:1\r\n",
                                        "a=ice-ufrag:abcd\r\n",
                                        "a=ice-pwd:0123456789abcdefghijkl\r\n",
                                        "a=setup:actpass\r\n",
                                        "a=sendonly\r\na=recvonly\r\n",
                                        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n"};

    for (size_t i = 0; i < sizeof twice / sizeof *twice; i++)
        CHECK(refusal_with(twice[i]));
}

// The line of a second section, which has no other.
__attribute__((format(printf, 1, 2))) static bool is_taken(const char *format, ...)
{
    char line[2000] = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n";
    struct sdp *sdp = NULL;
    const char *why = NULL;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line + strlen(line), sizeof line - strlen(line), format, args);
    va_end(args);
    const enum err err = sdp_parse(&sdp, bytes_of_string(offer_with(line)), &why);
    sdp_free(sdp);
    return err == ERR_OK;
}

TEST(ice_credentials_have_their_lengths_and_letters)
{
    char many[300];

    memset(many, 'a', sizeof many);
    for (int len = 0; len < 300; len++) {
        CHECK_EQ(is_taken("a=ice-ufrag:%.*s\r\n", len, many), len >= 4 && len <= 256);
        CHECK_EQ(is_taken("a=ice-pwd:%.*s\r\n", len, many), len >= 22 && len <= 256);
    }
    CHECK(is_taken("a=ice-ufrag:aZ09+/\r\n"));
    CHECK(!is_taken("a=ice-ufrag:ab-d\r\n") && !is_taken("a=ice-ufrag:ab d\r\n"));
    CHECK(!is_taken("a=ice-ufrag:ab:d\r\n"));
}

TEST(fingerprints_are_whole_or_refused)
{
    char digest[200];

    for (int bytes = 1; bytes <= 65; bytes++) {
        for (int i = 0; i < bytes; i++)
            memcpy(digest + 3 * i, "aB:", 3);
        digest[3 * bytes - 1] = '\0';
        CHECK_EQ(is_taken("a=fingerprint:SHA-256 %s\r\n", digest), bytes == 32);
        CHECK_EQ(is_taken("a=fingerprint:sha-384 %s\r\n", digest), bytes == 48);
        CHECK_EQ(is_taken("a=fingerprint:sha-512 %s\r\n", digest), bytes == 64);
    }
    digest[95] = '\0';
    CHECK(is_taken("a=fingerprint:sha-256 %s\r\n", digest));
    digest[50] = digest[50] == ':' ? '-' : 'g';
    CHECK(!is_taken("a=fingerprint:sha-256 %s\r\n", digest));
    CHECK(!is_taken("a=fingerprint:sha-256\r\n"));
    CHECK(is_taken("a=fingerprint:sha-1 AA\r\n")); // worth nothing, see below
    CHECK(!is_taken("a=fingerprint:md5 A\r\na=fingerprint:md5 A\r\na=fingerprint:md5 A\r\n"
                    "a=fingerprint:md5 A\r\na=fingerprint:md5 A\r\n"));
}

TEST(a_section_of_its_own_mind_overrides_the_session)
{
    struct sdp *sdp = parse(HEAD "a=inactive\r\na=setup:active\r\n" CREDENTIALS
                                 "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
                                 "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=sendonly\r\n"
                                 "a=setup:passive\r\na=ice-ufrag:wxyz\r\n");

    CHECK(is(sdp->media[0]->ufrag, "abcd") && is(sdp->media[1]->ufrag, "wxyz"));
    CHECK(is(sdp->media[1]->pwd, "0123456789abcdefghijkl"));
    CHECK(sdp->media[0]->direction == SDP_INACTIVE && sdp->media[1]->direction == SDP_SENDONLY);
    CHECK(sdp->media[0]->setup == SDP_ACTIVE && sdp->media[1]->setup == SDP_PASSIVE);
    sdp_free(sdp);
}

TEST(groups_and_mids_that_make_no_sense_are_refused)
{
    char long_mid[1100] = "a=mid:";

    CHECK(refusal(bytes_of_string(HEAD "a=group:BUNDLE x\r\nm=audio 9 R 0\r\n"), ERR_INVALID));
    CHECK(refusal(bytes_of_string(HEAD "a=group:BUNDLE 0 0\r\nm=audio 9 R 0\r\na=mid:0\r\n"),
                  ERR_INVALID));
    CHECK(refusal(bytes_of_string(HEAD "a=group:BUNDLE 0\r\na=group:BUNDLE 0\r\n"
                                       "m=audio 9 R 0\r\na=mid:0\r\n"),
                  ERR_INVALID));
    memset(long_mid + 6, 'm', 1024);
    CHECK(!is_taken("%s\r\n", long_mid) && !is_taken("a=mid:\r\n") && !is_taken("a=mid:a b\r\n"));
    CHECK(is_taken("a=mid:video-1\r\n"));
    CHECK(!is_taken("a=setup:sometimes\r\n") && is_taken("a=setup:holdconn\r\n"));
}

TEST(an_offer_that_cannot_be_answered_is_told_why)
{
    static const struct {
        const char *gone;
        const char *instead;
    } changes[] = {
        {"a=mid:0\r\n", ""},
        {"a=group:BUNDLE 0", "a=group:BUNDLE"},
        {"a=rtcp-mux\r\n", ""},
        {"a=ice-ufrag:abcd\r\n", ""},
        {"a=ice-pwd:0123456789abcdefghijkl\r\n", ""},
        {"sha-256", "sha-1"},
        {"a=setup:actpass\r\n", ""},
        {"a=setup:actpass\r\n", "a=setup:passive\r\n"},
        {"a=setup:actpass\r\n", "a=setup:holdconn\r\n"},
        {"m=audio 9", "m=audio 0"},
        {"t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n"},
    };

    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char text[2000];
        const char *whole = offer_with("m=audio 0 UDP/TLS/RTP/SAVPF 0\r\n"); // switched off
        const char *at = strstr(whole, changes[i].gone);
        CHECK(at);
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - whole), whole, changes[i].instead,
                       at + strlen(changes[i].gone));
        const char *why = NULL;
        struct sdp *sdp = NULL;
        if (sdp_parse(&sdp, bytes_of_string(text), &why) == ERR_OK)
            why = sdp_why_no_offer(sdp);
        // A single section needs no group.
        CHECK_EQ(why == NULL, i == 1);
        sdp_free(sdp);
    }
}

TEST(sections_of_one_bundle_must_agree)
{
    static const struct {
        const char *ufrag;
        const char *setup;
        int digest_from; // another place of the pattern is another fingerprint
        const char *bundle;
    } seconds[] = {{"abcd", "actpass", 0, "0 1"},
                   {"wxyz", "actpass", 0, "0 1"},
                   {"abcd", "active", 0, "0 1"},
                   {"abcd", "actpass", 3, "0 1"},
                   {"abcd", "actpass", 0, "0"}};

    static const char digests[] = DIGEST "A1:";

    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        char text[4000];
        struct writer out = writer_over(text, sizeof text);
        const char *whole = offer_with("");
        const char *group = strstr(whole, "BUNDLE 0") + strlen("BUNDLE ");
        write_text(&out, "%.*s%s%s", (int)(group - whole), whole, seconds[i].bundle, group + 1);
        write_text(&out, "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtcp-mux\r\n");
        write_text(&out, "a=ice-ufrag:%s\r\n", seconds[i].ufrag);
        write_text(&out, "a=ice-pwd:0123456789abcdefghijkl\r\n");
        write_text(&out, "a=setup:%s\r\n", seconds[i].setup);
        write_text(&out, "a=fingerprint:sha-256 %.95s\r\n", &digests[seconds[i].digest_from]);
        struct sdp *sdp = parse_bytes(written(&out));
        CHECK_EQ(sdp_why_no_offer(sdp) == NULL, i == 0);
        sdp_free(sdp);
    }
}

TEST(each_failing_allocation_is_out_of_memory)
{
    const char *text = offer_with("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n");
    struct sdp *sdp = NULL;
    const char *why = NULL;
    size_t n = 0;
    enum err err;

    do {
        mem_fail_at(++n);
        err = sdp_parse(&sdp, bytes_of_string(text), &why);
        mem_fail_at(0);
        CHECK(err == ERR_OK || err == ERR_NO_MEMORY);
    } while (err != ERR_OK);
    CHECK_EQ(n, 5); // the struct, the text, two sections, then none fails
    sdp_free(sdp);
}

TEST(directions_have_names)
{
    CHECK_STR(sdp_direction_name(SDP_SENDRECV), "sendrecv");
    CHECK_STR(sdp_direction_name(SDP_INACTIVE), "inactive");
    CHECK_STR(sdp_direction_name(SDP_SENDONLY), "sendonly");
    CHECK_STR(sdp_direction_name(SDP_RECVONLY), "recvonly");
}
