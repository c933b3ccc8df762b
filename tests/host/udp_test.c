// SPDX-License-Identifier: AGPL-3.0-or-later
// host/udp_test.c - datagrams keep their bytes, their borders and the address they were sent to.
#include "host/udp.h"

#include "support/check.h"
#include "transport/outbox.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct udp *open_one(bool merge)
{
    struct udp *u = NULL;
    int code;

    CHECK_EQ(udp_open(&u, 0, merge, &code), ERR_OK);
    return u;
}

static void receive(struct udp *u, struct datagram *in)
{
    struct pollfd look = {.fd = udp_descriptor(u), .events = POLLIN};

    udp_begin(u);
    while (!udp_receive(u, in)) {
        CHECK_EQ(poll(&look, 1, 30000), 1);
        udp_begin(u);
    }
}

static void put(struct outbox *out, struct path path, uint8_t mark, size_t len)
{
    uint8_t bytes[OUTBOX_MTU];

    memset(bytes, mark, len);
    CHECK(outbox_put(out, &path, bytes_of(bytes, len)));
}

TEST(a_reply_leaves_from_the_address_that_was_hit)
{
    struct udp *a = open_one(false), *b = open_one(false);
    struct outbox *out = NULL;
    struct datagram in;
    // All of 127/8 is ours: the kernel alone would answer from 127.0.0.1.
    const struct path there = {.local = address_v4(127, 0, 0, 1, udp_port(a)),
                               .remote = address_v4(127, 0, 0, 77, udp_port(b))};

    CHECK_EQ(outbox_create(&out, 8), ERR_OK);
    put(out, there, 1, 10);
    udp_send_all(a, out);
    receive(b, &in);
    CHECK_EQ(in.len, 10);
    CHECK(address_equal(&in.path.local, &there.remote));
    CHECK(address_equal(&in.path.remote, &there.local));
    put(out, in.path, 2, 20);
    udp_send_all(b, out);
    receive(a, &in);
    CHECK_EQ(in.len, 20);
    CHECK(address_equal(&in.path.remote, &there.remote));
    outbox_destroy(out);
    udp_close(a);
    udp_close(b);
}

TEST(ipv6_goes_through_the_same_socket)
{
    struct udp *a = open_one(false), *b = open_one(false);
    struct path there = {.local.port = udp_port(a), .remote.port = udp_port(b)};
    struct outbox *out = NULL;
    struct datagram in;

    there.local.ip[15] = there.remote.ip[15] = 1; // ::1
    CHECK_EQ(outbox_create(&out, 8), ERR_OK);
    put(out, there, 3, 1200);
    udp_send_all(a, out);
    receive(b, &in);
    CHECK_EQ(in.len, 1200);
    CHECK(address_equal(&in.path.remote, &there.local));
    outbox_destroy(out);
    udp_close(a);
    udp_close(b);
}

// Runs of equal sizes, a shorter last one, other sizes and another receiver in between.
static void borders_hold(bool merge)
{
    static const uint16_t sizes[] = {1200, 1200, 1200, 700, 1200, 1201, 1201, 60, 60, 60, 60, 1472};
    struct udp *a = open_one(merge), *b = open_one(false), *c = open_one(false);
    const struct path to_b = {.local = address_v4(127, 0, 0, 1, udp_port(a)),
                              .remote = address_v4(127, 0, 0, 1, udp_port(b))};
    const struct path to_c = {.local = to_b.local, .remote = address_v4(127, 0, 0, 1, udp_port(c))};
    const size_t count = sizeof sizes / sizeof *sizes;
    struct outbox *out = NULL;
    struct datagram in;

    CHECK_EQ(outbox_create(&out, 64), ERR_OK);
    for (size_t i = 0; i < count; i++) {
        put(out, to_b, (uint8_t)i, sizes[i]);
        if (i == 8)
            put(out, to_c, 99, 60);
    }
    udp_send_all(a, out);
    CHECK_EQ(outbox_count(out), 0);
    for (size_t i = 0; i < count; i++) {
        receive(b, &in);
        CHECK_EQ(in.len, sizes[i]);
        CHECK_EQ(in.at[0], i);
        CHECK_EQ(in.at[in.len - 1], i);
    }
    receive(c, &in);
    CHECK_EQ(in.at[0], 99);
    CHECK_EQ(udp_counters(a)->sent, count + 1);
    CHECK_EQ(udp_counters(a)->merged > 0, udp_merges(a));
    outbox_destroy(out);
    udp_close(a);
    udp_close(b);
    udp_close(c);
}

