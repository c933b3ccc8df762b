// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/line_test.c - how good a line is, and how to send on it: who is told, and told again.
#include "meetup/bench.h"
#include "support/check.h"

#include <string.h>

static struct request event_of(const struct two *room, enum sfu_event_kind kind)
{
    struct request event = {.kind = REQUEST_MEDIA};

    event.media.kind = kind;
    event.media.transport = room->connection;
    return event;
}

static void quality(struct two *room, enum line_quality up, enum line_quality down,
                    bool pictures_off)
{
    struct request event = event_of(room, SFU_QUALITY);

    event.media.quality.up = up;
    event.media.quality.down = down;
    event.media.quality.pictures_off = pictures_off;
    event.media.quality.redundancy = pictures_off;
    bench_send(&room->b, &event);
}

static void layers(struct two *room, unsigned kind, uint8_t count, unsigned needed)
{
    struct request event = event_of(room, SFU_LAYERS);

    event.media.layers.kind = (uint8_t)kind;
    event.media.layers.count = count;
    for (unsigned i = 0; i < PARAMETERS_LAYERS; i++)
        event.media.layers.needed[i] = needed >> i & 1;
    bench_send(&room->b, &event);
}

static void voice(struct two *room, uint32_t max_bps, bool redundancy)
{
    struct request event = event_of(room, SFU_VOICE);

    event.media.voice.max_bps = max_bps;
    event.media.voice.redundancy = redundancy;
    bench_send(&room->b, &event);
}

static const struct member_view *view_of(const struct bench *b, uint64_t to, uint32_t member)
{
    const struct notice *notice = told(b, to, NOTICE_MEMBERS);

    for (size_t i = 0; notice && i < notice->members.count; i++) {
        if (notice->members.views[i].member == member)
            return &notice->members.views[i];
    }
    return NULL;
}

TEST(the_worse_of_up_and_down_is_told_to_all_and_only_when_it_changes)
{
    struct two room;
    struct bench *b = &room.b;

    two_open(&room, true);
    quality(&room, QUALITY_GOOD, QUALITY_FAIR, false);
    CHECK_EQ(seen(b, DOCTOR)->member, room.anna);
    CHECK_EQ(seen(b, DOCTOR)->line, QUALITY_FAIR);
    CHECK_EQ(seen(b, 2)->line, QUALITY_FAIR);
    quality(&room, QUALITY_FAIR, QUALITY_FAIR, false); // only her own page sees the difference
    CHECK_EQ(b->effects.count, 1);
    CHECK_EQ(told(b, 2, NOTICE_LINE)->line.up, QUALITY_FAIR);
    quality(&room, QUALITY_FAIR, QUALITY_FAIR, false);
    CHECK_EQ(b->effects.count, 0);
    quality(&room, QUALITY_POOR, QUALITY_GOOD, false);
    CHECK_EQ(seen(b, DOCTOR)->line, QUALITY_POOR);
    quality(&room, QUALITY_GOOD, QUALITY_GOOD, false);
    CHECK_EQ(seen(b, DOCTOR)->line, QUALITY_GOOD);
    bench_close(b);
}

TEST(the_whole_of_a_line_is_told_to_its_own_page)
{
    struct two room;
    struct bench *b = &room.b;

    two_open(&room, true);
    quality(&room, QUALITY_GOOD, QUALITY_POOR, true);
    const struct notice *line = told(b, 2, NOTICE_LINE);
    CHECK(line->line.up == QUALITY_GOOD && line->line.down == QUALITY_POOR);
    CHECK(line->line.pictures_off && line->line.redundancy);
    CHECK(!told(b, DOCTOR, NOTICE_LINE));
    quality(&room, QUALITY_GOOD, QUALITY_POOR, false);
    CHECK(!told(b, 2, NOTICE_LINE)->line.pictures_off);
    CHECK(!told(b, DOCTOR, NOTICE_MEMBER));
    bench_close(b);
}

