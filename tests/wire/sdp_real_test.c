// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_real_test.c - what real browsers send: whole, cut, and with lines missing or twice.
#include "wire/sdp.h"

#include "support/check.h"
#include "wire/sdp_files.h"

#include <stdlib.h>
#include <string.h>

#define TRANSPORT_CC_URI "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

static struct sdp *parse_file(const char *name)
{
    const struct bytes text = sdp_file_load(name);
    struct sdp *sdp = NULL;
    const char *why = NULL;

    if (sdp_parse(&sdp, text, &why) != ERR_OK)
        CHECK_FAIL("%s: %s", name, why);
    free((void *)(uintptr_t)text.at); // nothing points there any more
    return sdp;
}

static bool is(struct bytes bytes, const char *text)
{
    return bytes_equal(bytes, bytes_of_string(text));
}

TEST(every_real_file_has_the_lines_it_has)
{
    for (size_t i = 0; i < sdp_file_count; i++) {
        const struct sdp_file *want = &sdp_files[i];
        struct sdp *sdp = parse_file(want->name);
        size_t kinds[4] = {0};
        size_t layers = 0;
        for (size_t m = 0; m < sdp->media_count; m++) {
            kinds[sdp->media[m]->kind]++;
            layers += sdp->media[m]->simulcast_send_count;
        }
        const char *why = sdp_why_no_offer(sdp);
        const bool told =
            why && want->refused ? strcmp(why, want->refused) == 0 : why == want->refused;
        if (sdp->media_count != want->media || kinds[SDP_AUDIO] != want->audio ||
            kinds[SDP_VIDEO] != want->video || layers != want->simulcast_layers ||
            sdp->bundle_count != want->media || !told)
            CHECK_FAIL("%s: %zu lines, %zu audio, %zu video, %zu layers, %zu bundled, %s",
                       want->name, sdp->media_count, kinds[SDP_AUDIO], kinds[SDP_VIDEO], layers,
                       sdp->bundle_count, why ? why : "an offer");
        sdp_free(sdp);
    }
}

