// SPDX-License-Identifier: AGPL-3.0-or-later
// store/meetups.c - what a doctor plans.
#include "store/database.h"
#include "store/questions.h"

#define MEETUP_COLUMNS "m.id, m.doctor, d.name, m.title, m.welcome, m.starts_at, m.minutes, m.state"
#define MEETUP_TABLES "meetups m JOIN doctors d ON d.id = m.doctor"

static void read_meetup(struct statement *s, struct meetup_record *meetup)
{
    column_text(s, 0, meetup->id, sizeof meetup->id);
    column_text(s, 1, meetup->doctor, sizeof meetup->doctor);
    column_text(s, 2, meetup->doctor_name, sizeof meetup->doctor_name);
    column_text(s, 3, meetup->title, sizeof meetup->title);
    column_text(s, 4, meetup->welcome, sizeof meetup->welcome);
    meetup->starts_at = column_number(s, 5);
    meetup->minutes = (uint16_t)column_number(s, 6);
    meetup->state = column_number(s, 7) ? MEETUP_ENDED : MEETUP_PLANNED;
}

enum err find_meetup(struct database *db, const char *id, struct meetup_record *meetup)
{
    struct statement *s =
        statement(db, "SELECT " MEETUP_COLUMNS " FROM " MEETUP_TABLES " WHERE m.id = ?");

    bind_text(s, 0, id);
    const bool found = statement_step(s);
    if (found)
        read_meetup(s, meetup);
    const enum err err = statement_end(s);
    return err == ERR_OK && !found ? ERR_NOT_FOUND : err;
}

enum err find_meetup_of(struct database *db, const char *id, const char *doctor,
                        struct meetup_record *meetup)
{
    const enum err err = find_meetup(db, id, meetup);

    if (err != ERR_OK)
        return err;
    return bytes_equal(bytes_of_string(meetup->doctor), bytes_of_string(doctor)) ? ERR_OK
                                                                                 : ERR_NOT_FOUND;
}

#define SUMMARY_COLUMNS                                                                            \
    MEETUP_COLUMNS                                                                                 \
    ", (SELECT count(*) FROM invites i WHERE i.meetup = m.id AND i.revoked_at = 0),"               \
    " (SELECT count(*) FROM feedback f WHERE f.meetup = m.id),"                                    \
    " (SELECT count(*) FROM follow_ups u WHERE u.meetup = m.id AND u.closed = 0)"

static void read_summary(struct statement *s, struct meetup_summary *summary)
{
    read_meetup(s, &summary->meetup);
    summary->invites = (uint32_t)column_number(s, 8);
    summary->feedback = (uint32_t)column_number(s, 9);
    summary->open_follow_ups = (uint32_t)column_number(s, 10);
}

enum err ask_meetups(struct database *db, const struct query *query, struct result *result)
{
    struct statement *s = statement(db, "SELECT " SUMMARY_COLUMNS " FROM " MEETUP_TABLES
                                        " WHERE m.doctor = ? ORDER BY m.starts_at DESC, m.id");

    bind_text(s, 0, query->doctor);
    while (statement_step(s)) {
        struct meetup_summary *summary =
            append((void **)&result->meetups, &result->meetup_count, sizeof *summary);
        if (!summary)
            return statement_abandon(s, ERR_NO_MEMORY);
        read_summary(s, summary);
    }
    return statement_end(s);
}

static enum err summarise(struct database *db, const char *id, struct result *result)
{
    struct statement *s =
        statement(db, "SELECT " SUMMARY_COLUMNS " FROM " MEETUP_TABLES " WHERE m.id = ?");

    bind_text(s, 0, id);
    if (statement_step(s))
        read_summary(s, &result->summary);
    result->meetup = result->summary.meetup;
    return statement_end(s);
}

