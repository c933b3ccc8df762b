// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/answer.c - the parameters of one transport into our answer.
#include "protocol/offer.h"

#include "protocol/extension.h"
#include "wire/sdp_writer.h"

#include <stdio.h>
#include <string.h>

#define FINGERPRINT_TEXT 96 // 32 bytes as "AB:" each
#define HOST_PREFERENCE 126u

// A line without a payload type is one we cannot use at all.
static bool is_accepted(const struct line_parameters *line)
{
    return line->payload_type != 0;
}

static bool browser_sends(const struct line_parameters *line)
{
    return line->role == LINE_MICROPHONE || line->role == LINE_CAMERA ||
           line->role == LINE_SCREEN || line->role == LINE_SCREEN_SOUND;
}

static bool is_slot(const struct line_parameters *line)
{
    return line->role == LINE_SLOT_AUDIO || line->role == LINE_SLOT_VIDEO;
}

static void write_head(struct sdp_writer *out, const struct transport_parameters *p)
{
    sdp_line(out, 'v', "0");
    sdp_line(out, 'o', "- %u 1 IN IP4 127.0.0.1", p->feedback_ssrc);
    sdp_line(out, 's', "-");
    sdp_line(out, 't', "0 0");
    sdp_line(out, 'a', "ice-lite");
    sdp_line(out, 'a', "group:BUNDLE");
    for (size_t i = 0; i < p->line_count; i++) {
        if (is_accepted(&p->lines[i]))
            sdp_extend(out, " %s", p->lines[i].mid);
    }
    if (p->extmap_allow_mixed)
        sdp_line(out, 'a', "extmap-allow-mixed");
    sdp_line(out, 'a', "msid-semantic: WMS *");
}

static void write_media(struct sdp_writer *out, const struct line_parameters *line)
{
    if (line->kind == LINE_OTHER) {
        sdp_line(out, 'm', "application 0 UDP/DTLS/SCTP webrtc-datachannel");
        return;
    }
    sdp_line(out, 'm', "%s %u UDP/TLS/RTP/SAVPF %u", line->kind == LINE_AUDIO ? "audio" : "video",
             is_accepted(line) ? 9u : 0u, line->payload_type);
    if (line->rtx_payload_type)
        sdp_extend(out, " %u", line->rtx_payload_type);
    if (line->red_payload_type) // behind Opus, which browsers then send until they are told
        sdp_extend(out, " %u", line->red_payload_type);
}

static void write_transport(struct sdp_writer *out, const struct transport_parameters *p,
                            const struct answer_settings *settings)
{
    char text[FINGERPRINT_TEXT] = "";

    for (size_t i = 0; i < sizeof settings->fingerprint; i++)
        (void)snprintf(text + 3 * i, sizeof text - 3 * i, "%02X%s", settings->fingerprint[i],
                       i + 1 < sizeof settings->fingerprint ? ":" : "");
    sdp_line(out, 'a', "ice-ufrag:%s", p->local_ufrag);
    sdp_line(out, 'a', "ice-pwd:%s", p->local_pwd);
    sdp_line(out, 'a', "fingerprint:sha-256 %s", text);
    sdp_line(out, 'a', "setup:passive");
}

// RFC 8445, section 5.1.2: earlier addresses are preferred.
static void write_candidates(struct sdp_writer *out, const struct answer_settings *settings)
{
    for (size_t i = 0; i < settings->candidate_count; i++) {
        const unsigned priority = HOST_PREFERENCE << 24 | (65535u - (unsigned)i) << 8 | 255u;

        sdp_line(out, 'a', "candidate:%zu 1 udp %u %s %u typ host", i + 1, priority,
                 settings->candidates[i].ip, settings->candidates[i].port);
    }
    sdp_line(out, 'a', "end-of-candidates");
}

static void write_opus(struct sdp_writer *out, const struct line_parameters *line)
{
    const unsigned type = line->payload_type;

    sdp_line(out, 'a', "rtpmap:%u opus/48000/2", type);
    sdp_line(out, 'a', "fmtp:%u ", type);
    if (line->minptime)
        sdp_extend(out, "minptime=%u;", line->minptime);
    sdp_extend(out, "%suseinbandfec=1", line->dtx ? "usedtx=1;" : "");
}

