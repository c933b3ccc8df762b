// SPDX-License-Identifier: AGPL-3.0-or-later
// store/result.h - door: what a query found, as a value that owns its arrays.
#ifndef GATEWAY_STORE_RESULT_H
#define GATEWAY_STORE_RESULT_H

#include "base/err.h"
#include "store/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session_record {
    uint8_t digest[DIGEST_SIZE]; // SHA-256 of the cookie
    char doctor[ID_SIZE];
    int64_t created_at;
    int64_t expires_at;
};

struct invite_seat {
    struct invite_record invite;
    struct seat_record seat;
};

struct meetup_summary {
    struct meetup_record meetup;
    uint32_t invites;
    uint32_t feedback;
    uint32_t open_follow_ups;
};

struct result {
    int kind;    // of the query
    uint64_t id; // of the query
    enum err err;
    bool has_doctor; // QUERY_START
    bool verified;   // QUERY_VERIFY_PASSWORD
    char password_hash[PASSWORD_HASH_SIZE];
    struct doctor_record doctor;
    struct meetup_record meetup;
    struct invite_record invite;
    struct seat_record seat;
    struct feedback_record one_feedback;
    struct follow_up_record follow_up;
    struct meetup_summary summary;
    // owned
    struct session_record *sessions;
    size_t session_count;
    struct doctor_record *doctors; // QUERY_START: of the sessions
    size_t doctor_count;
    struct seat_record *seats; // QUERY_ENTER: all seats of the meetup
    size_t seat_count;
    struct meetup_summary *meetups;
    size_t meetup_count;
    struct invite_seat *invites;
    size_t invite_count;
    struct feedback_record *feedback;
    size_t feedback_count;
    struct follow_up_record *follow_ups;
    size_t follow_up_count;
};

#endif
