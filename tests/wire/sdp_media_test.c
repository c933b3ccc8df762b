// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_media_test.c - what a line says of its codecs, repairs, extensions, layers and streams.
#include "support/check.h"
#include "wire/sdp_texts.h"

TEST(codecs_that_make_no_sense_are_not_there)
{
    struct sdp *sdp = parse_with("a=rtpmap:96 VP8/0\r\n"
                                 "a=rtpmap:97 VP9/4294967296\r\n"
                                 "a=rtpmap:111 /48000\r\n"
                                 "a=rtpmap:98 H264/90000\r\n"
                                 "a=rtpmap:300 H264/90000\r\n"
                                 "a=rtpmap:x H264/90000\r\n"
                                 "a=rtpmap:97 opus/48000/300\r\n");
    const struct sdp_media *media = sdp->media[0];

    CHECK(!sdp_find_codec(media, "VP8", 90000) && !sdp_find_codec(media, "H264", 90000));
    for (size_t i = 0; i < media->payload_count; i++)
        CHECK(media->payloads[i].clock == 0 && media->payloads[i].name.len == 0);
    sdp_free(sdp);

    sdp = parse(HEAD "m=audio 9 RTP/AVP 0 0 128 300 -1 x 127\r\n");
    CHECK_EQ(sdp->media[0]->payload_count, 2);
    sdp_free(sdp);
}

TEST(a_retransmission_needs_something_to_repair)
{
    struct sdp *sdp = parse_with("a=rtpmap:111 rtx/90000\r\na=fmtp:111 apt=97\r\n"
                                 "a=rtpmap:96 rtx/90000\r\na=fmtp:96 apt=97; rtx-time=3\r\n"
                                 "a=rtpmap:97 VP8/90000\r\na=fmtp:97 apt=96\r\n"
                                 "a=fmtp:97 apt=111\r\n");
    const struct sdp_media *media = sdp->media[0];

    CHECK(sdp_find_rtx(media, 97)->type == 111);
    CHECK_EQ(sdp_find_payload(media, 96)->apt, 97);
    CHECK_EQ(sdp_find_payload(media, 97)->apt, -1); // VP8 repairs nothing
    CHECK(is(sdp_find_payload(media, 97)->fmtp, "apt=96"));
    sdp_free(sdp);
    sdp = parse_with("a=rtpmap:111 rtx/90000\r\na=fmtp:111 apt=96\r\n"
                     "a=rtpmap:96 rtx/90000\r\na=fmtp:96 apt=111\r\n"
                     "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=120\r\n");
    for (size_t i = 0; i < 3; i++)
        CHECK_EQ(sdp->media[0]->payloads[i].apt, -1);
    sdp_free(sdp);
}

TEST(feedback_for_all_is_feedback_for_each)
{
    struct sdp *sdp = parse_with("a=rtcp-fb:* nack pli\r\na=rtcp-fb:96 nack\r\n"
                                 "a=rtcp-fb:97 nack rpsi\r\na=rtcp-fb:98 nack\r\n");
    const struct sdp_media *media = sdp->media[0];

    CHECK_EQ(media->payloads[0].feedback, SDP_NACK_PLI);
    CHECK_EQ(media->payloads[1].feedback, SDP_NACK_PLI | SDP_NACK);
    CHECK_EQ(media->payloads[2].feedback, SDP_NACK_PLI);
    sdp_free(sdp);
}

TEST(header_extensions_that_make_no_sense_are_not_there)
{
    struct sdp *sdp = parse_with("a=extmap:0 urn:a\r\na=extmap:15 urn:b\r\na=extmap:256 urn:c\r\n"
                                 "a=extmap:1\r\na=extmap:2/sideways urn:d\r\n"
                                 "a=extmap:3/recvonly urn:e\r\na=extmap:3 urn:f\r\n"
                                 "a=extmap:255 urn:g parameters\r\n");
    const struct sdp_media *media = sdp->media[0];

    CHECK_EQ(media->extmap_count, 2);
    CHECK(sdp_find_extmap(media, "urn:e")->direction == SDP_RECVONLY);
    CHECK(sdp_find_extmap(media, "urn:g")->id == 255 && !sdp_find_extmap(media, "urn:f"));
    sdp_free(sdp);
}

