// SPDX-License-Identifier: AGPL-3.0-or-later
// load/desk.c - the doctor's desk before a load: signs in, makes meetups and personal links.
#include "load/desk.h"

#include "load/crowd.h"
#include "load/signals.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#define CLERKS 4 // at work at once, each for its share of the rooms
#define PATIENCE SEC(30)
#define MEETUP_MINUTES 600

enum task { TASK_LOOK, TASK_SIGN_IN, TASK_MEETUP, TASK_INVITE, TASK_DONE };

static const char *const task_names[] = {"say what it is", "sign the doctor in", "make a meetup",
                                         "make a link", ""};

struct clerk {
    struct crowd *crowd;
    struct page *page;
    enum task task;
    size_t room;   // at work on this one
    size_t person; // and its link
    usec asked_at;
};

static void stop(struct clerk *clerk)
{
    page_close(clerk->page);
    clerk->page = NULL;
    clerk->task = TASK_DONE;
}

static void ask(struct clerk *clerk, const char *path, json_t *body)
{
    clerk->asked_at = signals_now();
    page_call(clerk->page, path, body);
}

static void ask_sign_in(struct clerk *clerk)
{
    const struct crowd_settings *s = &clerk->crowd->settings;

    if (s->welcome)
        ask(clerk, "/api/setup",
            json_pack("{s:s, s:s, s:s, s:s}", "token", s->welcome, "name", "Load Doctor", "email",
                      s->email, "password", s->password));
    else
        ask(clerk, "/api/sign-in",
            json_pack("{s:s, s:s}", "email", s->email, "password", s->password));
}

static void ask_meetup(struct clerk *clerk)
{
    char title[64];

    snprintf(title, sizeof title, "Load %zu", clerk->room + 1);
    ask(clerk, "/api/meetups",
        json_pack("{s:s, s:I, s:i, s:s}", "title", title, "startsAt", (json_int_t)time(NULL),
                  "minutes", MEETUP_MINUTES, "welcome", ""));
}

static void ask_invite(struct clerk *clerk)
{
    const struct person *p = &clerk->crowd->people[clerk->person];
    char path[128], name[64];

    snprintf(path, sizeof path, "/api/meetups/%s/invites", p->room->meetup);
    snprintf(name, sizeof name, "Load %u", p->number + 1);
    ask(clerk, path, json_pack("{s:s, s:i}", "rosterName", name, "expiresAt", 0));
}

// The next person of the clerk's room who needs a link.
static bool find_person(struct clerk *clerk)
{
    const struct crowd *c = clerk->crowd;

    for (; clerk->person < c->people_count; clerk->person++)
        if (c->people[clerk->person].room == &c->rooms[clerk->room] &&
            !c->people[clerk->person].is_host)
            return true;
    return false;
}

// What is to be done after what was done last.
static void go_on(struct clerk *clerk)
{
    struct crowd *c = clerk->crowd;

    if (clerk->task == TASK_LOOK && clerk->crowd->doctor.text[0]) { // somebody has signed in
        clerk->task = TASK_MEETUP;
    } else if (clerk->task == TASK_LOOK) {
        clerk->task = TASK_SIGN_IN;
    } else if (clerk->task == TASK_INVITE && (clerk->person++, find_person(clerk))) {
        clerk->task = TASK_INVITE;
    } else if (clerk->task == TASK_MEETUP && (clerk->person = 0, find_person(clerk))) {
        clerk->task = TASK_INVITE;
    } else {
        if (clerk->task != TASK_SIGN_IN)
            clerk->room += CLERKS;
        clerk->task = TASK_MEETUP;
    }
    if (clerk->task == TASK_SIGN_IN)
        ask_sign_in(clerk);
    else if (clerk->room >= c->room_count)
        stop(clerk);
    else if (clerk->task == TASK_MEETUP)
        ask_meetup(clerk);
    else
        ask_invite(clerk);
}

static void refused(struct clerk *clerk, int status, const json_t *body)
{
    const char *code = "", *text = "";
    const bool said =
        json_unpack((json_t *)body, "{s:{s:s, s:s}}", "error", "code", &code, "text", &text) == 0;

    if (clerk->task == TASK_LOOK || !said)
        crowd_fail(clerk->crowd, EX_PROTOCOL,
                   "%s answers, but not as an Aftercare gateway: HTTP %d when asked to %s.",
                   clerk->crowd->settings.target.host, status, task_names[clerk->task]);
    else if (!strcmp(code, "too_many"))
        crowd_fail(clerk->crowd, EX_UNAVAILABLE,
                   "The gateway refused to %s: too many from one address. Put this machine's into "
                   "server.unlimited_addresses for a load test.",
                   task_names[clerk->task]);
    else
        crowd_fail(clerk->crowd, EX_NOPERM, "The gateway refused to %s: %s (%s).",
                   task_names[clerk->task], text, code);
    stop(clerk);
}

