// SPDX-License-Identifier: AGPL-3.0-or-later
// host/mailbox_test.c - values come out as they went in, and never more than fit.
#include "host/mailbox.h"

#include "support/check.h"

#include <poll.h>

static bool is_readable(const struct mailbox *m)
{
    struct pollfd look = {.fd = mailbox_descriptor(m), .events = POLLIN};

    return poll(&look, 1, 0) == 1;
}

TEST(values_keep_their_order_around_the_end)
{
    struct mailbox *m = NULL;
    int got;

    CHECK_EQ(mailbox_create(&m, sizeof(int), 3), ERR_OK);
    for (int i = 0; i < 10; i++) {
        const int next = i + 1;

        CHECK(mailbox_put(m, &i));
        CHECK(mailbox_put(m, &next));
        CHECK(mailbox_take(m, &got));
        CHECK_EQ(got, i);
        CHECK(mailbox_take(m, &got));
        CHECK_EQ(got, next);
    }
    CHECK(!mailbox_take(m, &got));
    mailbox_destroy(m);
}

TEST(a_full_mailbox_says_so)
{
    struct mailbox *m = NULL;
    int value = 1;

    CHECK_EQ(mailbox_create(&m, sizeof value, 2), ERR_OK);
    CHECK(mailbox_put(m, &value) && mailbox_put(m, &value));
    CHECK(!mailbox_has_room(m));
    CHECK(!mailbox_put(m, &value));
    CHECK_EQ(mailbox_count(m), 2);
    CHECK(mailbox_take(m, &value));
    CHECK(mailbox_put(m, &value));
    mailbox_destroy(m);
}

TEST(a_put_wakes_until_it_is_heard)
{
    struct mailbox *m = NULL;
    int value = 1;

    CHECK_EQ(mailbox_create(&m, sizeof value, 2), ERR_OK);
    CHECK(!is_readable(m));
    CHECK(mailbox_put(m, &value));
    CHECK(is_readable(m));
    mailbox_hear(m);
    CHECK(!is_readable(m));
    mailbox_destroy(m);
}

TEST(a_closed_mailbox_gives_what_is_inside_and_takes_no_more)
{
    struct mailbox *m = NULL;
    int value = 7, got = 0;

    CHECK_EQ(mailbox_create(&m, sizeof value, 2), ERR_OK);
    CHECK(mailbox_put(m, &value));
    mailbox_close(m);
    CHECK(!mailbox_put(m, &value));
    CHECK(mailbox_wait(m, &got));
    CHECK_EQ(got, 7);
    CHECK(!mailbox_wait(m, &got));
    mailbox_destroy(m);
}
