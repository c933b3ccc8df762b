// SPDX-License-Identifier: AGPL-3.0-or-later
// base/list_test.c - an intrusive list, changed while walked.
#include "base/list.h"

#include "support/check.h"

struct item {
    int number;
    struct list node;
};

static int sum(struct list *list)
{
    int total = 0;

    LIST_EACH(node, list)
        total = 10 * total + LIST_ITEM(node, struct item, node)->number;
    return total;
}

TEST(items_stay_in_order_and_may_leave_inside_the_walk)
{
    struct list list;
    struct item items[3] = {{.number = 1}, {.number = 2}, {.number = 3}};

    list_init(&list);
    CHECK(list_is_empty(&list));
    for (size_t i = 0; i < 3; i++)
        list_append(&list, &items[i].node);
    CHECK_EQ(sum(&list), 123);
    LIST_EACH(node, &list) {
        if (LIST_ITEM(node, struct item, node)->number == 2)
            list_remove(node);
    }
    CHECK_EQ(sum(&list), 13);
    list_remove(&items[1].node); // again: a no-op
    CHECK_EQ(sum(&list), 13);
    list_remove(&items[0].node);
    list_remove(&items[2].node);
    CHECK(list_is_empty(&list));
}
