// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/accounts_test.c - the first doctor, signing in and out.
#include "practice/attempts.h"
#include "practice/password_rules.h"
#include "practice/practice.h"
#include "support/check.h"
#include "support/clinic.h"

#include <stdio.h>
#include <string.h>

static struct call sign_in(const char *email, const char *password)
{
    struct call call = clinic_blank(CALL_SIGN_IN);

    (void)snprintf(call.email, sizeof call.email, "%s", email);
    (void)snprintf(call.password, sizeof call.password, "%s", password);
    return call;
}

TEST(the_one_time_link_makes_one_doctor)
{
    struct clinic clinic;
    struct browser browser = {0};
    struct call call = clinic_blank(CALL_SETUP);

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &browser);
    CHECK(browser.doctor[0]);
    struct call me = clinic_blank(CALL_ME);
    const struct reply *reply = clinic_call(&clinic, &browser, &me);
    CHECK(reply->signed_in);
    CHECK(!reply->setup_needed);
    CHECK_STR(reply->doctor.name, "Dr. Ruth Okafor");
    CHECK_STR(reply->doctor.password_hash, "");

    (void)snprintf(call.token, sizeof call.token, "AAAAAAAAAAAAAAAAAAAAAA");
    (void)snprintf(call.name, sizeof call.name, "Second");
    (void)snprintf(call.email, sizeof call.email, "second@clinic.example");
    (void)snprintf(call.password, sizeof call.password, CLINIC_PASSWORD);
    reply = clinic_call(&clinic, &browser, &call);
    CHECK(reply->refused);
    CHECK_EQ(reply->refusal, REFUSAL_CONFLICT);
    clinic_close(&clinic);
}

TEST(a_wrong_setup_link_and_a_weak_password_make_none)
{
    struct clinic clinic;
    struct browser browser = {0};
    struct call call = clinic_blank(CALL_SETUP);

    clinic_open(&clinic);
    practice_offer_setup(clinic.practice, "AAAAAAAAAAAAAAAAAAAAAA");
    (void)snprintf(call.token, sizeof call.token, "AAAAAAAAAAAAAAAAAAAAAQ");
    (void)snprintf(call.name, sizeof call.name, "Dr. Ruth Okafor");
    (void)snprintf(call.email, sizeof call.email, "ruth@clinic.example");
    (void)snprintf(call.password, sizeof call.password, CLINIC_PASSWORD);
    CHECK_EQ(clinic_call(&clinic, &browser, &call)->refusal, REFUSAL_NOT_FOUND);
    (void)snprintf(call.token, sizeof call.token, "AAAAAAAAAAAAAAAAAAAAAA");
    (void)snprintf(call.password, sizeof call.password, "123456789012");
    CHECK_EQ(clinic_call(&clinic, &browser, &call)->refusal, REFUSAL_WEAK_PASSWORD);
    CHECK(!browser.doctor[0]);
    clinic_close(&clinic);
}

TEST(signing_in_needs_the_right_password_and_survives_a_restart)
{
    struct clinic clinic;
    struct browser first = {0};
    struct browser second = {0};
    struct browser stranger = {0};

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &first);
    struct call wrong = sign_in("ruth@clinic.example", "harbour lantern eight");
    CHECK_EQ(clinic_call(&clinic, &stranger, &wrong)->refusal, REFUSAL_SIGN_IN);
    struct call unknown = sign_in("nobody@clinic.example", CLINIC_PASSWORD);
    CHECK_EQ(clinic_call(&clinic, &stranger, &unknown)->refusal, REFUSAL_SIGN_IN);
    CHECK(!stranger.doctor[0]);

    struct call right = sign_in("Ruth@Clinic.Example", CLINIC_PASSWORD);
    CHECK(!clinic_call(&clinic, &second, &right)->refused);
    CHECK(strcmp(first.doctor, second.doctor) != 0);

    clinic_restart(&clinic);
    struct call me = clinic_blank(CALL_ME);
    CHECK(clinic_call(&clinic, &second, &me)->signed_in);
    clinic.wall += 13 * 3600;
    CHECK(!clinic_call(&clinic, &second, &me)->signed_in);
    clinic_close(&clinic);
}

TEST(signing_out_ends_this_sign_in_only)
{
    struct clinic clinic;
    struct browser first = {0};
    struct browser second = {0};
    struct browser stolen;

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &first);
    struct call in = sign_in("ruth@clinic.example", CLINIC_PASSWORD);
    CHECK(!clinic_call(&clinic, &second, &in)->refused);
    stolen = first;
    struct call out = clinic_blank(CALL_SIGN_OUT);
    CHECK(!clinic_call(&clinic, &first, &out)->refused);
    CHECK_EQ(clinic.signed_out, 1);
    CHECK_STR(first.doctor, "");
    struct call me = clinic_blank(CALL_ME);
    CHECK(!clinic_call(&clinic, &stolen, &me)->signed_in);
    CHECK(clinic_call(&clinic, &second, &me)->signed_in);
    clinic_close(&clinic);
}

static int guesses_refused(struct clinic *clinic, int count, bool many_addresses,
                           bool many_accounts)
{
    int refused = 0;

    for (int i = 0; i < count; i++) {
        struct browser guesser = {0};
        char email[EMAIL_SIZE];

        (void)snprintf(email, sizeof email, "%d@clinic.example", i);
        struct call guess =
            sign_in(many_accounts ? email : "ruth@clinic.example", "a wrong password");
        guess.from =
            address_v4(198, 51, 100, many_addresses ? (uint8_t)i : 1, (uint16_t)(1000 + i));
        refused += clinic_call(clinic, &guesser, &guess)->refusal == REFUSAL_TOO_MANY;
    }
    return refused;
}

