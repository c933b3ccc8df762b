// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/answer_test.c - the answer a browser gets: read again with our own parser.
#include "base/err.h"
#include "base/mem.h"
#include "protocol/offer.h"
#include "protocol/sample.h"
#include "support/check.h"
#include "wire/sdp.h"

#include <string.h>

static const char *const offers[] = {
    "protocol/sdp/chromium-page-offer.sdp",       "protocol/sdp/firefox-page-offer.sdp",
    "wire/sdp/chromium-simulcast-3a-9v-dc.sdp",   "wire/sdp/firefox-simulcast-3a-9v-dc.sdp",
    "wire/sdp/chromium-audio-video-sendrecv.sdp", "wire/sdp/firefox-whep-recvonly.sdp",
    "wire/sdp/gstreamer122-whip-offer.sdp",       "wire/sdp/gstreamer122-whep-offer.sdp",
};

struct exchange {
    char *offer_text;
    char *answer_text;
    struct transport_parameters *parameters;
    struct sdp *offer;
    struct sdp *answer;
};

static struct exchange exchange(const char *path)
{
    struct exchange x = {.offer_text = sample_file(path), .parameters = sample_offer(path)};
    const char *why = NULL;

    x.answer_text = answer_write(x.parameters, &sample_settings);
    CHECK(x.answer_text);
    CHECK_EQ(sdp_parse(&x.offer, bytes_of_string(x.offer_text), &why), ERR_OK);
    if (sdp_parse(&x.answer, bytes_of_string(x.answer_text), &why) != ERR_OK)
        CHECK_FAIL("%s: %s", path, why);
    return x;
}

static void end(struct exchange *x)
{
    sdp_free(x->offer);
    sdp_free(x->answer);
    mem_free(x->offer_text);
    mem_free(x->answer_text);
    mem_free(x->parameters);
}

static size_t count(const char *text, const char *piece)
{
    size_t times = 0;

    for (; (text = strstr(text, piece)); text += strlen(piece))
        times++;
    return times;
}

static void check_extensions(const struct sdp_media *offer, const struct sdp_media *answer)
{
    for (size_t i = 0; i < answer->extmap_count; i++) {
        const struct sdp_extmap *own = &answer->extmaps[i];
        char uri[256] = "";

        CHECK(own->uri.len < sizeof uri);
        memcpy(uri, own->uri.at, own->uri.len);
        const struct sdp_extmap *theirs = sdp_find_extmap(offer, uri);
        CHECK(theirs && theirs->id == own->id);
        // A direction may be narrowed, not widened.
        CHECK(theirs->direction == SDP_SENDRECV ||
              (theirs->direction == SDP_SENDONLY && own->direction == SDP_RECVONLY));
    }
}

static void check_media(const struct sdp_media *offer, const struct sdp_media *answer)
{
    CHECK_EQ(answer->kind, offer->kind);
    CHECK(bytes_equal(answer->mid, offer->mid));
    if (answer->rejected)
        return;
    CHECK(bytes_equal(answer->protocol, offer->protocol));
    CHECK_EQ(answer->setup, SDP_PASSIVE);
    CHECK(answer->rtcp_mux && answer->bundled);
    CHECK_EQ(answer->direction, offer->direction == SDP_RECVONLY ? SDP_SENDONLY : SDP_RECVONLY);
    CHECK(answer->payload_count == 1 || answer->payload_count == 2); // the second: RTX or RED
    CHECK(sdp_find_codec(answer, answer->kind == SDP_AUDIO ? "opus" : "VP8",
                         answer->payloads[0].clock) == &answer->payloads[0]);
    for (size_t i = 0; i < answer->payload_count; i++) {
        const struct sdp_payload *own = &answer->payloads[i];
        const struct sdp_payload *theirs = sdp_find_payload(offer, own->type);

        CHECK(theirs && theirs->clock == own->clock && theirs->apt == own->apt);
        CHECK_EQ(own->feedback & ~theirs->feedback, 0);
    }
    check_extensions(offer, answer);
    CHECK_EQ(answer->simulcast_send_count, 0);
}

TEST(every_line_is_answered_within_what_was_offered)
{
    for (size_t i = 0; i < ARRAY_LEN(offers); i++) {
        struct exchange x = exchange(offers[i]);

        CHECK(x.answer->ice_lite);
        CHECK_EQ(x.answer->media_count, x.offer->media_count);
        for (size_t n = 0; n < x.answer->media_count; n++)
            check_media(x.offer->media[n], x.answer->media[n]);
        end(&x);
    }
}

