// SPDX-License-Identifier: AGPL-3.0-or-later
// load/janus_rooms.c - makes the rooms of a load in Janus' video room plugin.
#include "load/janus_rooms.h"

#include "load/crowd.h"
#include "load/signals.h"

#include <string.h>
#include <sysexits.h>

#define PATIENCE SEC(30)
#define PUBLISHERS_MOST 10000

struct maker {
    struct crowd *crowd;
    struct page *page;
    json_int_t session;
    json_int_t handle;
    size_t room; // is being made
    bool done;
};

static void say(struct maker *m, const char *what, json_t *more)
{
    json_t *message = json_pack("{s:s, s:s}", "janus", what, "transaction", what);

    if (m->session)
        json_object_set_new(message, "session_id", json_integer(m->session));
    if (m->handle)
        json_object_set_new(message, "handle_id", json_integer(m->handle));
    json_object_update(message, more);
    json_decref(more);
    page_say(m->page, message);
}

static void stop(struct maker *m)
{
    page_close(m->page);
    m->page = NULL;
    m->done = true;
}

static void make_next(struct maker *m)
{
    const struct crowd *c = m->crowd;

    if (m->room == c->room_count) {
        stop(m);
        return;
    }
    say(m, "message",
        json_pack("{s:{s:s, s:I, s:i, s:i, s:s, s:s, s:b, s:b, s:b}}", "body", "request", "create",
                  "room", (json_int_t)c->rooms[m->room].number, "publishers", PUBLISHERS_MOST,
                  "bitrate", 0, "audiocodec", "opus", "videocodec", "vp8", "record", 0,
                  "transport_wide_cc_ext", !c->settings.no_transport_cc, "audiolevel_ext", 1));
}

static void connected(void *who)
{
    page_upgrade(((struct maker *)who)->page);
}

static void opened(void *who)
{
    say(who, "create", NULL);
}

static void replied(void *who, int status, const json_t *body)
{
    struct maker *m = who;

    (void)body;
    crowd_fail(m->crowd, EX_PROTOCOL, "%s answers, but not as Janus: HTTP %d.",
               m->crowd->settings.target.host, status);
    stop(m);
}

static void refused(struct maker *m, const char *reason)
{
    crowd_fail(m->crowd, EX_NOPERM, "Janus refused to make a room: %s.",
               reason ? reason : "it gave no reason");
    stop(m);
}

static void told(void *who, const json_t *message)
{
    struct maker *m = who;
    const char *what = json_string_value(json_object_get(message, "janus"));
    const char *transaction = json_string_value(json_object_get(message, "transaction"));
    const json_t *data = json_object_get(json_object_get(message, "plugindata"), "data");
    const json_int_t id =
        json_integer_value(json_object_get(json_object_get(message, "data"), "id"));
    const char *error = json_string_value(json_object_get(data, "error"));

    if (!what || !transaction)
        return;
    if (!strcmp(what, "error") || error) {
        refused(m, error ? error
                         : json_string_value(
                               json_object_get(json_object_get(message, "error"), "reason")));
    } else if (!strcmp(transaction, "create")) {
        m->session = id;
        say(m, "attach", json_pack("{s:s}", "plugin", "janus.plugin.videoroom"));
    } else if (!strcmp(transaction, "attach")) {
        m->handle = id;
        make_next(m);
    } else if (!strcmp(what, "success")) {
        m->room++;
        make_next(m);
    }
}

static void ended(void *who, const char *why, int code)
{
    struct maker *m = who;

    (void)code;
    crowd_fail(m->crowd, EX_UNAVAILABLE, "There is no Janus at %s: %s.",
               m->crowd->settings.target.host, why);
    stop(m);
}

static const struct page_owner owner = {
    .connected = connected, .replied = replied, .opened = opened, .told = told, .ended = ended};

bool janus_rooms_make(struct crowd *c)
{
    struct maker maker = {.crowd = c};
    const uint64_t first = (uint64_t)signals_now() + 1; // microseconds since the machine's start
    const usec until = signals_now() + PATIENCE;

    for (size_t i = 0; i < c->room_count; i++)
        c->rooms[i].number = first + i;
    maker.page = page_open(c->settings.signals, &c->settings.target, &owner, &maker, NULL);
    if (!maker.page)
        crowd_fail(c, EX_OSERR, "There is not enough memory.");
    while (!c->status && !maker.done) {
        signals_turn(c->settings.signals, signals_now() + MSEC(100));
        if (signals_now() > until)
            crowd_fail(c, EX_UNAVAILABLE, "Janus at %s gave no answer within %d s.",
                       c->settings.target.host, (int)(PATIENCE / SEC(1)));
    }
    stop(&maker);
    return !c->status;
}
