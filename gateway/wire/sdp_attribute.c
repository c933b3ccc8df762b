// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_attribute.c - the attributes of a session and of its media sections.
#include "wire/sdp_parser.h"
#include "wire/sdp_scan.h"

#include "base/err.h"
#include "wire/rtp_ext.h"

#define LEAST_UFRAG 4
#define LEAST_PWD 22
#define MOST_ICE 256

enum said {
    SAID_MID = 1,
    SAID_UFRAG = 2,
    SAID_PWD = 4,
    SAID_SETUP = 8,
    SAID_DIRECTION = 16,
};

// False when the section had it already.
static bool say(struct sdp_parser *parser, enum said what)
{
    const bool again = parser->said & what;

    parser->said |= what;
    return !again;
}

static const char *read_mid(struct sdp_parser *parser, struct bytes value)
{
    if (!say(parser, SAID_MID))
        return "a media section has two mids";
    if (!rtp_ext_is_name(value))
        return "a mid is empty, too long or has odd characters";
    if (sdp_find_media(parser->sdp, value))
        return "two media sections have the same mid";
    parser->section->mid = value;
    return NULL;
}

static const char *read_ufrag(struct sdp_parser *parser, struct bytes value)
{
    parser->section->ufrag = value;
    if (!say(parser, SAID_UFRAG))
        return "ice-ufrag comes twice";
    return sdp_is_ice_text(value, LEAST_UFRAG, MOST_ICE) ? NULL : "ice-ufrag is not valid";
}

static const char *read_pwd(struct sdp_parser *parser, struct bytes value)
{
    parser->section->pwd = value;
    if (!say(parser, SAID_PWD))
        return "ice-pwd comes twice";
    return sdp_is_ice_text(value, LEAST_PWD, MOST_ICE) ? NULL : "ice-pwd is not valid";
}