TEST(chromium_says_what_it_says)
{
    struct sdp *sdp = parse_file("chromium-simulcast-3a-9v-dc");
    const struct sdp_media *audio = sdp_find_media(sdp, bytes_of_string("0"));
    const struct sdp_media *video = sdp_find_media(sdp, bytes_of_string("1"));

    CHECK(sdp->extmap_allow_mixed && !sdp->ice_lite);
    CHECK(is(sdp->origin_id, "3726720373082313699") && is(sdp->origin_version, "2"));
    CHECK(audio == sdp->media[0] && video == sdp->media[1] && sdp->bundle[14] == 14);
    CHECK(is(audio->protocol, "UDP/TLS/RTP/SAVPF") && audio->port == 9);
    CHECK(is(audio->ufrag, "H9lN") && is(audio->pwd, "iVGab50rR66kN3D/Uuy0KZdx"));
    CHECK(audio->setup == SDP_ACTPASS && audio->direction == SDP_SENDONLY);
    CHECK(audio->fingerprint_count == 1 && audio->fingerprints[0].hash == SDP_SHA256);
    CHECK_BYTES(audio->fingerprints[0].digest, "\xe4\x72\x1b\xa7", 4);
    CHECK(audio->rtcp_mux && audio->rtcp_rsize && audio->bundled && !audio->rejected);
    CHECK(is(audio->msid_stream, "93f668f9-8044-4135-a055-8f2e96a915bc"));
    CHECK(is(audio->msid_track, "3f1effcc-6cc6-40ff-bb24-3f76a04f4de2"));
    CHECK(audio->ssrc_count == 1 && audio->ssrcs[0].ssrc == 3746735729u);
    CHECK(is(audio->ssrcs[0].cname, "nsC/EMrzpWwwWwvz"));

    const struct sdp_payload *opus = sdp_find_codec(audio, "opus", 48000);
    CHECK(opus == &audio->payloads[0] && opus->type == 111 && opus->channels == 2);
    CHECK(opus->feedback == SDP_TRANSPORT_CC);
    CHECK(is(opus->fmtp, "minptime=10;useinbandfec=1"));
    const struct sdp_payload *red = sdp_find_codec(audio, "RED", 48000);
    CHECK(red && red->type == 63 && is(red->fmtp, "111/111"));
    CHECK(sdp_find_red(audio, 111) == red && !sdp_find_red(audio, 9));
    CHECK(!sdp_find_red(video, 96)); // RED of pictures says nothing of what is in it
    uint32_t minptime = 0;
    CHECK(sdp_find_number(opus->fmtp, "minptime", 10, &minptime) && minptime == 10);
    CHECK(!sdp_find_number(opus->fmtp, "minptime", 9, &minptime));
    CHECK(!sdp_find_number(opus->fmtp, "maxptime", 120, &minptime));
    CHECK(!sdp_find_number(red->fmtp, "111/111", 200, &minptime));

    const struct sdp_payload *vp8 = sdp_find_codec(video, "vp8", 90000);
    CHECK(vp8 && vp8->type == 96 && vp8->channels == 1);
    CHECK_EQ(vp8->feedback, SDP_NACK | SDP_NACK_PLI | SDP_CCM_FIR | SDP_REMB | SDP_TRANSPORT_CC);
    const struct sdp_payload *rtx = sdp_find_rtx(video, vp8->type);
    CHECK(rtx && rtx->type == 97 && rtx->apt == 96);
    CHECK(video->rid_count == 3 && is(video->rids[0].id, "q") && video->rids[0].send);
    CHECK(is(video->simulcast_send[0].id, "q") && is(video->simulcast_send[2].id, "f"));
    CHECK_EQ(sdp_find_extmap(video, TRANSPORT_CC_URI)->id, 3);
    CHECK_EQ(sdp_find_extmap(video, "urn:ietf:params:rtp-hdrext:sdes:mid")->id, 4);
    CHECK(!sdp_find_extmap(video, "urn:ietf:params:rtp-hdrext:ssrc-audio-level"));

    const struct sdp_media *data = sdp->media[14];
    CHECK(data->kind == SDP_APPLICATION && data->sctp_port == 5000 && data->payload_count == 0);
    CHECK(is(data->formats, "webrtc-datachannel"));
    sdp_free(sdp);
}

