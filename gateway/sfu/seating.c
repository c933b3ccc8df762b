// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/seating.c - from wishes and senders to slots, with an event before the first packet.
#include "sfu/seating.h"

#include "sfu/assignment.h"
#include "sfu/events.h"
#include "sfu/member.h"
#include "sfu/router.h"

#define DEFAULT_HEIGHT 180
#define PAUSE MSEC(300) // a sound may change its slot after this much quiet
#define SOUNDS_MAX 256  // of one meetup

static const struct sfu_want *want_of(const struct sfu_want *wants, size_t count, uint32_t source)
{
    for (size_t i = 0; i < count; i++)
        if (wants[i].source == source)
            return &wants[i];
    return NULL;
}

static bool is_shown_to(const struct producer *p, const struct member *viewer)
{
    return p && p->live && p->member->number != viewer->number && p->member->admitted &&
           producer_is_picture(p);
}

// What the page asked for and can be had.
static size_t take_wants(const struct member *viewer, struct sfu_want *wants)
{
    size_t count = 0;

    for (size_t i = 0; i < viewer->want_count; i++) {
        const struct sfu_want *want = &viewer->wants[i];
        if (want->height && !want_of(wants, count, want->source) &&
            is_shown_to(router_find_source(viewer->router, want->source), viewer))
            wants[count++] = *want;
    }
    return count;
}

// Before the page said anything: the cameras of those who came first.
static size_t default_wants(const struct member *viewer, struct sfu_want *wants)
{
    size_t count = 0;

    for (size_t i = 0; i < viewer->router->sender_count; i++) {
        const uint32_t source = viewer->router->senders[i]->producers[SOURCE_CAMERA].source;
        const struct producer *camera = router_find_source(viewer->router, source);
        if (count < COMMAND_WANTS && is_shown_to(camera, viewer) && !want_of(wants, count, source))
            wants[count++] = (struct sfu_want){.source = camera->source, .height = DEFAULT_HEIGHT};
    }
    return count;
}

static void give(struct slot *slot, struct producer *source, usec now)
{
    if (slot->source == source)
        return;
    if (source)
        slot_give(slot, source, now);
    else
        slot_clear(slot);
}

static void seat_pictures(struct member *viewer, usec now)
{
    struct sfu_want wants[COMMAND_WANTS];
    uint32_t wanted[COMMAND_WANTS];
    uint32_t slots[PARAMETERS_LINES];
    size_t count = 0;

    if (viewer->admitted)
        count = viewer->has_wants ? take_wants(viewer, wants) : default_wants(viewer, wants);
    for (size_t i = 0; i < count; i++)
        wanted[i] = wants[i].source;
    for (size_t i = 0; i < viewer->picture_count; i++)
        slots[i] = slot_source(viewer->pictures[i]);
    assignment_of_pictures(wanted, count, slots, viewer->picture_count);
    for (size_t i = 0; i < viewer->picture_count; i++) {
        struct slot *slot = viewer->pictures[i];
        const struct sfu_want *want = want_of(wants, count, slots[i]);
        give(slot, want ? router_find_source(viewer->router, slots[i]) : NULL, now);
        slot->height = want ? want->height : 0;
        slot->pinned = want && want->pinned;
        if (slot->told != slots[i] && !member_can_receive(viewer))
            slot_prepare(slot, now);
    }
}

static uint8_t pair_of(const struct member *viewer, uint32_t picture)
{
    for (size_t i = 0; i < viewer->picture_count && i < viewer->sound_count; i++)
        if (slot_source(viewer->pictures[i]) == picture)
            return (uint8_t)i;
    return ASSIGNMENT_NO_LINE;
}

static void want_sounds_of(const struct member *viewer, const struct member *other, usec now,
                           struct sound_want *wants, size_t *count)
{
    const struct producer *microphone = &other->producers[SOURCE_MICROPHONE];
    const struct producer *screen = &other->producers[SOURCE_SCREEN_SOUND];

    if (microphone->live && *count < SOUNDS_MAX)
        wants[(*count)++] =
            (struct sound_want){.source = microphone->source,
                                .line = pair_of(viewer, other->producers[SOURCE_CAMERA].source),
                                .heard = microphone->speaker.forwarded,
                                .voiced = speaker_quiet_for(&microphone->speaker, now) < PAUSE};
    if (screen->live && *count < SOUNDS_MAX)
        wants[(*count)++] =
            (struct sound_want){.source = screen->source,
                                .line = pair_of(viewer, other->producers[SOURCE_SCREEN].source),
                                .heard = true};
}

static bool makes_sound(const struct member *m)
{
    return m->admitted &&
           (m->producers[SOURCE_MICROPHONE].live || m->producers[SOURCE_SCREEN_SOUND].live);
}

static void seat_sounds(struct member *viewer, usec now)
{
    struct sound_want wants[SOUNDS_MAX];
    uint32_t slots[PARAMETERS_LINES];
    const size_t pairs =
        viewer->picture_count < viewer->sound_count ? viewer->picture_count : viewer->sound_count;
    size_t count = 0;

    for (size_t i = 0; i < viewer->router->sender_count; i++) {
        const struct member *other = viewer->router->senders[i];
        if (makes_sound(other) && viewer->admitted && other->number != viewer->number &&
            router_is_newest(viewer->router, other))
            want_sounds_of(viewer, other, now, wants, &count);
    }
    for (size_t i = 0; i < viewer->sound_count; i++)
        slots[i] = slot_source(viewer->sounds[i]);
    viewer->waits_for_pause = assignment_of_sounds(wants, count, slots, viewer->sound_count, pairs);
    for (size_t i = 0; i < viewer->sound_count; i++)
        give(viewer->sounds[i], slots[i] ? router_find_source(viewer->router, slots[i]) : NULL,
             now);
}

void seating_tell(struct member *viewer)
{
    struct sfu_event event = {
        .kind = SFU_SLOTS, .router = viewer->router->id, .transport = viewer->id};

    for (size_t i = 0; i < viewer->slot_count; i++) {
        struct slot *slot = &viewer->slots[i];
        if (slot->told == slot_source(slot) && slot->told_paused == slot->paused)
            continue;
        if (event.slots.count == 0 && !events_have_room(viewer->router->events))
            return;
        slot->told = slot_source(slot);
        slot->told_paused = slot->paused;
        event.slots.changes[event.slots.count++] = (struct sfu_slot_change){
            .line = slot->line_index, .source = slot->told, .paused = slot->paused};
        if (event.slots.count == EVENT_SLOTS) {
            (void)events_put(viewer->router->events, &event);
            event.slots.count = 0;
        }
    }
    if (event.slots.count)
        (void)events_put(viewer->router->events, &event);
}

void seating_move_sounds(struct member *viewer, usec now)
{
    seat_sounds(viewer, now);
    seating_tell(viewer);
}

void seating_run(struct member *viewer, usec now)
{
    seat_pictures(viewer, now);
    seat_sounds(viewer, now);
    downlink_fit(viewer, now);
    seating_tell(viewer);
}
