// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp.c - an offer read line by line.
#include "wire/sdp.h"

#include "base/mem.h"
#include "base/text.h"
#include "wire/sdp_parser.h"
#include "wire/sdp_scan.h"

#include <string.h>

static const char too_many_media[] = "too many media sections";
static const char no_memory[] = "out of memory";

// Takes one line off the text, without its end: CR LF, or a lone LF.
static const char *take_line(struct bytes *text, struct bytes *line)
{
    const bool ends = memchr(text->at, '\n', text->len) != NULL;

    *line = sdp_take_until(text, '\n');
    if (!ends)
        return "the last line has no end";
    if (line->len > 0 && line->at[line->len - 1] == '\r')
        line->len--;
    if (line->len > SDP_MAX_LINE)
        return "a line is too long";
    if (line->len < 2 || line->at[1] != '=' || memchr(line->at, '\r', line->len))
        return "a line is not of the form x=...";
    return NULL;
}

// "o=- 3726720373082313699 2 IN IP4 127.0.0.1"
static const char *read_origin(struct sdp *sdp, struct bytes value)
{
    sdp_take_word(&value);
    sdp->origin_id = sdp_take_word(&value);
    sdp->origin_version = sdp_take_word(&value);
    return sdp->origin_version.len > 0 ? NULL : "the origin line is not valid";
}

static enum sdp_kind kind_of(struct bytes name)
{
    if (sdp_is(name, "audio"))
        return SDP_AUDIO;
    if (sdp_is(name, "video"))
        return SDP_VIDEO;
    return sdp_is(name, "application") ? SDP_APPLICATION : SDP_OTHER;
}

static const char *read_payload_types(struct sdp_media *section, struct bytes formats)
{
    uint32_t type;

    while (formats.len > 0) {
        const struct bytes word = sdp_take_word(&formats);
        if (!sdp_number(word, 127, &type) || sdp_find_payload(section, (uint8_t)type))
            continue;
        if (section->payload_count == SDP_MAX_PAYLOADS)
            return "too many codecs in one media section";
        section->payloads[section->payload_count++] =
            (struct sdp_payload){.type = (uint8_t)type, .channels = 1, .apt = -1};
    }
    return NULL;
}

// "m=audio 9 UDP/TLS/RTP/SAVPF 111 63"
static const char *read_media(struct sdp_parser *parser, struct bytes value)
{
    struct sdp *sdp = parser->sdp;
    uint32_t port;

    sdp_end_section(parser);
    if (sdp->media_count == SDP_MAX_MEDIA)
        return too_many_media;
    struct sdp_media *section = mem_zero(sizeof *section);
    if (!section)
        return no_memory;
    *section = parser->session;
    sdp->media[sdp->media_count++] = section;
    parser->section = section;

    section->kind = kind_of(sdp_take_word(&value));
    struct bytes port_and_count = sdp_take_word(&value);
    if (!sdp_number(sdp_take_until(&port_and_count, '/'), UINT16_MAX, &port))
        return "a port is not valid";
    section->port = (uint16_t)port;
    section->protocol = sdp_take_word(&value);
    section->formats = value;
    if (section->protocol.len == 0 || value.len == 0)
        return "an m-line is not complete";
    if (section->kind != SDP_AUDIO && section->kind != SDP_VIDEO)
        return NULL;
    return read_payload_types(section, value);
}

static const char *read_line(struct sdp_parser *parser, size_t number, struct bytes line)
{
    const struct bytes value = bytes_of(line.at + 2, line.len - 2);

    if (number == 0)
        return sdp_is(line, "v=0") ? NULL : "it does not begin with v=0";
    if (number == 1)
        return line.at[0] == 'o' ? read_origin(parser->sdp, value) : "the origin line is missing";
    if (line.at[0] == 'm')
        return read_media(parser, value);
    if (line.at[0] == 'a')
        return sdp_read_attribute(parser, value);
    return NULL;
}

static size_t index_of(const struct sdp *sdp, struct bytes mid)
{
    size_t i = 0;

    while (i < sdp->media_count && !bytes_equal(sdp->media[i]->mid, mid))
        i++;
    return i;
}

static const char *read_bundle(struct sdp *sdp, struct bytes mids)
{
    for (struct bytes mid = sdp_take_word(&mids); mid.len > 0; mid = sdp_take_word(&mids)) {
        const size_t index = index_of(sdp, mid);
        if (index == sdp->media_count)
            return "the BUNDLE group names a media section that is not there";
        if (sdp->media[index]->bundled)
            return "the BUNDLE group names a media section twice";
        sdp->media[index]->bundled = true;
        sdp->bundle[sdp->bundle_count++] = index;
    }
    return NULL;
}

static const char *read_text(struct sdp *sdp, struct bytes text)
{
    struct sdp_parser parser = {.sdp = sdp};
    const char *why = text.len > 0 ? NULL : "it is empty";
    struct bytes line;

    parser.section = &parser.session;
    for (size_t number = 0; !why && text.len > 0; number++) {
        why = take_line(&text, &line);
        if (!why)
            why = read_line(&parser, number, line);
    }
    if (why)
        return why;
    sdp_end_section(&parser);
    return sdp->media_count > 0 ? read_bundle(sdp, parser.bundle) : "it has no media section";
}

enum err sdp_parse(struct sdp **made, struct bytes text, const char **why)
{
    *why = NULL;
    if (text.len > SDP_MAX_LEN)
        *why = "it is too long";
    else if (!text_is_utf8(text) || (text.len > 0 && memchr(text.at, '\0', text.len)))
        *why = "it is not text";
    if (*why)
        return text.len > SDP_MAX_LEN ? ERR_LIMIT : ERR_INVALID;

    struct sdp *sdp = mem_zero(sizeof *sdp);
    if (sdp)
        sdp->text = mem_copy_text((const char *)text.at, text.len);
    *why = sdp && sdp->text ? read_text(sdp, bytes_of(sdp->text, text.len)) : no_memory;
    if (!*why) {
        *made = sdp;
        return ERR_OK;
    }
    sdp_free(sdp);
    if (*why == no_memory)
        return ERR_NO_MEMORY;
    return *why == too_many_media ? ERR_LIMIT : ERR_INVALID;
}

void sdp_free(struct sdp *sdp)
{
    if (!sdp)
        return;
    for (size_t i = 0; i < sdp->media_count; i++)
        mem_free(sdp->media[i]);
    mem_free(sdp->text);
    mem_free(sdp);
}
