// SPDX-License-Identifier: AGPL-3.0-or-later
// path/hall.c - the gateway's turns as host/media_thread makes them, in virtual time.
#include "path/hall.h"

#include "base/mem.h"
#include "host/udp.h"
#include "path/seats.h"
#include "sfu/command.h"
#include "sfu/event.h"
#include "sfu/worker.h"
#include "support/check.h"
#include "transport/certificate.h"
#include "transport/outbox.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_START_INSTRUMENTATION ((void)0)
#define CALLGRIND_STOP_INSTRUMENTATION ((void)0)
#endif

#define ROUTER 7
#define STEP MSEC(1)
#define OUTBOX_SIZE 4096 // as in host/media_thread
#define CONNECT_WITHIN SEC(5)
#define TALL 720

struct hall {
    // given
    struct hall_options options;
    // owned
    struct certificate *certificate;
    struct worker *worker;
    struct outbox *out; // of the gateway
    struct outbox *in;  // what came to it
    struct udp *udp;    // NULL: nothing is sent
    int sink;
    struct seats *seats;
    // state
    usec now;
    struct hall_figures figures;
};

static void apply(struct hall *hall, struct sfu_command command)
{
    command.router = ROUTER;
    worker_apply(hall->worker, hall->now, &command, hall->out);
}

static void open_seat(struct hall *hall, uint32_t index)
{
    struct sfu_command open = {.kind = SFU_OPEN_TRANSPORT, .transport = index + 1};
    struct sfu_command gate = {.kind = SFU_GATE, .transport = index + 1};
    struct sfu_command want = {.kind = SFU_WANT, .transport = index + 1};

    open.open.member = index + 1;
    open.open.parameters = mem_zero(sizeof *open.open.parameters);
    CHECK(open.open.parameters != NULL);
    *open.open.parameters = *seats_parameters(hall->seats, index);
    apply(hall, open);
    gate.gate.open = true;
    apply(hall, gate);
    want.want.count = hall->options.camera && index > 0;
    want.want.wants[0] =
        (struct sfu_want){.source = SOURCE_KINDS + SOURCE_CAMERA, .height = TALL, .pinned = true};
    apply(hall, want);
}

// All addresses of 127/8 lead to it; what it has no room for is dropped by the kernel.
static uint16_t open_sink(struct hall *hall)
{
    struct sockaddr_in name = {.sin_family = AF_INET};
    socklen_t len = sizeof name;
    const int small = 4096;

    hall->sink = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK(hall->sink >= 0);
    CHECK(setsockopt(hall->sink, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0);
    CHECK(bind(hall->sink, (struct sockaddr *)&name, len) == 0);
    CHECK(getsockname(hall->sink, (struct sockaddr *)&name, &len) == 0);
    return ntohs(name.sin_port);
}

struct hall *hall_create(const struct hall_options *options)
{
    struct hall *hall = calloc(1, sizeof *hall);
    uint16_t to = 9, from = 9;
    int code;

    CHECK(hall != NULL);
    hall->options = *options;
    hall->now = SEC(10);
    hall->sink = -1;
    CHECK(certificate_create(&hall->certificate) == ERR_OK);
    CHECK(worker_create(&hall->worker, hall->certificate, SEC(1700000000), 1) == ERR_OK);
    CHECK(outbox_create(&hall->out, OUTBOX_SIZE) == ERR_OK);
    CHECK(outbox_create(&hall->in, OUTBOX_SIZE) == ERR_OK);
    if (options->sends) {
        to = open_sink(hall);
        CHECK(udp_open(&hall->udp, 0, true, &code) == ERR_OK);
        from = udp_port(hall->udp);
    }
    hall->seats =
        seats_create(options, hall->now, certificate_fingerprint(hall->certificate), from, to);
    apply(hall, (struct sfu_command){.kind = SFU_OPEN_ROUTER});
    for (uint32_t i = 0; i < options->viewers; i++)
        open_seat(hall, i);
    for (usec end = hall->now + CONNECT_WITHIN; !seats_are_taken(hall->seats);) {
        hall_run(hall, STEP, false);
        CHECK(hall->now < end);
    }
    return hall;
}

void hall_destroy(struct hall *hall)
{
    worker_destroy(hall->worker);
    certificate_destroy(hall->certificate);
    outbox_destroy(hall->out);
    outbox_destroy(hall->in);
    udp_close(hall->udp);
    if (hall->sink >= 0)
        close(hall->sink);
    seats_destroy(hall->seats);
    free(hall);
}

static void turn(struct hall *hall)
{
    for (size_t i = 0; i < outbox_count(hall->in); i++) {
        const struct outgoing *o = outbox_at(hall->in, i);
        const struct path path = {.local = o->path.remote, .remote = o->path.local};
        worker_receive(hall->worker, hall->now,
                       (struct datagram){.path = path, .at = o->at, .len = o->len}, hall->out);
    }
    outbox_clear(hall->in);
    worker_tick(hall->worker, hall->now, hall->out);
}

static void send_all(struct hall *hall)
{
    if (hall->udp)
        udp_send_all(hall->udp, hall->out);
}

static uint64_t cpu_ns(void)
{
    struct timespec at;

    CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at) == 0);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

__attribute__((noinline)) void hall_counted(struct hall *hall, void (*part)(struct hall *hall))
{
    part(hall);
}

static void run_part(struct hall *hall, bool counted, void (*part)(struct hall *hall))
{
    if (!counted) {
        part(hall);
        return;
    }
    const uint64_t before = cpu_ns();
    hall_counted(hall, part);
    hall->figures.cpu_ns += cpu_ns() - before;
}

static void step(struct hall *hall, bool counted)
{
    struct hall_figures unused = {0};
    struct hall_figures *figures = counted ? &hall->figures : &unused;
    struct sfu_event event;

    seats_send(hall->seats, hall->now, hall->in, figures);
    if (outbox_count(hall->in) == 0 && worker_deadline(hall->worker) > hall->now)
        return;
    figures->turns++;
    run_part(hall, counted, turn);
    for (size_t i = 0; i < outbox_count(hall->out); i++)
        seats_receive(hall->seats, hall->now, outbox_at(hall->out, i), hall->in, figures);
    const uint64_t before = hall->udp ? udp_counters(hall->udp)->messages : 0;
    run_part(hall, counted, send_all);
    figures->messages += hall->udp ? udp_counters(hall->udp)->messages - before : 0;
    outbox_clear(hall->out);
    while (worker_take_event(hall->worker, &event))
        seats_told(hall->seats, &event);
}

void hall_run(struct hall *hall, usec span, bool counted)
{
    if (counted)
        CALLGRIND_START_INSTRUMENTATION; // what comes before is not even translated for it
    for (const usec end = hall->now + span; hall->now < end; hall->now += STEP)
        step(hall, counted);
    if (counted)
        CALLGRIND_STOP_INSTRUMENTATION;
}

const struct hall_figures *hall_figures(const struct hall *hall)
{
    return &hall->figures;
}