TEST(datagrams_keep_their_borders_one_by_one)
{
    borders_hold(false);
}

TEST(datagrams_keep_their_borders_when_runs_are_merged)
{
    borders_hold(true);
}

TEST(more_than_one_batch_is_sent_and_received)
{
    struct udp *a = open_one(true), *b = open_one(false);
    const struct path there = {.local = address_v4(127, 0, 0, 1, udp_port(a)),
                               .remote = address_v4(127, 0, 0, 1, udp_port(b))};
    struct outbox *out = NULL;
    struct datagram in;

    CHECK_EQ(outbox_create(&out, 256), ERR_OK);
    for (size_t i = 0; i < 200; i++)
        put(out, there, (uint8_t)i, 100 + i % 2); // no two alike: 200 sends
    udp_send_all(a, out);
    for (size_t i = 0; i < 200; i++) {
        receive(b, &in);
        CHECK_EQ(in.at[0], (uint8_t)i);
    }
    outbox_destroy(out);
    udp_close(a);
    udp_close(b);
}

TEST(a_port_in_use_is_told)
{
    struct udp *a = open_one(false), *b = NULL;
    int code = 0;

    CHECK_EQ(udp_open(&b, udp_port(a), false, &code), ERR_IO);
    CHECK_EQ(code, EADDRINUSE);
    udp_close(a);
}

// --- a way out that is full ---

#define ROUNDS 30
#define PICTURES 300 // in each
#define SOUNDS 10

// A network of its own whose loopback takes a megabit a second, so that what is sent waits in the socket's buffer.
static bool enter_slow_network(void)
{
    return unshare(geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) == 0 &&
           system("ip link set lo up && "
                  "tc qdisc add dev lo root tbf rate 1mbit burst 4kb limit 1gb") == 0;
}

static void fill_way(struct udp *u, struct outbox *out, struct path path)
{
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < PICTURES; i++) {
            put(out, path, 1, 1200);
            outbox_spare_last(out);
            if (i % (PICTURES / SOUNDS) == 0)
                put(out, path, 2, 100);
        }
        udp_send_all(u, out);
    }
}

static void drop_only_pictures(void)
{
    struct udp *a = open_one(true), *b = open_one(true);
    const struct path path = {.local = address_v4(127, 0, 0, 1, udp_port(a)),
                              .remote = address_v4(127, 0, 0, 1, udp_port(b))};
    struct outbox *out = NULL;

    CHECK_EQ(outbox_create(&out, PICTURES + SOUNDS), ERR_OK);
    fill_way(a, out, path);
    const struct udp_counters *c = udp_counters(a);
    CHECK(c->dropped_full > 0);
    CHECK_EQ(c->dropped_sound, 0);
    CHECK_EQ(c->dropped_error, 0);
    CHECK_EQ(c->sent + c->dropped_full, (uint64_t)ROUNDS * (PICTURES + SOUNDS));
    CHECK(c->sent >= (uint64_t)ROUNDS * SOUNDS);
    outbox_destroy(out);
    udp_close(a);
    udp_close(b);
}

TEST(when_the_way_out_is_full_pictures_are_dropped_and_sound_is_not)
{
    int status = 0;
    const pid_t child = fork();

    CHECK(child >= 0);
    if (child == 0) {
        if (!enter_slow_network())
            _exit(2);
        drop_only_pictures(); // a claim that fails ends the process with another status
        _exit(0);
    }
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
}
