// SPDX-License-Identifier: AGPL-3.0-or-later
// store/invites.c - personal links: made, renewed, revoked, and opened on a device.
#include "store/database.h"
#include "store/questions.h"

#define OPENINGS_MOST "200" // devices per invite

#define INVITE_COLUMNS                                                                             \
    "id, meetup, roster_name, role, token_digest, created_at, expires_at, revoked_at,"             \
    " EXISTS (SELECT 1 FROM openings o WHERE o.invite = id)"

static bool read_invite(struct statement *s, struct invite_record *invite)
{
    if (!statement_step(s))
        return false;
    column_text(s, 0, invite->id, sizeof invite->id);
    column_text(s, 1, invite->meetup, sizeof invite->meetup);
    column_text(s, 2, invite->roster_name, sizeof invite->roster_name);
    invite->role = (enum role)column_number(s, 3);
    column_bytes(s, 4, invite->token_digest, sizeof invite->token_digest);
    invite->created_at = column_number(s, 5);
    invite->expires_at = column_number(s, 6);
    invite->revoked_at = column_number(s, 7);
    invite->opened = column_number(s, 8) != 0;
    return true;
}

static enum err read_one(struct statement *s, struct invite_record *invite)
{
    const bool found = read_invite(s, invite);
    const enum err err = statement_end(s);

    return err == ERR_OK && !found ? ERR_NOT_FOUND : err;
}

static enum err find_invite(struct database *db, const char *id, struct invite_record *invite)
{
    struct statement *s = statement(db, "SELECT " INVITE_COLUMNS " FROM invites WHERE id = ?");

    bind_text(s, 0, id);
    return read_one(s, invite);
}

// Is the link good at this moment? ERR_OK, ERR_REVOKED or ERR_EXPIRED.
static enum err verdict_on(const struct invite_record *invite, int64_t wall)
{
    if (invite->revoked_at)
        return ERR_REVOKED;
    return wall >= invite->expires_at ? ERR_EXPIRED : ERR_OK;
}

static enum err find_invite_of(struct database *db, const char *id, const char *doctor,
                               struct result *result)
{
    enum err err = find_invite(db, id, &result->invite);

    if (err == ERR_OK)
        err = find_meetup_of(db, result->invite.meetup, doctor, &result->meetup);
    return err;
}

enum err ask_make_invite(struct database *db, const struct query *query, struct result *result)
{
    const struct invite_record *invite = &query->invite_record;
    enum err err = find_meetup_of(db, invite->meetup, query->doctor, &result->meetup);
    if (err != ERR_OK)
        return err;

    // "two days after the meetup's end" unless the doctor chose a time
    const int64_t end = result->meetup.starts_at + 60 * (int64_t)result->meetup.minutes;
    struct statement *s = statement(
        db, "INSERT INTO invites (id, meetup, roster_name, role, token_digest, created_at,"
            " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
    bind_text(s, 0, invite->id);
    bind_text(s, 1, invite->meetup);
    bind_text(s, 2, invite->roster_name);
    bind_number(s, 3, invite->role);
    bind_bytes(s, 4, bytes_of(invite->token_digest, sizeof invite->token_digest));
    bind_number(s, 5, query->wall);
    bind_number(s, 6, invite->expires_at ? invite->expires_at : end + 2 * 86400);
    err = statement_end(s);
    return err == ERR_OK ? find_invite(db, invite->id, &result->invite) : err;
}

// Whoever was removed may come again with the new link, and only they: other devices that had opened
// the old one are forgotten.
static enum err reset_after_renewal(struct database *db, const char *invite)
{
    struct statement *s =
        statement(db, "DELETE FROM openings WHERE invite = ?1 AND device NOT IN"
                      " (SELECT device FROM seats WHERE invite = ?1 AND stage <> 3)");
    bind_text(s, 0, invite);
    const enum err err = statement_end(s);
    if (err != ERR_OK)
        return err;
    s = statement(db, "DELETE FROM seats WHERE invite = ? AND stage = 3");
    bind_text(s, 0, invite);
    return statement_end(s);
}
_Static_assert(SEAT_REMOVED == 3, "the statements above say 3");

enum err ask_renew_invite(struct database *db, const struct query *query, struct result *result)
{
    enum err err = find_invite_of(db, query->subject, query->doctor, result);
    if (err != ERR_OK)
        return err;