static bool take(struct clerk *clerk, const json_t *body)
{
    struct crowd *c = clerk->crowd;
    const char *text = "", *hash;

    switch (clerk->task) {
    case TASK_LOOK:
        return json_is_boolean(json_object_get(body, "setupNeeded"));
    case TASK_SIGN_IN:
        c->doctor = clerk->page->cookies;
        return c->doctor.text[0] != '\0';
    case TASK_MEETUP:
        if (json_unpack((json_t *)body, "{s:{s:s}}", "meetup", "id", &text) != 0)
            return false;
        snprintf(c->rooms[clerk->room].meetup, PERSON_KEY_SIZE, "%s", text);
        return true;
    case TASK_INVITE:
        if (json_unpack((json_t *)body, "{s:s}", "link", &text) != 0 || !(hash = strchr(text, '#')))
            return false;
        snprintf(c->people[clerk->person].token, PERSON_KEY_SIZE, "%s", hash + 1);
        return true;
    case TASK_DONE:
        break;
    }
    return true;
}

static void on_connected(void *who)
{
    ask(who, "/api/me", NULL);
}

static void on_replied(void *who, int status, const json_t *body)
{
    struct clerk *clerk = who;

    if (status != 200 || !take(clerk, body))
        refused(clerk, status, body);
    else
        go_on(clerk);
}

static void on_nothing(void *who)
{
    (void)who;
}

static void on_told(void *who, const json_t *message)
{
    (void)who;
    (void)message;
}

static void on_ended(void *who, const char *why, int code)
{
    struct clerk *clerk = who;
    const char *host = clerk->crowd->settings.target.host;

    (void)code;
    if (clerk->page && !clerk->page->connected)
        crowd_fail(clerk->crowd, EX_UNAVAILABLE, "There is no gateway at %s: %s.", host, why);
    else
        crowd_fail(clerk->crowd, EX_UNAVAILABLE, "The gateway at %s went away, asked to %s: %s.",
                   host, task_names[clerk->task], why);
    stop(clerk);
}

static const struct page_owner owner = {.connected = on_connected,
                                        .replied = on_replied,
                                        .opened = on_nothing,
                                        .told = on_told,
                                        .ended = on_ended};

static void start(struct clerk *clerk, struct crowd *crowd, size_t first_room)
{
    *clerk = (struct clerk){.crowd = crowd, .room = first_room, .asked_at = signals_now()};
    clerk->page =
        page_open(crowd->settings.signals, &crowd->settings.target, &owner, clerk, &crowd->doctor);
    if (!clerk->page) {
        crowd_fail(crowd, EX_OSERR, "There is not enough memory.");
        clerk->task = TASK_DONE;
    }
}

// Turns until the clerk has nothing more to do, or (`until_signed_in`) the doctor's cookie is there.
static bool run(struct crowd *c, struct clerk *clerks, size_t count, bool until_signed_in)
{
    bool busy = true;

    while (busy && !c->status && !(until_signed_in && c->doctor.text[0])) {
        signals_turn(c->settings.signals, signals_now() + MSEC(200));
        busy = false;
        for (size_t i = 0; i < count; i++) {
            busy |= clerks[i].task != TASK_DONE;
            if (clerks[i].task != TASK_DONE && signals_now() - clerks[i].asked_at > PATIENCE)
                crowd_fail(c, EX_UNAVAILABLE, "The gateway at %s gave no answer within %d s.",
                           c->settings.target.host, (int)(PATIENCE / SEC(1)));
        }
    }
    return !c->status;
}

bool desk_prepare(struct crowd *c)
{
    struct clerk clerks[CLERKS] = {0};
    bool good;

    start(&clerks[0], c, 0);
    good = run(c, clerks, 1, true);
    for (size_t i = 1; good && i < CLERKS; i++)
        start(&clerks[i], c, i);
    good = good && run(c, clerks, CLERKS, false);
    for (size_t i = 0; i < CLERKS; i++)
        if (clerks[i].crowd)
            stop(&clerks[i]);
    return good;
}
