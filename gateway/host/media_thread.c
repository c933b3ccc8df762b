// SPDX-License-Identifier: AGPL-3.0-or-later
// host/media_thread.c - a thread with one worker and one UDP socket, told by commands.
#include "host/media_thread.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/rate.h"
#include "host/clock.h"
#include "host/crossing.h"
#include "host/entropy.h"
#include "host/figures.h"
#include "host/flows.h"
#include "host/mailbox.h"
#include "host/relief.h"
#include "host/thread.h"
#include "host/udp.h"
#include "sfu/command.h"
#include "sfu/event.h"
#include "sfu/worker.h"
#include "transport/outbox.h"
#include "wire/demux.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define COMMANDS 896         // that open or ask
#define COMMANDS_ASIDE 128   // that shut, besides one for each of a full meetup that ends
#define OUTBOX 1024          // datagrams that wait to be sent, while one viewer is served
#define SENDS_PER_TURN 4096  // more to read waits for the next turn
#define EVENTS_WAIT MSEC(5)  // when the owner's mailbox is full
#define LOOK SEC(1)          // how often its figures are shown
#define COMMANDS_PER_TURN 64 // so that a storm of joins does not stop the media
#define CROSSED_PER_TURN 1024
#define DATAGRAM_MAX 2048
// Checks of flows that nobody here knows, shown to all other threads: of joiners, and of strangers.
#define ASKS_PER_SECOND 2000
#define ASKS_BURST 500

struct media_thread {
    // given
    size_t commands_most;
    unsigned number;
    unsigned count;
    bool shares_port;
    // borrowed
    struct mailbox *events;
    // owned
    struct mailbox *commands;
    struct udp *udp;
    struct worker *worker;
    struct outbox *out;
    struct crossing *crossing; // with the other threads; NULL: there is none
    struct flows *flows;       // of the other threads, when the port is shared
    struct thread thread;
    int loop;  // epoll
    int timer; // timerfd on the monotonic clock
    // state
    atomic_bool ending;
    usec armed; // what the timer is set to
    usec turn_at;
    size_t turn_sends; // so far
    struct relief relief;
    struct bucket asks;
    struct stalls stalls;
    usec next_look;
    _Atomic uint64_t refused; // commands; counted by who told them
    struct figures_board board;
};

