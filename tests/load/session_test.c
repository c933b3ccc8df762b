// SPDX-License-Identifier: AGPL-3.0-or-later
// load/session_test.c - offers are what a page makes, answers and offers of servers are read or refused.
#include "load/session.h"

#include "base/mem.h"
#include "support/check.h"
#include "wire/sdp.h"
#include "wire/sdp_writer.h"

#include <stdio.h>
#include <string.h>

static const struct agent_settings page = {.seed = 77,
                                           .microphone = true,
                                           .camera = {true, true, true},
                                           .as_page = true,
                                           .pairs = 2,
                                           .sound_slots = 1};
static const struct ice_credentials credentials = {.ufrag = "abcd",
                                                   .pwd = "0123456789abcdefghijklmn"};
static const struct fingerprint fingerprint = {.len = 32, .digest = {0xab, 0xcd}};
static const struct session_own own = {&credentials, &fingerprint, "actpass"};

static char *offer_of(const struct agent_settings *settings, struct session *s)
{
    struct sdp_writer out = {0};

    session_init(s, settings);
    session_write_offer(s, &own, &out);
    return sdp_writer_take(&out);
}

TEST(a_page_offers_what_pages_offer)
{
    static struct session s;
    char *text = offer_of(&page, &s);
    struct sdp *sdp = NULL;
    const char *why = "";

    CHECK(text != NULL);
    CHECK(sdp_parse(&sdp, bytes_of_string(text), &why) == ERR_OK);
    CHECK(sdp_why_no_offer(sdp) == NULL);
    CHECK_EQ(sdp->media_count, 4 + 2 * 2 + 1);
    CHECK_EQ(sdp->media[1]->simulcast_send_count, 3);
    CHECK_EQ(sdp->media[0]->direction, SDP_SENDONLY);
    CHECK_EQ(sdp->media[4]->direction, SDP_RECVONLY);
    CHECK_EQ(sdp->media[4]->kind, SDP_AUDIO);
    CHECK_EQ(sdp->media[5]->kind, SDP_VIDEO);
    CHECK_EQ(sdp->media[0]->fingerprints[0].digest[1], 0xcd);
    CHECK_EQ(sdp->media[0]->fingerprints[0].len, 32);
    sdp_free(sdp);
    mem_free(text);
}

TEST(feedback_is_not_offered_when_it_is_off)
{
    static struct session s;
    struct agent_settings settings = page;
    settings.no_transport_cc = true;
    char *text = offer_of(&settings, &s);

    CHECK(text && !strstr(text, "transport-cc") && !strstr(text, "transport-wide"));
    mem_free(text);
}

TEST(one_size_alone_is_offered_with_its_numbers)
{
    static struct session s;
    const struct agent_settings settings = {.seed = 5, .camera = {false, false, true}};
    char *text = offer_of(&settings, &s);

    CHECK(text && !strstr(text, "simulcast") && strstr(text, "ssrc-group:FID"));
    CHECK_EQ(s.line_count, 1);
    CHECK_EQ(s.lines[0].layers[0], 2);
    mem_free(text);
}

#define WAY                                                                                        \
    "a=ice-ufrag:wxyz\r\na=ice-pwd:0123456789abcdefghijklmn\r\n"                                   \
    "a=fingerprint:sha-256 "                                                                       \
    "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:"   \
    "1E:1F\r\n"
#define HEAD "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE a v\r\n"

// As Janus' video room offers it to a subscriber.
static const char offered[] =
    HEAD "a=ice-lite\r\n"
         "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 10.0.0.1\r\na=sendonly\r\na=mid:a\r\n"
         "a=rtcp-mux\r\n" WAY "a=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\n"
         "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
         "a=rtcp-fb:111 transport-cc\r\na=ssrc:11 cname:janus\r\n"
         "a=candidate:1 1 udp 2015363327 10.0.0.1 41999 typ host\r\na=end-of-candidates\r\n"
         "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 10.0.0.1\r\na=sendonly\r\na=mid:v\r\n"
         "a=rtcp-mux\r\n" WAY "a=setup:actpass\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\n"
         "a=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
         "a=ssrc-group:FID 21 22\r\na=ssrc:21 cname:janus\r\na=ssrc:22 cname:janus\r\n";

