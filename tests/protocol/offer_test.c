// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/offer_test.c - what real offers settle, and what cannot be answered.
#include "protocol/offer.h"

#include "base/err.h"
#include "base/mem.h"
#include "protocol/sample.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>

#define PAIRS 12
#define SOUND_ONLY 3

static const char *const pages[] = {"protocol/sdp/chromium-page-offer.sdp",
                                    "protocol/sdp/firefox-page-offer.sdp"};

static const struct line_parameters *find(const struct transport_parameters *p, enum line_role role,
                                          unsigned slot)
{
    for (size_t i = 0; i < p->line_count; i++) {
        if (p->lines[i].role == role && p->lines[i].slot == slot)
            return &p->lines[i];
    }
    CHECK_FAIL("no line of role %d, slot %u", (int)role, slot);
}

TEST(the_pages_offer_has_its_roles_by_order)
{
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        struct transport_parameters *p = sample_offer(pages[i]);

        CHECK_EQ(p->line_count, 4 + 2 * PAIRS + SOUND_ONLY);
        CHECK_EQ(p->lines[0].role, LINE_MICROPHONE);
        CHECK_EQ(p->lines[1].role, LINE_CAMERA);
        CHECK_EQ(p->lines[2].role, LINE_SCREEN);
        CHECK_EQ(p->lines[3].role, LINE_SCREEN_SOUND);
        for (unsigned slot = 0; slot < PAIRS; slot++) {
            CHECK(find(p, LINE_SLOT_AUDIO, slot) == &p->lines[4 + 2 * slot]);
            CHECK(find(p, LINE_SLOT_VIDEO, slot) == &p->lines[5 + 2 * slot]);
        }
        for (unsigned slot = PAIRS; slot < PAIRS + SOUND_ONLY; slot++)
            CHECK(find(p, LINE_SLOT_AUDIO, slot) == &p->lines[4 + PAIRS + slot]);
        mem_free(p);
    }
}

TEST(codecs_layers_feedback_and_extensions_are_those_of_the_offer)
{
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        struct transport_parameters *p = sample_offer(pages[i]);
        const struct line_parameters *microphone = &p->lines[0];
        const struct line_parameters *camera = &p->lines[1];

        CHECK_EQ(microphone->payload_type, i == 0 ? 111 : 109);
        CHECK_EQ(microphone->red_payload_type, i == 0 ? 63 : 0);
        CHECK_EQ(microphone->minptime, i == 0 ? 10 : 0);
        CHECK(!microphone->nack);
        CHECK_EQ(p->lines[3].red_payload_type, 0); // the sound of the screen
        CHECK_EQ(p->lines[4].red_payload_type, microphone->red_payload_type);
        CHECK_EQ(camera->payload_type, i == 0 ? 96 : 120);
        CHECK_EQ(camera->rtx_payload_type, i == 0 ? 97 : 124);
        CHECK_EQ(camera->layer_count, 3);
        CHECK_STR(camera->rids[0], "q");
        CHECK_STR(camera->rids[2], "f");
        CHECK(camera->transport_cc && camera->nack && camera->pli && camera->fir);
        CHECK(microphone->transport_cc && microphone->extensions.transport_cc);
        CHECK(microphone->dtx && !p->lines[3].dtx);
        CHECK(microphone->extensions.audio_level && microphone->extensions.mid);
        CHECK(camera->extensions.rid && camera->extensions.repaired_rid);
        CHECK(camera->extensions.abs_send_time);
        CHECK_EQ(p->lines[5].extensions.rid, 0); // a slot has no layers to tell
        CHECK(p->lines[5].extensions.mid && p->lines[5].extensions.transport_cc);
        CHECK_EQ(p->fingerprint_len, 32);
        mem_free(p);
    }
}

TEST(ssrcs_firefox_announces_are_paired_with_their_repairs)
{
    struct transport_parameters *p = sample_offer("wire/sdp/firefox-simulcast-3a-9v-recv.sdp");

    CHECK_EQ(p->lines[1].announced_ssrc[0], 4287784991u);
    CHECK_EQ(p->lines[1].announced_rtx_ssrc[0], 1872716579u);
    CHECK_EQ(p->lines[1].announced_ssrc[2], 114488594u);
    CHECK_EQ(p->lines[1].announced_rtx_ssrc[2], 3462646209u);
    CHECK_EQ(p->lines[0].announced_ssrc[0], 3599086868u);
    mem_free(p);
}

TEST(ours_is_drawn_from_the_random_bytes)
{
    struct transport_parameters *p = sample_offer(pages[0]);
    struct transport_parameters *again = sample_offer(pages[0]);
    struct transport_parameters *other = mem_zero(sizeof *other);
    char *text = sample_file(pages[0]);
    const uint8_t random[OFFER_RANDOM_SIZE] = {9};
    const char *why;

    CHECK(strlen(p->local_ufrag) >= 8 && strlen(p->local_pwd) >= 24);
    CHECK_BYTES(p, again, sizeof *p);
    CHECK(offer_read(other, bytes_of_string(text), random, &why));
    CHECK(strcmp(p->local_ufrag, other->local_ufrag) != 0);
    CHECK(strcmp(p->local_pwd, other->local_pwd) != 0);
    CHECK(strcmp(p->cname, other->cname) != 0);
    CHECK(p->lines[4].ssrc != other->lines[4].ssrc);
    mem_free(text);
    mem_free(p);
    mem_free(again);
    mem_free(other);
}

