// SPDX-License-Identifier: AGPL-3.0-or-later
// host/store_thread.c - the thread that owns the database, and the small pool that hashes passwords.
#include "host/store_thread.h"

#include "base/log.h"
#include "base/mem.h"
#include "host/mailbox.h"
#include "host/thread.h"
#include "practice/password_job.h"
#include "store/store.h"

#define QUERIES 1024 // under way at once, results not yet taken included
#define HASHERS 2
#define HASHES 64 // password jobs under way at once

struct store_thread {
    // owned
    struct store *store;
    struct mailbox *queries; // struct query *
    struct mailbox *hashes;  // struct query *
    struct mailbox *results; // struct result *
    struct thread thread;
    struct thread hashers[HASHERS];
    // state of the asking thread
    size_t under_way;
    size_t hashing;
};

enum err store_thread_create(struct store_thread **made, struct store *store)
{
    struct store_thread *s = mem_zero(sizeof *s);

    if (!s) {
        store_close(store);
        return ERR_NO_MEMORY;
    }
    s->store = store;
    if (mailbox_create(&s->queries, sizeof(struct query *), QUERIES) ||
        mailbox_create(&s->hashes, sizeof(struct query *), HASHES) ||
        mailbox_create(&s->results, sizeof(struct result *), QUERIES + HASHES)) {
        store_thread_destroy(s);
        return ERR_NO_MEMORY;
    }
    *made = s;
    return ERR_OK;
}

static void free_query(struct query *query)
{
    mem_wipe(query->password, sizeof query->password);
    mem_free(query);
}

static void free_queries(struct mailbox *mailbox)
{
    struct query *query;

    while (mailbox && mailbox_take(mailbox, &query))
        free_query(query);
}

void store_thread_destroy(struct store_thread *s)
{
    struct result *result;

    if (!s)
        return;
    store_thread_stop(s);
    free_queries(s->queries);
    free_queries(s->hashes);
    while (s->results && mailbox_take(s->results, &result)) {
        result_fini(result);
        mem_free(result);
    }
    mailbox_destroy(s->queries);
    mailbox_destroy(s->hashes);
    mailbox_destroy(s->results);
    store_close(s->store);
    mem_free(s);
}

static void answer(struct store_thread *s, struct query *query)
{
    struct result *result = mem_zero(sizeof *result);

    if (!result) { // the call stays open until its page gives up
        log_event(LOG_ERROR, "store_no_memory kind=%d", query->kind);
        free_query(query);
        return;
    }
    result->kind = query->kind;
    result->id = query->id;
    if (query_is_password_job(query))
        password_job_run(query, result);
    else
        store_run(s->store, query, result);
    free_query(query);
    if (!mailbox_put(s->results, &result)) { // cannot be: what is under way is bounded
        log_event(LOG_ERROR, "store_result_lost kind=%d", result->kind);
        result_fini(result);
        mem_free(result);
    }
}

static void *run_queries(void *argument)
{
    struct store_thread *s = argument;
    struct query *query;

    while (mailbox_wait(s->queries, &query))
        answer(s, query);
    return NULL;
}

static void *run_hashes(void *argument)
{
    struct store_thread *s = argument;
    struct query *query;

    while (mailbox_wait(s->hashes, &query))
        answer(s, query);
    return NULL;
}

enum err store_thread_start(struct store_thread *s)
{
    enum err err = thread_start(&s->thread, "store", run_queries, s);

    for (int i = 0; !err && i < HASHERS; i++)
        err = thread_start(&s->hashers[i], "password", run_hashes, s);
    return err;
}

bool store_thread_ask(struct store_thread *s, struct query *query)
{
    const bool hash = query_is_password_job(query);

    if (hash ? s->hashing >= HASHES : s->under_way >= QUERIES)
        return false;
    if (!mailbox_put(hash ? s->hashes : s->queries, &query))
        return false;
    if (hash)
        s->hashing++;
    else
        s->under_way++;
    return true;
}

static bool is_hash(const struct result *result)
{
    return result->kind == QUERY_HASH_PASSWORD || result->kind == QUERY_VERIFY_PASSWORD;
}

struct result *store_thread_take(struct store_thread *s)
{
    struct result *result = NULL;

    if (!mailbox_take(s->results, &result))
        return NULL;
    if (is_hash(result))
        s->hashing--;
    else
        s->under_way--;
    return result;
}

int store_thread_descriptor(const struct store_thread *s)
{
    return mailbox_descriptor(s->results);
}

void store_thread_hear(struct store_thread *s)
{
    mailbox_hear(s->results);
}

void store_thread_stop(struct store_thread *s)
{
    if (s->queries)
        mailbox_close(s->queries);
    if (s->hashes)
        mailbox_close(s->hashes);
    thread_join(&s->thread);
    for (int i = 0; i < HASHERS; i++)
        thread_join(&s->hashers[i]);
}
