// SPDX-License-Identifier: AGPL-3.0-or-later
// load/loop_thread.c - one thread of a loop: its agents, their sockets and deadlines.
#include "load/loop_thread.h"

#include "base/mem.h"
#include "load/agent.h"
#include "load/place.h"
#include "transport/outbox.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 128
#define BATCH 4 // runs of GRO taken at once
#define RUN_BYTES 65536
#define SEND_BATCH 64
#define OUTBOX 512
#define WAKE UINT64_MAX // what epoll says of the eventfd
#define CONTROL 128

struct loop_thread {
    // given
    struct loop_settings settings;
    int core;
    // owned
    pthread_t thread;
    bool is_running;
    int epoll;
    int wake;
    struct outbox *outbox;
    struct place **table; // by number; NULL: free
    struct heap heap;
    uint8_t *buffers; // BATCH of RUN_BYTES
    // Both are taken to get in: `door` first, and let go once inside, so that the thread, which comes
    // again at once, stands behind those who wait.
    pthread_mutex_t door;
    pthread_mutex_t inside;
    // state, of whoever is inside
    bool stops;
    uint32_t table_size;
    uint32_t generation;
    size_t agents;
    usec from_real; // what to add to the time of day to have our time
    struct loop_stats counts;
    struct mmsghdr in[BATCH];
    struct iovec in_parts[BATCH];
    _Alignas(8) uint8_t in_control[BATCH][CONTROL];
    struct mmsghdr out[SEND_BATCH];
    struct iovec out_parts[SEND_BATCH];
};

static void enter(struct loop_thread *t)
{
    (void)pthread_mutex_lock(&t->door);
    (void)pthread_mutex_lock(&t->inside);
    (void)pthread_mutex_unlock(&t->door);
}

static void leave(struct loop_thread *t)
{
    (void)pthread_mutex_unlock(&t->inside);
}

static void wake(struct loop_thread *t)
{
    const uint64_t one = 1;

    (void)!write(t->wake, &one, sizeof one);
}

// --- out -----------------------------------------------------------------------------------------

static void flush(struct loop_thread *t, const struct place *place)
{
    const size_t all = outbox_count(t->outbox);

    for (size_t next = 0; next < all;) {
        unsigned count = 0;
        while (count < SEND_BATCH && next + count < all) {
            const struct outgoing *one = outbox_at(t->outbox, next + count);
            t->out_parts[count] = (struct iovec){.iov_base = one->at, .iov_len = one->len};
            t->out[count].msg_hdr =
                (struct msghdr){.msg_iov = &t->out_parts[count], .msg_iovlen = 1};
            count++;
        }
        int sent = sendmmsg(place->socket, t->out, count, MSG_DONTWAIT);
        if (sent < 0 && errno == ECONNREFUSED) // an ICMP about an earlier one
            sent = sendmmsg(place->socket, t->out, count, MSG_DONTWAIT);
        if (sent <= 0) {
            t->counts.send_drops++;
            sent = 0;
            next++;
        }
        t->counts.sent += (uint64_t)sent;
        next += (size_t)sent;
    }
    outbox_clear(t->outbox);
}

// --- in ------------------------------------------------------------------------------------------

struct control {
    size_t segment; // of a run; 0: it is one datagram
    usec at;        // 0: not told
};

static struct control read_control(struct loop_thread *t, struct msghdr *message)
{
    struct control told = {0};

    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == SOL_UDP && c->cmsg_type == UDP_GRO) {
            int size;
            memcpy(&size, CMSG_DATA(c), sizeof size);
            told.segment = size > 0 ? (size_t)size : 0;
        } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec at;
            memcpy(&at, CMSG_DATA(c), sizeof at);
            told.at = SEC(at.tv_sec) + at.tv_nsec / 1000 + t->from_real;
        }
    }
    return told;
}

static void take_run(struct loop_thread *t, const struct place *place, usec now,
                     struct mmsghdr *message)
{
    const struct control told = read_control(t, &message->msg_hdr);
    const usec arrived = told.at && told.at < now ? told.at : now;
    uint8_t *at = message->msg_hdr.msg_iov->iov_base;
    size_t left = message->msg_len;

    while (left) {
        const size_t len = told.segment && told.segment < left ? told.segment : left;
        t->counts.received++;
        agent_receive(place->agent, now, arrived, at, len, t->outbox);
        at += len;
        left -= len;
    }
}

