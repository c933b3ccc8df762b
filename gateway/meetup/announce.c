// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/announce.c - who is told what: each kind of news to exactly those who may know it.
#include "meetup/announce.h"

#include "base/mem.h"
#include "meetup/effects.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/seat.h"
#include "meetup/turn.h"

#include <string.h>

static bool is_in(const struct member *member)
{
    return member->stage == STAGE_IN;
}

// NULL when nobody listens or memory is short.
static struct notice *notice_to(struct turn *turn, const struct member *to, enum notice_kind kind)
{
    return to->conversation ? effects_notice(turn->out, to->conversation, kind) : NULL;
}

static void tell_views(struct turn *turn, const struct member *to, enum notice_kind kind,
                       const struct member_view *views, size_t count)
{
    const struct member_view *kept = effects_keep(turn->out, views, count * sizeof *views);
    struct notice *notice = kept ? notice_to(turn, to, kind) : NULL;

    if (!notice)
        return;
    notice->members.views = kept;
    notice->members.count = count;
}

static void tell_members(struct turn *turn, const struct member *to)
{
    struct member_view *views = mem_zero_array(meetup_count(to->meetup), sizeof *views);
    size_t count = 0;

    if (!views) {
        turn->out->lost = true;
        return;
    }
    LIST_EACH(node, &to->meetup->members) {
        const struct member *member = LIST_ITEM(node, struct member, link);

        if (is_in(member))
            views[count++] = member_view(member, member_is_host(to));
    }
    tell_views(turn, to, NOTICE_MEMBERS, views, count);
    mem_free(views);
}

void announce_member(struct turn *turn, const struct member *member)
{
    if (!is_in(member))
        return;
    LIST_EACH(node, &member->meetup->members) {
        const struct member *to = LIST_ITEM(node, struct member, link);
        struct member_view view;

        if (!is_in(to) || !to->conversation)
            continue;
        view = member_view(member, member_is_host(to));
        tell_views(turn, to, NOTICE_MEMBER, &view, 1);
    }
}

void announce_left(struct turn *turn, const struct meetup *meetup, uint32_t number)
{
    LIST_EACH(node, &meetup->members) {
        const struct member *to = LIST_ITEM(node, struct member, link);
        struct notice *notice = is_in(to) ? notice_to(turn, to, NOTICE_MEMBER_LEFT) : NULL;

        if (notice)
            notice->member_left = number;
    }
}

static size_t list_waiting(const struct meetup *meetup, struct waiting_view *views)
{
    const struct member *member = NULL;
    size_t count = 0;

    while ((member = meetup_next_waiting(meetup, member)))
        views[count++] = waiting_view(member);
    return count;
}

static void tell_waiting(struct turn *turn, const struct member *to,
                         const struct waiting_view *kept, size_t count)
{
    struct notice *notice = notice_to(turn, to, NOTICE_WAITING);

    if (!notice)
        return;
    notice->waiting.views = kept;
    notice->waiting.count = count;
}

// `only`: this host; NULL: all of them.
static void tell_hosts_waiting(struct turn *turn, const struct meetup *meetup,
                               const struct member *only)
{
    struct waiting_view *views = mem_zero_array(meetup_count(meetup) + 1, sizeof *views);
    const size_t count = views ? list_waiting(meetup, views) : 0;
    const struct waiting_view *kept =
        views ? effects_keep(turn->out, views, count * sizeof *views) : NULL;

    mem_free(views);
    if (!kept) {
        turn->out->lost = true;
        return;
    }
    LIST_EACH(node, &meetup->members) {
        const struct member *to = LIST_ITEM(node, struct member, link);

        if (is_in(to) && member_is_host(to) && (!only || to == only))
            tell_waiting(turn, to, kept, count);
    }
}

static void tell_place(struct turn *turn, struct member *to, uint32_t place, bool host_present)
{
    struct notice *notice = notice_to(turn, to, NOTICE_WAITING_PLACE);

    to->told_place = place;
    to->told_host_present = host_present;
    if (!notice)
        return;
    notice->waiting_place.place = place;
    notice->waiting_place.host_present = host_present;
}

void announce_waiting(struct turn *turn, const struct meetup *meetup)
{
    const bool host_present = meetup_host_is_present(meetup);
    struct member *member = NULL;
    uint32_t place = 0;

    tell_hosts_waiting(turn, meetup, NULL);
    while ((member = meetup_next_waiting(meetup, member))) {
        place++;
        if (member->told_place != place || member->told_host_present != host_present)
            tell_place(turn, member, place, host_present);
    }
}

void announce_stage(struct turn *turn, const struct member *to, enum stage stage,
                    enum out_reason reason)
{
    struct notice *notice = notice_to(turn, to, NOTICE_STAGE);

    if (!notice)
        return;
    notice->stage.stage = stage;
    notice->stage.reason = reason;
}

static void tell_speaker(struct turn *turn, const struct member *to)
{
    const struct sfu_event *event = &to->meetup->speaker;
    struct notice *notice = notice_to(turn, to, NOTICE_SPEAKER);

    if (!notice)
        return;
    notice->speaker.dominant = event->speaker.dominant;
    notice->speaker.count = event->speaker.count;
    memcpy(notice->speaker.speaking, event->speaker.speaking, sizeof notice->speaker.speaking);
}

void announce_speaker(struct turn *turn, const struct meetup *meetup)
{
    LIST_EACH(node, &meetup->members) {
        const struct member *to = LIST_ITEM(node, struct member, link);

        if (is_in(to))
            tell_speaker(turn, to);
    }
}

static bool may_read(const struct member *member, const struct chat_line *line)
{
    switch (line->to) {
    case CHAT_ALL:
        return is_in(member);
    case CHAT_HOSTS:
        if (is_in(member))
            return member_is_host(member) || line->seat == member->seat;
        return line->from == member->number;
    case CHAT_WAITING:
        return !is_in(member) || member_is_host(member);
    }
    return false;
}

static void tell_line(struct turn *turn, const struct member *to, const struct chat_line *line)
{
    const char *text = effects_keep(turn->out, line->text, line->len + 1);
    const char *name = effects_keep(turn->out, line->room_name, sizeof line->room_name);
    struct notice *notice = text && name ? notice_to(turn, to, NOTICE_CHAT) : NULL;

    if (!notice)
        return;
    notice->chat.from = line->from;
    notice->chat.room_name = name;
    notice->chat.to = line->to;
    notice->chat.at_ms = line->at_ms;
    notice->chat.text = bytes_of(text, line->len);
}

void announce_chat(struct turn *turn, const struct meetup *meetup, const struct chat_line *line)
{
    LIST_EACH(node, &meetup->members) {
        const struct member *to = LIST_ITEM(node, struct member, link);

        if (to->conversation && may_read(to, line))
            tell_line(turn, to, line);
    }
}

static void tell_history(struct turn *turn, const struct member *to)
{
    LIST_EACH(node, &to->meetup->chat.lines) {
        const struct chat_line *line = LIST_ITEM(node, struct chat_line, link);

        if (line->number >= to->seat->chat_from && may_read(to, line))
            tell_line(turn, to, line);
    }
}

void announce_room(struct turn *turn, const struct member *to)
{
    tell_members(turn, to);
    if (member_is_host(to))
        tell_hosts_waiting(turn, to->meetup, to);
    announce_connection(turn, to);
    if (to->meetup->speaker.speaker.dominant || to->meetup->speaker.speaker.count > 0)
        tell_speaker(turn, to);
    tell_history(turn, to);
}
