// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/moderation_test.c - mute, unmute, remove: what hosts may do and what not.
#include "meetup/bench.h"
#include "support/check.h"

#include <string.h>

static uint32_t open_room(struct bench *b, uint32_t *doctor)
{
    bench_open(b);
    bench_invite(b, "Anna");
    bench_invite(b, "Bert");
    page_doctor(b, DOCTOR);
    *doctor = told(b, DOCTOR, NOTICE_JOINED)->joined.member;
    return page_admitted(b, 2, "Anna");
}

TEST(a_mute_is_enforced_by_the_media_thread_and_ended_by_the_person)
{
    struct bench b;
    uint32_t doctor;
    const uint32_t anna = open_room(&b, &doctor);

    page_asks(&b, DOCTOR, REQUEST_MUTE, anna);
    CHECK_EQ(commanded(&b, SFU_MUTE)->source.kind, SOURCE_MICROPHONE);
    CHECK(commanded(&b, SFU_MUTE)->source.on);
    CHECK(told(&b, 2, NOTICE_MEMBER)->members.views->muted);
    CHECK(saved(&b, "Anna")->muted);
    page_asks(&b, DOCTOR, REQUEST_MUTE, anna);
    CHECK_EQ(b.effects.count, 0);
    page_patient(&b, 3, "Anna", "Anna-phone"); // a reload does not end it
    CHECK(commanded(&b, SFU_MUTE)->source.on);
    page_asks(&b, 3, REQUEST_UNMUTE, 0);
    CHECK(!commanded(&b, SFU_MUTE)->source.on);
    CHECK(!told(&b, DOCTOR, NOTICE_MEMBER)->members.views->muted);
    CHECK(!saved(&b, "Anna")->muted);
    page_asks(&b, 3, REQUEST_UNMUTE, 0);
    CHECK_EQ(b.effects.count, 0);
    bench_close(&b);
}

TEST(a_mute_moves_with_the_seat_to_another_device)
{
    struct bench b;
    uint32_t doctor;
    const uint32_t anna = open_room(&b, &doctor);

    page_patient(&b, 3, "Anna", "anna-desk"); // connects while nobody is muted, and waits
    const uint32_t desk = told(&b, 3, NOTICE_JOINED)->joined.member;
    page_asks(&b, DOCTOR, REQUEST_MUTE, anna);
    page_asks(&b, DOCTOR, REQUEST_ADMIT, desk);
    CHECK(told_out(&b, 2, OUT_MOVED));
    CHECK(commanded(&b, SFU_MUTE) && commanded(&b, SFU_MUTE)->source.on);
    CHECK(told(&b, 3, NOTICE_MEMBERS));
    bench_close(&b);
}

TEST(muting_all_leaves_hosts_alone)
{
    struct bench b;
    uint32_t doctor;

    (void)open_room(&b, &doctor);
    (void)page_admitted(&b, 3, "Bert");
    page_asks(&b, DOCTOR, REQUEST_MUTE, ALL_MEMBERS);
    CHECK_EQ(commanded_times(&b, SFU_MUTE), 2);
    page_asks(&b, DOCTOR, REQUEST_MUTE, doctor);
    CHECK(refused(&b, DOCTOR, REFUSAL_DENIED));
    bench_close(&b);
}

TEST(a_host_cannot_be_removed_and_who_waits_can)
{
    struct bench b;
    uint32_t doctor;

    (void)open_room(&b, &doctor);
    page_asks(&b, DOCTOR, REQUEST_REMOVE, doctor);
    CHECK(refused(&b, DOCTOR, REFUSAL_DENIED));
    page_patient(&b, 3, "Bert", "bert-phone");
    const uint32_t bert = told(&b, 3, NOTICE_JOINED)->joined.member;
    page_asks(&b, DOCTOR, REQUEST_MUTE, bert);
    CHECK(refused(&b, DOCTOR, REFUSAL_STATE));
    page_asks(&b, DOCTOR, REQUEST_REMOVE, bert);
    CHECK(told_out(&b, 3, OUT_REMOVED));
    CHECK_EQ(commanded_times(&b, SFU_CLOSE_TRANSPORT), 1);
    CHECK_EQ(saved(&b, "Bert")->stage, SEAT_REMOVED);
    CHECK_EQ(told(&b, DOCTOR, NOTICE_WAITING)->waiting.count, 0);
    CHECK(!told(&b, 2, NOTICE_MEMBER_LEFT)); // nobody else knew of him
    bench_close(&b);
}

TEST(what_the_others_get_has_no_roster_name)
{
    struct bench b;
    uint32_t doctor;

    (void)open_room(&b, &doctor);
    (void)page_admitted(&b, 3, "Bert");
    CHECK_STR(told(&b, DOCTOR, NOTICE_MEMBER)->members.views->roster_name, "Roster Bert");
    CHECK_STR(told(&b, 2, NOTICE_MEMBER)->members.views->roster_name, "");
    const struct notice *members = told(&b, 3, NOTICE_MEMBERS);
    for (size_t i = 0; i < members->members.count; i++)
        CHECK_STR(members->members.views[i].roster_name, "");
    bench_close(&b);
}
