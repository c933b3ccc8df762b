// SPDX-License-Identifier: AGPL-3.0-or-later
// load/session.c - an answer to our offer, or an offer of the server, read into lines.
#include "load/session.h"

#include "protocol/extension.h"
#include "wire/sdp.h"
#include "wire/sdp_scan.h"
#include "wire/sdp_writer.h"

#include <stdio.h>
#include <string.h>

#define OPUS 111
#define RED 63
#define VP8 96
#define RTX 97

static const char *const rids[AGENT_LAYERS] = {"q", "h", "f"};
static const char rid_uri[] = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
static const char repaired_uri[] = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

static struct session_line *add_line(struct session *s, enum agent_kind kind,
                                     enum session_role role, bool sends)
{
    struct session_line *line = &s->lines[s->line_count];

    *line = (struct session_line){.kind = kind,
                                  .role = role,
                                  .sends = sends,
                                  .payload_type = kind == AGENT_SOUND ? OPUS : VP8,
                                  .rtx_payload_type = kind == AGENT_SOUND ? 0 : RTX,
                                  .red_payload_type = kind == AGENT_SOUND ? RED : 0,
                                  .layer_count = 1};
    line->extensions = (struct line_extensions){.mid = 4,
                                                .abs_send_time = 2,
                                                .transport_cc = s->transport_cc ? 3 : 0,
                                                .audio_level = kind == AGENT_SOUND ? 1 : 0};
    if (kind == AGENT_PICTURE && sends) {
        line->extensions.rid = 10;
        line->extensions.repaired_rid = 11;
    }
    (void)snprintf(line->mid, sizeof line->mid, "%zu", s->line_count);
    if (sends)
        for (size_t i = 0; i < AGENT_LAYERS; i++) {
            line->ssrc[i] = s->first_ssrc + (uint32_t)(s->line_count * 2 * AGENT_LAYERS + 2 * i);
            line->rtx_ssrc[i] = line->ssrc[i] + 1;
        }
    s->line_count++;
    return line;
}

static void add_camera(struct session *s, const struct agent_settings *settings)
{
    struct session_line *line = add_line(s, AGENT_PICTURE, SESSION_CAMERA, true);

    line->layer_count = 0;
    for (uint8_t i = 0; i < AGENT_LAYERS; i++)
        if (settings->camera[i] || settings->as_page)
            line->layers[line->layer_count++] = i;
}

void session_init(struct session *s, const struct agent_settings *settings)
{
    const bool shows = settings->camera[0] || settings->camera[1] || settings->camera[2];

    *s = (struct session){.id = settings->seed & 0x7fffffff,
                          .first_ssrc = (uint32_t)(settings->seed * 0x9e3779b1u) | 1,
                          .transport_cc = !settings->no_transport_cc};
    (void)snprintf(s->cname, sizeof s->cname, "load%x", (unsigned)s->id);
    if (settings->microphone || settings->as_page)
        add_line(s, AGENT_SOUND, SESSION_MICROPHONE, true);
    if (shows || settings->as_page)
        add_camera(s, settings);
    if (settings->as_page) {
        add_line(s, AGENT_PICTURE, SESSION_UNUSED, true); // the screen
        add_line(s, AGENT_SOUND, SESSION_UNUSED, true);
    }
    for (unsigned i = 0; i < settings->pairs && s->line_count + 2 <= SESSION_LINES; i++) {
        add_line(s, AGENT_SOUND, SESSION_RECEIVES, false);
        add_line(s, AGENT_PICTURE, SESSION_RECEIVES, false);
    }
    for (unsigned i = 0; i < settings->sound_slots && s->line_count < SESSION_LINES; i++)
        add_line(s, AGENT_SOUND, SESSION_RECEIVES, false);
}

// --- reading -------------------------------------------------------------------------------------

// "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host": the first usable one, IPv4 before IPv6.
static void read_candidate(struct session *s, struct bytes line)
{
    struct address address;
    char ip[64];
    uint32_t port;

    (void)sdp_take_word(&line);
    const bool first = sdp_is(sdp_take_word(&line), "1");
    const bool udp = sdp_is_name(sdp_take_word(&line), "udp");
    (void)sdp_take_word(&line);
    const struct bytes text = sdp_take_word(&line);
    if (!first || !udp || text.len >= sizeof ip || !sdp_number(sdp_take_word(&line), 65535, &port))
        return;
    memcpy(ip, text.at, text.len);
    ip[text.len] = '\0';
    if (!address_from_text(&address, ip))
        return;
    address.port = (uint16_t)port;
    if (!s->has_remote || (address_is_v4(&address) && !address_is_v4(&s->remote)))
        s->remote = address;
    s->has_remote = true;
}

