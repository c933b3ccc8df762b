// SPDX-License-Identifier: AGPL-3.0-or-later
// support/room.c - one turn per virtual millisecond: deliver, tick, let browsers answer.
#include "support/room.h"

#include "base/mem.h"
#include "support/check.h"
#include "support/guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP MSEC(1)
#define OUTBOX_SIZE 4096

static const struct room_options default_options = {.pairs = 4, .spares = 2, .simulcast = true};

struct room *room_create(uint64_t seed)
{
    struct room *room = calloc(1, sizeof *room);

    CHECK(room != NULL);
    room->flying = calloc(ROOM_FLYING, sizeof *room->flying);
    CHECK(room->flying != NULL);
    room->random = random_seeded(seed);
    room->now = SEC(10);
    room->delay = MSEC(10);
    room->next_transport = 100;
    CHECK(certificate_create(&room->certificate) == ERR_OK);
    CHECK(worker_create(&room->worker, room->certificate, SEC(1700000000), seed) == ERR_OK);
    CHECK(outbox_create(&room->out, OUTBOX_SIZE) == ERR_OK);
    CHECK(outbox_create(&room->guest_out, OUTBOX_SIZE) == ERR_OK);
    struct sfu_command open = {.kind = SFU_OPEN_ROUTER, .router = ROOM_ROUTER};
    worker_apply(room->worker, room->now, &open, room->out);
    return room;
}

void room_destroy(struct room *room)
{
    for (size_t i = 0; i < ROOM_GUESTS; i++)
        guest_fini(&room->guests[i]);
    worker_destroy(room->worker);
    certificate_destroy(room->certificate);
    outbox_destroy(room->out);
    outbox_destroy(room->guest_out);
    free(room->flying);
    free(room);
}

static void apply(struct room *room, struct sfu_command *command)
{
    command->router = ROOM_ROUTER;
    worker_apply(room->worker, room->now, command, room->out);
}

size_t room_enter(struct room *room, const struct room_options *options)
{
    size_t place = 0;

    while (room->guests[place].peer)
        CHECK(++place < ROOM_GUESTS);
    struct guest *g = &room->guests[place];
    guest_init(g, options && options->number ? options->number : (uint32_t)place + 1,
               room->next_transport++, room->now, options ? options : &default_options,
               certificate_fingerprint(room->certificate));
    struct sfu_command command = {.kind = SFU_OPEN_TRANSPORT, .transport = g->transport};
    command.open.member = g->number;
    command.open.parameters = mem_zero(sizeof g->parameters);
    CHECK(command.open.parameters != NULL);
    *command.open.parameters = g->parameters;
    apply(room, &command);
    return place;
}

void room_gate(struct room *room, size_t guest, bool open)
{
    struct sfu_command command = {.kind = SFU_GATE, .transport = room->guests[guest].transport};

    command.gate.open = open;
    apply(room, &command);
}

size_t room_join(struct room *room, const struct room_options *options)
{
    const size_t guest = room_enter(room, options);

    room_gate(room, guest, true);
    return guest;
}

void room_leave(struct room *room, size_t guest)
{
    struct sfu_command command = {.kind = SFU_CLOSE_TRANSPORT,
                                  .transport = room->guests[guest].transport};
    apply(room, &command);
}

static void shut(struct room *room, enum sfu_command_kind verb, size_t guest, enum source_kind kind,
                 bool on)
{
    struct sfu_command command = {.kind = verb, .transport = room->guests[guest].transport};

    command.source.kind = kind;
    command.source.on = on;
    apply(room, &command);
}

void room_mute(struct room *room, size_t guest, enum source_kind kind, bool on)
{
    shut(room, SFU_MUTE, guest, kind, on);
}

void room_pause(struct room *room, size_t guest, enum source_kind kind, bool on)
{
    shut(room, SFU_PAUSE, guest, kind, on);
}

void room_want(struct room *room, size_t guest, const struct sfu_want *wants, size_t count)
{
    struct sfu_command command = {.kind = SFU_WANT, .transport = room->guests[guest].transport};

    CHECK(count <= COMMAND_WANTS);
    command.want.count = (uint8_t)count;
    if (count)
        memcpy(command.want.wants, wants, count * sizeof *wants);
    apply(room, &command);
}

static bool is_media(const struct outgoing *o)
{
    return o->len > 0 && o->at[0] >= 128 && o->at[0] < 192;
}

static void fly(struct room *room, const struct outgoing *o, int16_t to, uint32_t loses)
{
    if (is_media(o) && loses && random_chance(&room->random, loses))
        return;
    CHECK(room->count < ROOM_FLYING);
    struct flying *f = &room->flying[(room->head + room->count++) % ROOM_FLYING];
    f->due = room->now + room->delay;
    f->to = to;
    f->path = path_reversed(&o->path);
    f->len = o->len;
    memcpy(f->bytes, o->at, o->len);
}

static int16_t guest_at(const struct room *room, const struct address *address)
{
    for (int16_t i = 0; i < ROOM_GUESTS; i++)
        if (room->guests[i].peer && address_equal(&room->guests[i].path.local, address))
            return i;
    return -1;
}

