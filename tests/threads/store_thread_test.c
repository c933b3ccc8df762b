// SPDX-License-Identifier: AGPL-3.0-or-later
// threads/store_thread_test.c - questions are answered in order, passwords beside them, all before the end.
#include "host/store_thread.h"

#include "base/mem.h"
#include "store/store.h"
#include "support/check.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static char folder[64];

static struct store_thread *open_thread(void)
{
    char path[128];
    struct store_thread *s = NULL;
    struct store *store = NULL;
    const char *why = "";

    snprintf(folder, sizeof folder, "/tmp/aftercare-store-XXXXXX");
    CHECK(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store.db", folder);
    CHECK_EQ(store_open(&store, path, &why), ERR_OK);
    CHECK_EQ(store_thread_create(&s, store), ERR_OK);
    return s;
}

static void close_thread(struct store_thread *s)
{
    static const char *const names[] = {"store.db", "store.db-wal", "store.db-shm", ""};
    char path[128];

    store_thread_destroy(s);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
}

static bool ask(struct store_thread *s, int kind, uint64_t id)
{
    struct query *query = mem_zero(sizeof *query);

    query->kind = kind;
    query->id = id;
    snprintf(query->password, sizeof query->password, "%s", "past patients meet");
    if (store_thread_ask(s, query))
        return true;
    mem_free(query);
    return false;
}

static struct result *take(struct store_thread *s)
{
    struct pollfd look = {.fd = store_thread_descriptor(s), .events = POLLIN};
    struct result *result;

    while (!(result = store_thread_take(s))) {
        CHECK_EQ(poll(&look, 1, 30000), 1);
        store_thread_hear(s);
    }
    return result;
}

static void drop(struct result *result)
{
    result_fini(result);
    mem_free(result);
}

TEST(queries_keep_their_order_while_passwords_are_hashed_beside_them)
{
    struct store_thread *s = open_thread();
    uint64_t next = 1;
    int hashes = 0;

    CHECK_EQ(store_thread_start(s), ERR_OK);
    for (int i = 0; i < 4; i++)
        CHECK(ask(s, QUERY_HASH_PASSWORD, 0));
    for (uint64_t i = 1; i <= 200; i++)
        CHECK(ask(s, QUERY_START, i));
    for (int i = 0; i < 204; i++) {
        struct result *result = take(s);

        CHECK_EQ(result->err, ERR_OK);
        if (result->kind == QUERY_HASH_PASSWORD) {
            CHECK(result->password_hash[0] == '$');
            hashes++;
        } else {
            CHECK_EQ(result->id, next);
            next++;
        }
        drop(result);
    }
    CHECK_EQ(hashes, 4);
    close_thread(s);
}

TEST(what_was_asked_is_done_before_the_end)
{
    struct store_thread *s = open_thread();
    struct result *result;
    int answered = 0;

    CHECK_EQ(store_thread_start(s), ERR_OK);
    for (uint64_t i = 1; i <= 100; i++)
        CHECK(ask(s, QUERY_START, i));
    store_thread_stop(s);
    CHECK(!ask(s, QUERY_START, 101));
    while ((result = store_thread_take(s))) {
        answered++;
        drop(result);
    }
    CHECK_EQ(answered, 100);
    close_thread(s);
}

TEST(too_much_at_once_is_refused_and_the_rest_goes_on)
{
    struct store_thread *s = open_thread();
    int taken = 0, asked = 0;

    while (ask(s, QUERY_START, 1)) // nothing runs yet
        asked++;
    CHECK(asked >= 100 && asked <= 2000);
    CHECK_EQ(store_thread_start(s), ERR_OK);
    for (; taken < asked; taken++)
        drop(take(s));
    CHECK(ask(s, QUERY_START, 2));
    drop(take(s));
    close_thread(s);
}