TEST(a_lost_transport_is_a_lost_line_until_it_is_back)
{
    struct two room;
    struct bench *b = &room.b;

    two_open(&room, true);
    quality(&room, QUALITY_FAIR, QUALITY_GOOD, false);
    media_says(b, SFU_TRANSPORT_LOST, room.connection);
    CHECK_EQ(told_times(b, DOCTOR, NOTICE_MEMBER), 1);
    CHECK_EQ(seen(b, DOCTOR)->line, QUALITY_LOST);
    CHECK_EQ(told(b, 2, NOTICE_LINE)->line.up, QUALITY_LOST);
    CHECK_EQ(told(b, 2, NOTICE_LINE)->line.down, QUALITY_LOST);
    quality(&room, QUALITY_POOR, QUALITY_POOR, false); // it was on its way
    CHECK_EQ(b->effects.count, 0);
    media_says(b, SFU_TRANSPORT_BACK, room.connection);
    CHECK_EQ(seen(b, DOCTOR)->line, QUALITY_POOR);
    CHECK_EQ(told(b, 2, NOTICE_LINE)->line.up, QUALITY_POOR);
    bench_close(b);
}

TEST(a_new_connection_has_a_good_line_and_all_may_know)
{
    struct two room;
    struct bench *b = &room.b;

    two_open(&room, true);
    quality(&room, QUALITY_GOOD, QUALITY_POOR, true);
    layers(&room, SOURCE_CAMERA, 3, 1);
    voice(&room, 16000, true);
    page_asks(b, 2, REQUEST_OFFER, 0);
    CHECK_EQ(told(b, 2, NOTICE_LINE)->line.down, QUALITY_GOOD);
    CHECK(!told(b, 2, NOTICE_LINE)->line.pictures_off);
    CHECK_EQ(seen(b, DOCTOR)->line, QUALITY_GOOD);
    room.connection = told(b, 2, NOTICE_ANSWER)->answer.connection;
    page_gone(b, 2);
    page_back(b, 3, "Anna", "Anna-phone", room.connection);
    CHECK(!told(b, 3, NOTICE_LAYERS) && !told(b, 3, NOTICE_VOICE)); // as the browser began
    CHECK_EQ(told(b, 3, NOTICE_LINE)->line.down, QUALITY_GOOD);
    bench_close(b);
}

TEST(media_that_failed_and_was_made_anew_is_seen_again)
{
    struct two room;
    struct bench *b = &room.b;

    two_open(&room, true);
    media_says(b, SFU_TRANSPORT_CONNECTED, room.connection);
    media_says(b, SFU_TRANSPORT_FAILED, room.connection);
    CHECK_EQ(seen(b, DOCTOR)->line, QUALITY_LOST);
    CHECK_EQ(told(b, 2, NOTICE_LINE)->line.up, QUALITY_LOST);
    page_asks(b, 2, REQUEST_OFFER, 0);
    CHECK(seen(b, DOCTOR)->connected);
    CHECK_EQ(seen(b, DOCTOR)->line, QUALITY_GOOD);
    CHECK_EQ(told(b, 2, NOTICE_LINE)->line.up, QUALITY_GOOD);
    bench_close(b);
}

TEST(layers_and_voice_go_to_who_sends_them)
{
    struct two room;
    struct bench *b = &room.b;

    two_open(&room, true);
    layers(&room, SOURCE_CAMERA, 3, 5);
    CHECK_EQ(b->effects.count, 1);
    CHECK_EQ(told(b, 2, NOTICE_LAYERS)->layers.source, 4 * room.anna + SOURCE_CAMERA);
    CHECK_EQ(told(b, 2, NOTICE_LAYERS)->layers.count, 3);
    CHECK(told(b, 2, NOTICE_LAYERS)->layers.needed[0]);
    CHECK(!told(b, 2, NOTICE_LAYERS)->layers.needed[1]);
    CHECK(told(b, 2, NOTICE_LAYERS)->layers.needed[2]);
    voice(&room, 16000, true);
    CHECK_EQ(b->effects.count, 1);
    CHECK_EQ(told(b, 2, NOTICE_VOICE)->voice.max_bps, 16000);
    CHECK(told(b, 2, NOTICE_VOICE)->voice.redundancy);
    layers(&room, SOURCE_KINDS, 3, 7); // of no source there is
    CHECK_EQ(b->effects.count, 0);
    layers(&room, SOURCE_CAMERA, PARAMETERS_LAYERS + 1, 7);
    CHECK_EQ(b->effects.count, 0);
    bench_close(b);
}

