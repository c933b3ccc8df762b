// SPDX-License-Identifier: AGPL-3.0-or-later
// host/udp.c - one dual-stack UDP socket: datagrams in batches, replies from the address that was hit.
#include "host/udp.h"

#include "base/log.h"
#include "base/mem.h"
#include "host/udp_address.h"
#include "transport/outbox.h"

#include <errno.h>
#include <limits.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define RECEIVE_BATCH 32
#define RECEIVE_MOST 256  // per turn
#define RECEIVE_SIZE 2048 // larger datagrams are cut and dropped
#define SEND_BATCH 64     // messages of one sendmmsg
#define RUN_SEGMENTS 64   // the kernel's bound on UDP GSO
#define RUN_BYTES 63000   // and on its sum
#define SOCKET_BUFFER (4 * 1024 * 1024)

struct slot {
    struct sockaddr_storage from;
    struct iovec part;
    uint8_t control[PACKET_INFO_SIZE];
    _Alignas(8) uint8_t bytes[RECEIVE_SIZE]; // libsrtp opens in place, and in whole words
};

struct run {
    struct sockaddr_storage to;
    struct iovec parts[RUN_SEGMENTS];
    uint8_t control[PACKET_INFO_SIZE];
    size_t first; // in the outbox
    size_t count; // datagrams
};

struct udp {
    // given
    uint16_t port;
    int family;
    // owned
    int socket;
    // state
    int send_room; // bytes that may wait to leave
    bool merge;
    size_t got;   // datagrams of the last recvmmsg
    size_t next;  // of those, the next to hand out
    size_t taken; // in this turn
    struct udp_counters counters;
    struct mmsghdr in[RECEIVE_BATCH];
    struct slot slots[RECEIVE_BATCH];
    struct mmsghdr out[SEND_BATCH];
    struct run runs[SEND_BATCH];
};

