// SPDX-License-Identifier: AGPL-3.0-or-later
// load/microphone_test.c - speech every 20 ms, silence seldom, one timeline.
#include "load/microphone.h"

#include "support/check.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"

static const struct session_line line = {.kind = AGENT_SOUND,
                                         .role = SESSION_MICROPHONE,
                                         .sends = true,
                                         .agreed = true,
                                         .mid = "0",
                                         .extensions = {.mid = 4, .audio_level = 1},
                                         .payload_type = 111,
                                         .layer_count = 1,
                                         .ssrc = {50}};

struct ear {
    struct clip *clip;
    struct microphone microphone;
    uint16_t transport_seq;
    usec now;
    size_t packets, loud, markers;
    uint16_t seq;
    uint32_t timestamp;
};

static void take(void *to, bool is_rtcp, struct bytes packet)
{
    struct ear *ear = to;
    struct rtp_view rtp;
    struct bytes value;
    struct audio_level audio;

    if (is_rtcp)
        return;
    CHECK(rtp_read(&rtp, packet));
    CHECK(rtp_ext_find(&rtp, 1, &value) && audio_level_read(&audio, value));
    if (ear->packets) {
        CHECK_EQ(rtp.seq, (uint16_t)(ear->seq + 1));
        CHECK_EQ((rtp.timestamp - ear->timestamp) % 960, 0);
        // The first one after a pause is marked (RFC 3551, section 4.1), no other.
        CHECK_EQ(rtp.marker, rtp.timestamp - ear->timestamp != 960);
    }
    ear->seq = rtp.seq;
    ear->timestamp = rtp.timestamp;
    ear->packets++;
    ear->loud += audio.voice;
    ear->markers += rtp.marker;
}

static void open_ear(struct ear *ear)
{
    *ear = (struct ear){.now = SEC(3)};
    CHECK(clip_open(&ear->clip, NULL) == ERR_OK);
    microphone_init(&ear->microphone, ear->clip, &line, 9, &ear->transport_seq);
    microphone_start(&ear->microphone, ear->now);
}

static void run(struct ear *ear, usec span)
{
    for (const usec until = ear->now + span; ear->now < until; ear->now += MSEC(5))
        microphone_run(&ear->microphone, ear->now, "cname", take, ear);
}

TEST(speech_is_fifty_packets_a_second)
{
    struct ear ear;

    open_ear(&ear);
    run(&ear, SEC(20));
    CHECK(ear.packets >= 999 && ear.packets <= 1001);
    CHECK(ear.loud > ear.packets * 7 / 10);
    CHECK_EQ(ear.markers, 1);
    clip_close(ear.clip);
}

TEST(silence_is_a_few)
{
    struct ear ear;

    open_ear(&ear);
    microphone_talk(&ear.microphone, 0, SEC(1));
    run(&ear, SEC(20));
    CHECK(ear.packets >= 30 && ear.packets <= 100);
    CHECK_EQ(ear.loud, 0);
    clip_close(ear.clip);
}

TEST(by_turns_it_speaks_for_as_long_as_it_was_told)
{
    struct ear ear;

    open_ear(&ear);
    microphone_talk(&ear.microphone, SEC(3), SEC(12));
    run(&ear, SEC(24));
    CHECK(ear.packets >= 300 && ear.packets <= 420);
    clip_close(ear.clip);
}
