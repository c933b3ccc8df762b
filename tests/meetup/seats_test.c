// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/seats_test.c - who gets in: invites, devices, tabs, names, restarts.
#include "meetup/bench.h"
#include "support/check.h"

#include <string.h>

static void open_with(struct bench *b, const char *first, const char *second)
{
    bench_open(b);
    bench_invite(b, first);
    bench_invite(b, second);
}

TEST(the_doctor_is_in_at_once_and_a_host)
{
    struct bench b;

    bench_open(&b);
    page_doctor(&b, DOCTOR);
    const struct notice *joined = told(&b, DOCTOR, NOTICE_JOINED);
    CHECK(joined);
    CHECK_EQ(joined->id, DOCTOR);
    CHECK_EQ(joined->joined.stage, STAGE_IN);
    CHECK(joined->joined.host);
    CHECK(joined->joined.parameters);
    CHECK_STR(joined->joined.room_name, DOCTOR_NAME);
    CHECK(told(&b, DOCTOR, NOTICE_MEMBERS) && told(&b, DOCTOR, NOTICE_WAITING));
    CHECK_EQ(commanded(&b, SFU_OPEN_TRANSPORT)->open.member, joined->joined.member);
    CHECK(commanded(&b, SFU_GATE)->gate.open);
    bench_close(&b);
}

TEST(another_doctor_finds_nothing)
{
    struct bench b;
    struct request request = {.kind = REQUEST_JOIN, .conversation = 5};

    bench_open(&b);
    request.join.as_doctor = true;
    memcpy(request.join.meetup, "meetup-1", 9);
    memcpy(request.identity.doctor, "doctor-2", 9);
    bench_send(&b, &request);
    CHECK(refused(&b, 5, REFUSAL_NOT_FOUND));
    memset(request.identity.doctor, 0, sizeof request.identity.doctor);
    bench_send(&b, &request);
    CHECK(refused(&b, 5, REFUSAL_SIGN_IN));
    bench_close(&b);
}

TEST(what_the_store_says_no_to_is_refused)
{
    static const struct {
        enum err err;
        enum refusal refusal;
    } cases[] = {{ERR_NOT_FOUND, REFUSAL_NOT_FOUND},
                 {ERR_DENIED, REFUSAL_NOT_FOUND},
                 {ERR_EXPIRED, REFUSAL_EXPIRED},
                 {ERR_REVOKED, REFUSAL_REVOKED},
                 {ERR_IO, REFUSAL_UNAVAILABLE}};
    struct bench b;

    open_with(&b, "Anna", "Bert");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        b.store_err = cases[i].err;
        page_patient(&b, 10 + i, "Anna", "anna-phone");
        CHECK(refused(&b, 10 + i, cases[i].refusal));
    }
    b.store_err = ERR_OK;
    b.meetup.state = MEETUP_ENDED;
    page_patient(&b, 20, "Anna", "anna-phone");
    CHECK(refused(&b, 20, REFUSAL_ENDED));
    b.meetup.state = MEETUP_PLANNED;
    b.invites[0].role = ROLE_TECHNICIAN;
    page_patient(&b, 21, "Anna", "anna-phone");
    CHECK(refused(&b, 21, REFUSAL_DENIED));
    bench_close(&b);
}