static void read_candidates(struct session *s, struct bytes text)
{
    static const char start[] = "a=candidate:";

    while (text.len) {
        const struct bytes line = sdp_take_until(&text, '\n');
        if (line.len > sizeof start && memcmp(line.at, start, sizeof start - 1) == 0)
            read_candidate(s,
                           bytes_of(line.at + 2, line.len - 2 - (line.at[line.len - 1] == '\r')));
    }
}

static bool copy_text(char *to, size_t size, struct bytes from)
{
    if (from.len == 0 || from.len >= size)
        return false;
    memcpy(to, from.at, from.len);
    to[from.len] = '\0';
    return true;
}

static const char *read_way(struct session *s, const struct sdp_media *media)
{
    const struct sdp_fingerprint *shown = &media->fingerprints[0];

    if (!copy_text(s->remote_credentials.ufrag, ICE_UFRAG_SIZE, media->ufrag) ||
        !copy_text(s->remote_credentials.pwd, ICE_PWD_SIZE, media->pwd))
        return "it has no ICE credentials";
    if (media->fingerprint_count == 0)
        return "it has no fingerprint";
    if (media->setup == SDP_ACTIVE)
        return "it wants to begin the handshake itself";
    s->remote_fingerprint = (struct fingerprint){.hash = (enum fingerprint_hash)shown->hash,
                                                 .len = (uint8_t)shown->len};
    memcpy(s->remote_fingerprint.digest, shown->digest, shown->len);
    return NULL;
}

static void read_codecs(struct session *s, struct session_line *line, const struct sdp_media *media)
{
    const bool sound = line->kind == AGENT_SOUND;
    const struct sdp_payload *codec =
        sound ? sdp_find_codec(media, "opus", 48000) : sdp_find_codec(media, "VP8", 90000);

    line->agreed = codec != NULL;
    if (!codec)
        return;
    const struct sdp_payload *rtx = sound ? NULL : sdp_find_rtx(media, codec->type);
    const struct sdp_payload *red = sound ? sdp_find_red(media, codec->type) : NULL;
    line->payload_type = codec->type;
    line->rtx_payload_type = rtx ? rtx->type : 0;
    line->red_payload_type = red ? red->type : 0;
    line->nack = codec->feedback & SDP_NACK;
    line->extensions = extension_read(media, false);
    const struct sdp_extmap *rid = sdp_find_extmap(media, rid_uri);
    const struct sdp_extmap *repaired = sdp_find_extmap(media, repaired_uri);
    if (line->sends) { // the answer says "recvonly", which is about these two
        line->extensions.rid = rid ? rid->id : 0;
        line->extensions.repaired_rid = repaired ? repaired->id : 0;
    }
    if (!(codec->feedback & SDP_TRANSPORT_CC) || !s->transport_cc)
        line->extensions.transport_cc = 0;
}

static void read_streams(struct session_line *line, const struct sdp_media *media)
{
    line->ssrc[0] = line->rtx_ssrc[0] = 0;
    if (media->pair_count) {
        line->ssrc[0] = media->pairs[0].media;
        line->rtx_ssrc[0] = media->pairs[0].rtx;
    } else if (media->ssrc_count) {
        line->ssrc[0] = media->ssrcs[0].ssrc;
    }
}

static const char *read_answered_lines(struct session *s, const struct sdp *sdp)
{
    const char *why = NULL;
    bool any = false;

    if (sdp->media_count != s->line_count)
        return "it has not as many lines as the offer";
    for (size_t i = 0; i < s->line_count && !why; i++) {
        const struct sdp_media *media = sdp->media[i];
        struct session_line *line = &s->lines[i];
        if (media->rejected || media->direction == SDP_INACTIVE)
            continue;
        if (media->kind != (line->kind == AGENT_SOUND ? SDP_AUDIO : SDP_VIDEO))
            return "a line of it is of another kind than in the offer";
        read_codecs(s, line, media);
        if (line->agreed && line->role == SESSION_RECEIVES)
            read_streams(line, media);
        if (!any)
            why = read_way(s, media);
        any = any || line->agreed;
    }
    return why ? why : any ? NULL : "it takes none of the lines";
}

