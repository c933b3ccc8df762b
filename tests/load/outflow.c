// SPDX-License-Identifier: AGPL-3.0-or-later
// load/outflow.c - one RTP stream an agent sends: numbers, header, sender reports.
#include "load/outflow.h"

#include "support/random.h"
#include "wire/rtcp.h"
#include "wire/rtp.h"
#include "wire/rtp_ext.h"

#include <string.h>

#define NTP_ZERO SEC(3900000000) // what the steady clock's zero is called in reports
#define REPORTS SEC(1)

void outflow_init(struct outflow *f, const struct session_line *line, size_t layer, const char *rid,
                  uint64_t seed, uint16_t *transport_seq)
{
    struct random random = random_seeded(seed ^ line->ssrc[layer]);

    *f = (struct outflow){.line = line,
                          .transport_seq = transport_seq,
                          .rid = rid,
                          .ssrc = line->ssrc[layer],
                          .rtx_ssrc = line->rtx_ssrc[layer],
                          .timestamp_base = random_u32(&random),
                          .seq = (uint16_t)(random_u32(&random) & 0x7fff),
                          .rtx_seq = (uint16_t)(random_u32(&random) & 0x7fff)};
}

static size_t write_extensions(struct outflow *f, const struct outflow_packet *p, uint8_t *block,
                               size_t size)
{
    const struct line_extensions *ids = &f->line->extensions;
    const uint32_t time = abs_send_time_of(p->now);
    const uint8_t bytes[3] = {(uint8_t)(time >> 16), (uint8_t)(time >> 8), (uint8_t)time};
    struct writer out = writer_over(block, size);

    if (ids->audio_level && f->line->kind == AGENT_SOUND) {
        const struct audio_level audio = {.level = p->level, .voice = p->level < 60};
        rtp_ext_write(&out, ids->audio_level, bytes_of(&(uint8_t){audio_level_byte(audio)}, 1));
    }
    if (ids->abs_send_time)
        rtp_ext_write(&out, ids->abs_send_time, bytes_of(bytes, sizeof bytes));
    if (ids->transport_cc)
        rtp_ext_write_u16(&out, ids->transport_cc, (*f->transport_seq)++);
    const bool introduces = !f->is_known || p->again; // reports do not name what is seldom sent
    if (ids->mid && introduces)
        rtp_ext_write(&out, ids->mid, bytes_of_string(f->line->mid));
    const uint8_t rid = p->again ? ids->repaired_rid : ids->rid;
    if (rid && f->rid && introduces)
        rtp_ext_write(&out, rid, bytes_of_string(f->rid));
    rtp_ext_write_end(&out);
    return writer_len(&out);
}

void outflow_write(struct outflow *f, const struct outflow_packet *p, struct writer *out)
{
    uint8_t block[OUTFLOW_HEADER];
    const size_t len = write_extensions(f, p, block, sizeof block);

    rtp_write_header(out, &(struct rtp_fields){.marker = p->marker,
                                               .payload_type = p->again ? f->line->rtx_payload_type
                                                                        : f->line->payload_type,
                                               .seq = p->again ? f->rtx_seq++ : p->seq,
                                               .timestamp = f->timestamp_base + p->timestamp,
                                               .ssrc = p->again ? f->rtx_ssrc : f->ssrc,
                                               .extension_profile = RTP_EXT_ONE_BYTE,
                                               .extension = bytes_of(block, len)});
    if (p->again)
        write_u16(out, p->seq);
}

bool outflow_report(struct outflow *f, usec now, uint32_t timestamp, const char *cname,
                    struct writer *out)
{
    if (now < f->next_report || f->packets == 0)
        return false;
    f->next_report = now + REPORTS;
    rtcp_write_sr(out,
                  &(struct rtcp_sender){.ssrc = f->ssrc,
                                        .ntp = ntp_from_usec(NTP_ZERO + now),
                                        .timestamp = f->timestamp_base + timestamp,
                                        .packets = f->packets,
                                        .octets = f->octets},
                  NULL, 0);
    rtcp_write_cname(out, f->ssrc, bytes_of_string(cname));
    return out->ok;
}
