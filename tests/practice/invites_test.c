// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/invites_test.c - personal links: who may open which, and when no more.
#include "crypto/hash.h"
#include "support/check.h"
#include "support/clinic.h"

#include <stdio.h>
#include <string.h>

struct scene {
    struct clinic clinic;
    struct browser doctor;
    char meetup[ID_SIZE];
    char invite[ID_SIZE];
    char token[ID_SIZE];
};

static void set(struct scene *scene)
{
    memset(&scene->doctor, 0, sizeof scene->doctor);
    clinic_open(&scene->clinic);
    clinic_first_doctor(&scene->clinic, &scene->doctor);
    clinic_make_meetup(&scene->clinic, &scene->doctor, scene->meetup);
    clinic_make_invite(&scene->clinic, &scene->doctor, scene->meetup, "Anna Larsen", scene->invite,
                       scene->token);
}

static struct call on(enum call_kind kind, const char *subject)
{
    struct call call = clinic_blank(kind);

    (void)snprintf(call.subject, sizeof call.subject, "%s", subject);
    return call;
}

// The seat as the live meetup saves it.
static void take_seat(struct scene *scene, const struct browser *browser, enum seat_stage stage)
{
    struct identity identity;
    struct result result;
    struct query query = {.kind = QUERY_SAVE_SEAT};

    CHECK(practice_identify(scene->clinic.practice, scene->clinic.wall, NULL, browser->device,
                            &identity));
    (void)snprintf(query.seat.invite, ID_SIZE, "%s", scene->invite);
    (void)snprintf(query.seat.meetup, ID_SIZE, "%s", scene->meetup);
    (void)snprintf(query.seat.device, ID_SIZE, "%s", identity.device);
    (void)snprintf(query.seat.room_name, NAME_SIZE, "Annie");
    query.seat.stage = stage;
    clinic_ask(&scene->clinic, &query, &result);
    CHECK_EQ(result.err, ERR_OK);
    result_fini(&result);
}

TEST(a_link_opens_without_being_used_up)
{
    struct scene scene;
    struct browser robot = {0};
    struct browser anna = {0};

    set(&scene);
    CHECK(!clinic_redeem(&scene.clinic, &robot, scene.token)->refused);
    const struct reply *reply = clinic_redeem(&scene.clinic, &anna, scene.token);
    CHECK(!reply->refused);
    CHECK_EQ(reply->seat, SEAT_FREE);
    CHECK_STR(reply->meetup.meetup.title, "Knee replacement, spring");
    CHECK_STR(reply->invite.invite.id, scene.invite);
    CHECK(strcmp(robot.device, anna.device) != 0);
    const char *device = anna.device;
    CHECK_EQ(strlen(device), 43);
    CHECK(!clinic_redeem(&scene.clinic, &anna, scene.token)->set_device_cookie);
    clinic_close(&scene.clinic);
}

TEST(an_invite_id_alone_opens_nothing)
{
    struct scene scene;
    struct browser anna = {0};
    struct browser stranger = {0};
    char other_invite[ID_SIZE], other_token[ID_SIZE];

    set(&scene);
    CHECK(!clinic_redeem(&scene.clinic, &anna, scene.token)->refused);
    struct call open = on(CALL_OPEN_INVITE, scene.invite);
    CHECK(!clinic_call(&scene.clinic, &anna, &open)->refused);
    CHECK_EQ(clinic_call(&scene.clinic, &stranger, &open)->refusal, REFUSAL_NOT_FOUND);
    clinic_make_invite(&scene.clinic, &scene.doctor, scene.meetup, "Bo Berg", other_invite,
                       other_token);
    CHECK(!clinic_redeem(&scene.clinic, &stranger, other_token)->refused);
    CHECK_EQ(clinic_call(&scene.clinic, &stranger, &open)->refusal, REFUSAL_NOT_FOUND);
    clinic_close(&scene.clinic);
}

TEST(wrong_expired_and_revoked_links_are_three_things)
{
    struct scene scene;
    struct browser anna = {0};

    set(&scene);
    CHECK_EQ(clinic_redeem(&scene.clinic, &anna, "AAAAAAAAAAAAAAAAAAAAAA")->refusal,
             REFUSAL_NOT_FOUND);
    CHECK_EQ(clinic_redeem(&scene.clinic, &anna, "not a token")->refusal, REFUSAL_NOT_FOUND);
    // an hour ahead, an hour long, and two days
    scene.clinic.wall = CLINIC_WALL + 2 * 3600 + 2 * 86400 - 1;
    CHECK(!clinic_redeem(&scene.clinic, &anna, scene.token)->refused);
    scene.clinic.wall++;
    CHECK_EQ(clinic_redeem(&scene.clinic, &anna, scene.token)->refusal, REFUSAL_EXPIRED);
    scene.clinic.wall = CLINIC_WALL;
    struct call revoke = on(CALL_REVOKE_INVITE, scene.invite);
    CHECK(!clinic_call(&scene.clinic, &scene.doctor, &revoke)->refused);
    CHECK_EQ(scene.clinic.told_revoked, 1);
    CHECK_EQ(clinic_redeem(&scene.clinic, &anna, scene.token)->refusal, REFUSAL_REVOKED);
    struct call open = on(CALL_OPEN_INVITE, scene.invite);
    CHECK_EQ(clinic_call(&scene.clinic, &anna, &open)->refusal, REFUSAL_REVOKED);
    clinic_close(&scene.clinic);
}

