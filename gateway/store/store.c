// SPDX-License-Identifier: AGPL-3.0-or-later
// store/store.c - runs queries: one table, one transaction each.
#include "store/store.h"

#include "base/mem.h"
#include "store/database.h"
#include "store/migrate.h"
#include "store/questions.h"

#include <assert.h>
#include <string.h>

struct store {
    struct database *db; // owned
};

static question *const questions[QUERY_KINDS] = {
    [QUERY_START] = ask_start,
    [QUERY_ENTER] = ask_enter,
    [QUERY_SAVE_SEAT] = ask_save_seat,
    [QUERY_END_MEETUP] = ask_end_meetup,
    [QUERY_FIRST_DOCTOR] = ask_first_doctor,
    [QUERY_ADD_DOCTOR] = ask_add_doctor,
    [QUERY_DOCTOR_BY_EMAIL] = ask_doctor_by_email,
    [QUERY_DOCTORS] = ask_doctors,
    [QUERY_SET_PASSWORD] = ask_set_password,
    [QUERY_ADD_SESSION] = ask_add_session,
    [QUERY_END_SESSION] = ask_end_session,
    [QUERY_MEETUPS] = ask_meetups,
    [QUERY_MEETUP] = ask_meetup,
    [QUERY_MAKE_MEETUP] = ask_make_meetup,
    [QUERY_EDIT_MEETUP] = ask_edit_meetup,
    [QUERY_MOVE_MEETUP] = ask_move_meetup,
    [QUERY_MAKE_INVITE] = ask_make_invite,
    [QUERY_RENEW_INVITE] = ask_renew_invite,
    [QUERY_REVOKE_INVITE] = ask_revoke_invite,
    [QUERY_REDEEM] = ask_redeem,
    [QUERY_OPEN_INVITE] = ask_open_invite,
    [QUERY_GIVE_FEEDBACK] = ask_give_feedback,
    [QUERY_MAKE_FOLLOW_UP] = ask_make_follow_up,
    [QUERY_EDIT_FOLLOW_UP] = ask_edit_follow_up,
    [QUERY_CLOSE_FOLLOW_UP] = ask_close_follow_up,
};

enum err store_open(struct store **made, const char *path, const char **why)
{
    struct store *store = mem_zero(sizeof *store);
    enum err err = ERR_NO_MEMORY;

    *why = "There is not enough memory.";
    if (store)
        err = database_open(&store->db, path, why);
    if (err == ERR_OK) {
        err = migrate(store->db);
        *why = err == ERR_CONFLICT ? "The database was made by a newer version of Aftercare."
                                   : "The database cannot be brought up to date.";
    }
    if (err != ERR_OK) {
        store_close(store);
        return err;
    }
    *made = store;
    return ERR_OK;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    database_close(store->db);
    mem_free(store);
}

void store_run(struct store *store, const struct query *query, struct result *result)
{
    assert(query->kind >= 0 && query->kind < QUERY_KINDS && questions[query->kind]);
    *result = (struct result){.kind = query->kind, .id = query->id};

    result->err = database_begin(store->db);
    if (result->err == ERR_OK)
        result->err = questions[query->kind](store->db, query, result);
    if (result->err == ERR_OK)
        result->err = database_commit(store->db);
    if (result->err != ERR_OK)
        database_roll_back(store->db);
}

void *append(void **items, size_t *count, size_t size)
{
    // Grows at powers of two, so that the size needs no place of its own.
    if ((*count & (*count - 1)) == 0) {
        void *grown = mem_resize(*items, (*count ? *count * 2 : 1) * size);
        if (!grown)
            return NULL;
        *items = grown;
    }
    void *item = (char *)*items + *count * size;
    memset(item, 0, size);
    (*count)++;
    return item;
}

void result_fini(struct result *result)
{
    mem_free(result->sessions);
    mem_free(result->doctors);
    mem_free(result->seats);
    mem_free(result->meetups);
    mem_free(result->invites);
    mem_free(result->feedback);
    mem_free(result->follow_ups);
    *result = (struct result){0};
}
