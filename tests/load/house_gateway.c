// SPDX-License-Identifier: AGPL-3.0-or-later
// load/house_gateway.c - how people come into a meetup of our gateway (gateway/protocol/README.md).
#include "base/mem.h"
#include "load/crowd.h"
#include "load/desk.h"
#include "load/loop.h"
#include "load/signals.h"
#include "sfu/parameters.h"

#include <stdio.h>
#include <string.h>

#define ADMIT_EVERY MSEC(100) // 20 messages a second are allowed
#define WANT_EVERY MSEC(250)

// --- coming in ---

static void connected(void *who)
{
    struct person *p = who;

    if (p->is_host) {
        p->cookies = p->page->cookies = p->crowd->doctor;
        p->step = "the WebSocket";
        page_upgrade(p->page);
        return;
    }
    p->step = "opening the link";
    page_call(p->page, "/api/invite/redeem", json_pack("{s:s}", "token", p->token));
}

static void say_refusal(struct person *p, const char *code, const char *text)
{
    if (!strcmp(code, "too_many"))
        person_fail(p,
                    "too many from one address, or in one meetup; see server.unlimited_addresses "
                    "and meetup.members in the gateway's settings");
    else
        person_fail(p, "%s (%s)", text, code);
}

static void replied(void *who, int status, const json_t *body)
{
    struct person *p = who;
    const char *invite = "", *code = "", *text = "";

    if (status == 200 &&
        json_unpack((json_t *)body, "{s:{s:s}}", "entry", "invite", &invite) == 0) {
        snprintf(p->invite, sizeof p->invite, "%s", invite);
        p->cookies = p->page->cookies;
        p->step = "the WebSocket";
        page_upgrade(p->page);
    } else if (json_unpack((json_t *)body, "{s:{s:s, s:s}}", "error", "code", &code, "text",
                           &text) == 0) {
        say_refusal(p, code, text);
    } else {
        person_fail(p, "HTTP %d", status);
    }
}

// Letters that nobody takes for others: the gateway refuses names that look like one another.
static void write_name(char name[static 32], uint32_t number)
{
    static const char letters[] = "abdefghkst";
    char digits[16];
    const int len = snprintf(digits, sizeof digits, "%u", number);

    for (int i = 0; i < len; i++)
        digits[i] = letters[digits[i] - '0'];
    snprintf(name, 32, "Guest %s", digits);
}

static void opened(void *who)
{
    struct person *p = who;
    char name[32], *offer = NULL;
    json_t *join;

    if (!p->role->no_media) {
        if (!person_make_agent(p, &p->agent, true, true))
            return;
        offer = person_offer(p, p->agent);
        if (!offer)
            return;
    }
    write_name(name, p->number);
    if (p->is_host)
        join =
            json_pack("{s:s, s:s, s:s}", "type", "join", "as", "doctor", "meetup", p->room->meetup);
    else
        join = json_pack("{s:s, s:s, s:s, s:s}", "type", "join", "as", "patient", "invite",
                         p->invite, "roomName", name);
    json_object_set_new(join, "id", json_integer(1));
    json_object_set_new(join, "language", json_string("en"));
    json_object_set_new(join, "has", person_has(p));
    if (offer)
        json_object_set_new(join, "offer", json_string(offer));
    mem_free(offer);
    p->step = "the join";
    page_say(p->page, join);
}

static void say_state(struct person *p)
{
    json_t *state = person_has(p);

    json_object_set_new(state, "type", json_string("state"));
    json_object_set_new(state, "screen", json_false());
    json_object_set_new(state, "screenSound", json_false());
    page_say(p->page, state);
}

static void told_joined(struct person *p, const json_t *message)
{
    const char *stage = "", *answer = "";
    int member = 0;

    if (json_unpack((json_t *)message, "{s:i, s:s, s:s}", "member", &member, "stage", &stage,
                    "answer", &answer) != 0) {
        person_fail(p, "it sent a joined that makes no sense");
        return;
    }
    p->member = (uint32_t)member;
    if (p->agent && !person_read_answer(p, p->agent, answer))
        return;
    if (p->agent)
        say_state(p);
    p->step = "being let in";
    if (!strcmp(stage, "in") || !p->room->host) // without a host, to wait is to be there
        person_is_in(p);
}

// --- being in ---

static void know_camera(struct person *p, uint32_t member, bool shows)
{
    uint8_t at = 0;

    if (member == p->member)
        return;
    while (at < p->camera_count && p->cameras[at] != member)
        at++;
    if (shows == (at < p->camera_count))
        return;
    if (!shows)
        p->cameras[at] = p->cameras[--p->camera_count];
    else if (p->camera_count < PERSON_CAMERAS)
        p->cameras[p->camera_count++] = member;
    p->wants_anew = p->role->wants > 0;
}

static void told_member(struct person *p, const json_t *member)
{
    int number = 0, camera = 0;

    if (p->role->wants &&
        json_unpack((json_t *)member, "{s:i, s:b}", "member", &number, "camera", &camera) == 0)
        know_camera(p, (uint32_t)number, camera);
}