static bool is_rtp(const struct outgoing *o)
{
    return is_media(o) && (o->at[1] < 192 || o->at[1] > 223);
}

// In which order the viewers are served.
static void watch_order(struct room *room)
{
    bool served[ROOM_GUESTS] = {false};
    int16_t last = -1;

    for (size_t i = 0; i < outbox_count(room->out); i++) {
        const struct outgoing *o = outbox_at(room->out, i);
        const int16_t to = is_rtp(o) ? guest_at(room, &o->path.remote) : last;
        if (to < 0 || to == last)
            continue;
        room->first_to[to] += last < 0;
        room->interleaved += served[to];
        served[to] = true;
        last = to;
    }
}

static void send_of_gateway(struct room *room)
{
    watch_order(room);
    for (size_t i = 0; i < outbox_count(room->out); i++) {
        const struct outgoing *o = outbox_at(room->out, i);
        const int16_t to = guest_at(room, &o->path.remote);
        if (to >= 0)
            fly(room, o, to, room->guests[to].loses_down);
    }
    outbox_clear(room->out);
}

static void send_of_guest(struct room *room, const struct guest *g)
{
    for (size_t i = 0; i < outbox_count(room->guest_out); i++)
        fly(room, outbox_at(room->guest_out, i), -1, g->loses_up);
    outbox_clear(room->guest_out);
}

static void deliver(struct room *room)
{
    while (room->count && room->flying[room->head].due <= room->now) {
        struct flying *f = &room->flying[room->head];
        struct datagram in = {.path = f->path, .at = f->bytes, .len = f->len};
        room->head = (room->head + 1) % ROOM_FLYING;
        room->count--;
        if (f->to < 0) {
            const size_t before = mem_allocations();
            worker_receive(room->worker, room->now, in, room->out);
            room->allocations += mem_allocations() - before;
        } else {
            struct guest *g = &room->guests[f->to];
            guest_receive(g, room->now, in, room->guest_out);
            send_of_guest(room, g);
        }
    }
}

static void take_events(struct room *room)
{
    struct sfu_event event;

    while (worker_take_event(room->worker, &event)) {
        CHECK_EQ(event.router, ROOM_ROUTER);
        if (event.kind == SFU_SPEAKER) {
            room->dominant = event.speaker.dominant;
            room->speaking = event.speaker.count;
        }
        room->failed += event.kind == SFU_TRANSPORT_FAILED;
        for (size_t i = 0; i < ROOM_GUESTS; i++)
            if (room->guests[i].peer && room->guests[i].transport == event.transport)
                guest_told(&room->guests[i], &event);
    }
}

void room_run(struct room *room, usec span)
{
    const usec until = room->now + span;

    for (; room->now < until; room->now += STEP) {
        deliver(room);
        const size_t before = mem_allocations();
        worker_tick(room->worker, room->now, room->out);
        room->allocations += mem_allocations() - before;
        room->at_once += worker_deadline(room->worker) <= room->now;
        CHECK(room->at_once < 1000); // else a host would spin
        take_events(room);
        send_of_gateway(room);
        for (size_t i = 0; i < ROOM_GUESTS; i++) {
            if (!room->guests[i].peer)
                continue;
            guest_run(&room->guests[i], room->now, room->guest_out);
            send_of_guest(room, &room->guests[i]);
        }
    }
}

uint32_t room_source(const struct room *room, size_t guest, enum source_kind kind)
{
    return 4 * room->guests[guest].number + (uint32_t)kind;
}

uint32_t room_shown(const struct room *room, size_t guest, uint32_t source)
{
    const struct guest *g = &room->guests[guest];
    uint32_t shown = 0;

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        shown += g->receivers[i].shown[source];
    return shown;
}

struct receiver_sums room_sums(const struct room *room, size_t guest)
{
    const struct guest *g = &room->guests[guest];
    struct receiver_sums sums = {.why = ""};

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++) {
        const struct receiver *r = &g->receivers[i];
        sums.packets += r->packets;
        sums.repaired += r->repaired;
        sums.holes += r->holes;
        sums.wrong_faces += r->wrong_faces;
        sums.broken += r->broken;
        sums.switches += r->switches;
        sums.cut += r->cut;
        if (r->why)
            sums.why = r->why;
    }
    return sums;
}

struct receiver *room_slot_of(struct room *room, size_t guest, uint32_t source)
{
    struct guest *g = &room->guests[guest];

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        if (g->told[i] == source)
            return &g->receivers[i];
    return NULL;
}

void room_send(struct room *room, size_t guest, bool is_rtcp, struct bytes packet)
{
    struct guest *g = &room->guests[guest];

    CHECK(is_rtcp ? peer_send_rtcp(g->peer, room->guest_out, packet)
                  : peer_send_rtp(g->peer, room->guest_out, packet));
    send_of_guest(room, g);
}

void room_send_raw(struct room *room, size_t guest, struct bytes datagram)
{
    CHECK(outbox_put(room->guest_out, &room->guests[guest].path, datagram));
    send_of_guest(room, &room->guests[guest]);
}
