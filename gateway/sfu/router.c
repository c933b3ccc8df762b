// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/router.c - seats are given again whenever somebody comes, goes, begins or stops.
#include "sfu/router.h"

#include "base/mem.h"
#include "sfu/events.h"
#include "sfu/member.h"
#include "sfu/mirror.h"
#include "sfu/seating.h"
#include "sfu/share.h"

#include <string.h>

#define UPDATE_INTERVAL MSEC(250)
#define PAUSE_CHECK MSEC(20)  // one packet of sound
#define CAMERA_SILENCE SEC(5) // a camera that sends nothing leaves its slots

struct router *router_create(uint64_t id, int64_t wall_offset)
{
    struct router *r = mem_zero(sizeof *r);
    if (!r)
        return NULL;

    r->id = id;
    r->wall_offset = wall_offset;
    list_init(&r->members);
    list_init(&r->mark);
    speaker_init(&r->speaker, SPEAKER_FORWARDED);
    return r;
}

void router_destroy(struct router *r)
{
    if (!r)
        return;
    list_remove(&r->mark);
    table_fini(&r->mirrors);
    table_fini(&r->newest);
    mem_free(r->senders);
    mem_free(r);
}

// So that seating takes no memory.
static bool make_room(struct router *r)
{
    const size_t room = r->sender_room ? 2 * r->sender_room : 8;

    if (r->member_count < r->sender_room)
        return true;
    struct member **senders = mem_resize(r->senders, room * sizeof(struct member *));
    if (!senders)
        return false;
    r->senders = senders;
    r->sender_room = room;
    return true;
}

static bool is_live(const struct member *m)
{
    for (size_t kind = 0; kind < SOURCE_KINDS; kind++)
        if (m->producers[kind].live)
            return true;
    return false;
}

static void find_senders(struct router *r)
{
    r->sender_count = 0;
    LIST_EACH(node, &r->members) {
        struct member *m = LIST_ITEM(node, struct member, node);
        if (is_live(m))
            r->senders[r->sender_count++] = m;
    }
}

// True: it was one.
static bool forget_sender(struct router *r, const struct member *m)
{
    const size_t before = r->sender_count;
    size_t kept = 0;

    for (size_t i = 0; i < before; i++)
        if (r->senders[i] != m)
            r->senders[kept++] = r->senders[i];
    r->sender_count = kept;
    return kept < before;
}

// Who came before, and whose number it is, is still here: NULL when nobody is.
static struct member *last_of(const struct router *r, uint32_t number)
{
    for (struct list *node = r->members.prev; node != &r->members; node = node->prev) {
        struct member *m = LIST_ITEM(node, struct member, node);
        if (m->number == number)
            return m;
    }
    return NULL;
}

enum err router_add(struct router *r, struct member *m)
{
    const struct member *newest = table_find(&r->newest, m->number);
    struct list *before = r->members.prev;

    if (!make_room(r) || ((!newest || newest->id < m->id) && table_put(&r->newest, m->number, m)))
        return ERR_NO_MEMORY;
    while (before != &r->members && LIST_ITEM(before, struct member, node)->id > m->id)
        before = before->prev;
    list_append(before->next, &m->node);
    r->member_count++;
    return ERR_OK;
}

void router_remove(struct router *r, struct member *m)
{
    struct member *former;

    list_remove(&m->node);
    r->member_count--;
    if (forget_sender(r, m) || is_live(m))
        router_mark(r);
    if (table_find(&r->newest, m->number) != m)
        return;
    former = last_of(r, m->number);
    if (former) // it is to be seen again
        router_mark(r);
    if (!former || table_put(&r->newest, m->number, former))
        table_remove(&r->newest, m->number);
}

bool router_is_newest(const struct router *r, const struct member *m)
{
    return table_find(&r->newest, m->number) == m;
}

struct producer *router_find_source(const struct router *r, uint32_t source)
{
    struct member *m = table_find(&r->newest, source / SOURCE_KINDS);

    return m ? &m->producers[source % SOURCE_KINDS] : NULL;
}