static enum err list_invites(struct database *db, const char *meetup, struct result *result)
{
    struct statement *s = statement(
        db, "SELECT i.id, i.roster_name, i.role, i.created_at, i.expires_at, i.revoked_at,"
            " EXISTS (SELECT 1 FROM openings o WHERE o.invite = i.id), s.room_name, s.stage"
            " FROM invites i LEFT JOIN seats s ON s.invite = i.id"
            " WHERE i.meetup = ? ORDER BY i.created_at, i.rowid");

    bind_text(s, 0, meetup);
    while (statement_step(s)) {
        struct invite_seat *row =
            append((void **)&result->invites, &result->invite_count, sizeof *row);
        if (!row)
            return statement_abandon(s, ERR_NO_MEMORY);
        column_text(s, 0, row->invite.id, sizeof row->invite.id);
        column_text(s, 1, row->invite.roster_name, sizeof row->invite.roster_name);
        row->invite.role = (enum role)column_number(s, 2);
        row->invite.created_at = column_number(s, 3);
        row->invite.expires_at = column_number(s, 4);
        row->invite.revoked_at = column_number(s, 5);
        row->invite.opened = column_number(s, 6) != 0;
        column_text(s, 7, row->seat.room_name, sizeof row->seat.room_name);
        row->seat.stage = column_is_null(s, 8) ? SEAT_NONE : (enum seat_stage)column_number(s, 8);
    }
    return statement_end(s);
}

enum err ask_meetup(struct database *db, const struct query *query, struct result *result)
{
    struct meetup_record meetup;
    enum err err = find_meetup_of(db, query->subject, query->doctor, &meetup);

    if (err == ERR_OK)
        err = summarise(db, query->subject, result);
    if (err == ERR_OK)
        err = list_invites(db, query->subject, result);
    if (err == ERR_OK)
        err = list_feedback(db, query->subject, result);
    return err;
}

enum err ask_make_meetup(struct database *db, const struct query *query, struct result *result)
{
    const struct meetup_record *meetup = &query->meetup_record;
    struct statement *s =
        statement(db, "INSERT INTO meetups (id, doctor, title, welcome, starts_at,"
                      " minutes) VALUES (?, ?, ?, ?, ?, ?)");

    bind_text(s, 0, meetup->id);
    bind_text(s, 1, meetup->doctor);
    bind_text(s, 2, meetup->title);
    bind_text(s, 3, meetup->welcome);
    bind_number(s, 4, meetup->starts_at);
    bind_number(s, 5, meetup->minutes);
    const enum err err = statement_end(s);
    return err == ERR_OK ? summarise(db, meetup->id, result) : err;
}

enum err ask_edit_meetup(struct database *db, const struct query *query, struct result *result)
{
    const struct meetup_record *meetup = &query->meetup_record;
    struct statement *s = statement(db, "UPDATE meetups SET title = ?, welcome = ?, starts_at = ?,"
                                        " minutes = ? WHERE id = ? AND doctor = ?");

    bind_text(s, 0, meetup->title);
    bind_text(s, 1, meetup->welcome);
    bind_number(s, 2, meetup->starts_at);
    bind_number(s, 3, meetup->minutes);
    bind_text(s, 4, query->subject);
    bind_text(s, 5, query->doctor);
    const enum err err = statement_end_changed(s);
    return err == ERR_OK ? summarise(db, query->subject, result) : err;
}

enum err ask_move_meetup(struct database *db, const struct query *query, struct result *result)
{
    struct statement *s = statement(db, "UPDATE meetups SET state = ? WHERE id = ? AND doctor = ?");

    bind_number(s, 0, query->meetup_record.state);
    bind_text(s, 1, query->subject);
    bind_text(s, 2, query->doctor);
    const enum err err = statement_end_changed(s);
    return err == ERR_OK ? summarise(db, query->subject, result) : err;
}

enum err ask_end_meetup(struct database *db, const struct query *query, struct result *result)
{
    struct statement *s = statement(db, "UPDATE meetups SET state = 1 WHERE id = ?");

    (void)result;
    bind_text(s, 0, query->meetup);
    return statement_end_changed(s);
}