TEST(all_ssrcs_of_ours_are_different_and_none_is_zero)
{
    struct transport_parameters *p = sample_offer(pages[1]);
    uint32_t seen[2 * PARAMETERS_LINES + 1] = {p->feedback_ssrc};
    size_t count = 1;

    for (size_t i = 0; i < p->line_count; i++) {
        const uint32_t both[] = {p->lines[i].ssrc, p->lines[i].rtx_ssrc};

        for (size_t n = 0; n < 2; n++) {
            for (size_t k = 0; both[n] && k < count; k++)
                CHECK(seen[k] != both[n]);
            if (both[n])
                seen[count++] = both[n];
        }
    }
    CHECK(p->feedback_ssrc != 0);
    CHECK_EQ(count, 1 + 2 * PAIRS + PAIRS + SOUND_ONLY);
    mem_free(p);
}

TEST(small_offers_of_other_clients_are_understood)
{
    struct transport_parameters *whip = sample_offer("wire/sdp/gstreamer122-whip-offer.sdp");
    struct transport_parameters *whep = sample_offer("wire/sdp/gstreamer122-whep-offer.sdp");
    struct transport_parameters *both = sample_offer("wire/sdp/chromium-audio-video-sendrecv.sdp");

    CHECK(find(whip, LINE_CAMERA, 0) && find(whip, LINE_MICROPHONE, 0));
    CHECK_EQ(find(whip, LINE_CAMERA, 0)->layer_count, 1);
    CHECK(find(whep, LINE_SLOT_VIDEO, 0)->pli && !find(whep, LINE_SLOT_VIDEO, 0)->nack);
    CHECK_EQ(find(whep, LINE_SLOT_VIDEO, 0)->rtx_ssrc, 0);
    CHECK(find(whep, LINE_SLOT_AUDIO, 0)->ssrc != 0);
    CHECK(find(both, LINE_CAMERA, 0) && find(both, LINE_MICROPHONE, 0));
    mem_free(whip);
    mem_free(whep);
    mem_free(both);
}

static const char base[] = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
                           "a=group:BUNDLE a v\r\n"
                           "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
                           "a=fingerprint:sha-256 "
                           "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
                           "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n"
                           "a=setup:actpass\r\n"
                           "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n"
                           "a=mid:a\r\na=sendonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
                           "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\n"
                           "a=mid:v\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n"
                           "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n";

// The base offer with one piece of text in place of another.
static char *with(const char *piece, const char *instead)
{
    const char *at = strstr(base, piece);
    const size_t size = sizeof base + strlen(instead);
    char *text = mem_zero(size);

    CHECK(at && text);
    (void)snprintf(text, size, "%.*s%s%s", (int)(at - base), base, instead, at + strlen(piece));
    return text;
}

TEST(what_cannot_be_answered_is_refused_with_a_reason)
{
    static const struct {
        const char *piece;
        const char *instead;
    } rows[] = {
        {"a=group:BUNDLE a v\r\n", ""},
        {"a=group:BUNDLE a v", "a=group:BUNDLE a"},
        {"a=fingerprint:sha-256", "a=fingerprint:md5"},
        {"a=setup:actpass", "a=setup:passive"},
        {"a=setup:actpass\r\n", ""},
        {"a=setup:actpass", "a=setup:actpass\r\na=ice-lite"},
        {"a=ice-ufrag:abcd\r\n", ""},
        {"a=ice-ufrag:abcd", "a=ice-ufrag:abc"},
        {"a=ice-pwd:0123456789012345678901", "a=ice-pwd:short"},
        {"a=mid:v\r\n", ""},
        {"a=mid:v", "a=mid:a"},
        {"a=rtcp-mux\r\na=rtpmap:96", "a=rtpmap:96"},
        {"m=video 9 UDP/TLS/RTP/SAVPF", "m=video 9 RTP/AVP"},
        {"v=0\r\n", ""},
    };
    struct transport_parameters p;
    const char *why = "";

    CHECK(sample_read(&p, base, &why));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *text = with(rows[i].piece, rows[i].instead);

        why = NULL;
        if (sample_read(&p, text, &why) || !why || !why[0])
            CHECK_FAIL("row %zu: %s became %s", i, rows[i].piece, rows[i].instead);
        mem_free(text);
    }
    CHECK(!sample_read(&p, "", &why));
}

TEST(a_line_we_have_no_codec_for_is_rejected_and_the_rest_answered)
{
    struct transport_parameters p;
    const char *why = NULL;
    char *text = with("VP8/90000", "H264/90000");

    CHECK(sample_read(&p, text, &why));
    CHECK_EQ(p.lines[1].role, LINE_UNUSED);
    CHECK_EQ(p.lines[1].payload_type, 0);
    CHECK_EQ(p.lines[0].role, LINE_MICROPHONE);
    mem_free(text);
    text = with("opus", "PCMU");
    CHECK(sample_read(&p, text, &why));
    mem_free(text);
    text = sample_file("wire/sdp/chromium-datachannel.sdp");
    CHECK(!sample_read(&p, text, &why));
    mem_free(text);
}

