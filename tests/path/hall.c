// SPDX-License-Identifier: AGPL-3.0-or-later
// path/hall.c - the gateway's turns as host/media_thread makes them, in virtual time and one after another.
#include "path/hall.h"

#include "base/mem.h"
#include "host/crossing.h"
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
#define WORKERS 4

struct hall {
    // given
    struct hall_options options;
    // owned
    struct certificate *certificate;
    struct worker *workers[WORKERS];
    struct crossing *crossings[WORKERS]; // NULL: there is one worker only
    struct outbox *out;                  // of the gateway
    struct outbox *in;                   // what came to it
    struct udp *udp;                     // NULL: nothing is sent
    int sink;
    struct seats *seats;
    // state
    usec now;
    uint8_t routes[OUTBOX_SIZE]; // whose the datagrams of `in` are
    struct hall_figures figures;
};

static void apply_to(struct hall *hall, uint32_t worker, struct sfu_command command)
{
    command.router = ROUTER;
    worker_apply(hall->workers[worker], hall->now, &command, hall->out);
}

static void apply(struct hall *hall, struct sfu_command command)
{
    apply_to(hall, (uint32_t)(command.transport - 1) % hall->options.workers, command);
}

static void open_worker(struct hall *hall, uint32_t worker)
{
    struct sfu_command open = {.kind = SFU_OPEN_ROUTER};

    CHECK(worker_create(&hall->workers[worker], hall->certificate, SEC(1700000000), 1 + worker) ==
          ERR_OK);
    open.parts.is_away = worker > 0;
    apply_to(hall, worker, open);
}

static void connect_workers(struct hall *hall)
{
    const uint32_t count = hall->options.workers;
    struct sfu_command parts = {.kind = SFU_PARTS};

    for (uint32_t i = 0; i < count; i++)
        CHECK(crossing_create(&hall->crossings[i], i, count) == ERR_OK);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < count; j++)
            CHECK(i == j || crossing_connect(hall->crossings[i], hall->crossings[j]) == ERR_OK);
        parts.parts.others = ((1u << count) - 1) & ~(1u << i);
        apply_to(hall, i, parts);
    }
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
    if (hall->options.workers == 0)
        hall->options.workers = 1;
    CHECK(hall->options.workers <= WORKERS);
    hall->now = SEC(10);
    hall->sink = -1;
    CHECK(certificate_create(&hall->certificate) == ERR_OK);
    CHECK(outbox_create(&hall->out, OUTBOX_SIZE) == ERR_OK);
    CHECK(outbox_create(&hall->in, OUTBOX_SIZE) == ERR_OK);
    if (options->sends) {
        to = open_sink(hall);
        CHECK(udp_open(&hall->udp, 0, true, &code) == ERR_OK);
        from = udp_port(hall->udp);
    }
    hall->seats =
        seats_create(options, hall->now, certificate_fingerprint(hall->certificate), from, to);
    for (uint32_t i = 0; i < hall->options.workers; i++)
        open_worker(hall, i);
    if (hall->options.workers > 1)
        connect_workers(hall);
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
    for (uint32_t i = 0; i < hall->options.workers; i++) {
        worker_destroy(hall->workers[i]);
        crossing_destroy(hall->crossings[i]);
    }
    certificate_destroy(hall->certificate);
    outbox_destroy(hall->out);
    outbox_destroy(hall->in);
    udp_close(hall->udp);
    if (hall->sink >= 0)
        close(hall->sink);
    seats_destroy(hall->seats);
    free(hall);
}

static struct datagram datagram_at(struct hall *hall, size_t index)
{
    const struct outgoing *o = outbox_at(hall->in, index);

    return (struct datagram){
        .path = {.local = o->path.remote, .remote = o->path.local}, .at = o->at, .len = o->len};
}

// As the kernel does by their port.
static void route(struct hall *hall)
{
    for (size_t i = 0; i < outbox_count(hall->in); i++) {
        hall->routes[i] = 0;
        for (uint8_t w = 1; w < hall->options.workers; w++)
            if (worker_has(hall->workers[w], datagram_at(hall, i)))
                hall->routes[i] = w;
    }
}

static void take_copies(struct hall *hall, uint32_t worker)
{
    struct crossed crossed;

    (void)crossing_look(hall->crossings[worker]);
    while (crossing_take(hall->crossings[worker], &crossed))
        worker_receive_copy(hall->workers[worker], hall->now, crossed.from, &crossed.copy,
                            hall->out);
    crossing_release(hall->crossings[worker]);
}

static void publish_copies(struct hall *hall, uint32_t worker)
{
    struct sfu_copy copy;

    while (worker_take_copy(hall->workers[worker], &copy))
        crossing_copy(hall->crossings[worker], &copy);
    crossing_publish(hall->crossings[worker]);
}

static void turn(struct hall *hall)
{
    for (uint32_t w = 0; w < hall->options.workers; w++) {
        for (size_t i = 0; i < outbox_count(hall->in); i++)
            if (hall->routes[i] == w)
                worker_receive(hall->workers[w], hall->now, datagram_at(hall, i), hall->out);
        if (hall->crossings[w])
            take_copies(hall, w);
        worker_tick(hall->workers[w], hall->now, hall->out);
        if (hall->crossings[w])
            publish_copies(hall, w);
    }
    outbox_clear(hall->in);
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

static bool is_due(const struct hall *hall)
{
    for (uint32_t w = 0; w < hall->options.workers; w++)
        if (worker_deadline(hall->workers[w]) <= hall->now ||
            (hall->crossings[w] && crossing_look(hall->crossings[w])))
            return true;
    return false;
}

static void step(struct hall *hall, bool counted)
{
    struct hall_figures unused = {0};
    struct hall_figures *figures = counted ? &hall->figures : &unused;
    struct sfu_event event;

    seats_send(hall->seats, hall->now, hall->in, figures);
    if (outbox_count(hall->in) == 0 && !is_due(hall))
        return;
    route(hall);
    figures->turns++;
    run_part(hall, counted, turn);
    for (size_t i = 0; i < outbox_count(hall->out); i++)
        seats_receive(hall->seats, hall->now, outbox_at(hall->out, i), hall->in, figures);
    const uint64_t before = hall->udp ? udp_counters(hall->udp)->messages : 0;
    run_part(hall, counted, send_all);
    figures->messages += hall->udp ? udp_counters(hall->udp)->messages - before : 0;
    outbox_clear(hall->out);
    for (uint32_t w = 0; w < hall->options.workers; w++)
        while (worker_take_event(hall->workers[w], &event))
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