    const int64_t end = result->meetup.starts_at + 60 * (int64_t)result->meetup.minutes;
    const int64_t from = end > query->wall ? end : query->wall;
    struct statement *s = statement(db, "UPDATE invites SET token_digest = ?, revoked_at = 0,"
                                        " expires_at = max(expires_at, ?) WHERE id = ?");
    bind_bytes(s, 0, bytes_of(query->digest, sizeof query->digest));
    bind_number(s, 1, from + 2 * 86400);
    bind_text(s, 2, query->subject);
    err = statement_end_changed(s);
    if (err == ERR_OK)
        err = reset_after_renewal(db, query->subject);
    return err == ERR_OK ? find_invite(db, query->subject, &result->invite) : err;
}

enum err ask_revoke_invite(struct database *db, const struct query *query, struct result *result)
{
    enum err err = find_invite_of(db, query->subject, query->doctor, result);
    if (err != ERR_OK)
        return err;

    struct statement *s =
        statement(db, "UPDATE invites SET revoked_at = ? WHERE id = ? AND revoked_at = 0");
    bind_number(s, 0, query->wall);
    bind_text(s, 1, query->subject);
    err = statement_end(s);
    return err == ERR_OK ? find_invite(db, query->subject, &result->invite) : err;
}

// What the way in needs: the invite, its meetup, its seat if somebody asked with it before.
static enum err look_at(struct database *db, const struct query *query, struct result *result)
{
    enum err err = verdict_on(&result->invite, query->wall);

    if (err == ERR_OK)
        err = find_meetup(db, result->invite.meetup, &result->meetup);
    if (err == ERR_OK) {
        err = find_seat(db, result->invite.id, &result->seat);
        if (err == ERR_NOT_FOUND)
            err = ERR_OK;
    }
    return err;
}

// One link is one person's: whoever opens it on ever new devices only fills the disk.
static enum err note_opening(struct database *db, const struct query *query, const char *invite)
{
    struct statement *s =
        statement(db, "INSERT OR IGNORE INTO openings (invite, device, at) SELECT ?1, ?2, ?3"
                      " WHERE (SELECT count(*) FROM openings WHERE invite = ?1) < " OPENINGS_MOST);

    bind_text(s, 0, invite);
    bind_text(s, 1, query->device);
    bind_number(s, 2, query->wall);
    const enum err err = statement_end(s);
    if (err != ERR_OK)
        return err;
    s = statement(db, "SELECT 1 FROM openings WHERE invite = ? AND device = ?");
    bind_text(s, 0, invite);
    bind_text(s, 1, query->device);
    const bool noted = statement_step(s);
    const enum err read = statement_end(s);
    return read == ERR_OK && !noted ? ERR_LIMIT : read;
}

enum err ask_redeem(struct database *db, const struct query *query, struct result *result)
{
    struct statement *s =
        statement(db, "SELECT " INVITE_COLUMNS " FROM invites WHERE token_digest = ?");
    bind_bytes(s, 0, bytes_of(query->digest, sizeof query->digest));
    enum err err = read_one(s, &result->invite);
    if (err == ERR_OK)
        err = look_at(db, query, result);
    return err == ERR_OK ? note_opening(db, query, result->invite.id) : err;
}

enum err ask_open_invite(struct database *db, const struct query *query, struct result *result)
{
    struct statement *s =
        statement(db, "SELECT " INVITE_COLUMNS " FROM invites WHERE id = ?1 AND EXISTS"
                      " (SELECT 1 FROM openings WHERE invite = ?1 AND device = ?2)");

    bind_text(s, 0, query->invite);
    bind_text(s, 1, query->device);
    const enum err err = read_one(s, &result->invite);
    return err == ERR_OK ? look_at(db, query, result) : err;
}
