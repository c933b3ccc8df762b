// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/call.h - door: one HTTP call under /api/ and what it leads to, as plain data.
#ifndef GATEWAY_PRACTICE_CALL_H
#define GATEWAY_PRACTICE_CALL_H

#include "base/address.h"
#include "meetup/effect.h"
#include "meetup/request.h"
#include "store/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALL_RANDOM_SIZE 96
#define COOKIE_SIZE 64
#define PASSWORD_SIZE 1025

enum call_kind {
    CALL_ME,
    CALL_SETUP,
    CALL_SIGN_IN,
    CALL_SIGN_OUT,
    CALL_MEETUPS,
    CALL_MAKE_MEETUP,
    CALL_MEETUP,
    CALL_EDIT_MEETUP,
    CALL_END_MEETUP,
    CALL_REOPEN_MEETUP,
    CALL_MAKE_INVITE,
    CALL_RENEW_INVITE,
    CALL_REVOKE_INVITE,
    CALL_MAKE_FOLLOW_UP,
    CALL_EDIT_FOLLOW_UP,
    CALL_CLOSE_FOLLOW_UP,
    CALL_REDEEM,
    CALL_OPEN_INVITE,
    CALL_GIVE_FEEDBACK,
    CALL_KINDS
};

// One struct for all kinds: fields that a kind does not use are zero.
struct call {
    enum call_kind kind;
    uint64_t id; // given by the host
    struct address from;
    bool unlimited;                   // the bounds per address do not hold for it
    struct identity identity;         // by practice_identify; may be empty
    uint8_t random[CALL_RANDOM_SIZE]; // fresh: ids, tokens, cookies
    char subject[ID_SIZE];            // the ID in the path: meetup, invite, feedback or follow-up
    char token[ID_SIZE];
    char name[NAME_SIZE]; // of a doctor, a roster entry, or an owner of a follow-up
    char email[EMAIL_SIZE];
    char password[PASSWORD_SIZE];
    char title[TITLE_SIZE];    // of a meetup, or the subject of a follow-up
    char words[FEEDBACK_SIZE]; // welcome, feedback or closing note
    int64_t at;                // startsAt, expiresAt or due
    uint16_t minutes;
    uint8_t rating;
};

enum seat_view { SEAT_FREE, SEAT_YOURS, SEAT_ELSEWHERE };

struct invite_view {
    struct invite_record invite;
    struct seat_record seat; // stage SEAT_NONE: nobody asked yet
};

struct meetup_view {
    struct meetup_record meetup;
    uint32_t invites;
    uint32_t feedback;
    uint32_t open_follow_ups;
};

// What a call is answered with. Arrays are owned by the reply (practice_effects_clear).
struct reply {
    uint64_t call;
    enum call_kind kind;
    bool refused;
    enum refusal refusal;
    bool set_doctor_cookie; // an empty cookie value clears it
    bool set_device_cookie;
    char doctor_cookie[COOKIE_SIZE];
    char device_cookie[COOKIE_SIZE];
    bool setup_needed;
    bool signed_in;
    struct doctor_record doctor; // never its password hash
    struct meetup_view meetup;
    struct meetup_view *meetups;
    size_t meetup_count;
    struct invite_view invite;
    char token[ID_SIZE]; // of a made or renewed invite: the host makes the link
    struct invite_view *invites;
    size_t invite_count;
    struct feedback_record *feedback;
    size_t feedback_count;
    struct follow_up_record follow_up;
    struct follow_up_record *follow_ups;
    size_t follow_up_count;
    enum seat_view seat; // of an entry
    int64_t now;         // the wall clock the states are judged by
};

#endif
