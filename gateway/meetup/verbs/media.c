// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/media.c - a media thread reports on a transport or on who speaks.
#include "meetup/announce.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/registry.h"
#include "meetup/verbs/verb.h"

#include <string.h>

static void set_lost(struct turn *turn, struct member *member, bool lost)
{
    if (member->connection.lost == lost)
        return;
    member->connection.lost = lost;
    announce_member(turn, member);
    if (member->stage == STAGE_WAITING)
        announce_waiting(turn, member->meetup);
}

static void connected(struct turn *turn, struct member *member, const struct sfu_event *event)
{
    announce_media(turn, member, event->kind);
    set_lost(turn, member, event->kind == SFU_TRANSPORT_LOST);
}

// Final: the page has to make a new connection.
static void failed(struct turn *turn, struct member *member, const struct sfu_event *event)
{
    const bool was_lost = member->connection.lost;

    announce_media(turn, member, event->kind);
    member_close_media(turn, member);
    member->connection.lost = was_lost;
    set_lost(turn, member, true);
}

static void slots(struct turn *turn, struct member *member, const struct sfu_event *event)
{
    if (member->stage != STAGE_IN || event->slots.count > EVENT_SLOTS)
        return;
    connection_slots(&member->connection, event->slots.changes, event->slots.count);
    announce_slots(turn, member, event->slots.changes, event->slots.count);
}

// 0: nobody who is in.
static uint32_t member_of(const struct meetup *meetup, uint32_t source)
{
    const struct member *member = meetup_find_member(meetup, source / SOURCE_KINDS);

    return member && member->stage == STAGE_IN ? member->number : 0;
}

static void speaker(struct turn *turn, struct meetup *meetup, const struct sfu_event *event)
{
    struct sfu_event next = {.kind = SFU_SPEAKER};

    next.speaker.dominant = member_of(meetup, event->speaker.dominant);
    for (size_t i = 0; i < event->speaker.count && i < EVENT_SPEAKERS; i++) {
        const uint32_t number = member_of(meetup, event->speaker.speaking[i]);

        if (number)
            next.speaker.speaking[next.speaker.count++] = number;
    }
    if (next.speaker.dominant == meetup->speaker.speaker.dominant &&
        next.speaker.count == meetup->speaker.speaker.count &&
        memcmp(next.speaker.speaking, meetup->speaker.speaker.speaking,
               sizeof next.speaker.speaking) == 0)
        return;
    meetup->speaker = next;
    announce_speaker(turn, meetup);
}

void report_media(struct turn *turn)
{
    const struct sfu_event *event = &turn->request->media;
    struct member *member = table_find(&turn->registry->transports, event->transport);
    struct meetup *meetup = table_find(&turn->registry->routers, event->router);

    if (event->kind == SFU_SPEAKER) {
        if (meetup)
            speaker(turn, meetup, event);
        return;
    }
    if (!member)
        return; // it crossed a close
    if (event->kind == SFU_SLOTS)
        slots(turn, member, event);
    else if (event->kind == SFU_TRANSPORT_FAILED)
        failed(turn, member, event);
    else
        connected(turn, member, event);
}