static const char *read_setup(struct sdp_parser *parser, struct bytes value)
{
    static const char *const names[] = {
        [SDP_ACTPASS] = "actpass",
        [SDP_ACTIVE] = "active",
        [SDP_PASSIVE] = "passive",
        [SDP_HOLDCONN] = "holdconn",
    };

    if (!say(parser, SAID_SETUP))
        return "setup comes twice";
    for (unsigned i = SDP_ACTPASS; i < ARRAY_LEN(names); i++) {
        if (sdp_is(value, names[i])) {
            parser->section->setup = (enum sdp_setup)i;
            return NULL;
        }
    }
    return "setup is none of actpass, active, passive, holdconn";
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// "AB:CD:..." of exactly print->len bytes.
static bool read_digest(struct sdp_fingerprint *print, struct bytes text)
{
    if (text.len != 3 * print->len - 1)
        return false;
    for (size_t i = 0; i < print->len; i++) {
        const uint8_t *at = text.at + 3 * i;
        const int high = hex_digit(at[0]);
        const int low = hex_digit(at[1]);
        if (high < 0 || low < 0 || (i + 1 < print->len && at[2] != ':'))
            return false;
        print->digest[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static const char *read_fingerprint(struct sdp_parser *parser, struct bytes value)
{
    static const struct {
        const char *name;
        size_t len;
    } hashes[] = {
        [SDP_SHA256] = {"sha-256", 32},
        [SDP_SHA384] = {"sha-384", 48},
        [SDP_SHA512] = {"sha-512", 64},
    };
    struct sdp_media *section = parser->section;
    const struct bytes name = sdp_take_word(&value);

    if (++parser->fingerprint_lines == 1)
        section->fingerprint_count = 0; // its own replace the session's
    if (parser->fingerprint_lines > SDP_MAX_FINGERPRINTS)
        return "too many fingerprints";
    for (unsigned i = 0; i < ARRAY_LEN(hashes); i++) {
        if (!sdp_is_name(name, hashes[i].name))
            continue;
        struct sdp_fingerprint print = {.hash = (enum sdp_hash)i, .len = hashes[i].len};
        if (!read_digest(&print, value))
            return "a fingerprint is not valid";
        section->fingerprints[section->fingerprint_count++] = print;
    }
    return NULL; // a hash nobody here trusts is as good as none
}

static bool find_direction(struct bytes name, enum sdp_direction *direction)
{
    for (unsigned i = SDP_SENDRECV; i <= SDP_INACTIVE; i++) {
        if (sdp_is(name, sdp_direction_name((enum sdp_direction)i))) {
            *direction = (enum sdp_direction)i;
            return true;
        }
    }
    return false;
}

// "id[/direction] uri". What is not valid is as good as not offered.
static const char *read_extmap(struct sdp_parser *parser, struct bytes value)
{
    struct sdp_media *section = parser->section;
    struct bytes id_and_direction = sdp_take_word(&value);
    const struct bytes id_text = sdp_take_until(&id_and_direction, '/');
    struct sdp_extmap extmap = {.uri = sdp_take_word(&value)};
    uint32_t id;

    if (!sdp_number(id_text, 255, &id) || id == 0 || id == 15 || extmap.uri.len == 0 ||
        (id_and_direction.len > 0 && !find_direction(id_and_direction, &extmap.direction)))
        return NULL;
    for (size_t i = 0; i < section->extmap_count; i++) {
        if (section->extmaps[i].id == id)
            return NULL;
    }
    if (section->extmap_count == SDP_MAX_EXTMAPS)
        return "too many header extensions";
    extmap.id = (uint8_t)id;
    section->extmaps[section->extmap_count++] = extmap;
    return NULL;
}

static const char *read_msid(struct sdp_parser *parser, struct bytes value)
{
    const struct bytes stream = sdp_take_word(&value);

    if (parser->section->msid_track.len > 0)
        return NULL;
    parser->section->msid_stream = sdp_is(stream, "-") ? (struct bytes){0} : stream;
    parser->section->msid_track = sdp_take_word(&value);
    return NULL;
}

static const char *read_simulcast(struct sdp_parser *parser, struct bytes value)
{
    parser->simulcast = value;
    return NULL;
}

static const char *read_sctp_port(struct sdp_parser *parser, struct bytes value)
{
    uint32_t port;

    if (sdp_number(value, UINT16_MAX, &port))
        parser->section->sctp_port = (uint16_t)port;
    return NULL;
}

static const char *read_candidate(struct sdp_parser *parser, struct bytes value)
{
    (void)value;
    parser->section->candidates++;
    return NULL;
}

static const char *read_group(struct sdp_parser *parser, struct bytes value)
{
    if (!sdp_is(sdp_take_word(&value), "BUNDLE"))
        return NULL;
    parser->bundle = value;
    return ++parser->bundle_lines > 1 ? "two BUNDLE groups" : NULL;
}

// Flags have no value.
static void read_flag(struct sdp_parser *parser, struct bytes name, bool in_session)
{
    struct sdp_media *section = parser->section;

    if (in_session && sdp_is(name, "ice-lite"))
        parser->sdp->ice_lite = true;
    else if (in_session && sdp_is(name, "extmap-allow-mixed"))
        parser->sdp->extmap_allow_mixed = true;
    if (sdp_is(name, "extmap-allow-mixed"))
        section->extmap_allow_mixed = true;
    else if (sdp_is(name, "bundle-only"))
        section->bundle_only = true;
    else if (sdp_is(name, "rtcp-mux"))
        section->rtcp_mux = true;
    else if (sdp_is(name, "rtcp-rsize"))
        section->rtcp_rsize = true;
}

#define IN_SESSION 1u
#define IN_MEDIA 2u

static const struct {
    const char *name;
    unsigned where;
    const char *(*read)(struct sdp_parser *parser, struct bytes value);
} attributes[] = {
    {"group", IN_SESSION, read_group},
    {"ice-ufrag", IN_SESSION | IN_MEDIA, read_ufrag},
    {"ice-pwd", IN_SESSION | IN_MEDIA, read_pwd},
    {"fingerprint", IN_SESSION | IN_MEDIA, read_fingerprint},
    {"setup", IN_SESSION | IN_MEDIA, read_setup},
    {"mid", IN_MEDIA, read_mid},
    {"rtpmap", IN_MEDIA, sdp_read_rtpmap},
    {"fmtp", IN_MEDIA, sdp_read_fmtp},
    {"rtcp-fb", IN_MEDIA, sdp_read_feedback},
    {"extmap", IN_MEDIA, read_extmap},
    {"rid", IN_MEDIA, sdp_read_rid},
    {"simulcast", IN_MEDIA, read_simulcast},
    {"ssrc", IN_MEDIA, sdp_read_ssrc},
    {"ssrc-group", IN_MEDIA, sdp_read_ssrc_group},
    {"msid", IN_MEDIA, read_msid},
    {"sctp-port", IN_MEDIA, read_sctp_port},
    {"candidate", IN_MEDIA, read_candidate},
};

const char *sdp_read_attribute(struct sdp_parser *parser, struct bytes line)
{
    const bool in_session = parser->section == &parser->session;
    struct bytes value = line;
    const struct bytes name = sdp_take_until(&value, ':');
    enum sdp_direction direction;

    if (name.len == line.len) {
        if (!find_direction(name, &direction)) {
            read_flag(parser, name, in_session);
            return NULL;
        }
        parser->section->direction = direction;
        return say(parser, SAID_DIRECTION) ? NULL : "a media section has two directions";
    }
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
        if (sdp_is(name, attributes[i].name) &&
            attributes[i].where & (in_session ? IN_SESSION : IN_MEDIA))
            return attributes[i].read(parser, value);
    }
    return NULL;
}
