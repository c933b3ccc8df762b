// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/announce_connection.c - what a page is told of its own connection.
#include "meetup/announce.h"

#include "meetup/effects.h"
#include "meetup/member.h"
#include "meetup/turn.h"

#include <string.h>

// NULL when nobody listens or memory is short.
static struct notice *notice_to(struct turn *turn, const struct member *to, enum notice_kind kind)
{
    return to->conversation ? effects_notice(turn->out, to->conversation, kind) : NULL;
}

static bool may_hear(const struct member *to)
{
    return to->stage == STAGE_IN;
}

void announce_media(struct turn *turn, const struct member *to, enum sfu_event_kind event)
{
    struct notice *notice = notice_to(turn, to, NOTICE_MEDIA);

    if (notice)
        notice->media = event;
}

void announce_slots(struct turn *turn, const struct member *to,
                    const struct sfu_slot_change *changes, uint8_t count)
{
    const struct transport_parameters *kept =
        to->connection.parameters && to->conversation
            ? effects_keep(turn->out, to->connection.parameters,
                           PARAMETERS_SIZE(to->connection.parameters))
            : NULL;
    struct notice *notice = kept ? notice_to(turn, to, NOTICE_SLOTS) : NULL;

    if (!notice)
        return;
    notice->slots.parameters = kept;
    notice->slots.count = count;
    memcpy(notice->slots.changes, changes, count * sizeof *changes);
}

void announce_layers(struct turn *turn, const struct member *to, enum source_kind kind)
{
    const struct connection_layers *layers = &to->connection.layers[kind];
    struct notice *notice =
        may_hear(to) && layers->count > 0 ? notice_to(turn, to, NOTICE_LAYERS) : NULL;

    if (!notice)
        return;
    notice->layers.source = SOURCE_KINDS * to->number + (uint32_t)kind;
    notice->layers.count = layers->count;
    memcpy(notice->layers.needed, layers->needed, sizeof notice->layers.needed);
}

void announce_voice(struct turn *turn, const struct member *to)
{
    const struct connection_voice *voice = &to->connection.voice;
    struct notice *notice = may_hear(to) && voice->known ? notice_to(turn, to, NOTICE_VOICE) : NULL;

    if (!notice)
        return;
    notice->voice.max_bps = voice->max_bps;
    notice->voice.redundancy = voice->redundancy;
}

static void announce_line(struct turn *turn, const struct member *to)
{
    struct notice *notice = may_hear(to) ? notice_to(turn, to, NOTICE_LINE) : NULL;

    if (notice)
        notice->line = connection_standing(&to->connection).line;
}

static bool lines_equal(const struct line_view *a, const struct line_view *b)
{
    return a->up == b->up && a->down == b->down && a->pictures_off == b->pictures_off &&
           a->redundancy == b->redundancy;
}

void announce_standing(struct turn *turn, const struct member *member,
                       const struct standing *before)
{
    const struct standing now = connection_standing(&member->connection);

    if (!lines_equal(&now.line, &before->line))
        announce_line(turn, member);
    if (now.lost != before->lost || standing_worst(&now) != standing_worst(before))
        announce_member(turn, member);
    if (now.lost != before->lost && member->stage == STAGE_WAITING)
        announce_waiting(turn, member->meetup);
}

// Empty ones too: they may have been left while the page did not listen.
static void tell_slots(struct turn *turn, const struct member *to)
{
    struct sfu_slot_change changes[EVENT_SLOTS];
    uint8_t count = 0;

    for (size_t line = 0; line < PARAMETERS_LINES; line++) {
        const struct connection_slot *slot = &to->connection.slots[line];

        if (!slot->known)
            continue;
        changes[count++] = (struct sfu_slot_change){
            .line = (uint8_t)line, .source = slot->source, .paused = slot->paused};
        if (count == EVENT_SLOTS) {
            announce_slots(turn, to, changes, count);
            count = 0;
        }
    }
    if (count > 0)
        announce_slots(turn, to, changes, count);
}

void announce_connection(struct turn *turn, const struct member *to)
{
    tell_slots(turn, to);
    for (int kind = 0; kind < SOURCE_KINDS; kind++)
        announce_layers(turn, to, (enum source_kind)kind);
    announce_voice(turn, to);
    announce_line(turn, to);
}