static enum err verdict(struct session *s, struct bytes text, const char **why)
{
    if (!*why)
        read_candidates(s, text);
    if (!*why && !s->has_remote)
        *why = "it has no candidate we can use";
    return *why ? ERR_INVALID : ERR_OK;
}

enum err session_read_answer(struct session *s, struct bytes text, const char **why)
{
    struct sdp *sdp = NULL;
    const enum err err = sdp_parse(&sdp, text, why);

    if (err != ERR_OK)
        return err;
    *why = read_answered_lines(s, sdp);
    sdp_free(sdp);
    return verdict(s, text, why);
}

static const char *read_offered_lines(struct session *s, const struct sdp *sdp)
{
    const char *why = NULL;
    bool any = false;

    s->line_count = 0;
    for (size_t i = 0; i < sdp->media_count && i < SESSION_LINES && !why; i++) {
        const struct sdp_media *media = sdp->media[i];
        struct session_line *line = &s->lines[s->line_count++];
        *line =
            (struct session_line){.kind = media->kind == SDP_AUDIO ? AGENT_SOUND : AGENT_PICTURE,
                                  .role = SESSION_RECEIVES};
        if (!copy_text(line->mid, sizeof line->mid, media->mid))
            return "a line of it has no mid";
        if (media->rejected || (media->kind != SDP_AUDIO && media->kind != SDP_VIDEO) ||
            (media->direction != SDP_SENDONLY && media->direction != SDP_SENDRECV))
            continue;
        read_codecs(s, line, media);
        read_streams(line, media);
        if (!any)
            why = read_way(s, media);
        any = any || line->agreed;
    }
    return why ? why : any ? NULL : "it sends nothing we can take";
}

enum err session_read_offer(struct session *s, struct bytes text, const char **why)
{
    struct sdp *sdp = NULL;
    const enum err err = sdp_parse(&sdp, text, why);

    if (err != ERR_OK)
        return err;
    *why = read_offered_lines(s, sdp);
    sdp_free(sdp);
    return verdict(s, text, why);
}

const struct session_line *session_find(const struct session *s, enum session_role role)
{
    for (size_t i = 0; i < s->line_count; i++)
        if (s->lines[i].role == role && s->lines[i].agreed)
            return &s->lines[i];
    return NULL;
}

// --- writing -------------------------------------------------------------------------------------

static void write_head(const struct session *s, struct sdp_writer *out)
{
    sdp_line(out, 'v', "0");
    sdp_line(out, 'o', "- %llu 1 IN IP4 127.0.0.1", (unsigned long long)s->id + 1);
    sdp_line(out, 's', "-");
    sdp_line(out, 't', "0 0");
    sdp_line(out, 'a', "group:BUNDLE");
}

static void write_way(const struct session_own *own, struct sdp_writer *out)
{
    char text[3 * FINGERPRINT_MAX + 1] = "";

    for (size_t i = 0; i < own->fingerprint->len; i++)
        (void)snprintf(text + 3 * i, sizeof text - 3 * i, "%02X%s", own->fingerprint->digest[i],
                       i + 1u < own->fingerprint->len ? ":" : "");
    sdp_line(out, 'a', "ice-ufrag:%s", own->credentials->ufrag);
    sdp_line(out, 'a', "ice-pwd:%s", own->credentials->pwd);
    sdp_line(out, 'a', "fingerprint:sha-256 %s", text);
    sdp_line(out, 'a', "setup:%s", own->setup);
}

static void write_video_codec(const struct session_line *line, bool transport_cc,
                              struct sdp_writer *out)
{
    const unsigned type = line->payload_type;

    sdp_line(out, 'a', "rtpmap:%u VP8/90000", type);
    if (transport_cc)
        sdp_line(out, 'a', "rtcp-fb:%u transport-cc", type);
    sdp_line(out, 'a', "rtcp-fb:%u ccm fir", type);
    sdp_line(out, 'a', "rtcp-fb:%u nack", type);
    sdp_line(out, 'a', "rtcp-fb:%u nack pli", type);
    if (!line->rtx_payload_type)
        return;
    sdp_line(out, 'a', "rtpmap:%u rtx/90000", line->rtx_payload_type);
    sdp_line(out, 'a', "fmtp:%u apt=%u", line->rtx_payload_type, type);
}

static void write_sound_codec(const struct session_line *line, bool transport_cc,
                              struct sdp_writer *out)
{
    const unsigned type = line->payload_type;

