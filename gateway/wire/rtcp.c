// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/rtcp.c - RTCP compounds read in place, and reports written.
#include "wire/rtcp.h"

#define VERSION 2
#define HAS_PADDING 0x20
#define REPORT_LEN 24
#define CNAME 1
#define SDES_MAX_TEXT 255

struct rtcp_walk rtcp_walk(struct bytes compound)
{
    return (struct rtcp_walk){.in = reader_over(compound)};
}

// Only the last packet of a compound may have padding. RFC 3550 wants whole words of it; libwebrtc
// fills transport feedback up with one to three bytes.
static bool drop_padding(struct bytes *body, bool last)
{
    const uint8_t len = body->len > 0 ? body->at[body->len - 1] : 0;

    if (!last || len == 0 || len > body->len)
        return false;
    body->len -= len;
    return true;
}

bool rtcp_next(struct rtcp_walk *walk, struct rtcp_packet *packet)
{
    if (walk->damaged || reader_left(&walk->in) == 0)
        return false;

    const uint8_t flags = read_u8(&walk->in);
    packet->count = flags & 0x1f;
    packet->type = read_u8(&walk->in);
    const uint16_t words = read_u16(&walk->in);
    packet->body = read_bytes(&walk->in, (size_t)4 * words);
    walk->damaged = !walk->in.ok || flags >> 6 != VERSION ||
                    (flags & HAS_PADDING && !drop_padding(&packet->body, !reader_left(&walk->in)));
    return !walk->damaged;
}

// What follows the reports is a profile's extension, which nobody here has.
static bool take_blocks(struct reader *in, struct bytes *blocks, const struct rtcp_packet *packet)
{
    *blocks = read_bytes(in, (size_t)REPORT_LEN * packet->count);
    return in->ok;
}

bool rtcp_read_sr(struct rtcp_sender *sender, struct bytes *blocks,
                  const struct rtcp_packet *packet)
{
    struct reader in = reader_over(packet->body);

    sender->ssrc = read_u32(&in);
    sender->ntp = read_u64(&in);
    sender->timestamp = read_u32(&in);
    sender->packets = read_u32(&in);
    sender->octets = read_u32(&in);
    return packet->type == RTCP_SR && take_blocks(&in, blocks, packet);
}

bool rtcp_read_rr(uint32_t *ssrc, struct bytes *blocks, const struct rtcp_packet *packet)
{
    struct reader in = reader_over(packet->body);

    *ssrc = read_u32(&in);
    return packet->type == RTCP_RR && take_blocks(&in, blocks, packet);
}

bool rtcp_next_report(struct bytes *blocks, struct rtcp_report *report)
{
    struct reader in = reader_over(*blocks);

    report->ssrc = read_u32(&in);
    report->fraction_lost = read_u8(&in);
    const uint32_t lost = read_u24(&in);
    report->lost = (int32_t)lost - (lost & 0x800000 ? 0x1000000 : 0);
    report->highest_seq = read_u32(&in);
    report->jitter = read_u32(&in);
    report->last_sr = read_u32(&in);
    report->since_last_sr = read_u32(&in);
    *blocks = read_rest(&in);
    return in.ok;
}

// Reads one chunk's items up to the null that ends them, and the padding behind.
static bool read_chunk(struct reader *in, const uint8_t *start, struct bytes *cname)
{
    bool found = false;

    for (uint8_t item = read_u8(in); item != 0; item = read_u8(in)) {
        const struct bytes text = read_bytes(in, read_u8(in));
        if (item == CNAME && !found) {
            *cname = text;
            found = true;
        }
    }
    read_bytes(in, (4 - (size_t)(in->at - start) % 4) % 4);
    return found;
}

bool rtcp_next_cname(struct bytes *rest, uint32_t *ssrc, struct bytes *cname)
{
    struct reader in = reader_over(*rest);
    bool found = false;

    while (in.ok && !found && reader_left(&in) > 0) {
        *ssrc = read_u32(&in);
        found = read_chunk(&in, rest->at, cname);
    }
    const bool whole = in.ok;
    *rest = read_rest(&in);
    return found && whole;
}

bool rtcp_read_bye(struct bytes *ssrcs, const struct rtcp_packet *packet)
{
    struct reader in = reader_over(packet->body);

    *ssrcs = read_bytes(&in, (size_t)4 * packet->count);
    return packet->type == RTCP_BYE && in.ok;
}

static void write_header(struct writer *out, uint8_t type, size_t count, size_t body_len)
{
    if (count > RTCP_MAX_COUNT)
        out->ok = false;
    write_u8(out, (uint8_t)(VERSION << 6 | (count & 0x1f)));
    write_u8(out, type);
    write_u16(out, (uint16_t)(body_len / 4));
}

static void write_reports(struct writer *out, const struct rtcp_report *reports, size_t count)
{
    for (size_t i = 0; i < count && out->ok; i++) {
        write_u32(out, reports[i].ssrc);
        write_u8(out, reports[i].fraction_lost);
        write_u24(out, (uint32_t)reports[i].lost);
        write_u32(out, reports[i].highest_seq);
        write_u32(out, reports[i].jitter);
        write_u32(out, reports[i].last_sr);
        write_u32(out, reports[i].since_last_sr);
    }
}

void rtcp_write_sr(struct writer *out, const struct rtcp_sender *sender,
                   const struct rtcp_report *reports, size_t count)
{
    write_header(out, RTCP_SR, count, 24 + count * REPORT_LEN);
    write_u32(out, sender->ssrc);
    write_u64(out, sender->ntp);
    write_u32(out, sender->timestamp);
    write_u32(out, sender->packets);
    write_u32(out, sender->octets);
    write_reports(out, reports, count);
}

void rtcp_write_rr(struct writer *out, uint32_t ssrc, const struct rtcp_report *reports,
                   size_t count)
{
    write_header(out, RTCP_RR, count, 4 + count * REPORT_LEN);
    write_u32(out, ssrc);
    write_reports(out, reports, count);
}

void rtcp_write_cname(struct writer *out, uint32_t ssrc, struct bytes cname)
{
    const size_t chunk = 4 + 2 + cname.len;
    const size_t nulls = 4 - chunk % 4; // at least one

    if (cname.len > SDES_MAX_TEXT)
        out->ok = false;
    write_header(out, RTCP_SDES, 1, chunk + nulls);
    write_u32(out, ssrc);
    write_u8(out, CNAME);
    write_u8(out, (uint8_t)cname.len);
    write_bytes(out, cname);
    write_zeros(out, nulls);
}

void rtcp_write_bye(struct writer *out, const uint32_t *ssrcs, size_t count)
{
    write_header(out, RTCP_BYE, count, 4 * count);
    for (size_t i = 0; i < count && out->ok; i++)
        write_u32(out, ssrcs[i]);
}

uint64_t ntp_from_usec(usec time)
{
    const uint64_t seconds = (uint64_t)time / 1000000;
    const uint64_t rest = (uint64_t)time % 1000000;

    return seconds << 32 | ((rest << 32) + 500000) / 1000000;
}

usec ntp_to_usec(uint64_t ntp)
{
    const uint64_t rest = (ntp & UINT32_MAX) * 1000000;

    return (usec)((ntp >> 32) * 1000000 + ((rest + (1u << 31)) >> 32));
}