TEST(a_patient_waits_with_the_gate_shut_until_admitted)
{
    struct bench b;

    open_with(&b, "Anna", "Bert");
    page_doctor(&b, DOCTOR);
    page_patient(&b, 2, "Anna", "anna-phone");
    const struct notice *joined = told(&b, 2, NOTICE_JOINED);
    CHECK_EQ(joined->joined.stage, STAGE_WAITING);
    CHECK(!joined->joined.host);
    CHECK(commanded(&b, SFU_OPEN_TRANSPORT) && !commanded(&b, SFU_GATE));
    CHECK_EQ(told(&b, 2, NOTICE_WAITING_PLACE)->waiting_place.place, 1);
    CHECK(told(&b, 2, NOTICE_WAITING_PLACE)->waiting_place.host_present);
    CHECK(!told(&b, 2, NOTICE_MEMBERS) && !told(&b, DOCTOR, NOTICE_MEMBER));
    const struct waiting_view *view = told(&b, DOCTOR, NOTICE_WAITING)->waiting.views;
    CHECK_STR(view->room_name, "Anna");
    CHECK_STR(view->roster_name, "Roster Anna");
    CHECK_EQ(saved(&b, "Anna")->stage, SEAT_WAITING);

    page_asks(&b, DOCTOR, REQUEST_ADMIT, view->member);
    CHECK(commanded(&b, SFU_GATE)->gate.open);
    CHECK_EQ(told(&b, 2, NOTICE_STAGE)->stage.stage, STAGE_IN);
    CHECK_EQ(told(&b, 2, NOTICE_STAGE)->stage.reason, OUT_ADMITTED);
    CHECK_EQ(told(&b, 2, NOTICE_MEMBERS)->members.count, 2);
    CHECK_STR(told(&b, DOCTOR, NOTICE_MEMBER)->members.views->roster_name, "Roster Anna");
    CHECK_EQ(told(&b, DOCTOR, NOTICE_WAITING)->waiting.count, 0);
    CHECK_EQ(saved(&b, "Anna")->stage, SEAT_ADMITTED);
    bench_close(&b);
}

TEST(admit_all_lets_everyone_in_but_second_devices)
{
    struct bench b;
    uint32_t waiting;
    uint32_t present;

    open_with(&b, "Anna", "Bert");
    page_doctor(&b, DOCTOR);
    page_patient(&b, 2, "Anna", "anna-phone");
    page_patient(&b, 3, "Bert", "bert-phone");
    page_patient(&b, 4, "Bert", "bert-desk");
    page_asks(&b, DOCTOR, REQUEST_ADMIT, ALL_MEMBERS);
    CHECK_EQ(commanded_times(&b, SFU_GATE), 2);
    directory_counts(b.directory, "meetup-1", &waiting, &present);
    CHECK_EQ(waiting, 1);
    CHECK_EQ(present, 3);
    directory_counts(b.directory, "meetup-2", &waiting, &present);
    CHECK_EQ(waiting + present, 0);
    bench_close(&b);
}

TEST(another_tab_takes_the_seat_over)
{
    struct bench b;

    open_with(&b, "Anna", "Bert");
    page_doctor(&b, DOCTOR);
    const uint32_t anna = page_admitted(&b, 2, "Anna");
    page_patient(&b, 3, "Anna", "Anna-phone");
    CHECK(told_out(&b, 2, OUT_TAKEN_OVER));
    CHECK_EQ(closed(&b, 2), 4001);
    CHECK_EQ(commanded_times(&b, SFU_CLOSE_TRANSPORT), 1);
    const struct notice *joined = told(&b, 3, NOTICE_JOINED);
    CHECK_EQ(joined->joined.stage, STAGE_IN);
    CHECK_EQ(joined->joined.member, anna);
    CHECK(commanded(&b, SFU_GATE)->gate.open);
    CHECK(!told(&b, DOCTOR, NOTICE_MEMBER_LEFT));
    page_doctor(&b, 4);
    CHECK(told_out(&b, DOCTOR, OUT_TAKEN_OVER));
    CHECK(told(&b, 4, NOTICE_JOINED));
    bench_close(&b);
}