static void told_members(struct person *p, const json_t *message)
{
    const json_t *members = json_object_get(message, "members");

    p->camera_count = 0;
    for (size_t i = 0; i < json_array_size(members); i++)
        told_member(p, json_array_get(members, i));
}

static void say_wants(struct person *p)
{
    const uint8_t count = p->camera_count < p->role->wants ? p->camera_count : p->role->wants;
    json_t *pictures = json_array();

    for (uint8_t i = 0; i < count; i++)
        json_array_append_new(pictures,
                              json_pack("{s:I, s:i, s:b}", "source",
                                        (json_int_t)p->cameras[i] * SOURCE_KINDS + SOURCE_CAMERA,
                                        "height", p->role->height, "pinned", p->role->wants == 1));
    page_say(p->page, json_pack("{s:s, s:o}", "type", "want", "pictures", pictures));
}

static void told_stage(struct person *p, const json_t *message)
{
    const char *stage = "", *reason = "";

    (void)json_unpack((json_t *)message, "{s:s, s:s}", "stage", &stage, "reason", &reason);
    if (!strcmp(stage, "in"))
        person_is_in(p);
    else if (!strcmp(stage, "out"))
        person_fail(p, "it was shown out (%s)", reason);
}

static void told_layers(struct person *p, const json_t *message)
{
    const json_t *needed = json_object_get(message, "needed");
    const json_int_t source = json_integer_value(json_object_get(message, "source"));
    bool layers[AGENT_LAYERS] = {false};
    const size_t count =
        json_array_size(needed) < AGENT_LAYERS ? json_array_size(needed) : AGENT_LAYERS;

    if (!p->agent || source % SOURCE_KINDS != SOURCE_CAMERA)
        return;
    for (size_t i = 0; i < count; i++)
        layers[i] = json_is_true(json_array_get(needed, i));
    loop_enter(p->crowd->settings.loop, p->agent);
    agent_need_layers(p->agent, layers, count);
    loop_leave(p->crowd->settings.loop, p->agent);
}

static void told_error(struct person *p, const json_t *message)
{
    const char *code = "", *text = "";

    (void)json_unpack((json_t *)message, "{s:s, s:s}", "code", &code, "text", &text);
    say_refusal(p, code, text);
}

static void told_media(struct person *p, const json_t *message)
{
    const char *state = json_string_value(json_object_get(message, "state"));

    if (state && !strcmp(state, "failed"))
        person_fail(p, "the gateway says that its media connection failed");
}

static void told_waiting(struct person *p, const json_t *message)
{
    p->room->admit = json_array_size(json_object_get(message, "waiting")) > 0;
}

static const struct told {
    const char *type;
    void (*take)(struct person *p, const json_t *message);
} tells[] = {
    {"joined", told_joined}, {"stage", told_stage},     {"members", told_members},
    {"layers", told_layers}, {"waiting", told_waiting}, {"error", told_error},
    {"media", told_media},
};

static void told(void *who, const json_t *message)
{
    struct person *p = who;
    const char *type = json_string_value(json_object_get(message, "type"));

    if (!type || p->state == PERSON_LEAVING)
        return;
    if (!strcmp(type, "member")) {
        told_member(p, json_object_get(message, "member"));
        return;
    }
    if (!strcmp(type, "member-left") && p->role->wants) {
        know_camera(p, (uint32_t)json_integer_value(json_object_get(message, "member")), false);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(tells); i++)
        if (!strcmp(type, tells[i].type))
            tells[i].take(p, message);
}

static void ended(void *who, const char *why, int code)
{
    struct person *p = who;

    if (code)
        person_fail(p, "%s with code %d", why, code);
    else
        person_fail(p, "%s", why);
}

// Admits those who wait, and says what it wants to see; both not too often.
static void care(struct person *p, usec now)
{
    struct room *room = p->room;

    if (p->is_host && room->admit && now >= room->admit_after && p->state == PERSON_IN) {
        page_say(p->page, json_pack("{s:s, s:b}", "type", "admit", "all", 1));
        room->admit = false;
        room->admit_after = now + ADMIT_EVERY;
    }
    if (p->wants_anew && p->state == PERSON_IN &&
        (p->next_care == USEC_NEVER || now >= p->next_care)) {
        p->wants_anew = false;
        say_wants(p);
        p->next_care = now + WANT_EVERY;
    } else if (!p->wants_anew) {
        p->next_care = USEC_NEVER;
    }
}

static void leave(struct person *p)
{
    if (p->page && p->page->is_socket)
        page_say(p->page, json_pack("{s:s}", "type", "leave"));
    else
        person_is_out(p);
}

const struct house house_gateway = {
    .name = "Aftercare",
    .path = "/ws",
    .subprotocol = "aftercare.v1",
    .page = {.connected = connected,
             .replied = replied,
             .opened = opened,
             .told = told,
             .ended = ended},
    .prepare = desk_prepare,
    .care = care,
    .leave = leave,
};
