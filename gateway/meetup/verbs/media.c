// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/media.c - a media thread reports on a transport or on who speaks.
#include "meetup/announce.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/registry.h"
#include "meetup/verbs/verb.h"

#include <string.h>

static void connected(struct turn *turn, struct member *member, const struct sfu_event *event)
{
    const struct standing before = connection_standing(&member->connection);

    announce_media(turn, member, event->kind);
    member->connection.connected = true;
    member->connection.lost = event->kind == SFU_TRANSPORT_LOST;
    announce_standing(turn, member, &before);
}

// Final: the page has to make a new connection.
static void failed(struct turn *turn, struct member *member)
{
    const struct standing before = connection_standing(&member->connection);

    announce_media(turn, member, SFU_TRANSPORT_FAILED);
    member_close_media(turn, member);
    member->connection.lost = true;
    announce_standing(turn, member, &before);
}

static void slots(struct turn *turn, struct member *member, const struct sfu_event *event)
{
    if (member->stage != STAGE_IN || event->slots.count > EVENT_SLOTS)
        return;
    connection_slots(&member->connection, event->slots.changes, event->slots.count);
    announce_slots(turn, member, event->slots.changes, event->slots.count);
}

static void layers(struct turn *turn, struct member *member, const struct sfu_event *event)
{
    if (connection_layers(&member->connection, event))
        announce_layers(turn, member, (enum source_kind)event->layers.kind);
}

static void voice(struct turn *turn, struct member *member, const struct sfu_event *event)
{
    connection_voice(&member->connection, event);
    announce_voice(turn, member);
}

static void quality(struct turn *turn, struct member *member, const struct sfu_event *event)
{
    const struct standing before = connection_standing(&member->connection);

    connection_quality(&member->connection, event);
    announce_standing(turn, member, &before);
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

    if (event->kind == SFU_SPEAKER && meetup)
        speaker(turn, meetup, event);
    if (!member)
        return; // it crossed a close
    switch (event->kind) {
    case SFU_TRANSPORT_CONNECTED:
    case SFU_TRANSPORT_LOST:
    case SFU_TRANSPORT_BACK:
        connected(turn, member, event);
        break;
    case SFU_TRANSPORT_FAILED:
        failed(turn, member);
        break;
    case SFU_SLOTS:
        slots(turn, member, event);
        break;
    case SFU_LAYERS:
        layers(turn, member, event);
        break;
    case SFU_VOICE:
        voice(turn, member, event);
        break;
    case SFU_QUALITY:
        quality(turn, member, event);
        break;
    case SFU_SPEAKER:
        break;
    }
}