TEST(another_device_waits_and_admitting_it_moves_the_seat)
{
    struct bench b;

    open_with(&b, "Anna", "Bert");
    page_doctor(&b, DOCTOR);
    const uint32_t anna = page_admitted(&b, 2, "Anna");
    page_named(&b, 3, "Anna", "anna-desk", "Somebody");
    const struct notice *joined = told(&b, 3, NOTICE_JOINED);
    CHECK_EQ(joined->joined.stage, STAGE_WAITING);
    CHECK_STR(joined->joined.room_name, "Somebody"); // the seat's name is none of its business
    CHECK(!told(&b, 2, NOTICE_STAGE));
    const struct waiting_view *view = told(&b, DOCTOR, NOTICE_WAITING)->waiting.views;
    CHECK(view->second_device);
    CHECK_STR(view->room_name, "Anna");
    CHECK_STR(saved(&b, "Anna")->device, "Anna-phone");

    page_asks(&b, DOCTOR, REQUEST_ADMIT, view->member);
    CHECK(told_out(&b, 2, OUT_MOVED));
    CHECK_EQ(told(&b, 3, NOTICE_STAGE)->stage.stage, STAGE_IN);
    CHECK_EQ(told(&b, DOCTOR, NOTICE_MEMBER_LEFT)->member_left, anna);
    CHECK_STR(saved(&b, "Anna")->device, "anna-desk");
    CHECK_STR(saved(&b, "Anna")->room_name, "Anna");
    page_patient(&b, 4, "Anna", "Anna-phone"); // now that one is the second device
    CHECK_EQ(told(&b, 4, NOTICE_JOINED)->joined.stage, STAGE_WAITING);
    bench_close(&b);
}

TEST(a_declined_person_may_ask_again)
{
    struct bench b;

    open_with(&b, "Anna", "Bert");
    page_doctor(&b, DOCTOR);
    page_patient(&b, 2, "Anna", "anna-phone");
    page_asks(&b, DOCTOR, REQUEST_DECLINE, told(&b, 2, NOTICE_JOINED)->joined.member);
    CHECK(told_out(&b, 2, OUT_DECLINED));
    CHECK_EQ(saved(&b, "Anna")->stage, SEAT_NONE);
    page_named(&b, 3, "Anna", "anna-desk", "Annie");
    CHECK_EQ(told(&b, 3, NOTICE_JOINED)->joined.stage, STAGE_WAITING);
    CHECK(!told(&b, DOCTOR, NOTICE_WAITING)->waiting.views->second_device);
    CHECK_STR(saved(&b, "Anna")->room_name, "Annie");
    bench_close(&b);
}

TEST(a_removed_person_stays_out_on_every_device_until_the_invite_is_renewed)
{
    struct bench b;
    struct request renewed = {.kind = REQUEST_REVOKED};

    open_with(&b, "Anna", "Bert");
    page_doctor(&b, DOCTOR);
    const uint32_t anna = page_admitted(&b, 2, "Anna");
    page_patient(&b, 3, "Anna", "anna-desk");
    page_asks(&b, DOCTOR, REQUEST_REMOVE, anna);
    CHECK(told_out(&b, 2, OUT_REMOVED) && told_out(&b, 3, OUT_REMOVED));
    page_patient(&b, 4, "Anna", "Anna-phone");
    CHECK(refused(&b, 4, REFUSAL_REMOVED));
    page_patient(&b, 5, "Anna", "anna-desk");
    CHECK(refused(&b, 5, REFUSAL_REMOVED));
    bench_restart(&b);
    page_patient(&b, 6, "Anna", "anna-desk");
    CHECK(refused(&b, 6, REFUSAL_REMOVED));

    memcpy(renewed.revoked.meetup, b.meetup.id, ID_SIZE);
    memcpy(renewed.revoked.invite, "invite-Anna", 12);
    renewed.revoked.renewed = true;
    bench_send(&b, &renewed);
    page_patient(&b, 7, "Anna", "anna-desk");
    CHECK_EQ(told(&b, 7, NOTICE_JOINED)->joined.stage, STAGE_WAITING);
    bench_close(&b);
}

TEST(revoking_an_invite_shows_its_person_out)
{
    struct bench b;
    struct request revoked = {.kind = REQUEST_REVOKED};

    open_with(&b, "Anna", "Bert");
    page_doctor(&b, DOCTOR);
    const uint32_t anna = page_admitted(&b, 2, "Anna");
    memcpy(revoked.revoked.meetup, b.meetup.id, ID_SIZE);
    memcpy(revoked.revoked.invite, "invite-Anna", 12);
    bench_send(&b, &revoked);
    CHECK(told_out(&b, 2, OUT_REVOKED));
    CHECK_EQ(told(&b, DOCTOR, NOTICE_MEMBER_LEFT)->member_left, anna);
    bench_close(&b);
}

