// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/slot_writer.c - header, extensions, descriptor, payload, in that order.
#include "sfu/slot_writer.h"

#include "sfu/member.h"
#include "sfu/packet.h"
#include "sfu/parameters.h"
#include "sfu/router.h"
#include "sfu/slot.h"
#include "sfu/worker.h"
#include "transport/outbox.h"
#include "transport/transport.h"
#include "wire/rtp_ext.h"

#define EXTENSIONS_MAX 32 // mid 1 + 16, transport-wide number 3, send time 4, and padding

static void count_drop(const struct slot *slot, enum drop reason)
{
    slot->viewer->router->counters->drops.count[reason]++;
}

static bool has_transport_seq(const struct line_parameters *line)
{
    return line->extensions.transport_cc && line->transport_cc;
}

// The same layout in every packet of a slot, so that packets of one picture are of one size.
static struct bytes write_extensions(const struct slot *slot, usec now, uint8_t *block)
{
    const struct line_parameters *line = slot->line;
    struct writer out = writer_over(block, EXTENSIONS_MAX);

    if (line->extensions.mid)
        rtp_ext_write(&out, line->extensions.mid, bytes_of_string(line->mid));
    if (has_transport_seq(line))
        rtp_ext_write_u16(&out, line->extensions.transport_cc, slot->viewer->transport_seq);
    if (line->extensions.abs_send_time) {
        const uint32_t time = abs_send_time_of(now);
        const uint8_t bytes[3] = {(uint8_t)(time >> 16), (uint8_t)(time >> 8), (uint8_t)time};
        rtp_ext_write(&out, line->extensions.abs_send_time, bytes_of(bytes, sizeof bytes));
    }
    rtp_ext_write_end(&out);
    return bytes_of(block, out.ok ? writer_len(&out) : 0);
}

static bool begin(struct slot *slot, usec now, struct rtp_fields *fields, struct writer *packet,
                  struct outbox *out)
{
    uint8_t block[EXTENSIONS_MAX];
    uint8_t *room = outbox_room(out);

    if (!room) {
        count_drop(slot, DROP_OUTBOX_FULL);
        return false;
    }
    *packet = writer_over(room, OUTBOX_MTU - transport_overhead(slot->viewer->transport));
    fields->extension_profile = RTP_EXT_ONE_BYTE;
    fields->extension = write_extensions(slot, now, block);
    rtp_write_header(packet, fields);
    return true;
}

static bool finish(struct slot *slot, usec now, const struct writer *packet, struct outbox *out)
{
    struct worker_counters *counters = slot->viewer->router->counters;

    if (!packet->ok) {
        count_drop(slot, DROP_BAD_PAYLOAD); // larger than a datagram of ours
        return false;
    }
    if (!transport_send_rtp(slot->viewer->transport, out, writer_len(packet)))
        return false;
    if (has_transport_seq(slot->line))
        downlink_sent(slot->viewer, now, slot->viewer->transport_seq++,
                      writer_len(packet) + transport_overhead(slot->viewer->transport));
    counters->rtp_out++;
    counters->bytes_out += writer_len(packet);
    return true;
}

// Of a picture: the first to be dropped when the way out is full.
static bool finish_spare(struct slot *slot, usec now, const struct writer *packet,
                         struct outbox *out)
{
    if (!finish(slot, now, packet, out))
        return false;
    outbox_spare_last(out);
    return true;
}

static void write_picture(struct writer *packet, const struct vp8_view *vp8, struct vp8_ids ids,
                          struct bytes payload)
{
    vp8_write(packet, vp8, ids);
    write_bytes(packet,
                bytes_of(payload.at + vp8->descriptor_len, payload.len - vp8->descriptor_len));
}

bool slot_write_sound(struct slot *slot, usec now, struct rtp_fields *fields, struct bytes payload,
                      struct outbox *out)
{
    struct writer packet;

    if (!begin(slot, now, fields, &packet, out))
        return false;
    write_bytes(&packet, payload);
    return finish(slot, now, &packet, out);
}

bool slot_write_picture(struct slot *slot, usec now, struct rtp_fields *fields,
                        const struct vp8_view *vp8, struct vp8_ids ids, struct bytes payload,
                        struct outbox *out)
{
    struct writer packet;

    if (!begin(slot, now, fields, &packet, out))
        return false;
    write_picture(&packet, vp8, ids, payload);
    return finish_spare(slot, now, &packet, out);
}

bool slot_write_padded(struct slot *slot, usec now, struct rtp_fields *fields,
                       const struct packet *received, struct vp8_ids ids, struct outbox *out)
{
    struct writer packet;

    fields->padded = received->padding > 0;
    if (!begin(slot, now, fields, &packet, out))
        return false;
    write_picture(&packet, &received->vp8, ids, received->payload);
    if (received->padding > 0)
        rtp_write_padding(&packet, received->padding);
    return finish(slot, now, &packet, out);
}

bool slot_write_again(struct slot *slot, usec now, struct rtp_fields *fields, uint16_t seq,
                      struct vp8_ids ids, struct bytes original, struct outbox *out)
{
    struct writer packet;
    struct rtp_view rtp;
    struct vp8_view vp8;

    if (!rtp_read(&rtp, original) || !vp8_read(&vp8, rtp.payload))
        return false;
    if (!begin(slot, now, fields, &packet, out))
        return false;
    write_u16(&packet, seq);
    write_picture(&packet, &vp8, ids, rtp.payload);
    return finish_spare(slot, now, &packet, out);
}

bool slot_write_padding(struct slot *slot, usec now, struct rtp_fields *fields, uint8_t bytes,
                        struct outbox *out)
{
    struct writer packet;

    fields->padded = true;
    if (!begin(slot, now, fields, &packet, out))
        return false;
    rtp_write_padding(&packet, bytes);
    return finish_spare(slot, now, &packet, out);
}
