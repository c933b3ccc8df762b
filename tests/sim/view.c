// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/view.c - sums over the slots of a guest.
#include "sim/view.h"

#include "support/check.h"
#include "support/feasible.h"

#define GONE MSEC(500) // nothing shown for so long
#define STAYS SEC(1)

const struct room_options view_like_browsers = {.pairs = 3,
                                                .spares = 1,
                                                .simulcast = true,
                                                .temporal = true,
                                                .natural = true,
                                                .red = true,
                                                .sound_nack = true};

static const struct sender *sender_of(const struct room *room, uint32_t source)
{
    for (size_t i = 0; i < ROOM_GUESTS; i++)
        if (room->guests[i].peer && room->guests[i].number == source / SOURCE_KINDS)
            return &room->guests[i].senders[source % SOURCE_KINDS];
    return NULL;
}

static bool is_shown(const struct room *room, const struct guest *g, uint8_t line)
{
    const struct receiver *r = &g->receivers[line];

    return g->parameters.lines[line].kind == LINE_VIDEO && g->told[line] && r->last_shown_at &&
           r->last.content.source == g->told[line] && room->now - r->last_shown_at < GONE;
}

uint64_t view_bps(const struct room *room, size_t guest)
{
    const struct guest *g = &room->guests[guest];
    uint64_t sum = 0;

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++) {
        if (!is_shown(room, g, i))
            continue;
        const int temporal = receiver_temporal(&g->receivers[i], room->now);
        const struct sender *s = sender_of(room, g->told[i]);
        if (s && temporal >= 0)
            sum += sender_nominal_bps(s, g->receivers[i].layer, (uint8_t)temporal);
    }
    return sum;
}

static uint64_t sound_bytes(const struct guest *g)
{
    uint64_t sum = 0;

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        if (g->parameters.lines[i].kind == LINE_AUDIO)
            sum += g->receivers[i].bytes;
    return sum;
}

void view_sound_from(struct view_sound *sound, const struct room *room, size_t guest)
{
    *sound = (struct view_sound){room->now, sound_bytes(&room->guests[guest])};
}

uint64_t view_sound_bps(const struct view_sound *sound, const struct room *room, size_t guest)
{
    const uint64_t bytes = sound_bytes(&room->guests[guest]) - sound->bytes;

    CHECK(room->now > sound->from);
    return bytes * 8 * 1000000 / (uint64_t)(room->now - sound->from);
}

static void add_choices(struct feasible_picture *picture, const struct sender *s, uint16_t height)
{
    for (uint8_t layer = 0; layer < s->layer_count; layer++) {
        // A quarter of the frames is worth showing only of the lowest layer.
        for (uint8_t tid = s->temporal && layer > 0; tid < (s->temporal ? 3 : 1); tid++)
            picture->bps[picture->count++] = sender_nominal_bps(s, layer, tid);
        if (s->layer_count > 1 && 180u << layer >= height)
            return; // the lowest that is tall enough
    }
}

uint64_t view_best_bps(const struct room *room, size_t guest, uint64_t room_bps)
{
    const struct guest *g = &room->guests[guest];
    struct feasible_picture pictures[FEASIBLE_PICTURES] = {0};

    CHECK(g->want_count <= FEASIBLE_PICTURES);
    for (uint8_t i = 0; i < g->want_count; i++) {
        const struct sender *s = sender_of(room, g->wants[i].source);
        if (s)
            add_choices(&pictures[i], s, g->wants[i].height);
    }
    return feasible_best(pictures, g->want_count, room_bps);
}

usec view_wait(struct room *room, size_t guest, const struct view_range *range, usec ceiling)
{
    const usec from = room->now;
    usec since = USEC_NEVER;

    while (room->now - from < ceiling + STAYS) {
        const uint64_t bps = view_bps(room, guest);
        const bool good = bps >= range->least_bps && bps <= range->most_bps;
        since = good ? usec_min(since, room->now) : USEC_NEVER;
        if (good && room->now - since >= STAYS)
            return usec_min(since - from, ceiling);
        room_run(room, MSEC(10));
    }
    return ceiling;
}

uint32_t view_layer_switches(const struct room *room, size_t guest)
{
    const struct guest *g = &room->guests[guest];
    uint32_t sum = 0;

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        sum += g->receivers[i].layer_switches;
    return sum;
}

uint32_t view_freezes(const struct room *room, size_t guest)
{
    const struct guest *g = &room->guests[guest];
    uint32_t sum = 0;

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        sum += freeze_count(&g->receivers[i].freeze, room->now);
    return sum;
}

usec view_longest_gap(const struct room *room, size_t guest)
{
    const struct guest *g = &room->guests[guest];
    usec longest = 0;

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++) {
        const usec gap = freeze_longest(&g->receivers[i].freeze, room->now);
        longest = gap > longest ? gap : longest;
    }
    return longest;
}

double view_concealed(struct room *room, size_t guest, size_t speaker)
{
    const struct receiver *r =
        room_slot_of(room, guest, room_source(room, speaker, SOURCE_MICROPHONE));

    return r && r->playout.heard ? playout_concealed(&r->playout) : 1;
}