TEST(candidates_stand_once_on_the_first_line_of_the_bundle)
{
    struct exchange x = exchange(offers[0]);

    CHECK_EQ(count(x.answer_text, "a=candidate:"), 2);
    CHECK_EQ(x.answer->media[0]->candidates, 2);
    CHECK_EQ(count(x.answer_text, "a=end-of-candidates"), 1);
    CHECK(strstr(x.answer_text, " udp 2130706431 192.0.2.7 8443 typ host\r\n"));
    CHECK(strstr(x.answer_text, " 2001:db8::7 8443 typ host\r\n"));
    CHECK(strstr(x.answer_text, "a=fingerprint:sha-256 AB:01:00:"));
    end(&x);
}

TEST(both_lines_of_a_pair_are_of_one_stream_and_slots_have_fixed_ssrcs)
{
    struct exchange x = exchange(offers[1]);

    for (size_t i = 4; i + 1 < 4 + 2 * 12; i += 2) {
        const struct sdp_media *audio = x.answer->media[i];
        const struct sdp_media *video = x.answer->media[i + 1];

        CHECK(audio->msid_stream.len > 0);
        CHECK(bytes_equal(audio->msid_stream, video->msid_stream));
        CHECK(!bytes_equal(audio->msid_track, video->msid_track));
        CHECK(!bytes_equal(video->msid_stream, x.answer->media[i + 2]->msid_stream));
        CHECK_EQ(audio->ssrcs[0].ssrc, x.parameters->lines[i].ssrc);
        CHECK_EQ(video->pairs[0].media, x.parameters->lines[i + 1].ssrc);
        CHECK_EQ(video->pairs[0].rtx, x.parameters->lines[i + 1].rtx_ssrc);
        CHECK(video->ssrcs[0].cname.len > 0);
    }
    end(&x);
}

TEST(simulcast_is_taken_low_to_high)
{
    struct exchange x = exchange(offers[0]);

    CHECK(strstr(x.answer_text, "a=rid:q recv\r\na=rid:h recv\r\na=rid:f recv\r\n"
                                "a=simulcast:recv q;h;f\r\n"));
    CHECK_EQ(count(x.answer_text, "a=simulcast:"), 1);
    end(&x);
}

TEST(opus_may_fall_silent_on_the_microphone_only)
{
    struct exchange x = exchange(offers[0]);

    CHECK(strstr(x.answer_text, "a=fmtp:111 minptime=10;usedtx=1;useinbandfec=1\r\n"));
    CHECK_EQ(count(x.answer_text, "usedtx=1"), 1);
    CHECK_EQ(count(x.answer_text, "a=fmtp:111 minptime=10;useinbandfec=1\r\n"), 16);
    end(&x);
    x = exchange(offers[1]); // Firefox names no minptime
    CHECK(strstr(x.answer_text, "a=fmtp:109 usedtx=1;useinbandfec=1\r\n"));
    CHECK(!strstr(x.answer_text, "minptime"));
    end(&x);
}

// First is what a browser sends (RFC 3264, section 7).
TEST(red_stands_behind_opus_on_the_microphone_and_the_slots)
{
    struct exchange x = exchange(offers[0]);

    for (size_t i = 0; i < x.answer->media_count; i++) {
        const struct sdp_media *media = x.answer->media[i];
        const bool has_red = media->kind == SDP_AUDIO && i != 3; // not the sound of the screen

        if (media->kind != SDP_AUDIO)
            continue;
        CHECK_EQ(media->payload_count, has_red ? 2 : 1);
        CHECK_EQ(media->payloads[0].type, 111);
        CHECK(!has_red || sdp_find_red(media, 111) == &media->payloads[1]);
        CHECK(!has_red || media->payloads[1].channels == 2);
    }
    CHECK(strstr(x.answer_text, "SAVPF 111 63\r\n"));
    CHECK_EQ(count(x.answer_text, "a=fmtp:63 111/111\r\n"), 16);
    end(&x);
    x = exchange(offers[1]);
    CHECK(!strstr(x.answer_text, "red/"));
    end(&x);
}

TEST(a_data_channel_is_rejected_and_out_of_the_bundle)
{
    struct exchange x = exchange(offers[2]);
    const struct sdp_media *last = x.answer->media[x.answer->media_count - 1];

    CHECK_EQ(last->kind, SDP_APPLICATION);
    CHECK(last->rejected && !last->bundled);
    end(&x);
}

TEST(lack_of_memory_yields_no_answer)
{
    struct transport_parameters *p = sample_offer(offers[0]);

    mem_fail_at(1);
    CHECK(!answer_write(p, &sample_settings));
    mem_fail_at(0);
    mem_free(p);
}
