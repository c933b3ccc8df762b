// SPDX-License-Identifier: AGPL-3.0-or-later
// host/crossing.c - what one media thread hands to the others and takes from them: a ring for each pair.
//
// All memory that is written on the way of a packet is written by one thread only: a thread's own struct, and
// in each ring the writer's or the reader's lines (host/ring.c). The wake-up is one eventfd each, written to
// once per turn.
#include "host/crossing.h"

#include "base/mem.h"
#include "host/placement.h"
#include "host/ring.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define RING_SIZE (1024u * 1024) // a turn of 256 large packets takes a third
#define SPARE_OF_PICTURES (RING_SIZE / 4)
#define SPARE_OF_SOUNDS (RING_SIZE / 16)

struct crossing {
    // given
    unsigned self;
    unsigned count;
    // borrowed: outlive the threads
    struct ring *from[PLACEMENT_THREADS]; // NULL: none, as from itself
    int wakes[PLACEMENT_THREADS];         // of the others
    // owned
    struct ring *to[PLACEMENT_THREADS];
    int wake;
    // state
    unsigned next; // whose turn it is
    struct crossing_counters counters;
};

// In a ring, before the bytes.
struct head {
    enum crossed_kind kind;
    bool asks;
    union {
        struct path path;
        struct sfu_copy copy;
    };
};

enum err crossing_create(struct crossing **made, unsigned self, unsigned count)
{
    struct crossing *c = mem_zero_apart(sizeof *c);
    if (!c)
        return ERR_NO_MEMORY;

    c->self = self;
    c->count = count;
    c->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (c->wake < 0) {
        crossing_destroy(c);
        return ERR_LIMIT;
    }
    *made = c;
    return ERR_OK;
}

void crossing_destroy(struct crossing *c)
{
    if (!c)
        return;
    for (unsigned i = 0; i < c->count; i++)
        ring_destroy(c->to[i]);
    if (c->wake >= 0)
        close(c->wake);
    mem_free(c);
}

enum err crossing_connect(struct crossing *from, struct crossing *to)
{
    const enum err err = ring_create(&from->to[to->self], RING_SIZE);

    if (err)
        return err;
    from->wakes[to->self] = to->wake;
    to->from[from->self] = from->to[to->self];
    return ERR_OK;
}

static bool put(struct crossing *c, unsigned to, const struct head *head, struct bytes bytes,
                size_t spare)
{
    uint8_t *room = c->to[to] ? ring_room(c->to[to], sizeof *head + bytes.len, spare) : NULL;

    if (!room)
        return false;
    memcpy(room, head, sizeof *head);
    if (bytes.len)
        memcpy(room + sizeof *head, bytes.at, bytes.len);
    ring_commit(c->to[to], sizeof *head + bytes.len);
    c->counters.sent++;
    return true;
}

void crossing_pass(struct crossing *c, unsigned to, const struct datagram *in, bool asks)
{
    const struct head head = {.kind = CROSSED_DATAGRAM, .asks = asks, .path = in->path};

    if (!put(c, to, &head, bytes_of(in->at, in->len), SPARE_OF_PICTURES))
        c->counters.others_dropped++;
}

void crossing_tell(struct crossing *c, unsigned to, enum crossed_kind kind, const struct path *path)
{
    const struct head head = {.kind = kind, .path = *path};

    if (!put(c, to, &head, (struct bytes){0}, 0))
        c->counters.others_dropped++;
}

void crossing_copy(struct crossing *c, const struct sfu_copy *copy)
{
    const bool is_packet = copy->kind == COPY_PACKET;
    const bool is_picture = is_packet && copy->packet.is_picture;
    const size_t spare = is_picture ? SPARE_OF_PICTURES : is_packet ? SPARE_OF_SOUNDS : 0;
    const struct head head = {.kind = CROSSED_COPY, .copy = *copy};

    for (unsigned i = 0; i < c->count; i++) {
        if (!(copy->to & UINT32_C(1) << i) || put(c, i, &head, copy->payload, spare))
            continue;
        if (is_picture)
            c->counters.pictures_dropped++;
        else if (is_packet)
            c->counters.sounds_dropped++;
        else
            c->counters.others_dropped++;
    }
}

void crossing_publish(struct crossing *c)
{
    const uint64_t one = 1;

    for (unsigned i = 0; i < c->count; i++)
        if (c->to[i] && ring_publish(c->to[i])) {
            const ssize_t written = write(c->wakes[i], &one, sizeof one);
            (void)
                written; // it can only fail when the counter is full, and then the reader is awake
            c->counters.wakes++;
        }
}

bool crossing_take(struct crossing *c, struct crossed *crossed)
{
    struct bytes value;

    for (unsigned i = 0; i < c->count; i++) {
        const unsigned from = (c->next + i) % c->count;
        if (!c->from[from] || !ring_take(c->from[from], &value))
            continue;
        const struct head *head = (const void *)value.at;
        c->next = (from + 1) % c->count;
        *crossed = (struct crossed){.kind = head->kind, .asks = head->asks, .from = from};
        crossed->bytes = bytes_of(value.at + sizeof *head, value.len - sizeof *head);
        if (head->kind == CROSSED_COPY) {
            crossed->copy = head->copy;
            crossed->copy.payload = crossed->bytes;
        } else {
            crossed->path = head->path;
        }
        return true;
    }
    return false;
}

void crossing_release(struct crossing *c)
{
    for (unsigned i = 0; i < c->count; i++)
        if (c->from[i])
            ring_release(c->from[i]);
}

bool crossing_look(struct crossing *c)
{
    bool any = false;

    for (unsigned i = 0; i < c->count; i++)
        any = (c->from[i] && ring_look(c->from[i])) || any;
    return any;
}

int crossing_descriptor(const struct crossing *c)
{
    return c->wake;
}

void crossing_hear(struct crossing *c)
{
    uint64_t count;
    const ssize_t got = read(c->wake, &count, sizeof count);

    (void)got; // nothing to hear is fine
}

const struct crossing_counters *crossing_counters(const struct crossing *c)
{
    return &c->counters;
}
