// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/connection_test.c - media of members: coming back, losing it, new offers, slots, speaker.
#include "meetup/bench.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>

TEST(media_outlives_its_socket_for_thirty_seconds)
{
    struct two two;
    struct bench *b = &two.b;

    two_open(&two, true);
    page_gone(b, 2);
    CHECK(!commanded(b, SFU_CLOSE_TRANSPORT));
    CHECK(!seen(b, DOCTOR)->connected);
    CHECK_EQ(directory_deadline(b->directory), b->now + SEC(30));
    bench_tick(b, SEC(29));
    CHECK_EQ(b->effects.count, 0);
    page_back(b, 3, "Anna", "Anna-phone", two.connection);
    CHECK(told(b, 3, NOTICE_JOINED)->joined.media_kept);
    CHECK(!told(b, 3, NOTICE_JOINED)->joined.parameters);
    CHECK_EQ(told(b, 3, NOTICE_MEMBERS)->members.count, 2);
    CHECK(seen(b, DOCTOR)->connected);

    page_gone(b, 3);
    bench_tick(b, SEC(30));
    CHECK_EQ(commanded(b, SFU_CLOSE_TRANSPORT)->transport, two.connection);
    CHECK_EQ(told(b, DOCTOR, NOTICE_MEMBER_LEFT)->member_left, two.anna);
    page_back(b, 4, "Anna", "Anna-phone", two.connection);
    CHECK(refused(b, 4, REFUSAL_CONNECTION_GONE));
    page_patient(b, 4, "Anna", "Anna-phone"); // the seat has stayed
    CHECK_EQ(told(b, 4, NOTICE_JOINED)->joined.stage, STAGE_IN);
    bench_close(b);
}

TEST(nobody_comes_back_to_the_media_of_another)
{
    struct two two;
    struct bench *b = &two.b;

    two_open(&two, true);
    page_back(b, 3, "Bert", "Bert-phone", two.connection);
    CHECK(refused(b, 3, REFUSAL_CONNECTION_GONE));
    page_back(b, 3, "Anna", "stolen-link", two.connection);
    CHECK(refused(b, 3, REFUSAL_CONNECTION_GONE));
    bench_restart(b);
    page_patient(b, 5, "Anna", "Anna-phone");
    CHECK(told(b, 5, NOTICE_JOINED)->joined.connection > two.connection); // no number comes twice
    bench_close(b);
}

TEST(slots_are_remembered_for_who_comes_back)
{
    struct two two;
    struct bench *b = &two.b;
    struct request event = {.kind = REQUEST_MEDIA};

    two_open(&two, true);
    event.media.kind = SFU_SLOTS;
    event.media.transport = two.connection;
    event.media.slots.count = 2;
    event.media.slots.changes[0] = (struct sfu_slot_change){.line = 2, .source = 4};
    event.media.slots.changes[1] = (struct sfu_slot_change){.line = 3, .source = 5, .paused = true};
    bench_send(b, &event);
    CHECK_EQ(told(b, 2, NOTICE_SLOTS)->slots.count, 2);
    CHECK_STR(told(b, 2, NOTICE_SLOTS)->slots.parameters->lines[3].mid, "3");
    CHECK(told(b, 2, NOTICE_SLOTS)->slots.changes[1].paused);
    CHECK(!told(b, DOCTOR, NOTICE_SLOTS));
    event.media.slots.count = 1;
    event.media.slots.changes[0].source = 0;
    page_gone(b, 2);
    bench_send(b, &event); // nobody listens
    CHECK_EQ(b->effects.count, 0);
    page_back(b, 3, "Anna", "Anna-phone", two.connection);
    const struct notice *slots = told(b, 3, NOTICE_SLOTS);
    CHECK_EQ(slots->slots.count, 2);
    CHECK_EQ(slots->slots.changes[0].line, 2);
    CHECK_EQ(slots->slots.changes[0].source, 0); // the page still has somebody there
    CHECK_EQ(slots->slots.changes[1].line, 3);
    CHECK_EQ(slots->slots.changes[1].source, 5);
    CHECK(slots->slots.changes[1].paused);
    bench_close(b);
}

