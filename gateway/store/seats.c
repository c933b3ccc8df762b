// SPDX-License-Identifier: AGPL-3.0-or-later
// store/seats.c - who may enter a live meetup, and the seats that outlive a restart.
#include "store/database.h"
#include "store/questions.h"

#define SEAT_COLUMNS                                                                               \
    "s.invite, s.meetup, s.device, s.room_name, i.roster_name, i.role, s.stage, s.muted,"          \
    " s.waiting_since_ms FROM seats s JOIN invites i ON i.id = s.invite"

static void read_seat(struct statement *s, struct seat_record *seat)
{
    column_text(s, 0, seat->invite, sizeof seat->invite);
    column_text(s, 1, seat->meetup, sizeof seat->meetup);
    column_text(s, 2, seat->device, sizeof seat->device);
    column_text(s, 3, seat->room_name, sizeof seat->room_name);
    column_text(s, 4, seat->roster_name, sizeof seat->roster_name);
    seat->role = (enum role)column_number(s, 5);
    seat->stage = (enum seat_stage)column_number(s, 6);
    seat->muted = column_number(s, 7) != 0;
    seat->waiting_since_ms = column_number(s, 8);
}

enum err find_seat(struct database *db, const char *invite, struct seat_record *seat)
{
    struct statement *s = statement(db, "SELECT " SEAT_COLUMNS " WHERE s.invite = ?");

    bind_text(s, 0, invite);
    const bool found = statement_step(s);
    if (found)
        read_seat(s, seat);
    const enum err err = statement_end(s);
    return err == ERR_OK && !found ? ERR_NOT_FOUND : err;
}

static enum err list_seats(struct database *db, const char *meetup, struct result *result)
{
    struct statement *s =
        statement(db, "SELECT " SEAT_COLUMNS " WHERE s.meetup = ? ORDER BY s.waiting_since_ms");

    bind_text(s, 0, meetup);
    while (statement_step(s)) {
        struct seat_record *seat =
            append((void **)&result->seats, &result->seat_count, sizeof *seat);
        if (!seat)
            return statement_abandon(s, ERR_NO_MEMORY);
        read_seat(s, seat);
    }
    return statement_end(s);
}

enum err ask_enter(struct database *db, const struct query *query, struct result *result)
{
    // A patient enters with an invite that this device has redeemed and that is still good.
    const enum err err = query->as_doctor
                             ? find_meetup_of(db, query->meetup, query->doctor, &result->meetup)
                             : ask_open_invite(db, query, result);

    return err == ERR_OK ? list_seats(db, result->meetup.id, result) : err;
}

enum err ask_save_seat(struct database *db, const struct query *query, struct result *result)
{
    const struct seat_record *seat = &query->seat;
    struct statement *s = statement(
        db,
        "INSERT INTO seats (invite, meetup, device, room_name, stage, muted, waiting_since_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (invite) DO UPDATE SET device = excluded.device,"
        " room_name = excluded.room_name, stage = excluded.stage, muted = excluded.muted,"
        " waiting_since_ms = excluded.waiting_since_ms");

    (void)result;
    bind_text(s, 0, seat->invite);
    bind_text(s, 1, seat->meetup);
    bind_text(s, 2, seat->device);
    bind_text(s, 3, seat->room_name);
    bind_number(s, 4, seat->stage);
    bind_number(s, 5, seat->muted);
    bind_number(s, 6, seat->waiting_since_ms);
    return statement_end(s);
}