TEST(simulcast_layers_are_known_rids_once)
{
    struct sdp *sdp = parse_with("a=simulcast:recv x send q;~h,l;q;z;f;r\r\n"
                                 "a=rid:q send\r\na=rid:h send max-width=10\r\na=rid:l send\r\n"
                                 "a=rid:f send\r\na=rid:f recv\r\na=rid:r recv\r\na=rid:s\r\n"
                                 "a=rid:bad\x7f send\r\n");
    const struct sdp_media *media = sdp->media[0];

    CHECK_EQ(media->rid_count, 5);
    CHECK_EQ(media->simulcast_send_count, 3);
    CHECK(is(media->simulcast_send[0].id, "q") && !media->simulcast_send[0].paused);
    CHECK(is(media->simulcast_send[1].id, "h") && media->simulcast_send[1].paused);
    CHECK(is(media->simulcast_send[2].id, "f"));
    sdp_free(sdp);
    sdp = parse_with("a=simulcast:send\r\n");
    CHECK_EQ(sdp->media[0]->simulcast_send_count, 0);
    sdp_free(sdp);
}

TEST(streams_are_listed_once_with_their_retransmissions)
{
    struct sdp *sdp = parse_with("a=ssrc:1 cname:abc\r\na=ssrc:1 msid:s t\r\na=ssrc:1 cname:x\r\n"
                                 "a=ssrc:4294967295 cname:abc\r\na=ssrc:4294967296 cname:abc\r\n"
                                 "a=ssrc:x cname:abc\r\na=ssrc-group:FID 1 2\r\n"
                                 "a=ssrc-group:SIM 1 2 3\r\na=ssrc-group:FID 1\r\n"
                                 "a=ssrc-group:FID 1 1\r\na=msid:- track\r\n");
    const struct sdp_media *media = sdp->media[0];

    CHECK(media->ssrc_count == 2 && is(media->ssrcs[0].cname, "abc"));
    CHECK_EQ(media->ssrcs[1].ssrc, UINT32_MAX);
    CHECK(media->pair_count == 1 && media->pairs[0].media == 1 && media->pairs[0].rtx == 2);
    CHECK(media->msid_stream.len == 0 && is(media->msid_track, "track"));
    sdp_free(sdp);
}

TEST(too_much_of_anything_is_refused)
{
    static const char *const formats[][2] = {
        {"a=ssrc:", " cname:a"}, {"a=ssrc-group:FID ", " 1000"}, {"a=extmap:", " urn:x"}};
    char lines[4000];

    for (size_t i = 0; i < 3; i++) {
        struct writer out = writer_over(lines, sizeof lines);
        for (int n = 16; n < 16 + 100; n++)
            write_text(&out, "%s%d%s\r\n", formats[i][0], n, formats[i][1]);
        write_u8(&out, 0);
        CHECK(out.ok && refusal_with(lines));
    }
}

TEST(there_are_64_payload_types_at_most)
{
    char lines[1000];

    for (size_t count = 64; count <= 65; count++) {
        struct writer out = writer_over(lines, sizeof lines);
        write_text(&out, "m=video 9 UDP/TLS/RTP/SAVPF");
        for (size_t type = 0; type < count; type++)
            write_text(&out, " %zu", type);
        write_text(&out, "\r\n");
        write_u8(&out, 0);
        CHECK(out.ok);
        struct sdp *sdp = NULL;
        const char *why = NULL;
        CHECK_EQ(sdp_parse(&sdp, bytes_of_string(offer_with(lines)), &why) == ERR_OK, count == 64);
        sdp_free(sdp);
    }
}