// A page whose layers were switched off must not stay so because a word was lost with its socket.
TEST(who_comes_back_is_told_where_everything_stands_now)
{
    struct two room;
    struct bench *b = &room.b;

    two_open(&room, true);
    media_says(b, SFU_TRANSPORT_CONNECTED, room.connection);
    layers(&room, SOURCE_CAMERA, 3, 0);
    voice(&room, 16000, true);
    quality(&room, QUALITY_GOOD, QUALITY_POOR, true);
    page_gone(b, 2);
    layers(&room, SOURCE_CAMERA, 3, 7);
    layers(&room, SOURCE_SCREEN, 1, 0);
    voice(&room, 0, false);
    quality(&room, QUALITY_GOOD, QUALITY_FAIR, false);
    CHECK(!told(b, 2, NOTICE_LINE));
    CHECK_EQ(seen(b, DOCTOR)->line, QUALITY_FAIR);
    page_back(b, 3, "Anna", "Anna-phone", room.connection);
    CHECK_EQ(told_times(b, 3, NOTICE_LAYERS), 2);
    CHECK_EQ(told(b, 3, NOTICE_LAYERS)->layers.source, 4 * room.anna + SOURCE_SCREEN);
    CHECK(!told(b, 3, NOTICE_LAYERS)->layers.needed[0]);
    CHECK_EQ(told(b, 3, NOTICE_VOICE)->voice.max_bps, 0);
    CHECK(!told(b, 3, NOTICE_VOICE)->voice.redundancy);
    CHECK_EQ(told(b, 3, NOTICE_LINE)->line.down, QUALITY_FAIR);
    CHECK_EQ(view_of(b, 3, room.anna)->line, QUALITY_FAIR);
    CHECK_EQ(told(b, 3, NOTICE_MEDIA)->media, SFU_TRANSPORT_CONNECTED);
    bench_close(b);
}

TEST(a_page_that_comes_back_learns_that_its_media_was_lost_meanwhile)
{
    struct two room;
    struct bench *b = &room.b;

    two_open(&room, true);
    media_says(b, SFU_TRANSPORT_CONNECTED, room.connection);
    page_gone(b, 2);
    media_says(b, SFU_TRANSPORT_LOST, room.connection);
    page_back(b, 3, "Anna", "Anna-phone", room.connection);
    CHECK_EQ(told(b, 3, NOTICE_MEDIA)->media, SFU_TRANSPORT_LOST);
    CHECK_EQ(told(b, 3, NOTICE_LINE)->line.down, QUALITY_LOST);
    CHECK(!seen(b, DOCTOR)->connected);
    bench_close(b);
}

TEST(who_waits_is_told_nothing_of_it_until_admitted_and_nobody_hears_of_who_waits)
{
    struct two room;
    struct bench *b = &room.b;

    two_open(&room, false);
    layers(&room, SOURCE_CAMERA, 3, 0);
    CHECK_EQ(b->effects.count, 0);
    voice(&room, 16000, true);
    CHECK_EQ(b->effects.count, 0);
    quality(&room, QUALITY_POOR, QUALITY_FAIR, true);
    CHECK_EQ(b->effects.count, 0);
    media_says(b, SFU_TRANSPORT_LOST, room.connection);
    CHECK(told(b, 2, NOTICE_MEDIA) && !told(b, 2, NOTICE_LINE));
    CHECK(told(b, DOCTOR, NOTICE_WAITING) && !told(b, DOCTOR, NOTICE_MEMBER));
    media_says(b, SFU_TRANSPORT_BACK, room.connection);
    page_asks(b, DOCTOR, REQUEST_ADMIT, room.anna);
    CHECK(!told(b, 2, NOTICE_LAYERS)->layers.needed[0]);
    CHECK_EQ(told(b, 2, NOTICE_VOICE)->voice.max_bps, 16000);
    CHECK_EQ(told(b, 2, NOTICE_LINE)->line.up, QUALITY_POOR);
    CHECK_EQ(seen(b, DOCTOR)->line, QUALITY_POOR);
    bench_close(b);
}

