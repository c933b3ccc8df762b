// SPDX-License-Identifier: AGPL-3.0-or-later
// support/room.c - one turn per virtual millisecond: deliver, tick, let browsers answer.
#include "support/room.h"

#include "base/mem.h"
#include "sfu/copy.h"
#include "sfu/speaker.h"
#include "support/check.h"
#include "support/guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP MSEC(1)
#define LISTENS MSEC(10)
#define OUTBOX_SIZE 4096

#define CARRIED 4096

// A copy on its way to another worker: it is there in the next turn.
struct carried {
    uint8_t from;
    struct sfu_copy copy;
    uint8_t payload[4096];
};

static const struct room_options default_options = {.pairs = 4, .spares = 2, .simulcast = true};

struct room *room_create(uint64_t seed)
{
    struct room *room = calloc(1, sizeof *room);

    CHECK(room != NULL);
    room->random = random_seeded(seed);
    room->now = SEC(10);
    room->delay = MSEC(10);
    room->next_transport = 100;
    CHECK(certificate_create(&room->certificate) == ERR_OK);
    CHECK(worker_create(&room->worker, room->certificate, SEC(1700000000), seed) == ERR_OK);
    room->workers[0] = room->worker;
    room->carried = calloc(CARRIED, sizeof *room->carried);
    CHECK(room->carried != NULL);
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
    for (size_t i = 0; i < ROOM_WORKERS; i++)
        worker_destroy(room->workers[i]);
    free(room->carried);
    certificate_destroy(room->certificate);
    outbox_destroy(room->out);
    outbox_destroy(room->guest_out);
    flight_fini(&room->flight);
    for (size_t i = 0; i < ARRAY_LEN(room->lines); i++)
        free(room->lines[i]);
    free(room);
}

static void apply_to(struct room *room, uint8_t worker, struct sfu_command *command)
{
    command->router = ROOM_ROUTER;
    worker_apply(room->workers[worker], room->now, command, room->out);
}

// To the worker of this guest.
static void apply(struct room *room, size_t guest, struct sfu_command *command)
{
    command->transport = room->guests[guest].transport;
    apply_to(room, room->guests[guest].worker, command);
}

static void tell_parts(struct room *room)
{
    uint32_t parts = 0;

    for (unsigned i = 0; i < ROOM_WORKERS; i++)
        parts |= room->workers[i] ? 1u << i : 0;
    for (uint8_t i = 0; i < ROOM_WORKERS; i++) {
        struct sfu_command command = {.kind = SFU_PARTS};
        command.parts.others = parts & ~(1u << i);
        if (room->workers[i])
            apply_to(room, i, &command);
    }
}

static void open_part(struct room *room, uint8_t worker)
{
    struct sfu_command command = {.kind = SFU_OPEN_ROUTER};

    CHECK(worker < ROOM_WORKERS);
    if (room->workers[worker])
        return;
    CHECK(worker_create(&room->workers[worker], room->certificate, SEC(1700000000),
                        random_u64(&room->random)) == ERR_OK);
    command.parts.is_away = true;
    apply_to(room, worker, &command);
    tell_parts(room);
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
    for (size_t i = 0; i < SOURCE_KINDS && options && options->natural; i++)
        g->senders[i].phase = (usec)random_below(&room->random, 20000);
    open_part(room, g->worker);
    struct sfu_command command = {.kind = SFU_OPEN_TRANSPORT};
    command.open.member = g->number;
    command.open.device = options ? options->device : 0;
    command.open.parameters = mem_zero(PARAMETERS_SIZE(&g->parameters)); // as the meetup gives them
    CHECK(command.open.parameters != NULL);
    memcpy(command.open.parameters, &g->parameters, PARAMETERS_SIZE(&g->parameters));
    apply(room, place, &command);
    return place;
}

void room_gate(struct room *room, size_t guest, bool open)
{
    struct sfu_command command = {.kind = SFU_GATE};

    command.gate.open = open;
    apply(room, guest, &command);
}

size_t room_join(struct room *room, const struct room_options *options)
{
    const size_t guest = room_enter(room, options);

    room_gate(room, guest, true);
    return guest;
}

void room_leave(struct room *room, size_t guest)
{
    struct sfu_command command = {.kind = SFU_CLOSE_TRANSPORT};
    apply(room, guest, &command);
}

static void shut(struct room *room, enum sfu_command_kind verb, size_t guest, enum source_kind kind,
                 bool on)
{
    struct sfu_command command = {.kind = verb};

    command.source.kind = kind;
    command.source.on = on;
    apply(room, guest, &command);
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
    struct sfu_command command = {.kind = SFU_WANT};

    CHECK(count <= COMMAND_WANTS);
    command.want.count = (uint8_t)count;
    if (count)
        memcpy(command.want.wants, wants, count * sizeof *wants);
    room->guests[guest].want_count = (uint8_t)count;
    memcpy(room->guests[guest].wants, command.want.wants, sizeof command.want.wants);
    apply(room, guest, &command);
}