    sdp_line(out, 'a', "rtpmap:%u opus/48000/2", type);
    if (transport_cc)
        sdp_line(out, 'a', "rtcp-fb:%u transport-cc", type);
    sdp_line(out, 'a', "fmtp:%u minptime=10;useinbandfec=1", type);
    if (!line->red_payload_type)
        return;
    sdp_line(out, 'a', "rtpmap:%u red/48000/2", line->red_payload_type);
    sdp_line(out, 'a', "fmtp:%u %u/%u", line->red_payload_type, type, type);
}

static void write_extensions(const struct session_line *line, struct sdp_writer *out)
{
    struct line_extensions plain = line->extensions;

    plain.rid = plain.repaired_rid = 0;
    extension_write(out, &plain);
    if (line->extensions.rid)
        sdp_line(out, 'a', "extmap:%u %s", line->extensions.rid, rid_uri);
    if (line->extensions.repaired_rid)
        sdp_line(out, 'a', "extmap:%u %s", line->extensions.repaired_rid, repaired_uri);
}

static void write_sent(const struct session *s, const struct session_line *line,
                       struct sdp_writer *out)
{
    sdp_line(out, 'a', "msid:%s %s-%s", s->cname, s->cname, line->mid);
    if (line->layer_count > 1) {
        for (size_t i = 0; i < line->layer_count; i++)
            sdp_line(out, 'a', "rid:%s send", rids[line->layers[i]]);
        sdp_line(out, 'a', "simulcast:send ");
        for (size_t i = 0; i < line->layer_count; i++)
            sdp_extend(out, "%s%s", i ? ";" : "", rids[line->layers[i]]);
        return;
    }
    if (line->rtx_payload_type)
        sdp_line(out, 'a', "ssrc-group:FID %u %u", line->ssrc[0], line->rtx_ssrc[0]);
    sdp_line(out, 'a', "ssrc:%u cname:%s", line->ssrc[0], s->cname);
    if (line->rtx_payload_type)
        sdp_line(out, 'a', "ssrc:%u cname:%s", line->rtx_ssrc[0], s->cname);
}

static void write_line(const struct session *s, const struct session_line *line,
                       const struct session_own *own, struct sdp_writer *out)
{
    const bool sound = line->kind == AGENT_SOUND;

    sdp_line(out, 'm', "%s 9 UDP/TLS/RTP/SAVPF %u", sound ? "audio" : "video", line->payload_type);
    if (line->rtx_payload_type)
        sdp_extend(out, " %u", line->rtx_payload_type);
    if (line->red_payload_type)
        sdp_extend(out, " %u", line->red_payload_type);
    sdp_line(out, 'c', "IN IP4 0.0.0.0");
    sdp_line(out, 'a', "mid:%s", line->mid);
    write_way(own, out);
    write_extensions(line, out);
    sdp_line(out, 'a', "%s", line->sends ? "sendonly" : "recvonly");
    sdp_line(out, 'a', "rtcp-mux");
    sdp_line(out, 'a', "rtcp-rsize");
    if (sound)
        write_sound_codec(line, s->transport_cc, out);
    else
        write_video_codec(line, s->transport_cc, out);
    if (line->sends)
        write_sent(s, line, out);
}

void session_write_offer(const struct session *s, const struct session_own *own,
                         struct sdp_writer *out)
{
    write_head(s, out);
    for (size_t i = 0; i < s->line_count; i++)
        sdp_extend(out, " %s", s->lines[i].mid);
    for (size_t i = 0; i < s->line_count; i++)
        write_line(s, &s->lines[i], own, out);
}

void session_write_answer(const struct session *s, const struct session_own *own,
                          struct sdp_writer *out)
{
    write_head(s, out);
    for (size_t i = 0; i < s->line_count; i++)
        if (s->lines[i].agreed)
            sdp_extend(out, " %s", s->lines[i].mid);
    for (size_t i = 0; i < s->line_count; i++)
        if (s->lines[i].agreed) {
            write_line(s, &s->lines[i], own, out);
        } else {
            sdp_line(out, 'm', "%s 0 UDP/TLS/RTP/SAVPF 0",
                     s->lines[i].kind == AGENT_SOUND ? "audio" : "video");
            sdp_line(out, 'c', "IN IP4 0.0.0.0");
            sdp_line(out, 'a', "mid:%s", s->lines[i].mid);
            sdp_line(out, 'a', "inactive");
        }
}