TEST(a_camera_off_for_a_slow_line_is_paused_and_shown_so)
{
    struct two room;
    struct bench *b = &room.b;
    struct request state = {.kind = REQUEST_STATE, .conversation = 2};

    two_open(&room, true);
    state.state.on[SOURCE_MICROPHONE] = true;
    state.state.on[SOURCE_CAMERA] = true;
    state.state.slow = true; // with a picture it says nothing
    bench_send(b, &state);
    CHECK(!seen(b, DOCTOR)->slow);
    state.state.on[SOURCE_CAMERA] = false;
    bench_send(b, &state);
    CHECK_EQ(commanded_times(b, SFU_PAUSE), 1);
    CHECK_EQ(commanded(b, SFU_PAUSE)->source.kind, SOURCE_CAMERA);
    CHECK(commanded(b, SFU_PAUSE)->source.on);
    CHECK(seen(b, DOCTOR)->slow);
    CHECK(!seen(b, DOCTOR)->on[SOURCE_CAMERA]);
    bench_send(b, &state);
    CHECK_EQ(b->effects.count, 0);
    state.state.slow = false; // and now she does not want to be seen
    bench_send(b, &state);
    CHECK(!commanded(b, SFU_PAUSE));
    CHECK(!seen(b, DOCTOR)->slow);
    state.state.slow = true;
    bench_send(b, &state);
    page_patient(b, 3, "Anna", "Anna-phone"); // a reload has said nothing yet
    CHECK(!view_of(b, 3, room.anna)->slow);
    bench_close(b);
}

TEST(pins_go_to_the_media_thread)
{
    struct two room;
    struct bench *b = &room.b;
    struct request want = {.kind = REQUEST_WANT, .conversation = 2};

    two_open(&room, true);
    want.want.count = 2;
    want.want.pictures[0] = (struct sfu_want){.source = 5, .height = 720, .pinned = true};
    want.want.pictures[1] = (struct sfu_want){.source = 9, .height = 180};
    bench_send(b, &want);
    CHECK(commanded(b, SFU_WANT)->want.wants[0].pinned);
    CHECK(!commanded(b, SFU_WANT)->want.wants[1].pinned);
    bench_close(b);
}

TEST(the_media_thread_hears_which_browser_it_is_each_time)
{
    struct bench b;
    struct request join = {.kind = REQUEST_JOIN, .conversation = DOCTOR};
    struct request offer = {.kind = REQUEST_OFFER, .conversation = DOCTOR};

    bench_open(&b);
    join.join.as_doctor = true;
    join.join.parameters = bench_offer();
    memcpy(join.identity.doctor, "doctor-1", sizeof "doctor-1");
    memcpy(join.join.meetup, "meetup-1", sizeof "meetup-1");
    join.identity.browser = 0xfeed0001feed0002;
    bench_send(&b, &join);
    CHECK(commanded(&b, SFU_OPEN_TRANSPORT)->open.device == 0xfeed0001feed0002);
    offer.offer.parameters = bench_offer();
    offer.identity.browser = 0xfeed0001feed0002;
    bench_send(&b, &offer);
    CHECK(commanded(&b, SFU_OPEN_TRANSPORT)->open.device == 0xfeed0001feed0002);
    join.conversation = 2; // the same doctor at another browser, which is not known
    join.identity.browser = 0;
    join.join.parameters = bench_offer();
    bench_send(&b, &join);
    CHECK(commanded(&b, SFU_OPEN_TRANSPORT)->open.device == 0);
    bench_close(&b);
}
