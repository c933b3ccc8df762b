// SPDX-License-Identifier: AGPL-3.0-or-later
// load/house_janus.c - how people come into a video room of Janus: one session each, a handle to publish, one to listen.
#include "base/mem.h"
#include "load/crowd.h"
#include "load/janus_rooms.h"
#include "load/loop.h"
#include "load/signals.h"
#include "wire/sdp_writer.h"

#include <stdio.h>
#include <string.h>

#define ALIVE_EVERY SEC(25) // sessions end after 60 s of silence
#define LOOK_EVERY MSEC(20) // whether all others of the room publish

enum { PUBLISHING, LISTENING };

static bool sends(const struct person *p)
{
    return p->role->microphone || p->role->camera[0] || p->role->camera[1] || p->role->camera[2];
}

static bool hears_anybody(const struct person *p)
{
    return p->room->senders > (sends(p) ? 1u : 0u);
}

static json_int_t feed_of(const struct person *p)
{
    return (json_int_t)p->number + 1;
}

static void say(struct person *p, const char *what, const char *transaction, int handle,
                json_t *more)
{
    json_t *message = json_pack("{s:s, s:s}", "janus", what, "transaction", transaction);

    if (p->session)
        json_object_set_new(message, "session_id", json_integer((json_int_t)p->session));
    if (handle >= 0)
        json_object_set_new(message, "handle_id", json_integer((json_int_t)p->handles[handle]));
    json_object_update(message, more);
    json_decref(more);
    page_say(p->page, message);
}

static void attach(struct person *p, int handle)
{
    p->step = handle == PUBLISHING ? "attaching to publish" : "attaching to listen";
    say(p, "attach", handle == PUBLISHING ? "attach" : "attach-listener", -1,
        json_pack("{s:s}", "plugin", "janus.plugin.videoroom"));
}

static void say_no_more_candidates(struct person *p, int handle)
{
    say(p, "trickle", "trickle", handle, json_pack("{s:{s:b}}", "candidate", "completed", 1));
}

static void publish(struct person *p)
{
    char *offer;

    if (!person_make_agent(p, &p->agent, true, false))
        return;
    offer = person_offer(p, p->agent);
    if (!offer)
        return;
    p->step = "publishing";
    say(p, "message", "publish", PUBLISHING,
        json_pack("{s:{s:s, s:s, s:I, s:I}, s:{s:s, s:s}}", "body", "request", "joinandconfigure",
                  "ptype", "publisher", "room", (json_int_t)p->room->number, "id", feed_of(p),
                  "jsep", "type", "offer", "sdp", offer));
    mem_free(offer);
}

static void listen_to_room(struct person *p)
{
    const struct crowd *c = p->crowd;
    json_t *streams = json_array();

    for (size_t i = 0; i < c->people_count; i++)
        if (c->people[i].room == p->room && &c->people[i] != p && sends(&c->people[i]))
            json_array_append_new(streams, json_pack("{s:I}", "feed", feed_of(&c->people[i])));
    p->step = "listening";
    say(p, "message", "listen", LISTENING,
        json_pack("{s:{s:s, s:s, s:I, s:o}}", "body", "request", "join", "ptype", "subscriber",
                  "room", (json_int_t)p->room->number, "streams", streams));
}

static void start_listening(struct person *p, const char *sdp)
{
    struct sdp_writer writer = {0};
    const char *why = "";
    char *answer;

    if (!person_make_agent(p, &p->listener, false, true))
        return;
    if (agent_read_offer(p->listener, bytes_of_string(sdp), &why) != ERR_OK) {
        person_fail(p, "its offer cannot be used: %s", why);
        return;
    }
    agent_write_answer(p->listener, &writer);
    answer = sdp_writer_take(&writer);
    if (!answer || loop_add(p->crowd->settings.loop, p->listener) != ERR_OK) {
        mem_free(answer);
        person_fail(p, "there are not enough sockets for media, or memory");
        return;
    }
    p->step = "starting to listen";
    say(p, "message", "start", LISTENING,
        json_pack("{s:{s:s}, s:{s:s, s:s}}", "body", "request", "start", "jsep", "type", "answer",
                  "sdp", answer));
    mem_free(answer);
    say_no_more_candidates(p, LISTENING);
}

// --- what Janus says ---

static void published(struct person *p, const char *sdp)
{
    if (!person_read_answer(p, p->agent, sdp))
        return;
    say_no_more_candidates(p, PUBLISHING);
    p->step = "the media connection";
}