TEST(guessing_is_slowed_down_for_one_account_from_many_addresses)
{
    struct clinic clinic;
    struct browser browser = {0};

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &browser);
    CHECK_EQ(guesses_refused(&clinic, 34, true, false), 4);
    clinic.now += SEC(60);
    struct call right = sign_in("ruth@clinic.example", CLINIC_PASSWORD);
    CHECK(!clinic_call(&clinic, &browser, &right)->refused);
    clinic_close(&clinic);
}

// Each guess comes over a connection of its own, from another port.
TEST(guessing_is_slowed_down_for_one_address_at_many_accounts)
{
    struct clinic clinic;
    struct browser browser = {0};

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &browser);
    CHECK_EQ(guesses_refused(&clinic, 25, false, true), 5);
    clinic_close(&clinic);
}

TEST(a_trusted_address_signs_in_often_but_no_account_is_guessed_at)
{
    struct clinic clinic;
    struct browser browser = {0};
    int refused = 0;

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &browser);
    for (int i = 0; i < 50; i++) {
        char email[EMAIL_SIZE];

        (void)snprintf(email, sizeof email, "%d@clinic.example", i);
        struct call call = sign_in(email, "a wrong password");
        call.unlimited = true;
        refused += clinic_call(&clinic, &browser, &call)->refusal == REFUSAL_TOO_MANY;
    }
    CHECK_EQ(refused, 0);
    for (int i = 0; i < 34; i++) {
        struct call call = sign_in("ruth@clinic.example", "a wrong password");

        call.unlimited = true;
        refused += clinic_call(&clinic, &browser, &call)->refusal == REFUSAL_TOO_MANY;
    }
    CHECK_EQ(refused, 4); // the bound of the account
    clinic_close(&clinic);
}

TEST(one_address_cannot_lock_a_doctor_out)
{
    struct clinic clinic;
    struct browser browser = {0};

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &browser);
    for (int i = 0; i < 10; i++, clinic.now += SEC(60))
        CHECK(guesses_refused(&clinic, 40, false, false) > 0);
    (void)guesses_refused(&clinic, 40, false, false);
    struct call right = sign_in("ruth@clinic.example", CLINIC_PASSWORD);
    CHECK(!clinic_call(&clinic, &browser, &right)->refused);
    clinic_close(&clinic);
}

TEST(addresses_are_told_apart_as_people_have_them)
{
    const struct address a = address_v4(192, 0, 2, 1, 1000), b = address_v4(192, 0, 2, 1, 1001),
                         c = address_v4(192, 0, 2, 2, 1000);
    struct address here, near, far;

    CHECK(address_from_text(&here, "2001:db8:1:2::1"));
    CHECK(address_from_text(&near, "2001:db8:1:2:3::4"));
    CHECK(address_from_text(&far, "2001:db8:1:3::1"));
    CHECK(attempts_key(&a) == attempts_key(&b));
    CHECK(attempts_key(&a) != attempts_key(&c));
    CHECK(attempts_key(&here) == attempts_key(&near));
    CHECK(attempts_key(&here) != attempts_key(&far));
}

TEST(forged_cookies_are_nobodys)
{
    struct clinic clinic;
    struct browser doctor = {0};
    struct browser patient = {0};
    struct identity identity;
    char meetup[ID_SIZE], invite[ID_SIZE], token[ID_SIZE];

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &doctor);
    clinic_make_meetup(&clinic, &doctor, meetup);
    clinic_make_invite(&clinic, &doctor, meetup, "Anna Larsen", invite, token);
    CHECK(!clinic_redeem(&clinic, &patient, token)->refused);
    CHECK(practice_identify(clinic.practice, clinic.wall, NULL, patient.device, &identity));
    for (size_t i = 0; patient.device[i]; i++) {
        struct browser forged = patient;
        forged.device[i] = forged.device[i] == 'A' ? 'B' : 'A';
        CHECK(!practice_identify(clinic.practice, clinic.wall, NULL, forged.device, &identity));
    }
    CHECK(
        !practice_identify(clinic.practice, clinic.wall, "AAAAAAAAAAAAAAAAAAAAAA", "", &identity));
    CHECK(!practice_identify(clinic.practice, clinic.wall, NULL, NULL, &identity));
    clinic_close(&clinic);
}

TEST(weak_passwords_are_told_from_good_ones)
{
    static const char *const weak[] = {"",
                                       "short",
                                       "elevenchars",
                                       "aaaaaaaaaaaaaaaa",
                                       "abababababab",
                                       "123456789012345",
                                       "abcdefghijklmn",
                                       "Password1234567",
                                       "ruthokafor12",
                                       "ruth@clinic.example"};
    static const char *const good[] = {"harbour lantern seven", "Tr0ub4dor&3-and-more",
                                       "\xc3\xa9l\xc3\xa9phant bleu \xc3\xa0 midi", "x9!kfQ2mz.Lw"};

    for (size_t i = 0; i < ARRAY_LEN(weak); i++)
        CHECK(password_is_weak(weak[i], "Ruth Okafor", "ruth@clinic.example"));
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        CHECK(!password_is_weak(good[i], "Ruth Okafor", "ruth@clinic.example"));
}
