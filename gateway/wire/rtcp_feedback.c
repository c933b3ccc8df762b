// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtcp_feedback.c - NACK, PLI, FIR and REMB.
#include "wire/rtcp_feedback.h"

#include "wire/rtcp.h"

#define VERSION_BITS 0x80
#define HEADER_LEN 12 // with the two SSRCs
#define RTPFB_NACK 1
#define RTPFB_TRANSPORT_CC 15
#define PSFB_PLI 1
#define PSFB_FIR 4
#define PSFB_APPLICATION 15
#define REMB 0x52454d42u
#define REMB_MANTISSA_BITS 18
#define BITMAP_BITS 16

static enum feedback_kind kind_of(const struct rtcp_packet *packet, struct bytes fci)
{
    struct reader in = reader_over(fci);

    if (packet->type == RTCP_RTPFB && packet->count == RTPFB_NACK)
        return FEEDBACK_NACK;
    if (packet->type == RTCP_RTPFB && packet->count == RTPFB_TRANSPORT_CC)
        return FEEDBACK_TRANSPORT_CC;
    if (packet->type == RTCP_PSFB && packet->count == PSFB_PLI)
        return FEEDBACK_PLI;
    if (packet->type == RTCP_PSFB && packet->count == PSFB_FIR)
        return FEEDBACK_FIR;
    if (packet->type == RTCP_PSFB && packet->count == PSFB_APPLICATION && read_u32(&in) == REMB)
        return FEEDBACK_REMB;
    return FEEDBACK_OTHER;
}

bool feedback_read(struct feedback *feedback, const struct rtcp_packet *packet)
{
    struct reader in = reader_over(packet->body);

    feedback->sender = read_u32(&in);
    feedback->media = read_u32(&in);
    feedback->fci = read_rest(&in);
    feedback->kind = kind_of(packet, feedback->fci);
    return in.ok && (packet->type == RTCP_RTPFB || packet->type == RTCP_PSFB);
}

static void write_header(struct writer *out, uint8_t type, unsigned format, size_t fci_len,
                         uint32_t sender, uint32_t media)
{
    write_u8(out, (uint8_t)(VERSION_BITS | format));
    write_u8(out, type);
    write_u16(out, (uint16_t)((HEADER_LEN - 4 + fci_len) / 4));
    write_u32(out, sender);
    write_u32(out, media);
}

bool nack_next(struct bytes *fci, uint16_t *first, uint16_t *bitmap)
{
    struct reader in = reader_over(*fci);

    *first = read_u16(&in);
    *bitmap = read_u16(&in);
    *fci = read_rest(&in);
    return in.ok;
}

// The entry that starts with seqs[0]; returns how many numbers it names.
static size_t gather(const uint16_t *seqs, size_t count, uint16_t *bitmap)
{
    size_t taken = 1;

    *bitmap = 0;
    while (taken < count) {
        const uint16_t behind = (uint16_t)(seqs[taken] - seqs[0]);
        if (behind < 1 || behind > BITMAP_BITS)
            break;
        *bitmap |= (uint16_t)(1u << (behind - 1));
        taken++;
    }
    return taken;
}

size_t nack_write(struct writer *out, uint32_t sender, uint32_t media, const uint16_t *seqs,
                  size_t count)
{
    const uint8_t *start = out->at;
    size_t done = 0;
    uint16_t bitmap;

    write_header(out, RTCP_RTPFB, RTPFB_NACK, 0, sender, media);
    if (count == 0 || out->end - out->at < 4)
        out->ok = false;
    while (out->ok && done < count && out->end - out->at >= 4 && out->at - start < UINT16_MAX) {
        write_u16(out, seqs[done]);
        done += gather(seqs + done, count - done, &bitmap);
        write_u16(out, bitmap);
    }
    if (!out->ok)
        return 0;
    struct writer length = writer_over(out->start + (start - out->start) + 2, 2);
    write_u16(&length, (uint16_t)((out->at - start) / 4 - 1));
    return done;
}

void pli_write(struct writer *out, uint32_t sender, uint32_t media)
{
    write_header(out, RTCP_PSFB, PSFB_PLI, 0, sender, media);
}

bool fir_next(struct bytes *fci, uint32_t *ssrc, uint8_t *seq)
{
    struct reader in = reader_over(*fci);

    *ssrc = read_u32(&in);
    *seq = read_u8(&in);
    read_u24(&in);
    *fci = read_rest(&in);
    return in.ok;
}

void fir_write(struct writer *out, uint32_t sender, uint32_t media, uint8_t seq)
{
    write_header(out, RTCP_PSFB, PSFB_FIR, 8, sender, 0);
    write_u32(out, media);
    write_u8(out, seq);
    write_u24(out, 0);
}

bool remb_read(uint64_t *bitrate_bps, struct bytes *ssrcs, const struct feedback *feedback)
{
    struct reader in = reader_over(feedback->fci);

    read_u32(&in);
    const uint8_t count = read_u8(&in);
    const uint32_t rate = read_u24(&in);
    const unsigned exponent = rate >> REMB_MANTISSA_BITS;
    const uint64_t mantissa = rate & ((1u << REMB_MANTISSA_BITS) - 1);
    *bitrate_bps = mantissa > UINT64_MAX >> exponent ? UINT64_MAX : mantissa << exponent;
    *ssrcs = read_bytes(&in, (size_t)4 * count);
    return in.ok && feedback->kind == FEEDBACK_REMB;
}

void remb_write(struct writer *out, uint32_t sender, uint64_t bitrate_bps, const uint32_t *ssrcs,
                size_t count)
{
    uint32_t exponent = 0;

    for (; bitrate_bps >> REMB_MANTISSA_BITS != 0; bitrate_bps >>= 1)
        exponent++;
    if (count > UINT8_MAX)
        out->ok = false;
    write_header(out, RTCP_PSFB, PSFB_APPLICATION, 8 + 4 * count, sender, 0);
    write_u32(out, REMB);
    write_u8(out, (uint8_t)count);
    write_u24(out, exponent << REMB_MANTISSA_BITS | (uint32_t)bitrate_bps);
    for (size_t i = 0; i < count && out->ok; i++)
        write_u32(out, ssrcs[i]);
}
