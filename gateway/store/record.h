// SPDX-License-Identifier: AGPL-3.0-or-later
// store/record.h - door: what the database keeps, as plain data.
#ifndef GATEWAY_STORE_RECORD_H
#define GATEWAY_STORE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#define ID_SIZE 23     // 128 bits in base64url, and a NUL
#define DIGEST_SIZE 32 // SHA-256 of a token
#define NAME_SIZE 241  // 60 code points
#define EMAIL_SIZE 255
#define TITLE_SIZE 481  // 120 code points
#define WORDS_SIZE 8001 // 2,000 code points
#define FEEDBACK_SIZE 16001
#define PASSWORD_HASH_SIZE 128

enum role {
    ROLE_DOCTOR,
    ROLE_FACILITATOR,
    ROLE_TECHNICIAN,
    ROLE_PATIENT,
    ROLE_CARER,
    ROLE_INTERPRETER,
    ROLE_VIEWER,
    ROLE_ADMINISTRATOR,
    ROLE_COUNT
};

// Times are seconds since 1970.
struct doctor_record {
    char id[ID_SIZE];
    char name[NAME_SIZE];
    char email[EMAIL_SIZE]; // as typed; compared without case
    char password_hash[PASSWORD_HASH_SIZE];
    int64_t created_at;
};

enum meetup_state { MEETUP_PLANNED, MEETUP_ENDED };

struct meetup_record {
    char id[ID_SIZE];
    char doctor[ID_SIZE];
    char doctor_name[NAME_SIZE];
    char title[TITLE_SIZE];
    char welcome[WORDS_SIZE];
    int64_t starts_at;
    uint16_t minutes;
    enum meetup_state state;
};

struct invite_record {
    char id[ID_SIZE];
    char meetup[ID_SIZE];
    char roster_name[NAME_SIZE];
    enum role role;
    uint8_t token_digest[DIGEST_SIZE];
    int64_t created_at;
    int64_t expires_at;
    int64_t revoked_at; // 0: not
    bool opened;        // some device redeemed it
};

// A seat is what an invite became once somebody asked for the waiting room with it. It survives restarts.
enum seat_stage { SEAT_NONE, SEAT_WAITING, SEAT_ADMITTED, SEAT_REMOVED };

struct seat_record {
    char invite[ID_SIZE];
    char meetup[ID_SIZE];
    char device[ID_SIZE]; // the browser it is bound to
    char room_name[NAME_SIZE];
    char roster_name[NAME_SIZE]; // of the invite; not written by saving a seat
    enum role role;              // of the invite; not written by saving a seat
    enum seat_stage stage;
    bool muted;               // by a host
    int64_t waiting_since_ms; // the order of the waiting room; milliseconds
};

struct feedback_record {
    char id[ID_SIZE];
    char meetup[ID_SIZE];
    char room_name[NAME_SIZE];
    uint8_t rating; // 1..5, 0: none
    char words[FEEDBACK_SIZE];
    int64_t at;
    char follow_up[ID_SIZE]; // empty: none
};

struct follow_up_record {
    char id[ID_SIZE];
    char feedback[ID_SIZE];
    char meetup[ID_SIZE];
    char subject[TITLE_SIZE];
    char owner[NAME_SIZE];
    int64_t due;
    bool closed;
    char note[WORDS_SIZE];
    int64_t created_at;
    int64_t closed_at;
};

#endif
