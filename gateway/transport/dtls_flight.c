// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls_flight.c - sending a flight, and sending it again.
#include "transport/dtls_flight.h"

#include "transport/dtls_record.h"
#include "transport/outbox.h"

#include <string.h>

static bool put(struct flight *flight, struct bytes datagram, const struct path *path,
                struct outbox *out)
{
    uint8_t *room = outbox_room(out);

    if (!room || datagram.len > OUTBOX_MTU)
        return false;
    memcpy(room, datagram.at, datagram.len);
    dtls_renumber(room, datagram.len, &flight->next_number);
    outbox_commit(out, path, datagram.len);
    return true;
}

static void keep(struct flight *flight, struct bytes datagram)
{
    if (flight->is_over)
        flight->count = 0;
    flight->is_over = false;
    if (flight->count == FLIGHT_DATAGRAMS || datagram.len > DTLS_MTU)
        return;
    memcpy(flight->bytes[flight->count], datagram.at, datagram.len);
    flight->len[flight->count] = (uint16_t)datagram.len;
    flight->count++;
}

bool flight_send(struct flight *flight, struct bytes datagram, const struct path *path,
                 struct outbox *out)
{
    keep(flight, datagram);
    return put(flight, datagram, path, out);
}

void flight_end(struct flight *flight)
{
    flight->is_over = true;
}

void flight_repeat(struct flight *flight, const struct path *path, struct outbox *out)
{
    for (size_t i = 0; i < flight->count; i++)
        (void)put(flight, bytes_of(flight->bytes[i], flight->len[i]), path, out);
}
