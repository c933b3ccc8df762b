// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/feedback_fuzz.c - any feedback, at any time, on any packets into an estimate.
#include "base/bytes.h"
#include "sfu/estimate/estimate.h"
#include "wire/rtcp_feedback.h"
#include "wire/transport_cc.h"

#include <stdlib.h>
#include <string.h>

enum step { SEND, SEND_PROBE, HEAR, HEAR_OF_RECENT, WAIT, DEMAND, CHANGE_PATH, STEPS };

struct viewer {
    struct estimate *estimate;
    struct probe_order order;
    usec now;
    uint16_t seq;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
    if (!claim)
        abort();
}

static void send(struct viewer *viewer, struct reader *in, uint8_t probe)
{
    const unsigned count = read_u8(in) % 64 + 1u;
    const usec apart = 100 * (usec)read_u8(in);
    const uint16_t size = (uint16_t)(40 + 5 * read_u8(in));

    for (unsigned i = 0; i < count; i++) {
        estimate_sent(viewer->estimate, viewer->now, viewer->seq++, size, probe);
        viewer->now += apart;
    }
}

static void send_probe(struct viewer *viewer, struct reader *in)
{
    if (estimate_take_probe(viewer->estimate, viewer->now, &viewer->order)) {
        must(viewer->order.number != 0 && viewer->order.packets > 0 && viewer->order.bytes > 0);
        must(viewer->order.rate_bps >= ESTIMATE_MIN_BPS);
    }
    send(viewer, in, viewer->order.number);
}

// What the packet says, but on packets sent of late, so that few inputs are about nothing.
static void hear(struct viewer *viewer, struct reader *in, bool of_recent)
{
    uint8_t fci[256];
    const uint8_t back = of_recent ? read_u8(in) : 0;
    const uint8_t len = read_u8(in);
    const struct bytes said = read_bytes(in, len);
    struct feedback feedback = {.kind = FEEDBACK_TRANSPORT_CC, .fci = bytes_of(fci, said.len)};
    struct transport_cc cc;

    if (said.len > 0)
        memcpy(fci, said.at, said.len);
    if (of_recent && said.len > 2) {
        struct writer base = writer_over(fci, 2);
        write_u16(&base, (uint16_t)(viewer->seq - back));
    }
    if (transport_cc_read(&cc, &feedback))
        estimate_feedback(viewer->estimate, viewer->now, &cc);
}

static void demand(struct viewer *viewer, struct reader *in)
{
    const uint8_t flags = read_u8(in);
    const struct estimate_demand wanted = {.sending = 20000u * read_u8(in),
                                           .next = 20000u * read_u8(in),
                                           .most = flags & 2 ? UINT32_MAX : 40000u * read_u8(in),
                                           .pictures = flags & 1};

    estimate_set_demand(viewer->estimate, viewer->now, &wanted);
}

static void take_step(struct viewer *viewer, struct reader *in)
{
    switch ((enum step)(read_u8(in) % STEPS)) {
    case SEND:
        send(viewer, in, 0);
        return;
    case SEND_PROBE:
        send_probe(viewer, in);
        return;
    case HEAR:
        hear(viewer, in, false);
        return;
    case HEAR_OF_RECENT:
        hear(viewer, in, true);
        return;
    case WAIT:
        viewer->now += 1000 * (usec)read_u16(in);
        estimate_tick(viewer->estimate, viewer->now);
        return;
    case DEMAND:
        demand(viewer, in);
        return;
    case CHANGE_PATH:
        estimate_path_changed(viewer->estimate, viewer->now);
        return;
    case STEPS:
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader in = reader_over(bytes_of(data, size));
    struct viewer viewer = {.now = SEC(1) + read_u8(&in), .seq = read_u16(&in)};

    must(estimate_create(&viewer.estimate, 10000u * read_u8(&in), viewer.now) == ERR_OK);
    while (reader_left(&in) > 0) {
        take_step(&viewer, &in);
        const struct estimate *e = viewer.estimate;
        must(estimate_target(e) >= ESTIMATE_MIN_BPS && estimate_target(e) <= ESTIMATE_MAX_BPS);
        must(estimate_loss(e) >= 0 && estimate_loss(e) <= 1);
        must(estimate_deadline(e) > 0);
    }
    estimate_destroy(viewer.estimate);
    return 0;
}
