// SPDX-License-Identifier: AGPL-3.0-or-later
// store/doctors.c - accounts and their sign-ins.
#include "store/database.h"
#include "store/questions.h"

#include <stdio.h>

#define DOCTOR_COLUMNS "id, name, email, password_hash, created_at"

// E-mail addresses are compared without case; only ASCII letters fold, as mail hosts do.
static void email_key(char *key, size_t size, const char *email)
{
    (void)snprintf(key, size, "%s", email);
    for (char *c = key; *c; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    }
}

static void read_doctor(struct statement *s, struct doctor_record *doctor)
{
    column_text(s, 0, doctor->id, sizeof doctor->id);
    column_text(s, 1, doctor->name, sizeof doctor->name);
    column_text(s, 2, doctor->email, sizeof doctor->email);
    column_text(s, 3, doctor->password_hash, sizeof doctor->password_hash);
    doctor->created_at = column_number(s, 4);
}

static enum err has_doctor(struct database *db, bool *has)
{
    struct statement *s = statement(db, "SELECT 1 FROM doctors LIMIT 1");

    *has = statement_step(s);
    return statement_end(s);
}

static enum err list_doctors(struct statement *s, struct result *result)
{
    while (statement_step(s)) {
        struct doctor_record *doctor =
            append((void **)&result->doctors, &result->doctor_count, sizeof *doctor);
        if (!doctor)
            return statement_abandon(s, ERR_NO_MEMORY);
        read_doctor(s, doctor);
    }
    return statement_end(s);
}

static enum err list_sessions(struct database *db, struct result *result)
{
    struct statement *s =
        statement(db, "SELECT digest, doctor, created_at, expires_at FROM sessions");

    while (statement_step(s)) {
        struct session_record *session =
            append((void **)&result->sessions, &result->session_count, sizeof *session);
        if (!session)
            return statement_abandon(s, ERR_NO_MEMORY);
        column_bytes(s, 0, session->digest, sizeof session->digest);
        column_text(s, 1, session->doctor, sizeof session->doctor);
        session->created_at = column_number(s, 2);
        session->expires_at = column_number(s, 3);
    }
    return statement_end(s);
}

static enum err forget_expired(struct database *db, int64_t wall)
{
    struct statement *s = statement(db, "DELETE FROM sessions WHERE expires_at <= ?");

    bind_number(s, 0, wall);
    return statement_end(s);
}

enum err ask_start(struct database *db, const struct query *query, struct result *result)
{
    enum err err = forget_expired(db, query->wall);

    if (err == ERR_OK)
        err = has_doctor(db, &result->has_doctor);
    if (err == ERR_OK)
        err = list_doctors(statement(db, "SELECT " DOCTOR_COLUMNS " FROM doctors WHERE id IN"
                                         " (SELECT doctor FROM sessions)"),
                           result);
    if (err == ERR_OK)
        err = list_sessions(db, result);
    return err;
}

enum err ask_doctors(struct database *db, const struct query *query, struct result *result)
{
    (void)query;
    return list_doctors(statement(db, "SELECT " DOCTOR_COLUMNS " FROM doctors ORDER BY created_at"),
                        result);
}

enum err ask_add_doctor(struct database *db, const struct query *query, struct result *result)
{
    const struct doctor_record *doctor = &query->doctor_record;
    struct statement *s = statement(db, "INSERT INTO doctors (id, name, email, password_hash,"
                                        " created_at, email_key) VALUES (?, ?, ?, ?, ?, ?)");
    char key[EMAIL_SIZE];

    email_key(key, sizeof key, doctor->email);
    bind_text(s, 0, doctor->id);
    bind_text(s, 1, doctor->name);
    bind_text(s, 2, doctor->email);
    bind_text(s, 3, doctor->password_hash);
    bind_number(s, 4, doctor->created_at);
    bind_text(s, 5, key);
    result->doctor = *doctor;
    return statement_end(s);
}

enum err ask_first_doctor(struct database *db, const struct query *query, struct result *result)
{
    bool has = false;
    const enum err err = has_doctor(db, &has);

    if (err != ERR_OK)
        return err;
    return has ? ERR_CONFLICT : ask_add_doctor(db, query, result);
}

enum err ask_doctor_by_email(struct database *db, const struct query *query, struct result *result)
{
    struct statement *s =
        statement(db, "SELECT " DOCTOR_COLUMNS " FROM doctors WHERE email_key = ?");
    char key[EMAIL_SIZE];

    email_key(key, sizeof key, query->doctor_record.email);
    bind_text(s, 0, key);
    const bool found = statement_step(s);
    if (found)
        read_doctor(s, &result->doctor);
    const enum err err = statement_end(s);
    return err == ERR_OK && !found ? ERR_NOT_FOUND : err;
}

enum err ask_set_password(struct database *db, const struct query *query, struct result *result)
{
    enum err err = ask_doctor_by_email(db, query, result);
    if (err != ERR_OK)
        return err;

    struct statement *s = statement(db, "UPDATE doctors SET password_hash = ? WHERE id = ?");
    bind_text(s, 0, query->password_hash);
    bind_text(s, 1, result->doctor.id);
    err = statement_end_changed(s);
    if (err != ERR_OK)
        return err;
    s = statement(db, "DELETE FROM sessions WHERE doctor = ?");
    bind_text(s, 0, result->doctor.id);
    return statement_end(s);
}

static enum err find_doctor(struct database *db, const char *id, struct doctor_record *doctor)
{
    struct statement *s = statement(db, "SELECT " DOCTOR_COLUMNS " FROM doctors WHERE id = ?");

    bind_text(s, 0, id);
    const bool found = statement_step(s);
    if (found)
        read_doctor(s, doctor);
    const enum err err = statement_end(s);
    return err == ERR_OK && !found ? ERR_NOT_FOUND : err;
}

enum err ask_add_session(struct database *db, const struct query *query, struct result *result)
{
    enum err err = find_doctor(db, query->doctor, &result->doctor);
    if (err == ERR_OK)
        err = forget_expired(db, query->wall);
    if (err != ERR_OK)
        return err;

    struct statement *s =
        statement(db, "INSERT INTO sessions (digest, doctor, created_at, expires_at)"
                      " VALUES (?, ?, ?, ?)");
    bind_bytes(s, 0, bytes_of(query->digest, sizeof query->digest));
    bind_text(s, 1, query->doctor);
    bind_number(s, 2, query->wall);
    bind_number(s, 3, query->expires_at);
    return statement_end(s);
}

enum err ask_end_session(struct database *db, const struct query *query, struct result *result)
{
    struct statement *s = statement(db, "DELETE FROM sessions WHERE digest = ?");
    (void)result;
    bind_bytes(s, 0, bytes_of(query->digest, sizeof query->digest));
    return statement_end(s);
}
