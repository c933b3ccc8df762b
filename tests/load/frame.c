// SPDX-License-Identifier: AGPL-3.0-or-later
// load/frame.c - WebSocket frames (RFC 6455, section 5.2), from a client's side.
#include "load/frame.h"

#define LAST 0x80
#define RESERVED 0x70
#define MASKED 0x80
#define LEN_16 126
#define LEN_64 127
#define PAYLOAD_MAX ((uint64_t)16 * 1024 * 1024)
#define HEAD_MAX 14

static void write_len(struct writer *out, size_t len)
{
    if (len < LEN_16) {
        write_u8(out, (uint8_t)(MASKED | len));
    } else if (len <= UINT16_MAX) {
        write_u8(out, MASKED | LEN_16);
        write_u16(out, (uint16_t)len);
    } else {
        write_u8(out, MASKED | LEN_64);
        write_u64(out, len);
    }
}

bool frame_write(struct queue *to, enum frame_kind kind, struct bytes payload, uint32_t mask)
{
    uint8_t *room = queue_room(to, HEAD_MAX + payload.len);
    struct writer out;

    if (!room)
        return false;
    out = writer_over(room, HEAD_MAX);
    write_u8(&out, (uint8_t)(LAST | kind));
    write_len(&out, payload.len);
    write_u32(&out, mask);
    for (size_t i = 0; i < payload.len; i++)
        out.at[i] = (uint8_t)(payload.at[i] ^ mask >> (24 - 8 * (i & 3)));
    queue_grew(to, writer_len(&out) + payload.len);
    return true;
}

enum frame_found frame_read(struct frame *frame, struct bytes from)
{
    struct reader in = reader_over(from);
    const uint8_t first = read_u8(&in);
    const uint8_t second = read_u8(&in);
    uint64_t len = second & 0x7f;

    if (in.ok && ((first & RESERVED) || (second & MASKED)))
        return FRAME_BROKEN;
    if (len == LEN_16)
        len = read_u16(&in);
    else if (len == LEN_64)
        len = read_u64(&in);
    if (in.ok && len > PAYLOAD_MAX)
        return FRAME_BROKEN;
    frame->kind = (enum frame_kind)(first & 0x0f);
    frame->last = first & LAST;
    frame->payload = read_bytes(&in, (size_t)len);
    frame->taken = from.len - reader_left(&in);
    return in.ok ? FRAME_FOUND : FRAME_NONE_YET;
}