static bool is_media(const struct outgoing *o)
{
    return o->len > 0 && o->at[0] >= 128 && o->at[0] < 192;
}

static struct line *line_at(struct room *room, size_t index, const struct line_settings *settings)
{
    struct line **line = &room->lines[index];

    if (!*line) {
        *line = calloc(1, sizeof **line);
        CHECK(*line != NULL);
        line_init(*line, random_u64(&room->random));
    }
    line_set(*line, settings);
    return *line;
}

void room_set_line(struct room *room, size_t guest, const struct line_settings *up,
                   const struct line_settings *down)
{
    struct guest *g = &room->guests[guest];

    if (up)
        g->line_up = line_at(room, 2 * guest, up);
    if (down)
        g->line_down = line_at(room, 2 * guest + 1, down);
}

void room_share_lines(struct room *room, size_t guest, size_t with)
{
    room->guests[guest].line_up = room->guests[with].line_up;
    room->guests[guest].line_down = room->guests[with].line_down;
}

// The path travels behind the datagram.
static void put(struct room *room, usec due, int16_t to, const struct outgoing *o)
{
    uint8_t both[FLIGHT_DATAGRAM];
    const struct path path = path_reversed(&o->path);

    memcpy(both, o->at, o->len);
    memcpy(both + o->len, &path, sizeof path);
    CHECK(flight_put(&room->flight, due, (uint32_t)(to + 1), both, o->len + sizeof path));
}