TEST(seats_names_order_and_mutes_survive_a_restart)
{
    struct bench b;

    open_with(&b, "Anna", "Bert");
    bench_invite(&b, "Carl");
    page_doctor(&b, DOCTOR);
    const uint32_t anna = page_admitted(&b, 2, "Anna");
    page_asks(&b, DOCTOR, REQUEST_MUTE, anna);
    page_patient(&b, 3, "Bert", "bert-phone");
    b.wall_ms += 1000;
    page_patient(&b, 4, "Carl", "carl-phone");
    bench_restart(&b);

    page_patient(&b, 14, "Carl", "carl-phone");
    page_patient(&b, 13, "Bert", "bert-phone");
    CHECK_EQ(told(&b, 13, NOTICE_WAITING_PLACE)->waiting_place.place, 1);
    CHECK_EQ(told(&b, 14, NOTICE_WAITING_PLACE)->waiting_place.place, 2);
    CHECK(!told(&b, 14, NOTICE_WAITING_PLACE)->waiting_place.host_present);
    page_named(&b, 12, "Anna", "Anna-phone", "Bert"); // coming back keeps the name
    CHECK_EQ(told(&b, 12, NOTICE_JOINED)->joined.stage, STAGE_IN);
    CHECK_STR(told(&b, 12, NOTICE_JOINED)->joined.room_name, "Anna");
    CHECK_EQ(commanded(&b, SFU_MUTE)->source.kind, SOURCE_MICROPHONE);
    CHECK(told(&b, 12, NOTICE_MEMBERS)->members.views->muted);
    page_doctor(&b, DOCTOR);
    CHECK_EQ(told(&b, DOCTOR, NOTICE_WAITING)->waiting.count, 2);
    CHECK_STR(told(&b, DOCTOR, NOTICE_WAITING)->waiting.views->room_name, "Bert");
    CHECK(told(&b, 13, NOTICE_WAITING_PLACE)->waiting_place.host_present);
    bench_close(&b);
}

TEST(leaving_the_waiting_room_gives_the_place_up)
{
    struct bench b;

    open_with(&b, "Anna", "Bert");
    page_patient(&b, 2, "Anna", "anna-phone");
    b.wall_ms += 10;
    page_patient(&b, 3, "Bert", "bert-phone");
    CHECK_EQ(told(&b, 3, NOTICE_WAITING_PLACE)->waiting_place.place, 2);
    page_asks(&b, 2, REQUEST_LEAVE, 0);
    CHECK(told_out(&b, 2, OUT_LEFT));
    CHECK_EQ(told(&b, 3, NOTICE_WAITING_PLACE)->waiting_place.place, 1);
    b.wall_ms += 10;
    page_patient(&b, 4, "Anna", "anna-phone");
    CHECK_EQ(told(&b, 4, NOTICE_WAITING_PLACE)->waiting_place.place, 2);
    bench_close(&b);
}

TEST(names_are_unique_in_the_room_and_not_the_doctors)
{
    static const char *const bad[] = {"Vera Holm", "dr vera holm", "V\xc3\xa8ra  H\xd0\xbelm",
                                      "...", ""};
    struct bench b;

    open_with(&b, "Anna", "Bert");
    page_patient(&b, 2, "Anna", "anna-phone");
    page_named(&b, 3, "Bert", "bert-phone", "\xd0\x90nna"); // a Cyrillic A
    CHECK(refused(&b, 3, REFUSAL_NAME_TAKEN));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        page_named(&b, 3, "Bert", "bert-phone", bad[i]);
        CHECK(refused(&b, 3, REFUSAL_NAME_REFUSED));
    }
    page_named(&b, 3, "Bert", "bert-phone", "Bert");
    CHECK(told(&b, 3, NOTICE_JOINED));
    bench_close(&b);
}