// In a pause of theirs, sounds move; nothing else has changed for those who wait for one.
static void move_sounds(struct router *r, usec now)
{
    r->waits = false;
    LIST_EACH(node, &r->members) {
        struct member *viewer = LIST_ITEM(node, struct member, node);
        if (viewer->waits_for_pause)
            seating_move_sounds(viewer, now);
        r->waits = r->waits || viewer->waits_for_pause;
    }
}

static void mark(struct router *r)
{
    r->dirty = true;
    if (list_is_empty(&r->mark))
        list_append(r->marked, &r->mark);
}

void router_mark(struct router *r)
{
    r->all_dirty = true;
    mark(r);
}

void router_mark_viewer(struct router *r, struct member *viewer)
{
    viewer->unseated = true;
    mark(r);
}

void router_seat(struct router *r, usec now)
{
    const bool all = r->all_dirty;

    r->dirty = r->all_dirty = false;
    list_remove(&r->mark);
    r->waits = false;
    if (all)
        find_senders(r);
    LIST_EACH(node, &r->members) {
        struct member *viewer = LIST_ITEM(node, struct member, node);
        if (member_is_mirror(viewer))
            continue;
        if (all || viewer->unseated)
            seating_run(viewer, now);
        viewer->unseated = false;
        r->waits = r->waits || viewer->waits_for_pause;
    }
    r->due = usec_min(r->due, r->waits ? now + PAUSE_CHECK : r->next_update);
}

// If it is news.
static void tell_speaker(struct router *r, usec now)
{
    struct sfu_event event = {.kind = SFU_SPEAKER, .router = r->id};

    event.speaker.dominant = speaker_dominant(&r->speaker);
    LIST_EACH(node, &r->members) {
        const struct producer *p =
            &LIST_ITEM(node, struct member, node)->producers[SOURCE_MICROPHONE];
        if (event.speaker.count < EVENT_SPEAKERS && p->live &&
            speaker_is_speaking(&p->speaker, now))
            event.speaker.speaking[event.speaker.count++] = p->source;
    }
    if (event.speaker.dominant == r->told_dominant && event.speaker.count == r->told_count &&
        memcmp(event.speaker.speaking, r->told_speaking, sizeof r->told_speaking) == 0)
        return;
    if (!events_have_room(r->events))
        return;
    r->told_dominant = event.speaker.dominant;
    r->told_count = event.speaker.count;
    memcpy(r->told_speaking, event.speaker.speaking, sizeof r->told_speaking);
    if (!r->is_away)
        (void)events_put(r->events, &event);
}

void router_tell_layers(struct router *r, struct member *m, usec now)
{
    struct producer *camera = &m->producers[SOURCE_CAMERA];
    struct sfu_event event = {.kind = SFU_LAYERS, .router = r->id, .transport = m->id};

    if (member_is_mirror(m)) {
        mirror_tell_layers(m, now);
        return;
    }
    if (camera->layer_count < 2 || !camera->live || !events_have_room(r->events) ||
        !layer_demand_changed(&camera->demand, now, camera->layer_count, event.layers.needed))
        return;
    event.layers.kind = SOURCE_CAMERA;
    event.layers.count = camera->layer_count;
    (void)events_put(r->events, &event);
}

static void update(struct router *r, usec now)
{
    r->next_update = now + UPDATE_INTERVAL;
    LIST_EACH(node, &r->members) {
        struct member *m = LIST_ITEM(node, struct member, node);
        struct producer *camera = &m->producers[SOURCE_CAMERA];
        if (camera->live && now - camera->last_packet > CAMERA_SILENCE) {
            producer_stop(camera);
            router_mark(r);
        }
        router_tell_layers(r, m, now);
        if (member_is_mirror(m))
            continue;
        quality_watch_run(m, now);
        share_again(m, now);
    }
    voice_update(r, now);
}

void router_tick(struct router *r, usec now)
{
    if (now >= r->next_update)
        update(r, now);
    (void)speaker_tick(&r->speaker, now);
    tell_speaker(r, now);
    if (r->waits && !r->dirty)
        move_sounds(r, now);
    r->due = list_is_empty(&r->members) ? USEC_NEVER
                                        : usec_min(r->next_update, speaker_deadline(&r->speaker));
    if (r->waits)
        r->due = usec_min(r->due, now + PAUSE_CHECK);
}