TEST(who_waits_hears_nothing_of_slots)
{
    struct two two;
    struct bench *b = &two.b;
    struct request event = {.kind = REQUEST_MEDIA};

    two_open(&two, true);
    page_patient(b, 3, "Bert", "Bert-phone");
    event.media.kind = SFU_SLOTS;
    event.media.transport = told(b, 3, NOTICE_JOINED)->joined.connection;
    event.media.slots.count = 1;
    event.media.slots.changes[0] = (struct sfu_slot_change){.line = 3, .source = 5};
    bench_send(b, &event);
    CHECK_EQ(b->effects.count, 0);
    bench_close(b);
}

TEST(a_lost_transport_is_told_to_its_page_and_shown_to_others)
{
    struct two two;
    struct bench *b = &two.b;

    two_open(&two, true);
    media_says(b, SFU_TRANSPORT_CONNECTED, two.connection);
    CHECK_EQ(told(b, 2, NOTICE_MEDIA)->media, SFU_TRANSPORT_CONNECTED);
    CHECK(!told(b, DOCTOR, NOTICE_MEMBER));
    media_says(b, SFU_TRANSPORT_LOST, two.connection);
    CHECK_EQ(told(b, 2, NOTICE_MEDIA)->media, SFU_TRANSPORT_LOST);
    CHECK(!seen(b, DOCTOR)->connected);
    media_says(b, SFU_TRANSPORT_BACK, two.connection);
    CHECK(seen(b, DOCTOR)->connected);
    media_says(b, SFU_TRANSPORT_FAILED, two.connection);
    CHECK_EQ(told(b, 2, NOTICE_MEDIA)->media, SFU_TRANSPORT_FAILED);
    CHECK(!seen(b, DOCTOR)->connected);
    CHECK_EQ(commanded(b, SFU_CLOSE_TRANSPORT)->transport, two.connection);
    media_says(b, SFU_TRANSPORT_BACK, two.connection); // crossed the close
    CHECK_EQ(b->effects.count, 0);
    page_asks(b, 2, REQUEST_OFFER, 0);
    CHECK(told(b, 2, NOTICE_ANSWER)->answer.connection != two.connection);
    CHECK(commanded(b, SFU_GATE)->gate.open);
    bench_close(b);
}

TEST(an_ice_restart_keeps_the_transport_and_a_new_offer_replaces_it)
{
    struct two two;
    struct bench *b = &two.b;
    struct request offer = {.kind = REQUEST_OFFER, .conversation = 2, .id = 9};

    two_open(&two, true);
    offer.offer.restart = true;
    offer.offer.parameters = bench_offer();
    bench_send(b, &offer); // the credentials are the old ones
    CHECK(refused(b, 2, REFUSAL_OFFER));
    offer.offer.parameters = bench_offer();
    memcpy(offer.offer.parameters->remote_ufrag, "fresh", 6);
    memcpy(offer.offer.parameters->local_ufrag, "newer", 6);
    offer.offer.parameters->lines[1].payload_type = 97;
    bench_send(b, &offer); // it is not the first offer
    CHECK(refused(b, 2, REFUSAL_OFFER));
    offer.offer.parameters = bench_offer();
    memcpy(offer.offer.parameters->remote_ufrag, "fresh", 6);
    memcpy(offer.offer.parameters->local_ufrag, "newer", 6);
    bench_send(b, &offer);
    CHECK_EQ(told(b, 2, NOTICE_ANSWER)->id, 9);
    CHECK_EQ(told(b, 2, NOTICE_ANSWER)->answer.connection, two.connection);
    CHECK_STR(told(b, 2, NOTICE_ANSWER)->answer.parameters->local_ufrag, "newer");
    CHECK_STR(commanded(b, SFU_RESTART_ICE)->restart.remote_ufrag, "fresh");
    CHECK_STR(commanded(b, SFU_RESTART_ICE)->restart.local_ufrag, "newer");

    page_asks(b, 2, REQUEST_OFFER, 0);
    CHECK_EQ(commanded(b, SFU_CLOSE_TRANSPORT)->transport, two.connection);
    CHECK(commanded(b, SFU_OPEN_TRANSPORT)->transport > two.connection);
    CHECK(commanded(b, SFU_GATE)->gate.open);
    bench_close(b);
}

static void offer_restart(struct bench *b, uint64_t conversation, const char *ufrag,
                          uint8_t fingerprint)
{
    struct request offer = {.kind = REQUEST_OFFER, .conversation = conversation, .id = 9};
    struct transport_parameters *p = bench_offer();

    (void)snprintf(p->remote_ufrag, sizeof p->remote_ufrag, "%s", ufrag);
    p->fingerprint_len = 32;
    p->fingerprint[0] = fingerprint;
    offer.offer.restart = true;
    offer.offer.parameters = p;
    bench_send(b, &offer);
}

