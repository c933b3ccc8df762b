// SPDX-License-Identifier: AGPL-3.0-or-later
// load/camera_test.c - what a camera sends is one stream per layer, whatever key frames are asked for.
#include "load/camera.h"

#include "base/mem.h"
#include "load/stamp.h"
#include "support/check.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"
#include "wire/vp8.h"

#include <string.h>

#define FRAME_MOST 200000
#define RTX 97

static const struct session_line line = {.kind = AGENT_PICTURE,
                                         .role = SESSION_CAMERA,
                                         .sends = true,
                                         .agreed = true,
                                         .mid = "1",
                                         .extensions = {.mid = 4, .rid = 10, .repaired_rid = 11},
                                         .payload_type = 96,
                                         .rtx_payload_type = RTX,
                                         .layer_count = 3,
                                         .layers = {0, 1, 2},
                                         .ssrc = {100, 102, 104},
                                         .rtx_ssrc = {101, 103, 105}};
static const bool all[AGENT_LAYERS] = {true, true, true};

// What came of one layer, judged as it comes.
struct screen {
    bool started;
    uint16_t seq;
    uint32_t timestamp;
    struct vp8_view last;
    bool marker;
    size_t packets, frames, keys;
    usec key_at;
    uint8_t frame[FRAME_MOST]; // put together again, without descriptors
    size_t len;
};

struct scene {
    struct clip *clip;
    struct camera camera;
    uint16_t transport_seq;
    usec now;
    struct screen screens[AGENT_LAYERS];
    size_t reports;
    size_t in_this_turn, most_in_a_turn;
    bool whole; // frames are compared with the clip's
    uint8_t again[OUTFLOW_PACKET];
    size_t again_len;
};

static bool is_of_clip(const struct scene *s, size_t layer, struct bytes frame)
{
    for (size_t segment = 0; segment < clip_segments(s->clip); segment++)
        for (size_t i = 0; i < clip_frames(s->clip); i++)
            if (bytes_equal(clip_frame(s->clip, layer, segment, i).data, frame))
                return true;
    return false;
}

static void judge(struct scene *s, size_t layer, const struct rtp_view *rtp)
{
    struct screen *screen = &s->screens[layer];
    struct vp8_view vp8;
    struct bytes rid;

    CHECK(vp8_read(&vp8, rtp->payload));
    if (screen->packets == 0)
        CHECK(rtp_ext_find(rtp, 10, &rid) && rid.at[0] == "qhf"[layer]);
    if (screen->started) {
        CHECK_EQ(rtp->seq, (uint16_t)(screen->seq + 1));
        CHECK_EQ(vp8.starts_frame, screen->marker);
        const uint16_t step = (uint16_t)(vp8.picture_id - screen->last.picture_id);
        CHECK_EQ(step & VP8_PICTURE_ID_MASK, screen->marker ? 1 : 0);
        if (screen->marker) {
            CHECK((int32_t)(rtp->timestamp - screen->timestamp) > 0);
            CHECK_EQ((uint8_t)(vp8.tl0 - screen->last.tl0), vp8.tid == 0);
        } else {
            CHECK_EQ(rtp->timestamp, screen->timestamp);
        }
    }
    if (vp8.starts_frame) {
        screen->len = 0;
        screen->frames++;
        screen->keys += vp8.is_key_frame;
        screen->key_at = vp8.is_key_frame ? s->now : screen->key_at;
        if (vp8.is_key_frame)
            CHECK_EQ(vp8.width, clip_width(s->clip, layer));
    }
    const size_t len = rtp->payload.len - vp8.descriptor_len;
    CHECK(screen->len + len <= sizeof screen->frame);
    memcpy(screen->frame + screen->len, rtp->payload.at + vp8.descriptor_len, len);
    screen->len += len;
    if (rtp->marker && s->whole)
        CHECK(is_of_clip(s, layer, bytes_of(screen->frame, screen->len)));
    screen->started = true;
    screen->packets++;
    screen->seq = rtp->seq;
    screen->timestamp = rtp->timestamp;
    screen->last = vp8;
    screen->marker = rtp->marker;
}

static void take(void *to, bool is_rtcp, struct bytes packet)
{
    struct scene *s = to;
    struct rtp_view rtp;

    if (is_rtcp) {
        s->reports++;
        return;
    }
    s->in_this_turn++;
    CHECK(packet.len <= OUTFLOW_PACKET);
    CHECK(rtp_read(&rtp, packet));
    if (rtp.payload_type == RTX) {
        memcpy(s->again, packet.at, packet.len);
        s->again_len = packet.len;
        return;
    }
    CHECK(rtp.ssrc >= 100 && rtp.ssrc <= 104 && rtp.ssrc % 2 == 0);
    judge(s, (rtp.ssrc - 100) / 2, &rtp);
}

static struct scene *scene_open(bool stamps)
{
    struct scene *s = mem_zero(sizeof *s);

    CHECK(s != NULL);
    CHECK(clip_open(&s->clip, NULL) == ERR_OK);
    CHECK(camera_init(&s->camera, s->clip, &line, all, 3, &s->transport_seq) == ERR_OK);
    s->camera.stamps = stamps;
    s->whole = !stamps;
    s->now = SEC(5);
    camera_start(&s->camera, s->now, 3);
    return s;
}

static void scene_close(struct scene *s)
{
    camera_fini(&s->camera);
    clip_close(s->clip);
    mem_free(s);
}

