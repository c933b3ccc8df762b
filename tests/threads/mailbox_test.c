// SPDX-License-Identifier: AGPL-3.0-or-later
// threads/mailbox_test.c - many threads put, one takes, nothing is lost or doubled.
#include "host/mailbox.h"

#include "host/thread.h"
#include "support/check.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>

#define WRITERS 4
#define EACH 20000

struct letter {
    uint32_t writer;
    uint32_t number;
    uint64_t sum; // of both: a torn value would not fit
};

struct writer {
    struct mailbox *to;
    uint32_t number;
    struct thread thread;
};

static atomic_uint refused;

static void *write_letters(void *argument)
{
    struct writer *w = argument;

    for (uint32_t i = 0; i < EACH;) {
        const struct letter letter = {.writer = w->number, .number = i, .sum = w->number + i};

        if (mailbox_put(w->to, &letter))
            i++;
        else
            atomic_fetch_add(&refused, 1);
    }
    return NULL;
}

TEST(letters_of_each_writer_keep_their_order)
{
    struct writer writers[WRITERS] = {0};
    uint32_t next[WRITERS] = {0};
    struct mailbox *m = NULL;
    struct letter letter;
    uint32_t taken = 0;

    CHECK_EQ(mailbox_create(&m, sizeof letter, 64), ERR_OK);
    for (uint32_t i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){.to = m, .number = i};
        CHECK_EQ(thread_start(&writers[i].thread, "writer", write_letters, &writers[i]), ERR_OK);
    }
    while (taken < WRITERS * EACH) {
        struct pollfd look = {.fd = mailbox_descriptor(m), .events = POLLIN};

        CHECK_EQ(poll(&look, 1, 30000), 1); // no wake-up is lost
        mailbox_hear(m);
        while (mailbox_take(m, &letter)) {
            CHECK_EQ(letter.number, next[letter.writer]);
            CHECK_EQ(letter.sum, letter.writer + letter.number);
            next[letter.writer]++;
            taken++;
        }
    }
    for (uint32_t i = 0; i < WRITERS; i++)
        thread_join(&writers[i].thread);
    CHECK_EQ(mailbox_count(m), 0);
    mailbox_destroy(m);
}

struct reader {
    struct mailbox *from;
    atomic_uint *taken;
    struct thread thread;
};

static void *read_letters(void *argument)
{
    struct reader *r = argument;
    struct letter letter;

    while (mailbox_wait(r->from, &letter))
        atomic_fetch_add(r->taken, 1);
    return NULL;
}

TEST(several_waiting_readers_share_the_work_and_end_when_it_is_closed)
{
    struct reader readers[2] = {0};
    struct mailbox *m = NULL;
    atomic_uint taken = 0;
    const struct letter letter = {0};

    CHECK_EQ(mailbox_create(&m, sizeof letter, 1000), ERR_OK);
    for (int i = 0; i < 2; i++) {
        readers[i] = (struct reader){.from = m, .taken = &taken};
        CHECK_EQ(thread_start(&readers[i].thread, "reader", read_letters, &readers[i]), ERR_OK);
    }
    for (int i = 0; i < 1000; i++)
        CHECK(mailbox_put(m, &letter) || atomic_load(&taken) < 1000);
    mailbox_close(m);
    for (int i = 0; i < 2; i++)
        thread_join(&readers[i].thread);
    CHECK_EQ(atomic_load(&taken), 1000);
    mailbox_destroy(m);
}
