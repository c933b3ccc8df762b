// SPDX-License-Identifier: AGPL-3.0-or-later
// support/house.c - real sockets, real time, scripted browsers.
#include "support/house.h"

#include "base/mem.h"
#include "host/clock.h"
#include "host/mailbox.h"
#include "sfu/command.h"
#include "support/check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 4096
#define OUTBOX_SIZE 1024
#define PATIENCE SEC(60)
#define FIRST_TRANSPORT 100

static const struct room_options default_options = {.pairs = 4, .spares = 2, .simulcast = true};

struct house *house_open(struct media_options options)
{
    struct house *h = calloc(1, sizeof *h);
    uint16_t port;
    int code;

    CHECK(h != NULL);
    CHECK_EQ(certificate_create(&h->certificate), ERR_OK);
    CHECK_EQ(mailbox_create(&h->events, sizeof(struct sfu_event), EVENTS), ERR_OK);
    CHECK_EQ(outbox_create(&h->out, OUTBOX_SIZE), ERR_OK);
    options.certificate = h->certificate;
    options.events = h->events;
    CHECK_EQ(media_create(&h->media, &options, &code, &port), ERR_OK);
    CHECK_EQ(media_start(h->media), ERR_OK);
    return h;
}

void house_close(struct house *h)
{
    media_destroy(h->media);
    for (size_t i = 0; i < h->count; i++) {
        guest_fini(&h->guests[i].guest);
        close(h->guests[i].socket);
    }
    outbox_destroy(h->out);
    mailbox_destroy(h->events);
    certificate_destroy(h->certificate);
    free(h);
}

static void tell(struct house *h, const struct sfu_command *command)
{
    CHECK(media_tell(h->media, command));
}

void house_open_router(struct house *h, uint64_t router)
{
    tell(h, &(struct sfu_command){.kind = SFU_OPEN_ROUTER, .router = router});
}

static uint16_t open_socket(int *s)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof name;

    *s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    CHECK(*s >= 0 && bind(*s, (struct sockaddr *)&name, sizeof name) == 0);
    CHECK_EQ(getsockname(*s, (struct sockaddr *)&name, &len), 0);
    return ntohs(name.sin_port);
}

// From its real socket to the port that the answer would name.
static void connect_guest(struct house *h, struct housed *housed)
{
    struct guest *g = &housed->guest;
    struct ice_credentials remote = {0};

    memcpy(remote.ufrag, g->parameters.local_ufrag, sizeof remote.ufrag);
    memcpy(remote.pwd, g->parameters.local_pwd, sizeof remote.pwd);
    g->path.local = address_v4(127, 0, 0, 1, open_socket(&housed->socket));
    g->path.remote = address_v4(127, 0, 0, 1, media_port_of(h->media, g->transport));
    peer_connect(g->peer, clock_now(), &g->path, &remote, certificate_fingerprint(h->certificate));
}

size_t house_join(struct house *h, uint64_t router, const struct room_options *options)
{
    CHECK(h->count < HOUSE_GUESTS);
    const size_t place = h->count++;
    struct housed *housed = &h->guests[place];
    struct guest *g = &housed->guest;

    housed->router = router;
    guest_init(g, (uint32_t)place + 1, FIRST_TRANSPORT + place, clock_now(),
               options ? options : &default_options, certificate_fingerprint(h->certificate));
    struct sfu_command command = {
        .kind = SFU_OPEN_TRANSPORT, .router = router, .transport = g->transport};
    command.open.member = g->number;
    command.open.parameters = mem_zero(sizeof g->parameters);
    CHECK(command.open.parameters != NULL);
    *command.open.parameters = g->parameters;
    tell(h, &command);
    command = (struct sfu_command){.kind = SFU_GATE, .router = router, .transport = g->transport};
    command.gate.open = true;
    tell(h, &command);
    connect_guest(h, housed);
    return place;
}

void house_leave(struct house *h, size_t guest)
{
    tell(h, &(struct sfu_command){.kind = SFU_CLOSE_TRANSPORT,
                                  .router = h->guests[guest].router,
                                  .transport = h->guests[guest].guest.transport});
}

void house_want(struct house *h, size_t guest, const struct sfu_want *wants, size_t count)
{
    struct sfu_command command = {.kind = SFU_WANT,
                                  .router = h->guests[guest].router,
                                  .transport = h->guests[guest].guest.transport};

    CHECK(count <= COMMAND_WANTS);
    command.want.count = (uint8_t)count;
    if (count)
        memcpy(command.want.wants, wants, count * sizeof *wants);
    tell(h, &command);
}

static void take_events(struct house *h)
{
    struct sfu_event event;

    mailbox_hear(h->events);
    while (mailbox_take(h->events, &event)) {
        h->speaker_told += event.kind == SFU_SPEAKER;
        for (size_t i = 0; i < h->count; i++)
            if (h->guests[i].guest.transport == event.transport)
                guest_told(&h->guests[i].guest, clock_now(), &event);
    }
}

static void send_of(struct house *h, const struct housed *housed)
{
    for (size_t i = 0; i < outbox_count(h->out); i++) {
        const struct outgoing *o = outbox_at(h->out, i);
        struct sockaddr_in to = {.sin_family = AF_INET,
                                 .sin_port = htons(o->path.remote.port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        (void)sendto(housed->socket, o->at, o->len, 0, (struct sockaddr *)&to, sizeof to);
    }
    outbox_clear(h->out);
}

static void receive(struct house *h, struct housed *housed)
{
    _Alignas(8) uint8_t bytes[2048];
    ssize_t len;

    while ((len = recv(housed->socket, bytes, sizeof bytes, 0)) > 0) {
        const struct datagram in = {.path = housed->guest.path, .at = bytes, .len = (size_t)len};
        guest_receive(&housed->guest, clock_now(), in, h->out);
        send_of(h, housed);
    }
}

bool house_run(struct house *h, bool (*is_done)(struct house *h))
{
    const usec until = clock_now() + PATIENCE;

    while (!is_done(h)) {
        struct pollfd look[HOUSE_GUESTS];

        if (clock_now() > until)
            return false;
        for (size_t i = 0; i < h->count; i++) {
            guest_run(&h->guests[i].guest, clock_now(), h->out);
            send_of(h, &h->guests[i]);
            look[i] = (struct pollfd){.fd = h->guests[i].socket, .events = POLLIN};
        }
        (void)poll(look, (nfds_t)h->count, 1);
        take_events(h); // told before the first packet
        for (size_t i = 0; i < h->count; i++)
            receive(h, &h->guests[i]);
        take_events(h);
    }
    return true;
}

uint32_t house_shown(const struct house *h, size_t guest, size_t of, enum source_kind kind)
{
    const struct guest *g = &h->guests[guest].guest;
    const uint32_t source = 4 * h->guests[of].guest.number + (uint32_t)kind;
    uint32_t shown = 0;

    for (uint8_t i = ROOM_FIRST_SLOT; i < g->parameters.line_count; i++)
        shown += g->receivers[i].shown[source];
    return shown;
}