static void drain(struct loop_thread *t, struct place *place)
{
    int got;

    do {
        for (size_t i = 0; i < BATCH; i++) {
            t->in_parts[i] =
                (struct iovec){.iov_base = t->buffers + i * RUN_BYTES, .iov_len = RUN_BYTES};
            t->in[i].msg_hdr = (struct msghdr){.msg_iov = &t->in_parts[i],
                                               .msg_iovlen = 1,
                                               .msg_control = t->in_control[i],
                                               .msg_controllen = CONTROL};
        }
        got = recvmmsg(place->socket, t->in, BATCH, MSG_DONTWAIT, NULL);
        t->counts.receive_calls++;
        const usec now = loop_now();
        for (int i = 0; i < got; i++)
            take_run(t, place, now, &t->in[i]);
        flush(t, place);
    } while (got == BATCH);
    heap_move(&t->heap, place, agent_deadline(place->agent));
}

// --- the thread ----------------------------------------------------------------------------------

static void run_due(struct loop_thread *t)
{
    usec now = loop_now();

    while (t->heap.count && t->heap.places[0]->deadline <= now) {
        struct place *place = t->heap.places[0];
        agent_tick(place->agent, now, t->outbox);
        flush(t, place);
        const usec next = agent_deadline(place->agent);
        heap_move(&t->heap, place, next > now ? next : now + 1);
        now = loop_now();
    }
}

static void compare_clocks(struct loop_thread *t)
{
    struct timespec real;
    const usec now = loop_now();

    (void)clock_gettime(CLOCK_REALTIME, &real);
    t->from_real = now - SEC(real.tv_sec) - real.tv_nsec / 1000;
}

static void take_events(struct loop_thread *t, const struct epoll_event *events, int count)
{
    uint64_t unused;

    for (int i = 0; i < count; i++) {
        const uint64_t what = events[i].data.u64;
        const uint32_t number = (uint32_t)what;
        if (what == WAKE) {
            (void)!read(t->wake, &unused, sizeof unused);
            continue;
        }
        struct place *place = number < t->table_size ? t->table[number] : NULL;
        if (place && place->generation == what >> 32) // it may have been removed meanwhile
            drain(t, place);
    }
}

static void *run(void *argument)
{
    struct loop_thread *t = argument;
    struct epoll_event events[EVENTS];
    bool stops = false;

    (void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    (void)prctl(PR_SET_NAME, "load", 0, 0, 0);
    enter(t);
    while (!stops) {
        run_due(t);
        const usec now = loop_now();
        const usec soonest = t->heap.count ? t->heap.places[0]->deadline : now + SEC(1);
        const usec left = soonest <= now ? 0 : usec_min(soonest - now, SEC(1));
        const struct timespec timeout = {.tv_sec = left / SEC(1), .tv_nsec = left % SEC(1) * 1000};
        leave(t);
        const int count = epoll_pwait2(t->epoll, events, EVENTS, &timeout, NULL);
        enter(t);
        compare_clocks(t);
        take_events(t, events, count);
        stops = t->stops;
    }
    leave(t);
    return NULL;
}

static bool begin(struct loop_thread *t)
{
    sigset_t all, before;
    cpu_set_t cores;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); // signals are for the main thread
    t->is_running = pthread_create(&t->thread, NULL, run, t) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!t->is_running || t->core < 0)
        return t->is_running;
    CPU_ZERO(&cores);
    CPU_SET((unsigned)t->core, &cores);
    return pthread_setaffinity_np(t->thread, sizeof cores, &cores) == 0;
}

enum err loop_thread_start(struct loop_thread **made, const struct loop_settings *settings,
                           int core)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = WAKE};
    struct loop_thread *t = mem_zero(sizeof *t);
    if (!t)
        return ERR_NO_MEMORY;

    t->settings = *settings;
    t->settings.cores = NULL;
    t->core = core;
    (void)pthread_mutex_init(&t->door, NULL);
    (void)pthread_mutex_init(&t->inside, NULL);
    t->epoll = epoll_create1(EPOLL_CLOEXEC);
    t->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    t->buffers = mem_zero((size_t)BATCH * RUN_BYTES);
    const bool has_memory = t->buffers && outbox_create(&t->outbox, OUTBOX) == ERR_OK;
    if (!has_memory || t->epoll < 0 || t->wake < 0 ||
        epoll_ctl(t->epoll, EPOLL_CTL_ADD, t->wake, &event) < 0 || !begin(t)) {
        loop_thread_stop(t);
        return has_memory ? ERR_IO : ERR_NO_MEMORY;
    }
    *made = t;
    return ERR_OK;
}

static void let_go(struct loop_thread *t, struct place *place)
{
    t->counts.socket_drops += place_drops(place->socket);
    close(place->socket);
    t->table[place->number] = NULL;
    heap_remove(&t->heap, place);
    agent_set_place(place->agent, NULL);
    mem_free(place);
    t->agents--;
}