TEST(a_renewed_link_replaces_the_old_one_and_lets_a_removed_person_back)
{
    struct scene scene;
    struct browser anna = {0};
    char fresh[ID_SIZE];

    set(&scene);
    CHECK(!clinic_redeem(&scene.clinic, &anna, scene.token)->refused);
    take_seat(&scene, &anna, SEAT_REMOVED);
    CHECK_EQ(clinic_redeem(&scene.clinic, &anna, scene.token)->invite.seat.stage, SEAT_REMOVED);

    struct call renew = on(CALL_RENEW_INVITE, scene.invite);
    const struct reply *reply = clinic_call(&scene.clinic, &scene.doctor, &renew);
    CHECK(!reply->refused);
    (void)snprintf(fresh, sizeof fresh, "%s", reply->token);
    CHECK_EQ(clinic_redeem(&scene.clinic, &anna, scene.token)->refusal, REFUSAL_NOT_FOUND);
    struct call open = on(CALL_OPEN_INVITE, scene.invite);
    CHECK_EQ(clinic_call(&scene.clinic, &anna, &open)->refusal, REFUSAL_NOT_FOUND);
    reply = clinic_redeem(&scene.clinic, &anna, fresh);
    CHECK(!reply->refused);
    CHECK_EQ(reply->invite.seat.stage, SEAT_NONE);
    clinic_close(&scene.clinic);
}

TEST(the_room_name_comes_back_only_to_the_device_that_chose_it)
{
    struct scene scene;
    struct browser phone = {0};
    struct browser tablet = {0};

    set(&scene);
    CHECK(!clinic_redeem(&scene.clinic, &phone, scene.token)->refused);
    take_seat(&scene, &phone, SEAT_WAITING);
    const struct reply *reply = clinic_redeem(&scene.clinic, &phone, scene.token);
    CHECK_EQ(reply->seat, SEAT_YOURS);
    CHECK_STR(reply->invite.seat.room_name, "Annie");
    reply = clinic_redeem(&scene.clinic, &tablet, scene.token);
    CHECK_EQ(reply->seat, SEAT_ELSEWHERE);
    CHECK_STR(reply->invite.seat.room_name, "");
    clinic_close(&scene.clinic);
}

TEST(entering_needs_a_redeemed_link_or_the_own_meetup)
{
    struct scene scene;
    struct browser anna = {0};
    struct identity identity;
    struct result result;
    struct query query = {.kind = QUERY_ENTER};

    set(&scene);
    CHECK(!clinic_redeem(&scene.clinic, &anna, scene.token)->refused);
    take_seat(&scene, &anna, SEAT_WAITING);
    CHECK(
        practice_identify(scene.clinic.practice, scene.clinic.wall, NULL, anna.device, &identity));
    (void)snprintf(query.invite, ID_SIZE, "%s", scene.invite);
    (void)snprintf(query.device, ID_SIZE, "%s", identity.device);
    clinic_ask(&scene.clinic, &query, &result);
    CHECK_EQ(result.err, ERR_OK);
    CHECK_EQ(result.seat_count, 1);
    CHECK_STR(result.seats[0].roster_name, "Anna Larsen");
    CHECK_STR(result.seats[0].room_name, "Annie");
    result_fini(&result);

    query.device[0] = query.device[0] == 'A' ? 'B' : 'A';
    clinic_ask(&scene.clinic, &query, &result);
    CHECK_EQ(result.err, ERR_NOT_FOUND);
    result_fini(&result);

    query = (struct query){.kind = QUERY_ENTER, .as_doctor = true};
    (void)snprintf(query.meetup, ID_SIZE, "%s", scene.meetup);
    (void)snprintf(query.doctor, ID_SIZE, "AAAAAAAAAAAAAAAAAAAAAA");
    clinic_ask(&scene.clinic, &query, &result);
    CHECK_EQ(result.err, ERR_NOT_FOUND);
    result_fini(&result);
    clinic_close(&scene.clinic);
}

