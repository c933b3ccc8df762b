// SPDX-License-Identifier: AGPL-3.0-or-later
// store/feedback.c - what patients say afterwards, and what a doctor makes of it.
#include "store/database.h"
#include "store/questions.h"

#define FEEDBACK_COLUMNS                                                                           \
    "f.id, f.meetup, f.room_name, f.rating, f.words, f.at, u.id FROM feedback f"                   \
    " LEFT JOIN follow_ups u ON u.feedback = f.id"
#define FOLLOW_UP_COLUMNS                                                                          \
    "id, feedback, meetup, subject, owner, due, closed, note, created_at, closed_at FROM follow_ups"

static void read_feedback(struct statement *s, struct feedback_record *feedback)
{
    column_text(s, 0, feedback->id, sizeof feedback->id);
    column_text(s, 1, feedback->meetup, sizeof feedback->meetup);
    column_text(s, 2, feedback->room_name, sizeof feedback->room_name);
    feedback->rating = (uint8_t)column_number(s, 3);
    column_text(s, 4, feedback->words, sizeof feedback->words);
    feedback->at = column_number(s, 5);
    column_text(s, 6, feedback->follow_up, sizeof feedback->follow_up);
}

static void read_follow_up(struct statement *s, struct follow_up_record *follow_up)
{
    column_text(s, 0, follow_up->id, sizeof follow_up->id);
    column_text(s, 1, follow_up->feedback, sizeof follow_up->feedback);
    column_text(s, 2, follow_up->meetup, sizeof follow_up->meetup);
    column_text(s, 3, follow_up->subject, sizeof follow_up->subject);
    column_text(s, 4, follow_up->owner, sizeof follow_up->owner);
    follow_up->due = column_number(s, 5);
    follow_up->closed = column_number(s, 6) != 0;
    column_text(s, 7, follow_up->note, sizeof follow_up->note);
    follow_up->created_at = column_number(s, 8);
    follow_up->closed_at = column_number(s, 9);
}

static enum err list_answers(struct database *db, const char *meetup, struct result *result)
{
    struct statement *s =
        statement(db, "SELECT " FEEDBACK_COLUMNS " WHERE f.meetup = ? ORDER BY f.at DESC");

    bind_text(s, 0, meetup);
    while (statement_step(s)) {
        struct feedback_record *feedback =
            append((void **)&result->feedback, &result->feedback_count, sizeof *feedback);
        if (!feedback)
            return statement_abandon(s, ERR_NO_MEMORY);
        read_feedback(s, feedback);
    }
    return statement_end(s);
}

static enum err list_follow_ups(struct database *db, const char *meetup, struct result *result)
{
    struct statement *s =
        statement(db, "SELECT " FOLLOW_UP_COLUMNS " WHERE meetup = ? ORDER BY closed, due");

    bind_text(s, 0, meetup);
    while (statement_step(s)) {
        struct follow_up_record *follow_up =
            append((void **)&result->follow_ups, &result->follow_up_count, sizeof *follow_up);
        if (!follow_up)
            return statement_abandon(s, ERR_NO_MEMORY);
        read_follow_up(s, follow_up);
    }
    return statement_end(s);
}

enum err list_feedback(struct database *db, const char *meetup, struct result *result)
{
    const enum err err = list_answers(db, meetup, result);

    return err == ERR_OK ? list_follow_ups(db, meetup, result) : err;
}

// Only who was admitted may say how it was: the seat is the proof of attendance. Feedback stays
// possible after the link's time is over, and the last answer counts.
enum err ask_give_feedback(struct database *db, const struct query *query, struct result *result)
{
    const struct feedback_record *feedback = &query->feedback;
    enum err err = find_seat(db, query->invite, &result->seat);

    if (err != ERR_OK)
        return err;
    if (!bytes_equal(bytes_of_string(result->seat.device), bytes_of_string(query->device)) ||
        result->seat.stage != SEAT_ADMITTED)
        return ERR_DENIED;

