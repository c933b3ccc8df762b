// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/worker_test.c - commands that cross, members that fail to be born, datagrams of nobody.
#include "sfu/worker.h"

#include "base/mem.h"
#include "sfu/command.h"
#include "sfu/event.h"
#include "support/check.h"
#include "transport/certificate.h"
#include "transport/outbox.h"

#include <stdio.h>
#include <string.h>

struct desk {
    struct certificate *certificate;
    struct worker *worker;
    struct outbox *out;
};

static void open_desk(struct desk *desk)
{
    CHECK(certificate_create(&desk->certificate) == ERR_OK);
    CHECK(worker_create(&desk->worker, desk->certificate, 0, 1) == ERR_OK);
    CHECK(outbox_create(&desk->out, 64) == ERR_OK);
}

static void close_desk(struct desk *desk)
{
    worker_destroy(desk->worker);
    certificate_destroy(desk->certificate);
    outbox_destroy(desk->out);
}

static void open_router(struct desk *desk, uint64_t id)
{
    struct sfu_command command = {.kind = SFU_OPEN_ROUTER, .router = id};

    worker_apply(desk->worker, SEC(1), &command, desk->out);
}

static void add_line(struct transport_parameters *p, enum line_role role, enum line_kind kind)
{
    p->lines[p->line_count] = (struct line_parameters){.role = role,
                                                       .kind = kind,
                                                       .payload_type = 96,
                                                       .rtx_payload_type = 97,
                                                       .nack = true,
                                                       .layer_count = role == LINE_CAMERA ? 3 : 1,
                                                       .ssrc = 1000u + p->line_count};
    p->line_count++;
}

static void open_transport(struct desk *desk, uint64_t router, uint64_t id, const char *ufrag)
{
    struct sfu_command command = {.kind = SFU_OPEN_TRANSPORT, .router = router, .transport = id};

    struct transport_parameters *p = mem_zero(sizeof *p);
    CHECK(p != NULL);
    snprintf(p->local_ufrag, sizeof p->local_ufrag, "%s", ufrag);
    snprintf(p->local_pwd, sizeof p->local_pwd, "a password of twenty-two");
    snprintf(p->remote_ufrag, sizeof p->remote_ufrag, "theirs");
    p->fingerprint_len = 32;
    add_line(p, LINE_MICROPHONE, LINE_AUDIO);
    add_line(p, LINE_CAMERA, LINE_VIDEO);
    add_line(p, LINE_SLOT_AUDIO, LINE_AUDIO);
    add_line(p, LINE_SLOT_VIDEO, LINE_VIDEO);
    command.open.member = (uint32_t)id;
    command.open.parameters = p;
    worker_apply(desk->worker, SEC(1), &command, desk->out);
    CHECK(command.open.parameters == NULL); // taken over, whatever came of it
}

static bool take_failure(struct desk *desk, uint64_t transport)
{
    struct sfu_event event;

    return worker_take_event(desk->worker, &event) && event.kind == SFU_TRANSPORT_FAILED &&
           event.transport == transport;
}

TEST(commands_for_unknown_ids_are_ignored)
{
    struct desk desk;
    struct sfu_event event;

    open_desk(&desk);
    for (int kind = SFU_OPEN_ROUTER; kind <= SFU_WANT; kind++) {
        struct sfu_command command = {
            .kind = (enum sfu_command_kind)kind, .router = 7, .transport = 8};
        if (kind != SFU_OPEN_TRANSPORT && kind != SFU_OPEN_ROUTER)
            worker_apply(desk.worker, SEC(1), &command, desk.out);
    }
    worker_tick(desk.worker, SEC(1), desk.out);
    CHECK(!worker_take_event(desk.worker, &event));
    CHECK_EQ(outbox_count(desk.out), 0);
    close_desk(&desk);
}

TEST(a_transport_of_no_router_fails)
{
    struct desk desk;

    open_desk(&desk);
    open_transport(&desk, 7, 8, "ours");
    CHECK(take_failure(&desk, 8));
    CHECK_EQ(worker_counters(desk.worker)->transports, 0);
    close_desk(&desk);
}

TEST(a_transport_id_or_user_fragment_is_taken_once)
{
    struct desk desk;

    open_desk(&desk);
    open_router(&desk, 7);
    open_transport(&desk, 7, 8, "ours");
    open_transport(&desk, 7, 8, "others");
    CHECK(take_failure(&desk, 8));
    open_transport(&desk, 7, 9, "ours");
    CHECK(take_failure(&desk, 9));
    CHECK_EQ(worker_counters(desk.worker)->transports, 1);
    close_desk(&desk);
}

TEST(whichever_allocation_fails_one_transport_fails_and_nothing_else)
{
    struct desk desk;
    size_t n = 1;

    open_desk(&desk);
    open_router(&desk, 7);
    open_transport(&desk, 7, 1, "first");
    for (;; n++) {
        char ufrag[20];
        snprintf(ufrag, sizeof ufrag, "ours%zu", n);
        mem_fail_at(n + 1); // the first is the parameters, the test's own
        open_transport(&desk, 7, 100 + n, ufrag);
        mem_fail_at(0);
        if (!take_failure(&desk, 100 + n))
            break;
        CHECK_EQ(worker_counters(desk.worker)->transports, 1);
    }
    CHECK(n > 5);
    CHECK_EQ(worker_counters(desk.worker)->transports, 2);
    close_desk(&desk);
}

TEST(whichever_allocation_fails_no_half_worker_is_left)
{
    struct certificate *certificate;
    struct worker *worker = NULL;
    size_t n = 1;

    CHECK(certificate_create(&certificate) == ERR_OK);
    for (mem_fail_at(n); worker_create(&worker, certificate, 0, 1); mem_fail_at(n)) {
        CHECK(worker == NULL);
        CHECK(++n < 100);
    }
    mem_fail_at(0);
    CHECK(n > 4);
    worker_destroy(worker);
    certificate_destroy(certificate);
}

TEST(datagrams_of_nobody_are_counted_and_not_answered)
{
    struct desk desk;
    _Alignas(8) uint8_t bytes[100] = {0};
    struct datagram in = {.at = bytes, .len = sizeof bytes};

    open_desk(&desk);
    in.path.local = address_v4(10, 0, 0, 1, 3478);
    in.path.remote = address_v4(10, 0, 0, 2, 4000);
    bytes[0] = 0x80; // RTP
    worker_receive(desk.worker, SEC(1), in, desk.out);
    bytes[0] = 22; // DTLS
    worker_receive(desk.worker, SEC(1), in, desk.out);
    bytes[0] = 0; // no STUN
    worker_receive(desk.worker, SEC(1), in, desk.out);
    bytes[0] = 0x50;
    worker_receive(desk.worker, SEC(1), in, desk.out);
    const struct worker_counters *counters = worker_counters(desk.worker);
    CHECK_EQ(counters->drops.count[DROP_UNKNOWN_PEER], 2);
    CHECK_EQ(counters->drops.count[DROP_BAD_STUN] + counters->drops.count[DROP_UNKNOWN_KIND], 2);
    CHECK_EQ(counters->bytes_in, 4 * sizeof bytes);
    CHECK_EQ(outbox_count(desk.out), 0);
    close_desk(&desk);
}

TEST(an_idle_worker_never_wakes)
{
    struct desk desk;

    open_desk(&desk);
    open_router(&desk, 7);
    worker_tick(desk.worker, SEC(1), desk.out);
    CHECK(worker_deadline(desk.worker) == USEC_NEVER);
    close_desk(&desk);
}
