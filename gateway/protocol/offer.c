// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/offer.c - a browser's offer into the parameters of one transport.
#include "protocol/offer.h"

#include "base/err.h"
#include "protocol/extension.h"
#include "wire/sdp.h"

#include <string.h>

#define UFRAG_LEN 12
#define PWD_LEN 32
#define CNAME_LEN 12
#define SSRC_SEED 8
#define OPUS_CLOCK 48000
#define OPUS_CHANNELS 2
#define VIDEO_CLOCK 90000
#define MINPTIME_MOST 120 // RFC 7587, section 6.1

_Static_assert(UFRAG_LEN + PWD_LEN + CNAME_LEN + SSRC_SEED <= OFFER_RANDOM_SIZE, "enough to draw");

// What has been given out while the lines are gone through.
struct reading {
    struct transport_parameters *parameters;
    const struct sdp *sdp;
    uint64_t seed;        // of our SSRCs
    unsigned sent[2];     // lines the browser sends on, by enum line_kind
    unsigned received[2]; // slots, the same
};

// One character of 64 for each random byte (ice-char, RFC 8839).
static void draw_text(char *to, size_t len, const uint8_t **random)
{
    static const char ice_chars[65] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < len; i++)
        to[i] = ice_chars[*(*random)++ & 63];
    to[len] = '\0';
}

static bool ssrc_is_used(const struct reading *r, uint32_t ssrc)
{
    const struct transport_parameters *p = r->parameters;

    if (ssrc == 0 || ssrc == p->feedback_ssrc)
        return true;
    for (size_t i = 0; i < p->line_count; i++) {
        if (p->lines[i].ssrc == ssrc || p->lines[i].rtx_ssrc == ssrc)
            return true;
    }
    for (size_t i = 0; i < r->sdp->media_count; i++) {
        const struct sdp_media *media = r->sdp->media[i];

        for (size_t n = 0; n < media->ssrc_count; n++) {
            if (media->ssrcs[n].ssrc == ssrc)
                return true;
        }
    }
    return false;
}

// SSRCs have to be different, not secret: splitmix64 over one random number.
static uint32_t draw_ssrc(struct reading *r)
{
    uint32_t ssrc;

    do {
        uint64_t z = r->seed += 0x9e3779b97f4a7c15;

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        ssrc = (uint32_t)(z >> 32);
    } while (ssrc_is_used(r, ssrc));
    return ssrc;
}

static bool copy_text(char *to, size_t size, struct bytes from)
{
    if (from.len == 0 || from.len >= size || memchr(from.at, 0, from.len))
        return false;
    memcpy(to, from.at, from.len);
    to[from.len] = '\0';
    return true;
}

static void read_codec(struct line_parameters *line, const struct sdp_media *media)
{
    const bool is_audio = line->kind == LINE_AUDIO;
    const struct sdp_payload *codec = is_audio ? sdp_find_codec(media, "opus", OPUS_CLOCK)
                                               : sdp_find_codec(media, "VP8", VIDEO_CLOCK);
    const struct sdp_payload *rtx;
    uint32_t minptime;

    if (!codec)
        return;
    line->payload_type = codec->type;
    line->nack = codec->feedback & SDP_NACK;
    line->pli = codec->feedback & SDP_NACK_PLI;
    line->fir = codec->feedback & SDP_CCM_FIR;
    line->transport_cc = codec->feedback & SDP_TRANSPORT_CC;
    if (is_audio && sdp_find_number(codec->fmtp, "minptime", MINPTIME_MOST, &minptime))
        line->minptime = (uint8_t)minptime;
    rtx = is_audio ? NULL : sdp_find_rtx(media, codec->type);
    if (rtx && rtx->clock == VIDEO_CLOCK)
        line->rtx_payload_type = rtx->type;
}

// For speech and for what we send; the sound of a screen comes as it is.
static void read_red(struct line_parameters *line, const struct sdp_media *media)
{
    const struct sdp_payload *red = sdp_find_red(media, line->payload_type);

    if (red && red->clock == OPUS_CLOCK && red->channels == OPUS_CHANNELS &&
        (line->role == LINE_MICROPHONE || line->role == LINE_SLOT_AUDIO))
        line->red_payload_type = red->type;
}

// Layers of a simulcast camera, or the one stream of anything else.
static void read_layers(struct line_parameters *line, const struct sdp_media *media)
{
    const bool can_tell = line->extensions.rid != 0 || media->pair_count > 0;

    for (size_t i = 0; can_tell && i < media->simulcast_send_count; i++) {
        char *rid = line->rids[line->layer_count];

        if (line->layer_count < PARAMETERS_LAYERS &&
            copy_text(rid, PARAMETERS_RID_SIZE, media->simulcast_send[i].id))
            line->layer_count++;
    }
    if (line->layer_count == 0)
        line->layer_count = 1;
}

static bool is_repair(const struct sdp_media *media, uint32_t ssrc)
{
    for (size_t i = 0; i < media->pair_count; i++) {
        if (media->pairs[i].rtx == ssrc)
            return true;
    }
    return false;
}

static void read_ssrcs(struct line_parameters *line, const struct sdp_media *media)
{
    size_t layer = 0;

    for (size_t i = 0; i < media->ssrc_count && layer < line->layer_count; i++) {
        const uint32_t ssrc = media->ssrcs[i].ssrc;

        if (is_repair(media, ssrc))
            continue;
        line->announced_ssrc[layer] = ssrc;
        for (size_t n = 0; n < media->pair_count; n++) {
            if (media->pairs[n].media == ssrc)
                line->announced_rtx_ssrc[layer] = media->pairs[n].rtx;
        }
        layer++;
    }
}