TEST(a_join_that_is_gone_before_the_store_answers_is_dropped)
{
    struct bench b;

    open_with(&b, "Anna", "Bert");
    b.store_sleeps = true;
    page_patient(&b, 2, "Anna", "anna-phone");
    CHECK_EQ(b.effects.count, 1);
    page_asks(&b, 2, REQUEST_JOIN, 0); // one at a time
    CHECK(refused(&b, 2, REFUSAL_STATE));
    page_gone(&b, 2);
    bench_answer(&b, 2);
    CHECK_EQ(b.effects.count, 0);
    CHECK(!saved(&b, "Anna"));
    bench_close(&b);
}

TEST(an_answer_of_the_store_from_before_an_end_is_asked_again)
{
    struct bench b;

    open_with(&b, "Anna", "Bert");
    page_doctor(&b, DOCTOR);
    b.store_sleeps = true;
    page_patient(&b, 2, "Anna", "anna-phone");
    const struct meetup_record before = b.meetup;
    page_asks(&b, DOCTOR, REQUEST_END, 0);
    CHECK_EQ(b.meetup.state, MEETUP_ENDED);
    struct request late = {.kind = REQUEST_ENTERED, .conversation = 2};
    late.entered.meetup = before;
    late.entered.invite = b.invites[0];
    b.store_sleeps = false;
    bench_send(&b, &late);
    CHECK(refused(&b, 2, REFUSAL_ENDED));
    bench_close(&b);
}

TEST(the_end_shows_everybody_out_and_closes_the_router)
{
    struct bench b;

    open_with(&b, "Anna", "Bert");
    page_doctor(&b, DOCTOR);
    (void)page_admitted(&b, 2, "Anna");
    page_patient(&b, 3, "Bert", "bert-phone");
    page_asks(&b, DOCTOR, REQUEST_END, 0);
    for (uint64_t conversation = 1; conversation <= 3; conversation++)
        CHECK(told_out(&b, conversation, OUT_ENDED));
    CHECK_EQ(commanded_times(&b, SFU_CLOSE_ROUTER), 1);
    CHECK_EQ(directory_deadline(b.directory), USEC_NEVER);
    page_asks(&b, 2, REQUEST_CHAT, 0);
    CHECK(refused(&b, 2, REFUSAL_STATE));
    bench_close(&b);
}

TEST(a_change_by_the_doctor_ends_or_renames)
{
    struct bench b;
    struct request changed = {.kind = REQUEST_CHANGED};

    open_with(&b, "Anna", "Bert");
    page_doctor(&b, DOCTOR);
    changed.changed = b.meetup;
    memcpy(changed.changed.doctor_name, "Dr. Ada Lind", 13);
    bench_send(&b, &changed);
    CHECK_STR(told(&b, DOCTOR, NOTICE_MEMBER)->members.views->room_name, "Dr. Ada Lind");
    changed.changed.state = MEETUP_ENDED;
    bench_send(&b, &changed);
    CHECK(told_out(&b, DOCTOR, OUT_ENDED));
    bench_close(&b);
}

TEST(a_meetup_takes_no_more_people_than_it_may)
{
    static const char *const names[] = {"Anna", "Bert", "Cora", "Dirk",  "Ella", "Fred",
                                        "Gerd", "Hugo", "Jana", "Klaus", "Mara", "Nora"};
    struct bench b;

    _Static_assert(ARRAY_LEN(names) == BENCH_MEMBERS, "with the doctor one too many");
    bench_open(&b);
    page_doctor(&b, DOCTOR);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        bench_invite(&b, names[i]);
        page_patient(&b, 2 + i, names[i], names[i]);
        CHECK_EQ(refused(&b, 2 + i, REFUSAL_TOO_MANY), i + 1 == BENCH_MEMBERS);
    }
    page_asks(&b, 2, REQUEST_LEAVE, 0);
    page_patient(&b, BENCH_MEMBERS + 2, "Nora", "Nora");
    CHECK(!refused(&b, BENCH_MEMBERS + 2, REFUSAL_TOO_MANY)); // there is room again
    bench_close(&b);
}
