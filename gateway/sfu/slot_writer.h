// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_writer.h - puts the packets of a slot into bytes, seals them and hands them to the outbox.
#ifndef GATEWAY_SFU_SLOT_WRITER_H
#define GATEWAY_SFU_SLOT_WRITER_H

#include "base/bytes.h"
#include "base/usec.h"
#include "wire/rtp.h"
#include "wire/vp8.h"

#include <stdbool.h>
#include <stdint.h>

struct outbox;
struct packet;
struct slot;

// Each adds the header extensions of the slot's line. False, counted: the turn's outbox is full, the
// packet does not fit into a datagram, or the transport cannot send.
bool slot_write_sound(struct slot *slot, usec now, struct rtp_fields *fields, struct bytes payload,
                      struct outbox *out);
bool slot_write_picture(struct slot *slot, usec now, struct rtp_fields *fields,
                        const struct vp8_view *vp8, struct vp8_ids ids, struct bytes payload,
                        struct outbox *out);
// The same of a packet as it was received, with its padding behind it.
bool slot_write_padded(struct slot *slot, usec now, struct rtp_fields *fields,
                       const struct packet *packet, struct vp8_ids ids, struct outbox *out);

// A retransmission of the packet sent as `seq`; `original` is the whole packet as it was received.
bool slot_write_again(struct slot *slot, usec now, struct rtp_fields *fields, uint16_t seq,
                      struct vp8_ids ids, struct bytes original, struct outbox *out);

// Nothing but padding, 1 to 255 bytes of it. `fields` are those of the line's retransmissions, whose numbers
// nobody asks for again.
bool slot_write_padding(struct slot *slot, usec now, struct rtp_fields *fields, uint8_t bytes,
                        struct outbox *out);

#endif