// What stands in place of the Opus of the base offer, and what becomes of it.
TEST(red_is_taken_when_all_its_blocks_are_of_the_answered_opus)
{
    static const struct {
        const char *red; // rtpmap and fmtp
        unsigned type;
    } rows[] = {
        {"a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n", 63},
        {"a=rtpmap:63 RED/48000/2\r\na=fmtp:63 111/111/111\r\n", 63},
        {"a=rtpmap:63 red/48000/2\r\n", 0},
        {"a=rtpmap:63 red/48000/2\r\na=fmtp:63 \r\n", 0},
        {"a=rtpmap:63 red/48000/2\r\na=fmtp:63 111\r\n", 0},
        {"a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/112\r\n", 0},
        {"a=rtpmap:63 red/48000/2\r\na=fmtp:63 112/112\r\n", 0},
        {"a=rtpmap:63 red/48000/2\r\na=fmtp:63 111//111\r\n", 0},
        {"a=rtpmap:63 red/48000/2\r\na=fmtp:63 /\r\n", 0},
        {"a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111;x=1\r\n", 0},
        {"a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/-111\r\n", 0},
        {"a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/99999999999111\r\n", 0},
        {"a=rtpmap:63 red/48000\r\na=fmtp:63 111/111\r\n", 0},
        {"a=rtpmap:63 red/8000/2\r\na=fmtp:63 111/111\r\n", 0},
        {"a=rtpmap:63 blue/48000/2\r\na=fmtp:63 111/111\r\n", 0},
        {"a=rtpmap:64 red/48000/2\r\na=fmtp:64 111/111\r\n", 0}, // not on the m-line
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct transport_parameters p;
        const char *why = NULL;
        char instead[256];

        (void)snprintf(instead, sizeof instead,
                       "SAVPF 63 111\r\nc=IN IP4 0.0.0.0\r\na=mid:a\r\na=sendonly\r\na=rtcp-mux\r\n"
                       "%sa=rtpmap:111 opus/48000/2\r\n",
                       rows[i].red);
        char *text = with("SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:a\r\na=sendonly\r\n"
                          "a=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n",
                          instead);
        CHECK(sample_read(&p, text, &why));
        CHECK_EQ(p.lines[0].payload_type, 111);
        if (p.lines[0].red_payload_type != rows[i].type)
            CHECK_FAIL("row %zu: %u", i, p.lines[0].red_payload_type);
        char *answer = answer_write(&p, &sample_settings);
        CHECK(strstr(answer, rows[i].type ? "SAVPF 111 63\r\n" : "SAVPF 111\r\n"));
        mem_free(answer);
        mem_free(text);
    }
}

TEST(sound_is_asked_for_again_where_the_browser_offers_it)
{
    static const struct {
        const char *more;
        bool nack;
        unsigned minptime;
    } rows[] = {
        {"", false, 0},
        {"a=rtcp-fb:111 nack\r\na=fmtp:111 minptime=10\r\n", true, 10},
        {"a=rtcp-fb:* nack\r\na=fmtp:111 useinbandfec=1; minptime=120\r\n", true, 120},
        {"a=rtcp-fb:111 nack pli\r\na=fmtp:111 minptime=121\r\n", false, 0},
        {"a=rtcp-fb:63 nack\r\na=fmtp:111 minptime=1x\r\n", false, 0},
        {"a=fmtp:111 minptime=\r\n", false, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct transport_parameters p;
        const char *why = NULL;
        char instead[256];

        (void)snprintf(instead, sizeof instead, "opus/48000/2\r\n%s", rows[i].more);
        char *text = with("opus/48000/2\r\n", instead);
        CHECK(sample_read(&p, text, &why));
        char *answer = answer_write(&p, &sample_settings);
        if (p.lines[0].nack != rows[i].nack || p.lines[0].minptime != rows[i].minptime)
            CHECK_FAIL("row %zu: nack %d, minptime %u", i, p.lines[0].nack, p.lines[0].minptime);
        CHECK_EQ(strstr(answer, "a=rtcp-fb:111 nack\r\n") != NULL, rows[i].nack);
        mem_free(answer);
        mem_free(text);
    }
}

TEST(any_one_line_may_be_missing_or_doubled_without_harm)
{
    static char text[2 * sizeof base];
    struct transport_parameters p;
    const char *why;

    for (const char *line = base; *line;) {
        const char *next = strstr(line, "\r\n") + 2;

        (void)snprintf(text, sizeof text, "%.*s%s", (int)(line - base), base, next);
        if (sample_read(&p, text, &why))
            mem_free(answer_write(&p, &sample_settings));
        (void)snprintf(text, sizeof text, "%.*s%s", (int)(next - base), base, line);
        if (sample_read(&p, text, &why))
            mem_free(answer_write(&p, &sample_settings));
        line = next;
    }
}
