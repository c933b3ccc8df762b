// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/chat.c - what was written in a meetup, kept in memory while it is live.
#include "meetup/chat.h"

#include "base/mem.h"

#include <string.h>

void chat_init(struct chat *chat)
{
    *chat = (struct chat){.next = 1};
    list_init(&chat->lines);
}

static void forget(struct chat *chat, struct chat_line *line)
{
    list_remove(&line->link);
    chat->count--;
    chat->bytes -= line->len;
    mem_free(line);
}

void chat_fini(struct chat *chat)
{
    LIST_EACH(node, &chat->lines)
        forget(chat, LIST_ITEM(node, struct chat_line, link));
}

const struct chat_line *chat_add(struct chat *chat, const struct chat_line *line, struct bytes text)
{
    struct chat_line *made = mem_zero(sizeof *made + text.len + 1);

    if (!made)
        return NULL;
    *made = *line;
    made->number = chat->next++;
    made->len = text.len;
    if (text.len > 0)
        memcpy(made->text, text.at, text.len);
    list_append(&chat->lines, &made->link);
    chat->count++;
    chat->bytes += made->len;
    while (chat->count > CHAT_KEPT || (chat->bytes > CHAT_KEPT_BYTES && chat->count > 1))
        forget(chat, LIST_ITEM(chat->lines.next, struct chat_line, link));
    return made;
}