static void write_codec(struct sdp_writer *out, const struct line_parameters *line)
{
    const unsigned type = line->payload_type;

    if (line->kind == LINE_AUDIO)
        write_opus(out, line);
    else
        sdp_line(out, 'a', "rtpmap:%u VP8/90000", type);
    if (line->transport_cc)
        sdp_line(out, 'a', "rtcp-fb:%u transport-cc", type);
    if (line->nack)
        sdp_line(out, 'a', "rtcp-fb:%u nack", type);
    if (line->pli)
        sdp_line(out, 'a', "rtcp-fb:%u nack pli", type);
    if (line->fir)
        sdp_line(out, 'a', "rtcp-fb:%u ccm fir", type);
    if (line->rtx_payload_type) {
        sdp_line(out, 'a', "rtpmap:%u rtx/90000", line->rtx_payload_type);
        sdp_line(out, 'a', "fmtp:%u apt=%u", line->rtx_payload_type, type);
    }
    if (line->red_payload_type) {
        sdp_line(out, 'a', "rtpmap:%u red/48000/2", line->red_payload_type);
        sdp_line(out, 'a', "fmtp:%u %u/%u", line->red_payload_type, type, type);
    }
}

static void write_layers(struct sdp_writer *out, const struct line_parameters *line)
{
    if (line->rids[0][0] == '\0')
        return;
    for (size_t i = 0; i < line->layer_count; i++)
        sdp_line(out, 'a', "rid:%s recv", line->rids[i]);
    sdp_line(out, 'a', "simulcast:recv ");
    for (size_t i = 0; i < line->layer_count; i++)
        sdp_extend(out, "%s%s", i > 0 ? ";" : "", line->rids[i]);
}

// Both lines of a pair are of one stream, so that the browser keeps lips and sound together.
static void write_slot(struct sdp_writer *out, const struct transport_parameters *p,
                       const struct line_parameters *line)
{
    const unsigned slot = line->slot;

    sdp_line(out, 'a', "msid:slot-%u slot-%u-%s", slot, slot,
             line->kind == LINE_AUDIO ? "audio" : "video");
    if (line->rtx_ssrc)
        sdp_line(out, 'a', "ssrc-group:FID %u %u", line->ssrc, line->rtx_ssrc);
    sdp_line(out, 'a', "ssrc:%u cname:%s", line->ssrc, p->cname);
    if (line->rtx_ssrc)
        sdp_line(out, 'a', "ssrc:%u cname:%s", line->rtx_ssrc, p->cname);
}

static void write_accepted(struct sdp_writer *out, const struct transport_parameters *p,
                           const struct line_parameters *line)
{
    sdp_line(out, 'a', "rtcp-mux");
    sdp_line(out, 'a', "rtcp-rsize");
    sdp_line(out, 'a', "%s",
             browser_sends(line) ? "recvonly"
             : is_slot(line)     ? "sendonly"
                                 : "inactive");
    write_codec(out, line);
    extension_write(out, &line->extensions);
    if (browser_sends(line))
        write_layers(out, line);
    if (is_slot(line))
        write_slot(out, p, line);
}

char *answer_write(const struct transport_parameters *p, const struct answer_settings *settings)
{
    struct sdp_writer out = {0};
    bool is_first = true;

    write_head(&out, p);
    for (size_t i = 0; i < p->line_count; i++) {
        const struct line_parameters *line = &p->lines[i];

        write_media(&out, line);
        sdp_line(&out, 'c', "IN IP4 0.0.0.0");
        if (line->mid[0])
            sdp_line(&out, 'a', "mid:%s", line->mid);
        if (!is_accepted(line)) {
            sdp_line(&out, 'a', "inactive");
            continue;
        }
        write_accepted(&out, p, line);
        write_transport(&out, p, settings);
        if (is_first)
            write_candidates(&out, settings);
        is_first = false;
    }
    char *text = sdp_writer_take(&out);
    sdp_writer_fini(&out);
    return text;
}