static void read_sent(struct reading *r, struct line_parameters *line,
                      const struct sdp_media *media)
{
    static const enum line_role roles[2][2] = {
        [LINE_AUDIO] = {LINE_MICROPHONE, LINE_SCREEN_SOUND},
        [LINE_VIDEO] = {LINE_CAMERA, LINE_SCREEN},
    };
    const unsigned nth = r->sent[line->kind]++;

    if (nth >= ARRAY_LEN(roles[0]))
        return;
    line->role = roles[line->kind][nth];
    line->dtx = line->role == LINE_MICROPHONE;
    read_layers(line, media);
    read_ssrcs(line, media);
}

static void read_slot(struct reading *r, struct line_parameters *line)
{
    line->role = line->kind == LINE_AUDIO ? LINE_SLOT_AUDIO : LINE_SLOT_VIDEO;
    line->slot = (uint8_t)r->received[line->kind]++;
    line->ssrc = draw_ssrc(r);
    if (line->rtx_payload_type)
        line->rtx_ssrc = draw_ssrc(r);
}

static const char *read_line(struct reading *r, const struct sdp_media *media)
{
    struct line_parameters *line = &r->parameters->lines[r->parameters->line_count++];
    const bool browser_sends = media->direction == SDP_SENDONLY || media->direction == SDP_SENDRECV;

    if (media->kind == SDP_OTHER)
        return "there is media that is neither audio nor video";
    line->kind = media->kind == SDP_AUDIO   ? LINE_AUDIO
                 : media->kind == SDP_VIDEO ? LINE_VIDEO
                                            : LINE_OTHER;
    if (!copy_text(line->mid, sizeof line->mid, media->mid) && !media->rejected)
        return "the mid of a media section is too long";
    if (media->rejected || line->kind == LINE_OTHER)
        return NULL;
    if (!bytes_equal(media->protocol, bytes_of_string("UDP/TLS/RTP/SAVPF")))
        return "media must go by UDP/TLS/RTP/SAVPF";
    read_codec(line, media);
    if (line->payload_type == 0 || media->direction == SDP_INACTIVE)
        return NULL;
    line->extensions = extension_read(media, browser_sends);
    line->transport_cc = line->transport_cc && line->extensions.transport_cc;
    if (browser_sends)
        read_sent(r, line, media);
    else
        read_slot(r, line);
    read_red(line, media);
    return NULL;
}

static void read_fingerprint(struct transport_parameters *p, const struct sdp_media *media)
{
    const struct sdp_fingerprint *best = &media->fingerprints[0];

    for (size_t i = 1; i < media->fingerprint_count; i++) {
        if (media->fingerprints[i].hash < best->hash)
            best = &media->fingerprints[i];
    }
    p->fingerprint_hash = (uint8_t)best->hash;
    p->fingerprint_len = (uint8_t)best->len;
    memcpy(p->fingerprint, best->digest, best->len);
}

static const char *read_transport(struct transport_parameters *p, const struct sdp *sdp)
{
    for (size_t i = 0; i < sdp->media_count; i++) {
        const struct sdp_media *media = sdp->media[i];

        if (media->rejected)
            continue;
        if (!copy_text(p->remote_ufrag, sizeof p->remote_ufrag, media->ufrag) ||
            !copy_text(p->remote_pwd, sizeof p->remote_pwd, media->pwd))
            return "the ICE credentials are not usable";
        read_fingerprint(p, media);
        p->extmap_allow_mixed = sdp->extmap_allow_mixed || media->extmap_allow_mixed;
        return NULL;
    }
    return "every media section is switched off";
}

static const char *read_lines(struct reading *r)
{
    const char *why = NULL;
    bool used = false;

    if (r->sdp->media_count > PARAMETERS_LINES)
        return "there are more media sections than we answer";
    for (size_t i = 0; !why && i < r->sdp->media_count; i++) {
        why = read_line(r, r->sdp->media[i]);
        used = used || r->parameters->lines[i].role != LINE_UNUSED;
    }
    if (!why && !used)
        why = "there is neither Opus sound nor VP8 video in it";
    return why;
}

static const char *read_offer(struct transport_parameters *p, const struct sdp *sdp,
                              const uint8_t *random)
{
    struct reading r = {.parameters = p, .sdp = sdp};
    const char *why = sdp_why_no_offer(sdp);

    if (!why)
        why = read_transport(p, sdp);
    if (why)
        return why;
    draw_text(p->local_ufrag, UFRAG_LEN, &random);
    draw_text(p->local_pwd, PWD_LEN, &random);
    draw_text(p->cname, CNAME_LEN, &random);
    for (size_t i = 0; i < SSRC_SEED; i++)
        r.seed = r.seed << 8 | random[i];
    p->feedback_ssrc = draw_ssrc(&r);
    return read_lines(&r);
}

bool offer_read(struct transport_parameters *parameters, struct bytes text,
                const uint8_t random[static OFFER_RANDOM_SIZE], const char **why)
{
    struct sdp *sdp = NULL;
    const enum err err = sdp_parse(&sdp, text, why);

    *parameters = (struct transport_parameters){0};
    if (err == ERR_OK)
        *why = read_offer(parameters, sdp, random);
    else if (err == ERR_NO_MEMORY)
        *why = "there is no memory for it now";
    sdp_free(sdp);
    return *why == NULL;
}