    struct statement *s =
        statement(db, "INSERT INTO feedback (id, invite, meetup, room_name, rating, words, at)"
                      " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (invite) DO UPDATE SET"
                      " rating = excluded.rating, words = excluded.words, at = excluded.at");
    bind_text(s, 0, feedback->id);
    bind_text(s, 1, query->invite);
    bind_text(s, 2, result->seat.meetup);
    bind_text(s, 3, result->seat.room_name);
    bind_number(s, 4, feedback->rating);
    bind_text(s, 5, feedback->words);
    bind_number(s, 6, query->wall);
    return statement_end(s);
}

static enum err find_follow_up(struct database *db, const char *id,
                               struct follow_up_record *follow_up)
{
    struct statement *s = statement(db, "SELECT " FOLLOW_UP_COLUMNS " WHERE id = ?");

    bind_text(s, 0, id);
    const bool found = statement_step(s);
    if (found)
        read_follow_up(s, follow_up);
    const enum err err = statement_end(s);
    return err == ERR_OK && !found ? ERR_NOT_FOUND : err;
}

static enum err find_follow_up_of(struct database *db, const struct query *query,
                                  struct result *result)
{
    const enum err err = find_follow_up(db, query->subject, &result->follow_up);

    if (err != ERR_OK)
        return err;
    return find_meetup_of(db, result->follow_up.meetup, query->doctor, &result->meetup);
}

enum err ask_make_follow_up(struct database *db, const struct query *query, struct result *result)
{
    const struct follow_up_record *follow_up = &query->follow_up;
    struct statement *s = statement(db, "SELECT " FEEDBACK_COLUMNS " WHERE f.id = ?");

    bind_text(s, 0, query->subject);
    const bool found = statement_step(s);
    if (found)
        read_feedback(s, &result->one_feedback);
    enum err err = statement_end(s);
    if (err == ERR_OK && !found)
        err = ERR_NOT_FOUND;
    if (err == ERR_OK)
        err = find_meetup_of(db, result->one_feedback.meetup, query->doctor, &result->meetup);
    if (err != ERR_OK)
        return err;

    s = statement(db,
                  "INSERT INTO follow_ups (id, feedback, meetup, subject, owner, due, created_at)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?)");
    bind_text(s, 0, follow_up->id);
    bind_text(s, 1, query->subject);
    bind_text(s, 2, result->meetup.id);
    bind_text(s, 3, follow_up->subject);
    bind_text(s, 4, follow_up->owner);
    bind_number(s, 5, follow_up->due);
    bind_number(s, 6, query->wall);
    err = statement_end(s);
    return err == ERR_OK ? find_follow_up(db, follow_up->id, &result->follow_up) : err;
}

enum err ask_edit_follow_up(struct database *db, const struct query *query, struct result *result)
{
    enum err err = find_follow_up_of(db, query, result);
    if (err != ERR_OK)
        return err;
    if (result->follow_up.closed)
        return ERR_STATE;

    struct statement *s = statement(db, "UPDATE follow_ups SET owner = ?, due = ? WHERE id = ?");
    bind_text(s, 0, query->follow_up.owner);
    bind_number(s, 1, query->follow_up.due);
    bind_text(s, 2, query->subject);
    err = statement_end_changed(s);
    return err == ERR_OK ? find_follow_up(db, query->subject, &result->follow_up) : err;
}

enum err ask_close_follow_up(struct database *db, const struct query *query, struct result *result)
{
    enum err err = find_follow_up_of(db, query, result);
    if (err != ERR_OK)
        return err;
    if (result->follow_up.closed)
        return ERR_STATE;

    struct statement *s =
        statement(db, "UPDATE follow_ups SET closed = 1, note = ?, closed_at = ? WHERE id = ?");
    bind_text(s, 0, query->follow_up.note);
    bind_number(s, 1, query->wall);
    bind_text(s, 2, query->subject);
    err = statement_end_changed(s);
    return err == ERR_OK ? find_follow_up(db, query->subject, &result->follow_up) : err;
}