TEST(feedback_needs_attendance_and_becomes_a_follow_up_with_an_owner)
{
    struct scene scene;
    struct browser anna = {0};
    char follow_up[ID_SIZE];

    set(&scene);
    CHECK(!clinic_redeem(&scene.clinic, &anna, scene.token)->refused);
    struct call give = on(CALL_GIVE_FEEDBACK, scene.invite);
    give.rating = 4;
    (void)snprintf(give.words, sizeof give.words, "My knee clicks when I climb stairs.");
    CHECK_EQ(clinic_call(&scene.clinic, &anna, &give)->refusal, REFUSAL_NOT_FOUND);
    take_seat(&scene, &anna, SEAT_WAITING);
    CHECK_EQ(clinic_call(&scene.clinic, &anna, &give)->refusal, REFUSAL_DENIED);
    take_seat(&scene, &anna, SEAT_ADMITTED);
    CHECK(!clinic_call(&scene.clinic, &anna, &give)->refused);
    give.rating = 5;
    CHECK(!clinic_call(&scene.clinic, &anna, &give)->refused);

    struct call look = on(CALL_MEETUP, scene.meetup);
    const struct reply *reply = clinic_call(&scene.clinic, &scene.doctor, &look);
    CHECK_EQ(reply->feedback_count, 1);
    CHECK_EQ(reply->feedback[0].rating, 5);
    CHECK_STR(reply->feedback[0].room_name, "Annie");
    struct call make = on(CALL_MAKE_FOLLOW_UP, reply->feedback[0].id);
    (void)snprintf(make.name, sizeof make.name, "Nurse on duty");
    (void)snprintf(make.title, sizeof make.title, "Clicking knee");
    make.at = scene.clinic.wall + 86400;
    reply = clinic_call(&scene.clinic, &scene.doctor, &make);
    CHECK(!reply->refused);
    (void)snprintf(follow_up, sizeof follow_up, "%s", reply->follow_up.id);
    CHECK_EQ(clinic_call(&scene.clinic, &scene.doctor, &make)->refusal, REFUSAL_CONFLICT);

    struct call close = on(CALL_CLOSE_FOLLOW_UP, follow_up);
    CHECK_EQ(clinic_call(&scene.clinic, &scene.doctor, &close)->refusal, REFUSAL_INVALID);
    (void)snprintf(close.words, sizeof close.words, "Seen, all is well.");
    reply = clinic_call(&scene.clinic, &scene.doctor, &close);
    CHECK(reply->follow_up.closed);
    CHECK_EQ(clinic_call(&scene.clinic, &scene.doctor, &close)->refusal, REFUSAL_STATE);
    reply = clinic_call(&scene.clinic, &scene.doctor, &look);
    CHECK_EQ(reply->meetup.open_follow_ups, 0);
    CHECK_EQ(reply->follow_up_count, 1);
    CHECK_STR(reply->feedback[0].follow_up, follow_up);
    clinic_close(&scene.clinic);
}