static int open_socket(int family, uint16_t port, bool shares, int *made)
{
    const int on = 1, off = 0, size = SOCKET_BUFFER;
    const struct address any = {.port = port};
    const struct address any_v4 = {.ip = {[10] = 0xff, [11] = 0xff}, .port = port};
    struct sockaddr_storage name = {0};
    const socklen_t len = address_to_kernel(&name, family == AF_INET6 ? &any : &any_v4, family);
    const int s = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (s < 0)
        return errno;
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(s, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(s, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    if (family == AF_INET6) {
        setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
        setsockopt(s, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
    }
    if (shares)
        setsockopt(s, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (bind(s, (struct sockaddr *)&name, len) < 0) {
        const int code = errno;
        close(s);
        return code;
    }
    *made = s;
    return 0;
}

// As the kernel counts; not known: it is never half full.
static int send_room(int s)
{
    int room = 0;
    socklen_t len = sizeof room;

    return getsockopt(s, SOL_SOCKET, SO_SNDBUF, &room, &len) == 0 ? room : INT_MAX;
}

static uint16_t bound_port(int s)
{
    struct sockaddr_storage name = {0};
    struct address address = {0};
    socklen_t len = sizeof name;

    if (getsockname(s, (struct sockaddr *)&name, &len) < 0 ||
        !address_from_kernel(&address, (struct sockaddr *)&name))
        return 0;
    return address.port;
}

// Some kernels and drivers take a run and lose its tail: send three segments to ourselves and count
// what arrives. Loopback delivers at once or not at all.
static bool merging_works(void)
{
    const struct address self = {.ip = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}};
    uint8_t bytes[300] = {0}, control[PACKET_INFO_SIZE], got[sizeof bytes];
    struct iovec part = {.iov_base = bytes, .iov_len = sizeof bytes};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control};
    struct sockaddr_storage name;
    struct address to = self;
    size_t arrived = 0;
    int s;

    if (open_socket(AF_INET, 0, false, &s))
        return false;
    to.port = bound_port(s);
    message.msg_namelen = address_to_kernel(&name, &to, AF_INET);
    message.msg_name = &name;
    packet_segment_write(&message, sizeof bytes / 3);
    if (sendmsg(s, &message, 0) == (ssize_t)sizeof bytes)
        while (recv(s, got, sizeof got, MSG_DONTWAIT) == (ssize_t)sizeof bytes / 3)
            arrived++;
    close(s);
    return arrived == 3;
}

enum err udp_open(struct udp **made, uint16_t port, bool merge, int *code)
{
    struct udp *u = mem_zero_apart(sizeof *u);
    if (!u)
        return ERR_NO_MEMORY;

    u->socket = -1;
    u->family = AF_INET6;
    *code = open_socket(AF_INET6, port, false, &u->socket);
    if (*code == EAFNOSUPPORT || *code == EADDRNOTAVAIL) { // IPv6 is switched off
        u->family = AF_INET;
        *code = open_socket(AF_INET, port, false, &u->socket);
    }
    if (*code) {
        udp_close(u);
        return ERR_IO;
    }
    u->port = bound_port(u->socket);
    u->send_room = send_room(u->socket);
    u->merge = merge && merging_works();
    *made = u;
    return ERR_OK;
}

enum err udp_share(struct udp **made, struct udp *with, int *code)
{
    const int on = 1;
    struct udp *u = mem_zero_apart(sizeof *u);
    if (!u)
        return ERR_NO_MEMORY;

    // Only now, so that the port was nobody else's when it was bound.
    setsockopt(with->socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    u->socket = -1;
    u->family = with->family;
    u->port = with->port;
    u->merge = with->merge;
    *code = open_socket(u->family, u->port, true, &u->socket);
    if (*code) {
        udp_close(u);
        return ERR_IO;
    }
    u->send_room = send_room(u->socket);
    *made = u;
    return ERR_OK;
}

void udp_close(struct udp *u)
{
    if (!u)
        return;
    if (u->socket >= 0)
        close(u->socket);
    mem_free(u);
}

int udp_descriptor(const struct udp *u)
{
    return u->socket;
}

uint16_t udp_port(const struct udp *u)
{
    return u->port;
}

bool udp_merges(const struct udp *u)
{
    return u->merge;
}

const struct udp_counters *udp_counters(const struct udp *u)
{
    return &u->counters;
}

const struct udp_counters *udp_look(struct udp *u)
{
    uint32_t memory[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof memory;

    if (getsockopt(u->socket, SOL_SOCKET, SO_MEMINFO, memory, &len) == 0) {
        // 32 bits that wrap
        u->counters.overflowed += memory[SK_MEMINFO_DROPS] - (uint32_t)u->counters.overflowed;
        u->counters.waiting = memory[SK_MEMINFO_RMEM_ALLOC];
    }
    return &u->counters;
}

void udp_begin(struct udp *u)
{
    u->taken = 0;
}

bool udp_has_more(const struct udp *u)
{
    return u->next < u->got || u->taken >= RECEIVE_MOST;
}

static bool receive_batch(struct udp *u)
{
    int got;

    for (size_t i = 0; i < RECEIVE_BATCH; i++) {
        struct slot *slot = &u->slots[i];

        slot->part = (struct iovec){.iov_base = slot->bytes, .iov_len = sizeof slot->bytes};
        u->in[i].msg_hdr = (struct msghdr){.msg_name = &slot->from,
                                           .msg_namelen = sizeof slot->from,
                                           .msg_iov = &slot->part,
                                           .msg_iovlen = 1,
                                           .msg_control = slot->control,
                                           .msg_controllen = sizeof slot->control};
    }
    got = recvmmsg(u->socket, u->in, RECEIVE_BATCH, MSG_DONTWAIT, NULL);
    u->next = 0;
    u->got = got > 0 ? (size_t)got : 0;
    return u->got > 0;
}

bool udp_receive(struct udp *u, struct datagram *in)
{
    while (u->next < u->got || (u->taken < RECEIVE_MOST && receive_batch(u))) {
        struct mmsghdr *message = &u->in[u->next];
        struct slot *slot = &u->slots[u->next++];

        u->taken++;
        *in = (struct datagram){.at = slot->bytes, .len = message->msg_len};
        in->path.local.port = u->port;
        if (message->msg_hdr.msg_flags & MSG_TRUNC ||
            !address_from_kernel(&in->path.remote, (struct sockaddr *)&slot->from) ||
            !packet_info_read(&in->path.local, &message->msg_hdr))
            continue;
        u->counters.received++;
        return true;
    }
    return false;
}

// How many datagrams from `first` on may leave as one run: same path, same size, the last shorter.
static size_t run_length(const struct udp *u, const struct outbox *out, size_t first, bool crowded)
{
    const struct outgoing *head = outbox_at(out, first);
    const size_t all = outbox_count(out);
    size_t sum = head->len, n = 1;

    if (!u->merge)
        return 1;
    while (first + n < all && n < RUN_SEGMENTS) {
        const struct outgoing *next = outbox_at(out, first + n);

        sum += next->len;
        if ((crowded && next->spare) || next->len > head->len || sum > RUN_BYTES ||
            !path_equal(&next->path, &head->path))
            break;
        n++;
        if (next->len < head->len)
            break;
    }
    return n;
}

static void fill_run(struct udp *u, size_t index, const struct outbox *out, size_t first,
                     size_t count)
{
    const struct outgoing *head = outbox_at(out, first);
    struct run *run = &u->runs[index];
    struct msghdr *message = &u->out[index].msg_hdr;

    run->first = first;
    run->count = count;
    for (size_t i = 0; i < count; i++) {
        const struct outgoing *one = outbox_at(out, first + i);
        run->parts[i] = (struct iovec){.iov_base = one->at, .iov_len = one->len};
    }
    *message = (struct msghdr){.msg_name = &run->to,
                               .msg_iov = run->parts,
                               .msg_iovlen = count,
                               .msg_control = run->control};
    message->msg_namelen = address_to_kernel(&run->to, &head->path.remote, u->family);
    packet_info_write(message, &head->path.local, u->family);
    if (count > 1)
        packet_segment_write(message, head->len);
}

static bool is_about_merging(int code)
{
    return code == EINVAL || code == EIO || code == ENOPROTOOPT || code == EOPNOTSUPP;
}

// Sends runs[from..count). Returns how many are done with, sent or dropped; stops before one that
// the kernel refused because it is a run.
static size_t send_runs(struct udp *u, size_t from, size_t count)
{
    while (from < count) {
        const int sent = sendmmsg(u->socket, u->out + from, (unsigned)(count - from), MSG_DONTWAIT);

        u->counters.send_calls++;
        for (int i = 0; i < sent; i++) {
            u->counters.messages++;
            u->counters.sent += u->runs[from].count;
            u->counters.merged += u->runs[from].count > 1 ? u->runs[from].count : 0;
            from++;
        }
        if (sent > 0 || errno == EINTR)
            continue;
        if (u->runs[from].count > 1 && is_about_merging(errno))
            return from;
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
            u->counters.dropped_sound += u->runs[from].count;
        else
            u->counters.dropped_error += u->runs[from].count;
        from++;
    }
    return from;
}

// Is so much on its way out that only sound had better join it? One system call for each batch of many.
static bool is_crowded(const struct udp *u)
{
    int waiting = 0;

    return ioctl(u->socket, SIOCOUTQ, &waiting) == 0 && waiting > u->send_room / 2;
}

// Fills runs from `*next` on, as many as one call takes. Returns how many.
static size_t fill_runs(struct udp *u, const struct outbox *out, size_t *next)
{
    const bool crowded = is_crowded(u);
    const size_t all = outbox_count(out);
    size_t runs = 0;

    while (*next < all && runs < SEND_BATCH) {
        if (crowded && outbox_at(out, *next)->spare) {
            u->counters.dropped_full++;
            (*next)++;
            continue;
        }
        const size_t count = run_length(u, out, *next, crowded);
        fill_run(u, runs++, out, *next, count);
        *next += count;
    }
    return runs;
}

void udp_send_all(struct udp *u, struct outbox *out)
{
    const size_t all = outbox_count(out);
    size_t next = 0;

    while (next < all) {
        const size_t runs = fill_runs(u, out, &next);
        const size_t done = send_runs(u, 0, runs);

        if (done < runs) { // this kernel or driver does not merge after all: never again
            u->merge = false;
            log_event(LOG_WARN, "udp_merging_off errno=%d", errno);
            next = u->runs[done].first;
        }
    }
    outbox_clear(out);
}