// As `offer_restart`, but a new two.connection.
static uint64_t offer_anew(struct bench *b, uint64_t conversation, uint8_t fingerprint)
{
    struct request offer = {.kind = REQUEST_OFFER, .conversation = conversation, .id = 9};

    offer.offer.parameters = bench_offer();
    offer.offer.parameters->fingerprint_len = 32;
    offer.offer.parameters->fingerprint[0] = fingerprint;
    bench_send(b, &offer);
    return told(b, conversation, NOTICE_ANSWER)->answer.connection;
}

TEST(lost_media_ends_neither_the_seat_nor_the_socket)
{
    struct two two;
    struct bench *b = &two.b;

    two_open(&two, true);
    media_says(b, SFU_TRANSPORT_CONNECTED, two.connection);
    media_says(b, SFU_TRANSPORT_LOST, two.connection);
    CHECK(!commanded(b, SFU_CLOSE_TRANSPORT) && !closed(b, 2));
    CHECK_EQ(directory_deadline(b->directory), USEC_NEVER);
    bench_tick(b, SEC(3600));
    CHECK_EQ(b->effects.count, 0);
    page_says(b, 2, CHAT_ALL, "I hear nothing");
    CHECK(told(b, DOCTOR, NOTICE_CHAT));
    media_says(b, SFU_TRANSPORT_BACK, two.connection);
    CHECK_EQ(told(b, 2, NOTICE_MEDIA)->media, SFU_TRANSPORT_BACK);
    CHECK(seen(b, DOCTOR)->connected);
    bench_close(b);
}

TEST(a_restart_is_answered_while_the_media_is_lost)
{
    struct two two;
    struct bench *b = &two.b;

    two_open(&two, true);
    const uint64_t connection = offer_anew(b, 2, 1);
    media_says(b, SFU_TRANSPORT_CONNECTED, connection);
    media_says(b, SFU_TRANSPORT_LOST, connection);
    offer_restart(b, 2, "fresh", 1);
    CHECK_EQ(told(b, 2, NOTICE_ANSWER)->answer.connection, connection);
    CHECK_EQ(commanded(b, SFU_RESTART_ICE)->transport, connection);
    CHECK(!commanded(b, SFU_OPEN_TRANSPORT) && !commanded(b, SFU_CLOSE_TRANSPORT));
    CHECK(!told(b, DOCTOR, NOTICE_MEMBER)); // it is lost until the first check comes
    media_says(b, SFU_TRANSPORT_BACK, connection);
    CHECK(seen(b, DOCTOR)->connected);
    bench_close(b);
}

TEST(socket_and_media_lost_together_come_back_one_after_the_other)
{
    struct two two;
    struct bench *b = &two.b;

    two_open(&two, true);
    const uint64_t connection = offer_anew(b, 2, 1);
    media_says(b, SFU_TRANSPORT_CONNECTED, connection);
    media_says(b, SFU_TRANSPORT_LOST, connection);
    page_gone(b, 2);
    bench_tick(b, SEC(29));
    page_back(b, 3, "Anna", "Anna-phone", connection);
    CHECK(told(b, 3, NOTICE_JOINED)->joined.media_kept);
    CHECK_EQ(told(b, 3, NOTICE_JOINED)->joined.stage, STAGE_IN);
    CHECK_EQ(told(b, 3, NOTICE_JOINED)->joined.member, two.anna);
    offer_restart(b, 3, "fresh", 1);
    CHECK_EQ(told(b, 3, NOTICE_ANSWER)->answer.connection, connection);
    media_says(b, SFU_TRANSPORT_BACK, connection);
    CHECK(seen(b, DOCTOR)->connected);
    bench_close(b);
}