// Every call of a doctor about somebody else's meetup, invite, feedback or follow-up.
TEST(no_doctor_reaches_anothers_things)
{
    struct scene scene;
    struct browser anna = {0};
    struct browser other = {0};
    struct result result;
    char feedback[ID_SIZE], follow_up[ID_SIZE];

    set(&scene);
    struct query add = {.kind = QUERY_ADD_DOCTOR};
    (void)snprintf(add.doctor_record.id, ID_SIZE, "BBBBBBBBBBBBBBBBBBBBBA");
    (void)snprintf(add.doctor_record.name, NAME_SIZE, "Dr. Ivo Brandt");
    (void)snprintf(add.doctor_record.email, EMAIL_SIZE, "ivo@clinic.example");
    clinic_ask(&scene.clinic, &add, &result);
    CHECK_EQ(result.err, ERR_OK);
    result_fini(&result);
    struct query session = {.kind = QUERY_ADD_SESSION, .expires_at = scene.clinic.wall + 3600};
    (void)snprintf(session.doctor, ID_SIZE, "BBBBBBBBBBBBBBBBBBBBBA");
    (void)snprintf(other.doctor, sizeof other.doctor, "CCCCCCCCCCCCCCCCCCCCCA");
    hash_sha256(session.digest, bytes_of_string(other.doctor));
    clinic_ask(&scene.clinic, &session, &result);
    CHECK_EQ(result.err, ERR_OK);
    result_fini(&result);
    clinic_restart(&scene.clinic);

    CHECK(!clinic_redeem(&scene.clinic, &anna, scene.token)->refused);
    take_seat(&scene, &anna, SEAT_ADMITTED);
    struct call give = on(CALL_GIVE_FEEDBACK, scene.invite);
    give.rating = 3;
    CHECK(!clinic_call(&scene.clinic, &anna, &give)->refused);
    struct call look = on(CALL_MEETUP, scene.meetup);
    (void)snprintf(feedback, ID_SIZE, "%s",
                   clinic_call(&scene.clinic, &scene.doctor, &look)->feedback[0].id);
    struct call make = on(CALL_MAKE_FOLLOW_UP, feedback);
    (void)snprintf(make.name, sizeof make.name, "Owner");
    (void)snprintf(make.title, sizeof make.title, "Subject");
    (void)snprintf(make.words, sizeof make.words, "words");
    make.at = scene.clinic.wall + 86400;
    make.minutes = 30;
    (void)snprintf(follow_up, ID_SIZE, "%s",
                   clinic_call(&scene.clinic, &scene.doctor, &make)->follow_up.id);

    const struct {
        enum call_kind kind;
        const char *subject;
    } reaches[] = {{CALL_MEETUP, scene.meetup},        {CALL_EDIT_MEETUP, scene.meetup},
                   {CALL_END_MEETUP, scene.meetup},    {CALL_REOPEN_MEETUP, scene.meetup},
                   {CALL_MAKE_INVITE, scene.meetup},   {CALL_RENEW_INVITE, scene.invite},
                   {CALL_REVOKE_INVITE, scene.invite}, {CALL_MAKE_FOLLOW_UP, feedback},
                   {CALL_EDIT_FOLLOW_UP, follow_up},   {CALL_CLOSE_FOLLOW_UP, follow_up}};
    for (size_t i = 0; i < ARRAY_LEN(reaches); i++) {
        struct browser nobody = {0};
        struct call call = make;
        call.kind = reaches[i].kind;
        (void)snprintf(call.subject, sizeof call.subject, "%s", reaches[i].subject);
        CHECK_EQ(clinic_call(&scene.clinic, &other, &call)->refusal, REFUSAL_NOT_FOUND);
        CHECK_EQ(clinic_call(&scene.clinic, &nobody, &call)->refusal, REFUSAL_SIGN_IN);
        CHECK_EQ(clinic_call(&scene.clinic, &anna, &call)->refusal, REFUSAL_SIGN_IN);
    }
    struct call list = clinic_blank(CALL_MEETUPS);
    CHECK_EQ(clinic_call(&scene.clinic, &other, &list)->meetup_count, 0);
    CHECK_EQ(clinic_call(&scene.clinic, &scene.doctor, &list)->meetup_count, 1);
    clinic_close(&scene.clinic);
}

TEST(one_address_cannot_try_links_without_end)
{
    struct clinic clinic;
    int refused = 0;

    clinic_open(&clinic);
    for (int i = 0; i < 310; i++) {
        struct browser browser = {0};
        struct call call = clinic_blank(CALL_REDEEM);

        (void)snprintf(call.token, sizeof call.token, "AAAAAAAAAAAAAAAAAAAAAA");
        call.from = address_v4(198, 51, 100, 1, (uint16_t)(1000 + i));
        refused += clinic_call(&clinic, &browser, &call)->refusal == REFUSAL_TOO_MANY;
    }
    CHECK_EQ(refused, 10);
    clinic_close(&clinic);
}

TEST(links_that_are_good_are_not_counted_against_an_address)
{
    struct clinic clinic;
    struct browser doctor = {0}, patient = {0};
    char meetup[ID_SIZE], invite[ID_SIZE], token[ID_SIZE];

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &doctor);
    clinic_make_meetup(&clinic, &doctor, meetup);
    clinic_make_invite(&clinic, &doctor, meetup, "Anna Larsen", invite, token);
    for (int i = 0; i < 310; i++)
        CHECK(!clinic_redeem(&clinic, &patient, token)->refused);
    clinic_close(&clinic);
}

TEST(one_link_is_opened_on_a_bounded_number_of_devices)
{
    struct clinic clinic;
    struct browser doctor = {0}, first = {0};
    char meetup[ID_SIZE], invite[ID_SIZE], token[ID_SIZE];
    int refused = 0;

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &doctor);
    clinic_make_meetup(&clinic, &doctor, meetup);
    clinic_make_invite(&clinic, &doctor, meetup, "Anna Larsen", invite, token);
    CHECK(!clinic_redeem(&clinic, &first, token)->refused);
    for (int i = 0; i < 205; i++) {
        struct browser next = {0};

        refused += clinic_redeem(&clinic, &next, token)->refusal == REFUSAL_TOO_MANY;
    }
    CHECK_EQ(refused, 6);
    CHECK(!clinic_redeem(&clinic, &first, token)->refused); // who was among them stays
    clinic_close(&clinic);
}
