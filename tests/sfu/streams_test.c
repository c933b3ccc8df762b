// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/streams_test.c - learning who sends with which SSRC.
#include "sfu/streams.h"

#include "sfu/parameters.h"
#include "support/check.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"

enum { MID = 4, RID = 10, REPAIRED = 11, OPUS = 111, VP8 = 96, RTX = 97 };

// A microphone, a camera of three layers and a screen that shares the camera's payload types.
static struct transport_parameters offer(void)
{
    struct transport_parameters p = {.line_count = 3};
    const struct line_extensions extensions = {.mid = MID, .rid = RID, .repaired_rid = REPAIRED};

    p.lines[0] = (struct line_parameters){
        .role = LINE_MICROPHONE, .mid = "0", .payload_type = OPUS, .layer_count = 1};
    p.lines[1] = (struct line_parameters){.role = LINE_CAMERA,
                                          .mid = "1",
                                          .payload_type = VP8,
                                          .rtx_payload_type = RTX,
                                          .layer_count = 3,
                                          .rids = {"q", "h", "f"}};
    p.lines[2] = (struct line_parameters){.role = LINE_SCREEN,
                                          .mid = "2",
                                          .payload_type = VP8,
                                          .rtx_payload_type = RTX,
                                          .layer_count = 1};
    for (int i = 0; i < 3; i++)
        p.lines[i].extensions = extensions;
    return p;
}

struct packet {
    uint8_t bytes[200];
    struct rtp_view rtp;
};

static void make(struct packet *packet, uint32_t ssrc, uint8_t type, const char *mid, int rid_id,
                 const char *rid)
{
    uint8_t block[64];
    struct writer extension = writer_over(block, sizeof block);
    struct writer out = writer_over(packet->bytes, sizeof packet->bytes);

    if (mid)
        rtp_ext_write(&extension, MID, bytes_of_string(mid));
    if (rid)
        rtp_ext_write(&extension, (uint8_t)rid_id, bytes_of_string(rid));
    rtp_ext_write_end(&extension);
    rtp_write_header(&out,
                     &(struct rtp_fields){.ssrc = ssrc,
                                          .payload_type = type,
                                          .extension_profile = RTP_EXT_ONE_BYTE,
                                          .extension = bytes_of(block, writer_len(&extension))});
    write_u32(&out, 1);
    CHECK(rtp_read(&packet->rtp, bytes_of(packet->bytes, writer_len(&out))));
}

static const struct stream *find(struct streams *streams, const struct transport_parameters *p,
                                 uint32_t ssrc, uint8_t type, const char *mid, int rid_id,
                                 const char *rid, enum drop *reason)
{
    struct packet packet;

    make(&packet, ssrc, type, mid, rid_id, rid);
    return streams_find(streams, p, &packet.rtp, reason);
}

TEST(a_layer_is_learnt_from_mid_and_rid_and_then_known_without)
{
    const struct transport_parameters p = offer();
    struct streams streams = {0};
    enum drop reason;

    const struct stream *s = find(&streams, &p, 7, VP8, "1", RID, "h", &reason);
    CHECK(s && s->line == 1 && s->layer == 1 && !s->repairs);
    CHECK(find(&streams, &p, 7, VP8, NULL, 0, NULL, &reason) == s);
}

TEST(a_probe_is_learnt_from_its_repaired_rid_before_its_layer)
{
    const struct transport_parameters p = offer();
    struct streams streams = {0};
    enum drop reason;

    const struct stream *s = find(&streams, &p, 8, RTX, "1", REPAIRED, "f", &reason);
    CHECK(s && s->line == 1 && s->layer == 2 && s->repairs);
}

TEST(an_unambiguous_payload_type_is_enough)
{
    const struct transport_parameters p = offer();
    struct streams streams = {0};
    enum drop reason;

    const struct stream *s = find(&streams, &p, 9, OPUS, NULL, 0, NULL, &reason);
    CHECK(s && s->line == 0);
}

TEST(a_layer_without_its_rid_is_not_mistaken_for_another_line)
{
    const struct transport_parameters p = offer();
    struct streams streams = {0};
    enum drop reason;

    CHECK(!find(&streams, &p, 9, VP8, "1", 0, NULL, &reason));
    CHECK_EQ(reason, DROP_UNKNOWN_STREAM);
    CHECK(!find(&streams, &p, 9, VP8, "7", RID, "q", &reason));
    CHECK_EQ(streams.count, 0);
}

TEST(the_first_owner_keeps_an_ssrc)
{
    const struct transport_parameters p = offer();
    struct streams streams = {0};
    enum drop reason;

    CHECK(find(&streams, &p, 7, VP8, "1", RID, "q", &reason));
    const struct stream *s = find(&streams, &p, 7, VP8, "2", 0, NULL, &reason);
    CHECK(s && s->line == 1 && s->layer == 0);
    CHECK(!find(&streams, &p, 7, OPUS, "0", 0, NULL, &reason));
    CHECK_EQ(reason, DROP_UNKNOWN_PAYLOAD);
}

TEST(announced_ssrcs_are_known_from_the_start)
{
    struct transport_parameters p = offer();
    struct streams streams = {0};
    enum drop reason;

    p.lines[1].announced_ssrc[2] = 77;
    p.lines[1].announced_rtx_ssrc[2] = 78;
    const struct stream *s = find(&streams, &p, 78, RTX, NULL, 0, NULL, &reason);
    CHECK(s && s->layer == 2 && s->repairs);
}

TEST(what_a_packet_says_counts_more_than_what_was_announced)
{
    struct transport_parameters p = offer();
    struct streams streams = {0};
    enum drop reason;

    p.lines[1].announced_ssrc[2] = 77;
    const struct stream *s = find(&streams, &p, 77, VP8, "1", RID, "q", &reason);
    CHECK(s && s->layer == 0);
}

TEST(no_more_than_the_cap_is_learnt)
{
    const struct transport_parameters p = offer();
    struct streams streams = {0};
    enum drop reason;

    for (uint32_t ssrc = 1; ssrc <= 10000; ssrc++)
        (void)find(&streams, &p, ssrc, VP8, "1", RID, "q", &reason);
    CHECK_EQ(streams.count, STREAMS_MAX);
    CHECK_EQ(reason, DROP_UNKNOWN_STREAM);
}