static bool watch(struct media_thread *m, int descriptor)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};

    return descriptor >= 0 && epoll_ctl(m->loop, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

// Events keep their order; those the owner has no room for wait inside the worker. Returns when to
// look again.
static usec pass_events(struct media_thread *m, usec now)
{
    struct sfu_event event;

    if (!worker_has_event(m->worker))
        return USEC_NEVER; // as mostly: the mailbox is everybody's, and is left alone
    while (mailbox_has_room(m->events) && worker_take_event(m->worker, &event))
        if (!mailbox_put(m->events, &event))
            break; // closed meanwhile: the owner listens no more
    return mailbox_has_room(m->events) ? USEC_NEVER : now + EVENTS_WAIT;
}

// Who is in a slot is told before its first packet leaves.
static void send_now(void *owner, struct outbox *out)
{
    struct media_thread *m = owner;

    (void)pass_events(m, m->turn_at);
    m->turn_sends += outbox_count(out);
    udp_send_all(m->udp, out);
}

static enum err open_parts(struct media_thread *m, const struct media_settings *settings, int *code)
{
    enum err err = settings->same_port
                       ? udp_share(&m->udp, settings->same_port->udp, code)
                       : udp_open(&m->udp, settings->udp_port, settings->merge, code);

    if (!err)
        err = mailbox_create(&m->commands, sizeof(struct sfu_command), m->commands_most);
    if (!err)
        err = outbox_create(&m->out, OUTBOX);
    if (!err)
        outbox_drain_with(m->out, send_now, m);
    if (!err)
        err = worker_create(&m->worker, settings->certificate, clock_wall_us() - clock_now(),
                            entropy_u64());
    if (!err && m->count > 1)
        err = crossing_create(&m->crossing, m->number, m->count);
    if (!err && m->count > 1)
        err = flows_create(&m->flows, entropy_u64());
    return err;
}

static bool watch_all(struct media_thread *m)
{
    m->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    return watch(m, m->timer) && watch(m, udp_descriptor(m->udp)) &&
           watch(m, mailbox_descriptor(m->commands)) &&
           (!m->crossing || watch(m, crossing_descriptor(m->crossing)));
}

enum err media_thread_create(struct media_thread **made, const struct media_settings *settings,
                             int *code)
{
    struct media_thread *m = mem_zero_apart(sizeof *m);

    *code = 0;
    if (!m)
        return ERR_NO_MEMORY;
    m->number = settings->number;
    m->count = settings->count;
    m->events = settings->events;
    m->commands_most = COMMANDS + COMMANDS_ASIDE + settings->members;
    m->armed = USEC_NEVER;
    m->timer = -1;
    m->loop = epoll_create1(EPOLL_CLOEXEC);
    bucket_init(&m->asks, ASKS_PER_SECOND, ASKS_BURST, clock_now());
    enum err err = open_parts(m, settings, code);
    if (!err && !watch_all(m))
        err = ERR_NO_MEMORY;
    if (err) {
        media_thread_destroy(m);
        return err;
    }
    if (settings->same_port)
        m->shares_port = settings->same_port->shares_port = true;
    *made = m;
    return ERR_OK;
}

enum err media_thread_connect(struct media_thread *from, struct media_thread *to)
{
    return crossing_connect(from->crossing, to->crossing);
}

static void free_command(struct sfu_command *command)
{
    if (command->kind == SFU_OPEN_TRANSPORT)
        mem_free(command->open.parameters);
}

void media_thread_destroy(struct media_thread *m)
{
    struct sfu_command left;

    if (!m)
        return;
    media_thread_stop(m);
    while (m->commands && mailbox_take(m->commands, &left))
        free_command(&left);
    mailbox_destroy(m->commands);
    worker_destroy(m->worker);
    outbox_destroy(m->out);
    crossing_destroy(m->crossing);
    flows_destroy(m->flows);
    udp_close(m->udp);
    if (m->timer >= 0)
        close(m->timer);
    if (m->loop >= 0)
        close(m->loop);
    mem_free(m);
}

// --- a port shared with the other threads ---

// Whoever has its transport says so, and gets the next ones at once.
static bool ask_all(struct media_thread *m, usec now, const struct datagram *in)
{
    if (!bucket_take(&m->asks, now, 1))
        return false;
    for (unsigned i = 0; i < m->count; i++)
        if (i != m->number)
            crossing_pass(m->crossing, i, in, true);
    return true;
}

// True: it is another thread's.
static bool pass_on(struct media_thread *m, usec now, const struct datagram *in)
{
    unsigned thread;

    if (worker_has(m->worker, *in))
        return false;
    if (flows_find(m->flows, &in->path, &thread)) {
        crossing_pass(m->crossing, thread, in, false);
        return true;
    }
    return demux(bytes_of(in->at, in->len)) == PACKET_STUN && ask_all(m, now, in);
}

// A datagram that arrived elsewhere; opened in place, so in memory of our own.
static void receive_passed(struct media_thread *m, usec now, const struct crossed *crossed)
{
    _Alignas(8) uint8_t own[DATAGRAM_MAX];
    const struct datagram in = {.path = crossed->path, .at = own, .len = crossed->bytes.len};

    if (in.len > sizeof own)
        return;
    if (in.len)
        memcpy(own, crossed->bytes.at, in.len);
    if (!worker_has(m->worker, in)) {
        if (!crossed->asks)
            crossing_tell(m->crossing, crossed->from, CROSSED_NOT_MINE, &in.path);
        return;
    }
    worker_receive(m->worker, now, in, m->out);
    if (crossed->asks && worker_has_path(m->worker, &in.path))
        crossing_tell(m->crossing, crossed->from, CROSSED_MINE, &in.path);
}

static void take_crossed(struct media_thread *m, usec now)
{
    struct crossed crossed;

    for (int i = 0; i < CROSSED_PER_TURN && crossing_take(m->crossing, &crossed); i++) {
        switch (crossed.kind) {
        case CROSSED_DATAGRAM:
            receive_passed(m, now, &crossed);
            break;
        case CROSSED_MINE:
            flows_note(m->flows, &crossed.path, crossed.from);
            break;
        case CROSSED_NOT_MINE:
            flows_forget(m->flows, &crossed.path, crossed.from);
            break;
        case CROSSED_COPY:
            worker_receive_copy(m->worker, now, crossed.from, &crossed.copy, m->out);
            break;
        }
    }
    crossing_release(m->crossing);
}

// False when there is more, which waits for the next turn.
static bool receive_all(struct media_thread *m, usec now)
{
    struct datagram in;

    while (m->turn_sends < SENDS_PER_TURN) {
        if (!udp_receive(m->udp, &in))
            return true;
        if (!m->shares_port || !pass_on(m, now, &in))
            worker_receive(m->worker, now, in, m->out);
    }
    return false;
}

// Shows its figures to whoever asks.
static void look(struct media_thread *m)
{
    struct figures figures;

    figures_gather(&figures, udp_look(m->udp), worker_counters(m->worker), &m->stalls);
    figures.relief_raised = m->relief.raised;
    figures.commands_refused = atomic_load_explicit(&m->refused, memory_order_relaxed);
    if (m->crossing) {
        const struct crossing_counters *crossing = crossing_counters(m->crossing);
        figures.ring_pictures = crossing->pictures_dropped;
        figures.ring_sounds = crossing->sounds_dropped;
        figures.ring_others = crossing->others_dropped;
    }
    figures_show(&m->board, &figures);
}

// Copies of what arrived, once a turn.
static void publish(struct media_thread *m)
{
    struct sfu_copy copy;

    while (worker_take_copy(m->worker, &copy))
        crossing_copy(m->crossing, &copy);
    crossing_publish(m->crossing);
}

static void note_turn(struct media_thread *m, usec now, usec took)
{
    const uint8_t before = m->relief.level;
    const uint8_t level = relief_turn(&m->relief, now, took, udp_has_more(m->udp));

    if (stalls_add(&m->stalls, now, took))
        log_event(LOG_WARN, "media_stall worst_ms=%" PRId64, m->stalls.worst / 1000);
    if (level == before)
        return;
    worker_relieve(m->worker, level);
    log_event(level > before ? LOG_WARN : LOG_INFO, "media_relief level=%u before=%u", level,
              before);
}

// One turn; returns when to wake at the latest.
static usec turn(struct media_thread *m)
{
    const usec now = clock_now();
    struct sfu_command command;
    usec deadline;
    int commands = 0;
    bool read_all;

    m->turn_at = now;
    m->turn_sends = 0;
    if (m->crossing)
        (void)crossing_look(m->crossing);
    udp_begin(m->udp);
    while (commands < COMMANDS_PER_TURN && mailbox_take(m->commands, &command)) {
        worker_apply(m->worker, now, &command, m->out);
        commands++;
    }
    read_all = receive_all(m, now);
    if (m->crossing)
        take_crossed(m, now);
    worker_tick(m->worker, now, m->out);
    deadline = pass_events(m, now); // who is in a slot is told before its first packet leaves
    if (m->crossing)
        publish(m);
    udp_send_all(m->udp, m->out);
    deadline = usec_min(deadline, worker_deadline(m->worker));
    if (!read_all || commands == COMMANDS_PER_TURN || (m->crossing && crossing_look(m->crossing)))
        deadline = now;
    note_turn(m, now, clock_now() - now);
    if (now < m->next_look)
        return usec_min(deadline, m->next_look); // what happened now is to be seen then
    look(m);
    m->next_look = now + LOOK;
    return deadline;
}

static void arm(struct media_thread *m, usec deadline)
{
    struct itimerspec at = {0};

    if (deadline == m->armed)
        return;
    m->armed = deadline;
    if (deadline != USEC_NEVER) {
        const usec when = deadline > 0 ? deadline : 1; // zero would disarm
        at.it_value.tv_sec = (time_t)(when / 1000000);
        at.it_value.tv_nsec = (long)(when % 1000000) * 1000;
    }
    timerfd_settime(m->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static void hear_timer(struct media_thread *m)
{
    uint64_t times;

    if (read(m->timer, &times, sizeof times) == (ssize_t)sizeof times)
        m->armed = USEC_NEVER;
}

static void *run(void *argument)
{
    struct media_thread *m = argument;
    struct epoll_event events[4];

    do { // at least one turn: what it was told before it ends is done
        int woken;

        arm(m, turn(m));
        woken = epoll_wait(m->loop, events, ARRAY_LEN(events), -1);
        for (int i = 0; i < woken; i++) {
            if (events[i].data.fd == m->timer)
                hear_timer(m);
            else if (events[i].data.fd == mailbox_descriptor(m->commands))
                mailbox_hear(m->commands);
            else if (m->crossing && events[i].data.fd == crossing_descriptor(m->crossing))
                crossing_hear(m->crossing);
        }
    } while (!atomic_load(&m->ending));
    return NULL;
}

enum err media_thread_start(struct media_thread *m)
{
    return thread_start(&m->thread, "media", run, m);
}

// What shuts, and what all transports of a meetup stand on.
static bool must_pass(const struct sfu_command *command)
{
    switch (command->kind) {
    case SFU_OPEN_ROUTER:
    case SFU_PARTS:
    case SFU_CLOSE_ROUTER:
    case SFU_CLOSE_TRANSPORT:
    case SFU_GATE:
    case SFU_MUTE:
    case SFU_PAUSE:
        return true;
    case SFU_OPEN_TRANSPORT:
    case SFU_RESTART_ICE:
    case SFU_WANT:
        return false;
    }
    return false;
}

bool media_thread_tell(struct media_thread *m, const struct sfu_command *command)
{
    const bool taken = (must_pass(command) || mailbox_count(m->commands) < COMMANDS) &&
                       mailbox_put(m->commands, command);

    if (!taken)
        atomic_fetch_add_explicit(&m->refused, 1, memory_order_relaxed);
    return taken;
}

void media_thread_stop(struct media_thread *m)
{
    if (!m->thread.started)
        return;
    atomic_store(&m->ending, true);
    mailbox_close(m->commands);
    thread_join(&m->thread);
    log_event(LOG_INFO,
              "media_stopped turns=%" PRIu64 " over_budget=%" PRIu64 " worst_us=%" PRId64
              " received=%" PRIu64 " sent=%" PRIu64 " dropped=%" PRIu64,
              stalls_turns(&m->stalls), stalls_over_budget(&m->stalls), m->stalls.worst,
              udp_counters(m->udp)->received, udp_counters(m->udp)->sent,
              udp_counters(m->udp)->dropped_full + udp_counters(m->udp)->dropped_sound +
                  udp_counters(m->udp)->dropped_error);
}

uint16_t media_thread_port(const struct media_thread *m)
{
    return udp_port(m->udp);
}

void media_thread_figures(struct media_thread *m, struct figures *figures)
{
    figures_read(&m->board, figures);
}

const struct stalls *media_thread_stalls(const struct media_thread *m)
{
    return &m->stalls;
}