TEST(an_offer_is_read_and_answered_actively)
{
    static struct session s;
    struct sdp_writer out = {0};
    struct sdp *sdp = NULL;
    const char *why = "";
    const struct session_own active = {&credentials, &fingerprint, "active"};

    session_init(&s, &(struct agent_settings){.seed = 5});
    CHECK(session_read_offer(&s, bytes_of_string(offered), &why) == ERR_OK);
    CHECK_EQ(s.line_count, 2);
    CHECK_EQ(s.remote.port, 41999);
    CHECK_EQ(s.lines[0].ssrc[0], 11);
    CHECK_EQ(s.lines[0].extensions.transport_cc, 3);
    CHECK_EQ(s.lines[1].ssrc[0], 21);
    CHECK_EQ(s.lines[1].rtx_ssrc[0], 22);
    CHECK_EQ(s.lines[1].rtx_payload_type, 97);
    CHECK(s.lines[1].nack);
    session_write_answer(&s, &active, &out);
    char *text = sdp_writer_take(&out);
    CHECK(text && sdp_parse(&sdp, bytes_of_string(text), &why) == ERR_OK);
    CHECK_EQ(sdp->media_count, 2);
    CHECK_EQ(sdp->media[0]->setup, SDP_ACTIVE);
    CHECK_EQ(sdp->media[1]->direction, SDP_RECVONLY);
    CHECK(sdp_find_rtx(sdp->media[1], 96) != NULL);
    sdp_free(sdp);
    mem_free(text);
}

static const char *refusal(const char *answer)
{
    static struct session s;
    const char *why = "";

    session_init(&s, &(struct agent_settings){.seed = 5, .microphone = true});
    return session_read_answer(&s, bytes_of_string(answer), &why) == ERR_OK ? NULL : why;
}

TEST(what_is_no_answer_to_the_offer_is_refused_with_a_reason)
{
#define ANSWER(more)                                                                               \
    "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"                       \
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 10.0.0.1\r\na=recvonly\r\na=mid:0\r\n"            \
    "a=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n" more
#define CANDIDATE "a=candidate:1 1 udp 2015363327 10.0.0.1 41999 typ host\r\n"

    CHECK(refusal(ANSWER(WAY "a=setup:passive\r\n" CANDIDATE)) == NULL);
    CHECK(refusal("nonsense") != NULL);
    CHECK(strstr(refusal(ANSWER(WAY "a=setup:passive\r\n")), "candidate"));
    CHECK(strstr(refusal(ANSWER(WAY "a=setup:active\r\n" CANDIDATE)), "handshake"));
    CHECK(strstr(refusal(ANSWER("a=setup:passive\r\n" CANDIDATE)), "credentials"));
    CHECK(refusal("v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\n") != NULL);
    CHECK(strstr(refusal(offered), "lines"));
    CHECK(refusal("v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\n"
                  "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 10.0.0.1\r\na=mid:0\r\n") != NULL);
}

TEST(the_first_address_of_ipv4_is_taken)
{
    static struct session s;
    const char *why = "";

    session_init(&s, &(struct agent_settings){.seed = 5, .microphone = true});
    CHECK(
        session_read_answer(&s,
                            bytes_of_string(ANSWER(
                                WAY "a=setup:passive\r\n"
                                    "a=candidate:1 1 tcp 99 10.0.0.9 9 typ host tcptype passive\r\n"
                                    "a=candidate:2 1 udp 98 2001:db8::1 5000 typ host\r\n"
                                    "a=candidate:3 1 udp 97 name.local 5001 typ host\r\n"
                                    "a=candidate:4 1 udp 96 10.0.0.3 5002 typ host\r\n"
                                    "a=candidate:5 1 udp 95 10.0.0.4 5003 typ host\r\n")),
                            &why) == ERR_OK);
    const struct address wanted = address_v4(10, 0, 0, 3, 5002);
    CHECK(address_equal(&s.remote, &wanted));
}