static void run(struct scene *s, usec span)
{
    const usec until = s->now + span;

    while (s->now < until) {
        s->in_this_turn = 0;
        camera_run(&s->camera, s->now, "cname", take, s);
        if (s->in_this_turn > s->most_in_a_turn)
            s->most_in_a_turn = s->in_this_turn;
        CHECK(camera_deadline(&s->camera) > s->now);
        s->now = usec_min(camera_deadline(&s->camera), until);
    }
}

TEST(each_layer_is_one_unbroken_stream_of_the_clips_frames)
{
    struct scene *s = scene_open(false);

    run(s, SEC(30)); // over the end of the clip
    for (size_t i = 0; i < AGENT_LAYERS; i++) {
        CHECK(s->screens[i].frames >= 899 && s->screens[i].frames <= 901);
        CHECK_EQ(s->screens[i].keys, 4); // one for each run of 8 s
    }
    CHECK(s->reports >= 3 * 29);
    scene_close(s);
}

TEST(a_key_frame_asked_for_comes_with_the_next_frame_and_breaks_nothing)
{
    struct scene *s = scene_open(false);

    for (int i = 0; i < 20; i++) {
        run(s, MSEC(730));
        const usec asked = s->now;
        CHECK(camera_wants_key(&s->camera, s->now, i % 2 ? 104 : 100));
        run(s, MSEC(250)); // the largest takes the pacer a while
        for (size_t layer = 0; layer < AGENT_LAYERS; layer++)
            CHECK(s->screens[layer].key_at > asked && s->screens[layer].key_at < asked + MSEC(150));
    }
    CHECK(!camera_wants_key(&s->camera, s->now, 999));
    scene_close(s);
}

TEST(key_frames_are_not_given_more_often_than_browsers_do)
{
    struct scene *s = scene_open(true);

    run(s, SEC(1));
    const size_t before = s->screens[2].keys;
    for (int i = 0; i < 100; i++) {
        camera_wants_key(&s->camera, s->now, 104);
        run(s, MSEC(10));
    }
    CHECK(s->screens[2].keys - before >= 3 && s->screens[2].keys - before <= 5);
    scene_close(s);
}

TEST(a_lost_packet_is_made_again_as_it_was)
{
    struct scene *s = scene_open(false);
    struct rtp_view rtp;
    struct bytes original;
    struct vp8_view vp8;
    uint16_t seq;

    run(s, SEC(2));
    const struct screen *screen = &s->screens[2];
    CHECK(camera_lost(&s->camera, s->now, 104, screen->seq, take, s));
    CHECK(rtp_read(&rtp, bytes_of(s->again, s->again_len)));
    CHECK_EQ(rtp.ssrc, 105);
    CHECK_EQ(rtp.timestamp, screen->timestamp);
    CHECK_EQ(rtp.marker, screen->marker);
    CHECK(rtx_read(rtp.payload, &seq, &original));
    CHECK_EQ(seq, screen->seq);
    CHECK(vp8_read(&vp8, original));
    CHECK_EQ(vp8.picture_id, screen->last.picture_id);
    const size_t len = original.len - vp8.descriptor_len;
    CHECK(len <= screen->len);
    CHECK(memcmp(original.at + vp8.descriptor_len, screen->frame + screen->len - len, len) == 0);
    s->again_len = 0;
    CHECK(camera_lost(&s->camera, s->now, 104, (uint16_t)(screen->seq + 5), take, s)); // never sent
    CHECK(camera_lost(&s->camera, s->now, 104, (uint16_t)(screen->seq - 3000), take, s));
    CHECK_EQ(s->again_len, 0);
    CHECK(!camera_lost(&s->camera, s->now, 9, screen->seq, take, s));
    scene_close(s);
}

TEST(a_burst_is_bounded_as_a_browsers_pacer_does)
{
    struct scene *s = scene_open(true);

    for (int i = 0; i < 10; i++) {
        camera_wants_key(&s->camera, s->now, 104);
        run(s, MSEC(500));
    }
    CHECK(s->most_in_a_turn <= 25);
    CHECK_EQ(s->camera.skipped, 0);
    scene_close(s);
}

TEST(a_layer_nobody_needs_stops_and_comes_back_with_a_key_frame)
{
    struct scene *s = scene_open(true);

    run(s, SEC(2));
    camera_need(&s->camera, (const bool[]){true, true, false}, 3);
    run(s, MSEC(100)); // what waits in the pacer
    const size_t before = s->screens[2].packets, keys = s->screens[2].keys;
    run(s, SEC(2));
    CHECK_EQ(s->screens[2].packets, before);
    camera_need(&s->camera, all, 3);
    run(s, MSEC(200));
    CHECK_EQ(s->screens[2].keys, keys + 1);
    scene_close(s);
}

TEST(one_size_alone_is_no_simulcast)
{
    struct session_line alone = line;
    static const bool large[AGENT_LAYERS] = {false, false, true};
    struct scene *s = scene_open(true);

    camera_fini(&s->camera);
    alone.layer_count = 1;
    alone.layers[0] = 2;
    CHECK(camera_init(&s->camera, s->clip, &alone, large, 3, &s->transport_seq) == ERR_OK);
    CHECK(s->camera.layers[0].flow.rid == NULL);
    CHECK_EQ(s->camera.layers[0].clip_layer, 2);
    scene_close(s);
}

TEST(a_stall_of_the_program_is_no_flood)
{
    struct scene *s = scene_open(true);

    run(s, SEC(1));
    s->now += SEC(5);
    s->in_this_turn = 0;
    camera_run(&s->camera, s->now, "cname", take, s);
    CHECK(s->in_this_turn <= 25);
    CHECK(s->camera.skipped > 100);
    run(s, SEC(2));
    CHECK(s->screens[2].keys >= 2);
    scene_close(s);
}