static void fly(struct room *room, const struct outgoing *o, int16_t to, const struct guest *g)
{
    const uint32_t loses = to < 0 ? g->loses_up : g->loses_down;
    struct line *line = to < 0 ? g->line_up : g->line_down;
    usec due = room->now + room->delay;
    usec again = USEC_NEVER;

    if (line && !line_enter(line, room->now, o->len, &due, &again))
        return;
    if (!line && is_media(o) && loses && random_chance(&room->random, loses))
        return;
    put(room, due, to, o);
    if (again != USEC_NEVER)
        put(room, again, to, o);
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

// Sizes of what stands together of one picture, to one guest.
static void watch_sizes(struct room *room)
{
    for (size_t i = 1; i < outbox_count(room->out); i++) {
        const struct outgoing *before = outbox_at(room->out, i - 1);
        const struct outgoing *o = outbox_at(room->out, i);
        if (!is_rtp(o) || !is_rtp(before) || !path_equal(&o->path, &before->path) ||
            memcmp(o->at + 4, before->at + 4, 8) != 0) // timestamp, SSRC
            continue;
        room->of_one_picture++;
        room->uneven += o->len > before->len;
    }
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

static void take_events(struct room *room, uint8_t worker)
{
    struct sfu_event event;

    while (worker_take_event(room->workers[worker], &event)) {
        CHECK_EQ(event.router, ROOM_ROUTER);
        CHECK(event.kind != SFU_SPEAKER || worker == 0); // of the whole meetup: from its home alone
        if (event.kind == SFU_SPEAKER) {
            room->dominant = event.speaker.dominant;
            room->speaking = event.speaker.count;
        }
        room->failed += event.kind == SFU_TRANSPORT_FAILED;
        for (size_t i = 0; i < ROOM_GUESTS; i++)
            if (room->guests[i].peer && room->guests[i].transport == event.transport)
                guest_told(&room->guests[i], room->now, &event);
    }
}

static void send_of_gateway(struct room *room)
{
    watch_order(room);
    watch_sizes(room);
    for (size_t i = 0; i < outbox_count(room->out); i++) {
        const struct outgoing *o = outbox_at(room->out, i);
        const int16_t to = guest_at(room, &o->path.remote);
        if (to >= 0)
            fly(room, o, to, &room->guests[to]);
    }
    outbox_clear(room->out);
}

static void drain(void *owner, struct outbox *out)
{
    struct room *room = owner;

    (void)out;
    take_events(room, 0);
    send_of_gateway(room);
}

void room_narrow(struct room *room, size_t fits, bool drained)
{
    outbox_destroy(room->out);
    CHECK(outbox_create(&room->out, fits) == ERR_OK);
    if (drained)
        outbox_drain_with(room->out, drain, room);
}

static void send_of_guest(struct room *room, struct guest *g)
{
    for (size_t i = 0; i < outbox_count(room->guest_out); i++) {
        g->bytes_up += outbox_at(room->guest_out, i)->len + 28u;
        fly(room, outbox_at(room->guest_out, i), -1, g);
    }
    outbox_clear(room->guest_out);
}

// The gateway wakes once in a turn; a guest sees each datagram when it comes.
static void deliver_one(struct room *room, struct flown *flown)
{
    const size_t len = flown->len - sizeof(struct path);
    struct datagram in = {.at = flown->bytes, .len = len};

    memcpy(&in.path, flown->bytes + len, sizeof in.path);
    if (flown->where == 0) {
        const size_t before = mem_allocations();
        worker_receive(room->workers[in.path.local.port - ROOM_PORT], room->now, in, room->out);
        room->allocations += mem_allocations() - before;
    } else {
        struct guest *g = &room->guests[flown->where - 1];
        guest_receive(g, flown->due, in, room->guest_out);
        send_of_guest(room, g);
    }
}

static void deliver(struct room *room)
{
    struct flown *flown;

    while ((flown = flight_take(&room->flight, room->now))) {
        deliver_one(room, flown);
        mem_free(flown);
    }
}

// What finds no room on the way is lost.
static void take_copies(struct room *room)
{
    struct sfu_copy copy;

    for (uint8_t i = 0; i < ROOM_WORKERS; i++)
        while (room->workers[i] && worker_take_copy(room->workers[i], &copy)) {
            struct carried *carried = &room->carried[room->carried_count];
            room->copies[i][copy.kind]++;
            if (room->loses_copies && random_chance(&room->random, room->loses_copies))
                continue;
            CHECK(!(copy.to & 1u << i));
            CHECK(room->carried_count < CARRIED && copy.payload.len <= sizeof carried->payload);
            *carried = (struct carried){.from = i, .copy = copy};
            if (copy.payload.len)
                memcpy(carried->payload, copy.payload.at, copy.payload.len);
            carried->copy.payload = bytes_of(carried->payload, copy.payload.len);
            room->carried_count++;
        }
}

static void carry_copies(struct room *room)
{
    for (size_t i = 0; i < room->carried_count; i++) {
        const struct carried *carried = &room->carried[i];
        for (uint8_t to = 0; to < ROOM_WORKERS; to++)
            if (carried->copy.to & 1u << to && room->workers[to])
                worker_receive_copy(room->workers[to], room->now, carried->from, &carried->copy,
                                    room->out);
    }
    room->carried_count = 0;
}

// Nothing of it is to be seen or heard.
static bool is_off(const struct room *room, uint32_t source)
{
    const struct guest *g = NULL;

    for (size_t i = 0; i < ROOM_GUESTS && !g; i++)
        if (room->guests[i].peer && room->guests[i].number == source / SOURCE_KINDS)
            g = &room->guests[i];
    if (!g || !g->senders[source % SOURCE_KINDS].on)
        return true;
    const struct sender *s = &g->senders[source % SOURCE_KINDS];
    return s->line->kind == LINE_AUDIO && s->level == SPEAKER_SILENT;
}

// Sound is heard 10 ms at a time.
static void watch_and_listen(struct room *room, struct guest *g)
{
    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        if (g->receivers[i].packets)
            receiver_run(&g->receivers[i], room->now,
                         g->told[i] == 0 || g->paused[i] || is_off(room, g->told[i]));
}

void room_run(struct room *room, usec span)
{
    const usec until = room->now + span;

    for (; room->now < until; room->now += STEP) {
        deliver(room);
        carry_copies(room);
        const size_t before = mem_allocations();
        for (uint8_t i = 0; i < ROOM_WORKERS; i++)
            if (room->workers[i])
                worker_tick(room->workers[i], room->now, room->out);
        room->allocations += mem_allocations() - before;
        room->at_once += worker_deadline(room->worker) <= room->now;
        CHECK(room->at_once < 1000); // else a host would spin
        for (uint8_t i = 0; i < ROOM_WORKERS; i++)
            if (room->workers[i])
                take_events(room, i);
        take_copies(room);
        send_of_gateway(room);
        for (size_t i = 0; i < ROOM_GUESTS; i++) {
            if (!room->guests[i].peer)
                continue;
            guest_run(&room->guests[i], room->now, room->guest_out);
            send_of_guest(room, &room->guests[i]);
            if (room->now % LISTENS < STEP)
                watch_and_listen(room, &room->guests[i]);
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

void room_count_anew(struct room *room, size_t guest)
{
    struct guest *g = &room->guests[guest];

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        receiver_count_anew(&g->receivers[i]);
    if (g->line_up)
        line_count_anew(g->line_up);
    if (g->line_down)
        line_count_anew(g->line_down);
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
