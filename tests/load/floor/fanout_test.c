// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/fanout_test.c - what goes in comes out at a viewer, sealed for it; what does not open does not.
#include "load/floor/fanout.h"

#include "load/floor/talk.h"
#include "load/floor/viewpoint.h"
#include "support/check.h"

#include <arpa/inet.h>
#include <unistd.h>

#define SEED 5

static struct fanout fanout;
static struct talk talk;

struct place {
    struct viewpoint viewer;
    int socket;
    struct sockaddr_in at; // the fan-out's
};

static struct sockaddr_in loopback_of(int s)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;

    if (s >= 0)
        CHECK(getsockname(s, (struct sockaddr *)&at, &len) == 0);
    return at;
}

static void begin(struct place *place, const struct settings *settings)
{
    const struct sockaddr_in any = loopback_of(-1);
    struct fanout_settings given = {
        .seed = SEED, .publishers = 3, .viewers = 1, .sound = settings->sound, .merge = true};

    place->socket = endpoint_open(&any);
    CHECK(place->socket >= 0);
    place->at = loopback_of(place->socket);
    CHECK(viewpoint_init(&place->viewer, SEED, 0, &any));
    given.to = loopback_of(place->viewer.socket);
    CHECK(fanout_init(&fanout, &given));
    CHECK(talk_init(&talk, settings));
}

static void end(struct place *place)
{
    talk_fini(&talk);
    fanout_fini(&fanout);
    viewpoint_fini(&place->viewer);
    close(place->socket);
}

static void send_burst(const struct place *place)
{
    CHECK(talk_burst(&talk, 0x0123456789abcdef));
    for (size_t i = 0; i < talk.count; i++)
        CHECK(sendto(place->viewer.socket, talk.bytes[i], talk.lens[i], 0,
                     (const struct sockaddr *)&place->at, sizeof place->at) > 0);
}

// How many packets the viewer got and could open, all with the stamp at their end.
static size_t opened(struct place *place)
{
    static struct arrivals in;
    size_t count = 0;

    while (endpoint_receive(place->viewer.socket, &in))
        for (size_t i = 0; i < in.count; i++) {
            uint8_t *at = in.bytes[i];
            const size_t end_at = in.message[i].msg_len - AEAD_TAG_LEN;
            uint64_t stamp;

            CHECK(aead_open_rtp(&place->viewer.opens, layout_get32(at + 8), layout_get16(at + 2),
                                at, in.message[i].msg_len, LAYOUT_FORWARDED_LEN));
            memcpy(&stamp, at + end_at - (at[0] & 0x20 ? at[end_at - 1] : 0) - LAYOUT_STAMP_LEN,
                   sizeof stamp);
            CHECK_EQ(stamp, (uint64_t)0x0123456789abcdef);
            count++;
        }
    return count;
}

static struct settings settings_of(bool sound)
{
    struct settings settings = settings_default();

    settings.seed = SEED;
    settings.sound = sound;
    settings.together = true;
    settings.bitrate = 1500000;
    settings.bytes = sound ? 120 : 1200;
    return settings;
}

TEST(a_frame_arrives_whole_in_one_send)
{
    const struct settings settings = settings_of(false);
    struct place place;

    begin(&place, &settings);
    for (size_t i = 0; i < 20; i++) {
        send_burst(&place);
        CHECK(fanout_turn(&fanout, place.socket));
        CHECK_EQ(opened(&place), talk.count);
        CHECK_EQ(fanout.counters.sends, i + 1);
    }
    CHECK_EQ(fanout.counters.refused, (uint64_t)0);
    end(&place);
}

TEST(talkers_in_step_share_a_send)
{
    const struct settings settings = settings_of(true);
    struct place place;

    begin(&place, &settings);
    for (size_t i = 0; i < 20; i++) {
        send_burst(&place);
        CHECK(fanout_turn(&fanout, place.socket));
        CHECK_EQ(opened(&place), (size_t)3);
    }
    CHECK_EQ(fanout.counters.sends, (uint64_t)20);
    end(&place);
}

TEST(feedback_is_opened_and_counted)
{
    const struct settings settings = settings_of(false);
    struct place place;

    begin(&place, &settings);
    for (size_t i = 0; i < 15; i++)
        viewpoint_note(&place.viewer, (uint16_t)i, 1000000 * i);
    CHECK(viewpoint_report(&place.viewer, &place.at));
    CHECK(fanout_turn(&fanout, place.socket));
    CHECK_EQ(fanout.counters.feedbacks, (uint64_t)1);
    CHECK_EQ(fanout.counters.refused, (uint64_t)0);
    end(&place);
}

TEST(what_was_sealed_with_another_key_is_not_forwarded)
{
    struct settings settings = settings_of(false);
    struct place place;

    settings.seed = SEED + 1;
    begin(&place, &settings);
    send_burst(&place);
    CHECK(fanout_turn(&fanout, place.socket));
    CHECK_EQ(opened(&place), (size_t)0);
    CHECK_EQ(fanout.counters.refused, (uint64_t)talk.count);
    end(&place);
}

TEST(numbers_wrap_and_packets_still_open)
{
    struct settings settings = settings_of(true);
    struct place place;

    settings.talkers = 1;
    begin(&place, &settings);
    talk.publishers[0].index = 65530;
    for (size_t i = 0; i < 20; i++) {
        send_burst(&place);
        CHECK(fanout_turn(&fanout, place.socket));
        CHECK_EQ(opened(&place), (size_t)1);
    }
    end(&place);
}
