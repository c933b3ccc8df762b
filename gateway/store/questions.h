// SPDX-License-Identifier: AGPL-3.0-or-later
// store/questions.h - one function per kind of query; store.c wraps each in a transaction.
#ifndef GATEWAY_STORE_QUESTIONS_H
#define GATEWAY_STORE_QUESTIONS_H

#include "base/err.h"
#include "store/query.h"
#include "store/result.h"

struct database;
struct statement;

// Each fills what result.h says for its kind. An error rolls the whole question back.
typedef enum err question(struct database *db, const struct query *query, struct result *result);

// doctors.c
question ask_start, ask_first_doctor, ask_add_doctor, ask_doctor_by_email, ask_doctors,
    ask_set_password, ask_add_session, ask_end_session;
// meetups.c
question ask_meetups, ask_meetup, ask_make_meetup, ask_edit_meetup, ask_move_meetup, ask_end_meetup;
// invites.c
question ask_make_invite, ask_renew_invite, ask_revoke_invite, ask_redeem, ask_open_invite;
// seats.c
question ask_enter, ask_save_seat;
// feedback.c
question ask_give_feedback, ask_make_follow_up, ask_edit_follow_up, ask_close_follow_up;

// Shared by those files.
enum err find_meetup(struct database *db, const char *id, struct meetup_record *meetup) MUST_CHECK;
// ERR_NOT_FOUND also for another doctor's: whether it exists is nobody else's business.
enum err find_meetup_of(struct database *db, const char *id, const char *doctor,
                        struct meetup_record *meetup) MUST_CHECK;
enum err find_seat(struct database *db, const char *invite, struct seat_record *seat) MUST_CHECK;
// All feedback and follow-ups of a meetup into the result's arrays.
enum err list_feedback(struct database *db, const char *meetup, struct result *result) MUST_CHECK;

// Makes room for one more item of `size` bytes at the end of a result's array, zeroed; NULL for lack
// of memory.
void *append(void **items, size_t *count, size_t size);

#endif
