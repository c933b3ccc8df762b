// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/compound.c - many small reports share a datagram.
#include "sfu/compound.h"

#include "sfu/member.h"
#include "sfu/router.h"
#include "sfu/worker.h"
#include "transport/outbox.h"
#include "transport/transport.h"

#define COMPOUND_MAX 1200
#define SEAL_MAX 32 // index and tag of SRTCP, rounded up

_Static_assert(COMPOUND_MAX + SEAL_MAX <= OUTBOX_MTU, "a sealed compound is a datagram");

struct compound compound_for(struct member *to, struct outbox *out)
{
    return (struct compound){.to = to, .out = out};
}

size_t compound_left(const struct compound *c)
{
    return c->is_open ? (size_t)(c->packet.end - c->packet.at) : 0;
}

bool compound_reserve(struct compound *c, size_t len)
{
    if (c->is_open && compound_left(c) >= len)
        return true;
    compound_send(c);
    uint8_t *room = outbox_room(c->out);
    if (!room || len > COMPOUND_MAX)
        return false;
    c->packet = writer_over(room, COMPOUND_MAX);
    c->is_open = true;
    return true;
}

void compound_send(struct compound *c)
{
    struct worker_counters *counters = c->to->router->counters;
    const size_t len = c->is_open && c->packet.ok ? writer_len(&c->packet) : 0;

    c->is_open = false;
    if (len == 0 || !transport_send_rtcp(c->to->transport, c->out, len))
        return;
    counters->rtcp_out++;
    counters->bytes_out += len;
}