TEST(a_restart_of_another_browsers_connection_is_refused_and_changes_nothing)
{
    struct two two;
    struct bench *b = &two.b;

    two_open(&two, true);
    const uint64_t connection = offer_anew(b, 2, 1);
    offer_restart(b, 2, "fresh", 2);
    CHECK(refused(b, 2, REFUSAL_OFFER));
    CHECK(!commanded(b, SFU_RESTART_ICE) && !commanded(b, SFU_CLOSE_TRANSPORT));
    offer_restart(b, 2, "their", 1); // the old credentials are no restart
    CHECK(refused(b, 2, REFUSAL_OFFER));
    offer_restart(b, 2, "fresh", 1);
    CHECK_EQ(told(b, 2, NOTICE_ANSWER)->answer.connection, connection);
    media_says(b, SFU_TRANSPORT_FAILED, connection);
    offer_restart(b, 2, "newer", 1); // there is nothing to begin anew
    CHECK(refused(b, 2, REFUSAL_CONNECTION_GONE));
    bench_close(b);
}

TEST(sources_that_are_off_are_paused_and_shown_as_off)
{
    struct two two;
    struct bench *b = &two.b;
    struct request state = {.kind = REQUEST_STATE, .conversation = 2};

    two_open(&two, true);
    state.state.on[SOURCE_MICROPHONE] = true;
    bench_send(b, &state);
    CHECK_EQ(commanded_times(b, SFU_PAUSE), 3);
    CHECK(seen(b, DOCTOR)->on[SOURCE_MICROPHONE]);
    state.state.on[SOURCE_CAMERA] = true;
    bench_send(b, &state);
    CHECK_EQ(commanded_times(b, SFU_PAUSE), 1);
    CHECK_EQ(commanded(b, SFU_PAUSE)->source.kind, SOURCE_CAMERA);
    CHECK(!commanded(b, SFU_PAUSE)->source.on);
    bench_send(b, &state);
    CHECK_EQ(b->effects.count, 0);
    page_asks(b, 2, REQUEST_OFFER, 0); // a new connection hears what is off
    CHECK_EQ(commanded_times(b, SFU_PAUSE), 2);
    bench_close(b);
}

TEST(wants_go_to_the_media_thread)
{
    struct two two;
    struct bench *b = &two.b;
    struct request want = {.kind = REQUEST_WANT, .conversation = 2};

    two_open(&two, true);
    want.want.count = 1;
    want.want.pictures[0] = (struct sfu_want){.source = 5, .height = 360};
    bench_send(b, &want);
    CHECK_EQ(commanded(b, SFU_WANT)->want.count, 1);
    CHECK_EQ(commanded(b, SFU_WANT)->want.wants[0].height, 360);
    bench_close(b);
}

TEST(who_speaks_is_told_once_per_change_by_member_number)
{
    struct bench b;
    uint32_t anna;
    struct request event = {.kind = REQUEST_MEDIA};

    bench_open(&b);
    bench_invite(&b, "Anna");
    page_doctor(&b, DOCTOR);
    event.media.kind = SFU_SPEAKER;
    event.media.router = commanded(&b, SFU_OPEN_ROUTER)->router;
    page_patient(&b, 2, "Anna", "Anna-phone");
    anna = told(&b, 2, NOTICE_JOINED)->joined.member;
    event.media.speaker.dominant = 4 * anna;
    event.media.speaker.count = 1;
    event.media.speaker.speaking[0] = 4 * anna;
    bench_send(&b, &event); // she waits: nobody is told
    CHECK_EQ(b.effects.count, 0);
    page_asks(&b, DOCTOR, REQUEST_ADMIT, anna);
    bench_send(&b, &event);
    CHECK_EQ(told(&b, DOCTOR, NOTICE_SPEAKER)->speaker.dominant, anna);
    CHECK_EQ(told(&b, 2, NOTICE_SPEAKER)->speaker.speaking[0], anna);
    bench_send(&b, &event);
    CHECK_EQ(b.effects.count, 0);
    bench_close(&b);
}

TEST(a_router_closes_when_nobody_has_media_and_the_meetup_when_nobody_is_there)
{
    struct two two;
    struct bench *b = &two.b;

    two_open(&two, true);
    page_asks(b, 2, REQUEST_LEAVE, 0);
    page_asks(b, DOCTOR, REQUEST_LEAVE, 0);
    CHECK_EQ(directory_deadline(b->directory), b->now + SEC(60));
    bench_tick(b, SEC(60));
    CHECK_EQ(commanded_times(b, SFU_CLOSE_ROUTER), 1);
    bench_tick(b, SEC(540));
    CHECK_EQ(directory_deadline(b->directory), USEC_NEVER);
    page_doctor(b, DOCTOR);
    CHECK_EQ(commanded_times(b, SFU_OPEN_ROUTER), 1);
    bench_close(b);
}