void loop_thread_stop(struct loop_thread *t)
{
    if (!t)
        return;
    if (t->is_running) {
        enter(t);
        t->stops = true;
        leave(t);
        wake(t);
        (void)pthread_join(t->thread, NULL);
    }
    for (uint32_t i = 0; i < t->table_size; i++)
        if (t->table[i])
            let_go(t, t->table[i]);
    if (t->epoll >= 0)
        close(t->epoll);
    if (t->wake >= 0)
        close(t->wake);
    (void)pthread_mutex_destroy(&t->door);
    (void)pthread_mutex_destroy(&t->inside);
    outbox_destroy(t->outbox);
    mem_free(t->table);
    mem_free(t->heap.places);
    mem_free(t->buffers);
    mem_free(t);
}

// --- agents --------------------------------------------------------------------------------------

size_t loop_thread_agents(struct loop_thread *t)
{
    enter(t);
    const size_t count = t->agents;
    leave(t);
    return count;
}

static bool find_number(struct loop_thread *t, uint32_t *number)
{
    for (*number = 0; *number < t->table_size; (*number)++)
        if (!t->table[*number])
            return true;
    const uint32_t size = 2 * t->table_size + 64;
    struct place **more = mem_resize(t->table, size * sizeof *more);
    if (!more)
        return false;
    memset(more + t->table_size, 0, (size - t->table_size) * sizeof *more);
    t->table = more;
    t->table_size = size;
    return true;
}

static enum err settle(struct loop_thread *t, struct place *place, struct address *local)
{
    const uint16_t first = t->settings.first_port;
    enum err err;

    if (!find_number(t, &place->number))
        return ERR_NO_MEMORY;
    place->generation = ++t->generation & 0x7fffffff;
    struct epoll_event event = {.events = EPOLLIN,
                                .data.u64 = (uint64_t)place->generation << 32 | place->number};
    err = place_open(&place->socket, &t->settings, first ? (uint16_t)(first + place->number) : 0,
                     agent_remote(place->agent), agent_opens(place->agent), local);
    if (err != ERR_OK)
        return err;
    if (epoll_ctl(t->epoll, EPOLL_CTL_ADD, place->socket, &event) < 0)
        return ERR_IO;
    return heap_add(&t->heap, place);
}

enum err loop_thread_add(struct loop_thread *t, struct agent *agent)
{
    struct address local;
    struct place *place = mem_zero(sizeof *place);
    if (!place)
        return ERR_NO_MEMORY;

    place->agent = agent;
    place->thread = t;
    place->socket = -1;
    enter(t);
    const enum err err = settle(t, place, &local);
    if (err == ERR_OK) {
        t->table[place->number] = place;
        t->agents++;
        agent_set_place(agent, place);
        agent_start(agent, loop_now(), &local);
        heap_move(&t->heap, place, agent_deadline(agent));
    }
    leave(t);
    if (err == ERR_OK) {
        wake(t);
        return ERR_OK;
    }
    if (place->socket >= 0)
        close(place->socket);
    mem_free(place);
    return err;
}

void loop_thread_remove(struct agent *agent)
{
    struct place *place = agent_place(agent);
    struct loop_thread *t = place->thread;

    enter(t);
    agent_close(agent, loop_now(), t->outbox);
    flush(t, place);
    let_go(t, place);
    leave(t);
}

void loop_thread_enter(struct agent *agent)
{
    const struct place *place = agent_place(agent);

    enter(place->thread);
}

void loop_thread_leave(struct agent *agent)
{
    struct place *place = agent_place(agent);
    struct loop_thread *t = place->thread;
    const usec before = place->deadline;

    heap_move(&t->heap, place, agent_deadline(agent));
    const bool sooner = place->deadline < before;
    leave(t);
    if (sooner)
        wake(t);
}

void loop_thread_hold(struct loop_thread *t)
{
    enter(t);
}

void loop_thread_let_go(struct loop_thread *t)
{
    leave(t);
}

void loop_thread_stats(struct loop_thread *t, struct loop_stats *sum)
{
    struct timespec cpu = {0};
    clockid_t clock;

    if (pthread_getcpuclockid(t->thread, &clock) == 0)
        (void)clock_gettime(clock, &cpu);
    const usec used = SEC(cpu.tv_sec) + cpu.tv_nsec / 1000;
    sum->cpu += used;
    sum->cpu_most = used > sum->cpu_most ? used : sum->cpu_most;
    enter(t);
    sum->received += t->counts.received;
    sum->receive_calls += t->counts.receive_calls;
    sum->sent += t->counts.sent;
    sum->send_drops += t->counts.send_drops;
    sum->socket_drops += t->counts.socket_drops;
    for (uint32_t i = 0; i < t->table_size; i++)
        if (t->table[i])
            sum->socket_drops += place_drops(t->table[i]->socket);
    leave(t);
}
