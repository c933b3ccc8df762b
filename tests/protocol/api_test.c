// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/api_test.c - HTTP calls in JSON: what is understood, what is not, what is answered.
#include "protocol/api.h"

#include "base/mem.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>

#define AN_ID "AAAAAAAAAAAAAAAAAAAAAA"

static enum api_verdict decode(struct call *call, enum api_method method, const char *path,
                               const char *body)
{
    *call = (struct call){.id = 7};
    return api_decode(call, method, bytes_of_string(path), bytes_of_string(body));
}

TEST(a_call_is_read_into_its_fields)
{
    struct call call;

    CHECK_EQ(decode(&call, API_POST, "/api/meetups/" AN_ID "/invites",
                    "{\"rosterName\": \"  Anna\\t Larsen \", \"expiresAt\": 1800000000}"),
             API_OK);
    CHECK_EQ(call.kind, CALL_MAKE_INVITE);
    CHECK_EQ(call.id, 7);
    CHECK_STR(call.subject, AN_ID);
    CHECK_STR(call.name, "Anna Larsen");
    CHECK_EQ(call.at, 1800000000);
}

TEST(passwords_are_taken_as_they_are)
{
    struct call call;

    CHECK_EQ(decode(&call, API_POST, "/api/sign-in",
                    "{\"email\":\"a@b.c\",\"password\":\" two  spaces \"}"),
             API_OK);
    CHECK_STR(call.password, " two  spaces ");
}

TEST(anything_else_is_invalid)
{
    static const char *const bodies[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"email\":\"a@b.c\"}",
        "{\"email\":\"a@b.c\",\"password\":\"x\",\"role\":\"doctor\"}",
        "{\"email\":\"a@b.c\",\"password\":\"x\",\"password\":\"y\"}",
        "{\"email\":1,\"password\":\"x\"}",
        "{\"email\":\"a@b.c\",\"password\":null}",
        "{\"email\":\"a@b.c\",\"password\":\"x\"} trailing",
        "{\"email\":\"a@b.c\",\"password\":\"\\u0000\"}",
        "{\"email\":\"a@b.c\",\"password\":\"\xff\"}",
        "{\"email\":\"a@b.c\",\"password\":\"x\"",
    };
    struct call call;

    for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
        CHECK_EQ(decode(&call, API_POST, "/api/sign-in", bodies[i]), API_INVALID);
    CHECK_EQ(decode(&call, API_POST, "/api/meetups",
                    "{\"title\":\"t\",\"startsAt\":-1,\"minutes\":60,\"welcome\":\"\"}"),
             API_INVALID);
    CHECK_EQ(decode(&call, API_POST, "/api/meetups",
                    "{\"title\":\"t\",\"startsAt\":1.5,\"minutes\":60,\"welcome\":\"\"}"),
             API_INVALID);
    CHECK_EQ(decode(&call, API_POST, "/api/meetups",
                    "{\"title\":\"t\",\"startsAt\":5,\"minutes\":1441,\"welcome\":\"\"}"),
             API_INVALID);
}

TEST(texts_are_measured_in_code_points)
{
    char name[200];
    char body[400];
    struct call call;

    for (int i = 0; i < 60; i++)
        memcpy(name + 2 * i, "\xc3\xa9", 3);
    (void)snprintf(body, sizeof body, "{\"rosterName\": \"%s\", \"expiresAt\": 0}", name);
    CHECK_EQ(decode(&call, API_POST, "/api/meetups/" AN_ID "/invites", body), API_OK);
    (void)snprintf(body, sizeof body, "{\"rosterName\": \"%sx\", \"expiresAt\": 0}", name);
    CHECK_EQ(decode(&call, API_POST, "/api/meetups/" AN_ID "/invites", body), API_INVALID);
}

TEST(unknown_paths_and_wrong_methods_are_told_apart)
{
    struct call call;

    CHECK_EQ(decode(&call, API_GET, "/api/me", ""), API_OK);
    CHECK_EQ(decode(&call, API_POST, "/api/me", "{}"), API_WRONG_METHOD);
    CHECK_EQ(decode(&call, API_GET, "/api/sign-in", ""), API_WRONG_METHOD);
    CHECK_EQ(decode(&call, API_GET, "/api/", ""), API_NO_SUCH_CALL);
    CHECK_EQ(decode(&call, API_GET, "/api/me/", ""), API_NO_SUCH_CALL);
    CHECK_EQ(decode(&call, API_GET, "/api/meetups/short", ""), API_NO_SUCH_CALL);
    CHECK_EQ(decode(&call, API_GET, "/api/meetups/" AN_ID "A", ""), API_NO_SUCH_CALL);
    CHECK_EQ(decode(&call, API_GET, "/api/meetups/AAAAAAAAAAAAAAAAAAAA/A", ""), API_NO_SUCH_CALL);
}

TEST(a_made_invite_is_answered_with_its_link)
{
    struct reply reply = {.kind = CALL_MAKE_INVITE, .now = 10, .invite.invite.expires_at = 20};

    (void)snprintf(reply.token, sizeof reply.token, AN_ID);
    (void)snprintf(reply.invite.invite.roster_name, NAME_SIZE, "Anna \"A\" Larsen");
    char *text = api_encode(&reply, "https://clinic.example:8443", "1.0", 0, NULL, NULL);
    CHECK(text);
    CHECK(strstr(text, "\"link\":\"https://clinic.example:8443/join#" AN_ID "\""));
    CHECK(strstr(text, "Anna \\\"A\\\" Larsen"));
    CHECK(strstr(text, "\"state\":\"new\""));
    mem_free(text);
}

TEST(an_entry_never_carries_the_roster_name)
{
    struct reply reply = {.kind = CALL_REDEEM, .seat = SEAT_YOURS};

    (void)snprintf(reply.invite.invite.roster_name, NAME_SIZE, "Roster-Marker");
    (void)snprintf(reply.invite.seat.roster_name, NAME_SIZE, "Roster-Marker");
    (void)snprintf(reply.invite.seat.room_name, NAME_SIZE, "Annie");
    char *text = api_encode(&reply, "https://clinic.example", "1.0", 0, NULL, NULL);
    CHECK(text);
    CHECK(strstr(text, "\"roomName\":\"Annie\""));
    CHECK(strstr(text, "\"seat\":\"yours\""));
    CHECK(!strstr(text, "Roster-Marker"));
    mem_free(text);
}

TEST(a_refusal_has_a_code_and_a_sentence)
{
    struct reply reply = {.kind = CALL_REDEEM, .refused = true, .refusal = REFUSAL_EXPIRED};

    char *text = api_encode(&reply, "", "", 0, NULL, NULL);
    CHECK(text);
    CHECK(strstr(text, "{\"error\":{\"code\":\"expired\",\"text\":\""));
    mem_free(text);
}
