// SPDX-License-Identifier: AGPL-3.0-or-later
// store/query.h - door: questions to the database and jobs for the password pool, as values.
#ifndef GATEWAY_STORE_QUERY_H
#define GATEWAY_STORE_QUERY_H

#include "store/record.h"

#include <stdbool.h>
#include <stdint.h>

enum query_kind {
    // at start
    QUERY_START, // is there a doctor; all live sessions; what the practice keeps in memory
    // for live meetups (meetup/effect.h)
    QUERY_ENTER,
    QUERY_SAVE_SEAT,
    QUERY_END_MEETUP,
    // for the password pool, never run on the database connection
    QUERY_HASH_PASSWORD,
    QUERY_VERIFY_PASSWORD,
    // for the practice
    QUERY_FIRST_DOCTOR,    // doctor_record; CONFLICT when there is a doctor already
    QUERY_ADD_DOCTOR,      // doctor_record; CONFLICT when the e-mail address is in use
    QUERY_DOCTOR_BY_EMAIL, // doctor_record.email
    QUERY_DOCTORS,
    QUERY_SET_PASSWORD,    // doctor_record.email, password_hash; ends all sessions of the doctor
    QUERY_ADD_SESSION,     // digest, doctor, wall, expires_at
    QUERY_END_SESSION,     // digest
    QUERY_MEETUPS,         // doctor
    QUERY_MEETUP,          // doctor, subject: everything about one meetup
    QUERY_MAKE_MEETUP,     // meetup_record
    QUERY_EDIT_MEETUP,     // doctor, subject, meetup_record
    QUERY_MOVE_MEETUP,     // doctor, subject, meetup_record.state: ended or planned again
    QUERY_MAKE_INVITE,     // doctor, invite_record
    QUERY_RENEW_INVITE,    // doctor, subject, digest
    QUERY_REVOKE_INVITE,   // doctor, subject
    QUERY_REDEEM,          // digest, device
    QUERY_OPEN_INVITE,     // invite, device: redeemed on this device before
    QUERY_GIVE_FEEDBACK,   // invite, device, feedback
    QUERY_MAKE_FOLLOW_UP,  // doctor, subject (feedback), follow_up
    QUERY_EDIT_FOLLOW_UP,  // doctor, subject, follow_up
    QUERY_CLOSE_FOLLOW_UP, // doctor, subject, follow_up.note
    QUERY_KINDS
};

// Everything a question may carry; fields that a kind does not use are zero. Owned by whoever holds
// it; freed with mem_free (it owns nothing further).
struct query {
    int kind;     // enum query_kind
    uint64_t id;  // of the call or the conversation it is asked for
    int64_t wall; // seconds
    bool as_doctor;
    char doctor[ID_SIZE];
    char device[ID_SIZE];
    char meetup[ID_SIZE];
    char invite[ID_SIZE];
    char subject[ID_SIZE];
    uint8_t digest[DIGEST_SIZE]; // of a token or a session cookie
    int64_t expires_at;
    char password[1025];
    char password_hash[PASSWORD_HASH_SIZE];
    struct doctor_record doctor_record;
    struct meetup_record meetup_record;
    struct invite_record invite_record;
    struct seat_record seat;
    struct feedback_record feedback;
    struct follow_up_record follow_up;
};

// Does this one belong to the password pool?
static inline bool query_is_password_job(const struct query *query)
{
    return query->kind == QUERY_HASH_PASSWORD || query->kind == QUERY_VERIFY_PASSWORD;
}

#endif