TEST(firefox_says_what_it_says)
{
    struct sdp *sdp = parse_file("firefox-simulcast-3a-9v-dc");
    const struct sdp_media *video = sdp->media[1];
    const struct sdp_media *slot = sdp->media[2];

    CHECK(!sdp->extmap_allow_mixed && sdp->media[0]->extmap_allow_mixed);
    CHECK(sdp->media[0]->fingerprint_count == 1); // the session's
    CHECK(is(video->msid_stream, "{8eb6e924-930c-4a83-97ee-c607ef281957}") ||
          video->msid_stream.len > 0);
    CHECK(video->ssrc_count == 6 && video->pair_count == 3);
    CHECK(video->pairs[0].media == video->ssrcs[0].ssrc);
    CHECK(slot->port == 0 && slot->bundle_only && !slot->rejected && slot->bundled);
    CHECK(slot->direction == SDP_RECVONLY && slot->ssrc_count == 1);
    const struct sdp_payload *opus = sdp_find_codec(slot, "opus", 48000);
    struct bytes value;
    CHECK(opus && opus->type == 109);
    CHECK(sdp_find_parameter(opus->fmtp, "useinbandfec", &value) && is(value, "1"));
    CHECK(sdp_find_parameter(opus->fmtp, "maxplaybackrate", &value) && is(value, "48000"));
    CHECK(!sdp_find_parameter(opus->fmtp, "usedtx", &value));
    const struct sdp_extmap *rid =
        sdp_find_extmap(video, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id");
    CHECK(rid && rid->id == 9 && rid->direction == SDP_SENDONLY);
    sdp_free(sdp);
}

TEST(orphaned_lines_of_firefox_belong_to_nobody)
{
    struct sdp *sdp = parse_file("firefox-setcodecprefs-vp8");
    const struct sdp_media *video = sdp->media[0];

    CHECK(sdp_find_codec(video, "VP8", 90000));
    CHECK(!sdp_find_codec(video, "VP9", 90000) && !sdp_find_codec(video, "AV1", 90000));
    for (size_t i = 0; i < video->payload_count; i++)
        CHECK(video->payloads[i].clock == 90000);
    sdp_free(sdp);
}

TEST(candidates_are_counted_and_forgotten)
{
    struct sdp *sdp = parse_file("firefox-av-dc-gathered");

    CHECK(sdp->media[0]->candidates > 0);
    sdp_free(sdp);
}

TEST(an_ice_restart_changes_the_credentials)
{
    struct sdp *first = parse_file("chromium-audio-video-sendrecv");
    struct sdp *again = parse_file("chromium-icerestart-reoffer");

    CHECK(first->media_count == again->media_count);
    CHECK(!bytes_equal(first->media[0]->ufrag, again->media[0]->ufrag));
    sdp_free(first);
    sdp_free(again);
}

// Whatever comes of it: all or nothing, with a reason, and no leak.
static void try_text(struct bytes text)
{
    struct sdp *sdp = NULL;
    const char *why = NULL;
    const enum err err = sdp_parse(&sdp, text, &why);

    CHECK((err == ERR_OK) == (sdp != NULL));
    CHECK((err == ERR_OK) == (why == NULL));
    if (sdp)
        (void)sdp_why_no_offer(sdp);
    sdp_free(sdp);
}

// Every byte and line of the short files; the long ones repeat themselves, so every few there.
static size_t stride(struct bytes text)
{
    return text.len < 3000 ? 1 : text.len / 500;
}

TEST(every_file_cut_anywhere_is_refused_or_whole)
{
    for (size_t i = 0; i < sdp_file_count; i++) {
        const struct bytes text = sdp_file_load(sdp_files[i].name);
        for (size_t cut = 0; cut < text.len; cut += cut < 2000 ? 1 : stride(text)) {
            uint8_t *copy = malloc(cut > 0 ? cut : 1); // so that one byte too many is seen
            CHECK(copy);
            memcpy(copy, text.at, cut);
            try_text(bytes_of(copy, cut));
            free(copy);
        }
        free((void *)(uintptr_t)text.at);
    }
}

static size_t line_end(struct bytes text, size_t from)
{
    const uint8_t *feed = memchr(text.at + from, '\n', text.len - from);

    return feed ? (size_t)(feed - text.at) + 1 : text.len;
}

TEST(every_file_with_a_line_missing_twice_or_swapped_is_refused_or_whole)
{
    for (size_t i = 0; i < sdp_file_count; i++) {
        const struct bytes text = sdp_file_load(sdp_files[i].name);
        uint8_t *copy = malloc(2 * text.len);
        CHECK(copy);
        size_t line = 0;
        for (size_t from = 0, to; from < text.len; from = to, line++) {
            to = line_end(text, from);
            if (line > 200 && line % stride(text) != 0)
                continue;
            memcpy(copy, text.at, from);
            memcpy(copy + from, text.at + to, text.len - to);
            try_text(bytes_of(copy, text.len - (to - from)));
            memcpy(copy, text.at, to);
            memcpy(copy + to, text.at + from, text.len - from);
            try_text(bytes_of(copy, text.len + (to - from)));
            const size_t next = to < text.len ? line_end(text, to) : to;
            memcpy(copy, text.at, text.len);
            memcpy(copy + from, text.at + to, next - to);
            memcpy(copy + from + (next - to), text.at + from, to - from);
            try_text(bytes_of(copy, text.len));
        }
        free(copy);
        free((void *)(uintptr_t)text.at);
    }
}