// Whom one wants to hear must be connected before.
static void told_connected(struct person *p, const json_t *message)
{
    const json_int_t handle = json_integer_value(json_object_get(message, "sender"));

    if (p->state != PERSON_ENTERING || !p->agent || (uint64_t)handle != p->handles[PUBLISHING])
        return;
    p->room->sending++;
    if (!hears_anybody(p)) {
        person_is_in(p);
        return;
    }
    p->step = "the others' publishing";
    p->next_care = 0;
}

static void told_success(struct person *p, const char *transaction, const json_t *message)
{
    const json_int_t id =
        json_integer_value(json_object_get(json_object_get(message, "data"), "id"));

    if (!strcmp(transaction, "create")) {
        p->session = (uint64_t)id;
        if (sends(p)) {
            attach(p, PUBLISHING);
        } else {
            p->step = "the others' publishing";
            p->next_care = 0;
        }
    } else if (!strcmp(transaction, "attach")) {
        p->handles[PUBLISHING] = (uint64_t)id;
        publish(p);
    } else if (!strcmp(transaction, "attach-listener")) {
        p->handles[LISTENING] = (uint64_t)id;
        listen_to_room(p);
    } else if (!strcmp(transaction, "destroy")) {
        person_is_out(p);
    }
}

static void told_event(struct person *p, const char *transaction, const json_t *message)
{
    const json_t *data = json_object_get(json_object_get(message, "plugindata"), "data");
    const char *error = json_string_value(json_object_get(data, "error"));
    const char *sdp = json_string_value(json_object_get(json_object_get(message, "jsep"), "sdp"));

    if (error)
        person_fail(p, "Janus says: %s", error);
    else if (!strcmp(transaction, "publish") && sdp)
        published(p, sdp);
    else if (!strcmp(transaction, "listen") && sdp)
        start_listening(p, sdp);
    else if (!strcmp(transaction, "start"))
        person_is_in(p);
}

static void told(void *who, const json_t *message)
{
    struct person *p = who;
    const char *what = json_string_value(json_object_get(message, "janus"));
    const char *transaction = json_string_value(json_object_get(message, "transaction"));
    const char *reason = json_string_value(json_object_get(message, "reason"));

    if (!what)
        return;
    if (p->state == PERSON_LEAVING && (!transaction || strcmp(transaction, "destroy") != 0))
        return;
    if (!strcmp(what, "success") && transaction)
        told_success(p, transaction, message);
    else if (!strcmp(what, "event"))
        told_event(p, transaction ? transaction : "", message);
    else if (!strcmp(what, "webrtcup"))
        told_connected(p, message);
    else if (!strcmp(what, "error"))
        person_fail(
            p, "Janus says: %s",
            json_string_value(json_object_get(json_object_get(message, "error"), "reason")));
    else if (!strcmp(what, "hangup") || !strcmp(what, "timeout"))
        person_fail(p, "Janus says: %s (%s)", what, reason ? reason : "no reason");
}

static void connected(void *who)
{
    struct person *p = who;

    p->step = "the WebSocket";
    page_upgrade(p->page);
}

static void opened(void *who)
{
    struct person *p = who;

    p->session = 0;
    p->step = "the session";
    say(p, "create", "create", -1, NULL);
}

static void replied(void *who, int status, const json_t *body)
{
    (void)body;
    person_fail(who, "HTTP %d", status);
}

static void ended(void *who, const char *why, int code)
{
    if (code)
        person_fail(who, "%s with code %d", why, code);
    else
        person_fail(who, "%s", why);
}

// Listens once all others publish, so that one offer of Janus names them all; then keeps the session.
static void care(struct person *p, usec now)
{
    const uint32_t others = p->room->senders;

    if (p->state == PERSON_ENTERING && !p->listens) {
        p->next_care = now + LOOK_EVERY;
        if (p->room->sending < others)
            return;
        p->listens = true;
        attach(p, LISTENING);
    } else {
        say(p, "keepalive", "keepalive", -1, NULL);
    }
    p->next_care = now + ALIVE_EVERY;
}

static void leave(struct person *p)
{
    if (sends(p) && p->room->sending)
        p->room->sending--;
    if (p->page && p->page->is_socket && p->session)
        say(p, "destroy", "destroy", -1, NULL);
    else
        person_is_out(p);
}

static bool prepare(struct crowd *c)
{
    for (size_t i = 0; i < c->people_count; i++)
        c->people[i].room->senders += sends(&c->people[i]);
    return janus_rooms_make(c);
}

const struct house house_janus = {
    .name = "Janus",
    .path = "/janus",
    .subprotocol = "janus-protocol",
    .page = {.connected = connected,
             .replied = replied,
             .opened = opened,
             .told = told,
             .ended = ended},
    .prepare = prepare,
    .care = care,
    .leave = leave,
};
