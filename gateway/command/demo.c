// SPDX-License-Identifier: AGPL-3.0-or-later
// command/demo.c - a doctor, a meetup and three patients to try things out with.
#include "command/demo.h"

#include "base/mem.h"
#include "crypto/token.h"
#include "host/clock.h"
#include "host/config.h"
#include "host/desk.h"
#include "host/entropy.h"
#include "host/gateway.h"
#include "practice/practice.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define COPY(to, from) snprintf((to), sizeof(to), "%s", (from))
#define DOCTOR_NAME "Dr. Demo"
#define DOCTOR_EMAIL "doctor@demo.example"
#define MEETUP_TITLE "Demo meetup"
#define PATIENTS 3
#define LINKS_NAME "demo-links"
#define FRESH (12 * 3600) // a meetup that began earlier is left alone and a new one is made

static const char *const patients[PATIENTS] = {"First patient", "Second patient", "Third patient"};

// What is kept so that the same links are printed after a restart.
struct links {
    char meetup[ID_SIZE];
    char tokens[PATIENTS][ID_SIZE];
};

struct demo {
    struct gateway *gateway;
    struct desk *desk;
    char password[PASSWORD_SIZE];
    char cookie[COOKIE_SIZE];
    struct identity doctor;
    char invites[PATIENTS][ID_SIZE];
    struct links links;
    size_t patient; // the one at hand
};

static struct call *new_call(const struct demo *d, enum call_kind kind)
{
    struct call *call = mem_zero(sizeof *call);

    if (call) {
        call->kind = kind;
        call->identity = d->doctor;
    }
    return call;
}

static bool make(struct demo *d, struct call *call, desk_answered *answered)
{
    const bool granted = call && desk_call(d->desk, call, answered, d);

    if (call)
        mem_wipe(call, sizeof *call);
    mem_free(call);
    return granted;
}

static void signed_in(void *owner, const struct reply *reply)
{
    struct demo *d = owner;

    if (!reply->refused && reply->set_doctor_cookie)
        COPY(d->cookie, reply->doctor_cookie);
}

static bool remember_doctor(struct demo *d)
{
    return practice_identify(d->desk->practice, clock_wall(), d->cookie, NULL, &d->doctor);
}

static bool sign_in(struct demo *d)
{
    struct call *call = new_call(d, CALL_SIGN_IN);

    if (call) {
        COPY(call->email, DOCTOR_EMAIL);
        COPY(call->password, d->password);
    }
    return make(d, call, signed_in) && remember_doctor(d);
}

static bool set_up(struct demo *d, const char *token)
{
    struct call *call = new_call(d, CALL_SETUP);

    if (call) {
        COPY(call->token, token);
        COPY(call->name, DOCTOR_NAME);
        COPY(call->email, DOCTOR_EMAIL);
        COPY(call->password, d->password);
    }
    return make(d, call, signed_in) && remember_doctor(d);
}

// --- the meetup ---

static void found_meetups(void *owner, const struct reply *reply)
{
    struct demo *d = owner;

    for (size_t i = 0; i < reply->meetup_count; i++) {
        const struct meetup_record *meetup = &reply->meetups[i].meetup;

        if (!strcmp(meetup->title, MEETUP_TITLE) && meetup->state == MEETUP_PLANNED &&
            meetup->starts_at > clock_wall() - FRESH)
            COPY(d->links.meetup, meetup->id);
    }
}

static void made_meetup(void *owner, const struct reply *reply)
{
    struct demo *d = owner;

    COPY(d->links.meetup, reply->meetup.meetup.id);
}

static bool make_meetup(struct demo *d)
{
    struct call *call = new_call(d, CALL_MAKE_MEETUP);

    if (call) {
        COPY(call->title, MEETUP_TITLE);
        COPY(call->words, "Welcome. Please check your camera and microphone; I will let you in.");
        call->at = clock_wall();
        call->minutes = 60;
    }
    return make(d, call, made_meetup);
}

static void found_invites(void *owner, const struct reply *reply)
{
    struct demo *d = owner;

    for (size_t i = 0; i < reply->invite_count; i++)
        for (size_t p = 0; p < PATIENTS; p++)
            if (!strcmp(reply->invites[i].invite.roster_name, patients[p]))
                COPY(d->invites[p], reply->invites[i].invite.id);
}

static void got_link(void *owner, const struct reply *reply)
{
    struct demo *d = owner;

    COPY(d->links.tokens[d->patient], reply->token);
}

static bool make_link(struct demo *d, size_t patient)
{
    const bool renew = d->invites[patient][0] != '\0';
    struct call *call = new_call(d, renew ? CALL_RENEW_INVITE : CALL_MAKE_INVITE);

    d->patient = patient;
    if (call) {
        COPY(call->subject, renew ? d->invites[patient] : d->links.meetup);
        COPY(call->name, patients[patient]);
    }
    return make(d, call, got_link);
}

static bool make_links(struct demo *d)
{
    struct links kept;
    struct call *call;
    bool made;

    if (gateway_kept(d->gateway, LINKS_NAME, &kept, sizeof kept) &&
        !strncmp(kept.meetup, d->links.meetup, sizeof kept.meetup)) {
        d->links = kept;
        return true;
    }
    call = new_call(d, CALL_MEETUP);
    if (call)
        COPY(call->subject, d->links.meetup);
    made = make(d, call, found_invites);
    for (size_t p = 0; made && p < PATIENTS; p++)
        made = make_link(d, p);
    return made && gateway_keep(d->gateway, LINKS_NAME, &d->links, sizeof d->links);
}

static bool fill(struct demo *d, const char *setup_token)
{
    bool filled = setup_token ? set_up(d, setup_token) : sign_in(d);

    filled = filled && make(d, new_call(d, CALL_MEETUPS), found_meetups);
    if (filled && !d->links.meetup[0])
        filled = make_meetup(d);
    filled = filled && make_links(d);
    if (d->doctor.doctor[0])
        make(d, new_call(d, CALL_SIGN_OUT), NULL);
    return filled;
}

static void print(const struct demo *d, const struct gateway *gateway)
{
    char address[GATEWAY_LINK_SIZE];

    gateway_address(gateway, 0, address);
    printf("The demo: open each link in a tab of its own; allow camera and microphone.\n");
    printf("  doctor   %s/meetup/%s\n", address, d->links.meetup);
    printf("           e-mail %s, password %s\n", DOCTOR_EMAIL, d->password);
    for (size_t p = 0; p < PATIENTS; p++)
        printf("  patient  %s/join#%s\n", address, d->links.tokens[p]);
}

int demo_prepare(struct gateway *gateway, const struct config *config)
{
    struct demo *d = mem_zero(sizeof *d);
    char setup[64];
    bool filled = false;

    if (!d)
        return EX_OSERR;
    d->gateway = gateway;
    d->desk = gateway_desk(gateway);
    if (gateway_demo_password(gateway, config->demo_password, d->password))
        filled = fill(d, gateway_offer_setup(gateway, setup) ? strchr(setup, '#') + 1 : NULL);
    if (filled)
        print(d, gateway);
    else
        fprintf(stderr,
                "aftercare: The demo cannot be made in %s: it holds other data or another "
                "password. Give it a data folder of its own (--data).\n",
                gateway_folder(gateway));
    mem_wipe(d, sizeof *d);
    mem_free(d);
    return filled ? EX_OK : EX_CONFIG;
}
