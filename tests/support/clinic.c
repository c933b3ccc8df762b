// SPDX-License-Identifier: AGPL-3.0-or-later
// support/clinic.c - the practice over a real database, as the host runs them, in one thread.
#include "support/clinic.h"

#include "base/mem.h"
#include "crypto/password.h"
#include "practice/password_job.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void copy(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from);
}

static void run_query(struct clinic *clinic, const struct query *query)
{
    struct result result;

    if (query_is_password_job(query))
        password_job_run(query, &result);
    else
        store_run(clinic->store, query, &result);
    practice_result(clinic->practice, clinic->now, clinic->wall, &result, &clinic->effects);
    result_fini(&result);
}

static void start(struct clinic *clinic)
{
    static const uint8_t key[PRACTICE_KEY_SIZE] = "a key of the tests, of 32 bytes";
    const struct query query = {.kind = QUERY_START, .wall = clinic->wall};
    const char *why = NULL;

    CHECK_EQ(store_open(&clinic->store, clinic->path, &why), ERR_OK);
    CHECK_EQ(practice_create(&clinic->practice, key), ERR_OK);
    run_query(clinic, &query);
}

void clinic_open(struct clinic *clinic)
{
    *clinic = (struct clinic){.wall = CLINIC_WALL, .random = random_seeded(1)};
    CHECK_EQ(password_start(), ERR_OK);
    copy(clinic->folder, sizeof clinic->folder, "/tmp/aftercare-clinic-XXXXXX");
    CHECK(mkdtemp(clinic->folder));
    (void)snprintf(clinic->path, sizeof clinic->path, "%s/aftercare.db", clinic->folder);
    start(clinic);
}

static void stop(struct clinic *clinic)
{
    practice_effects_clear(&clinic->effects);
    practice_destroy(clinic->practice);
    store_close(clinic->store);
    clinic->practice = NULL;
    clinic->store = NULL;
}

void clinic_restart(struct clinic *clinic)
{
    stop(clinic);
    start(clinic);
}

void clinic_close(struct clinic *clinic)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char path[128];

    stop(clinic);
    practice_effects_fini(&clinic->effects);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        (void)snprintf(path, sizeof path, "%s%s", clinic->path, endings[i]);
        (void)unlink(path);
    }
    (void)rmdir(clinic->folder);
}

struct call clinic_blank(enum call_kind kind)
{
    return (struct call){.kind = kind, .from = address_v4(192, 0, 2, 1, 4000)};
}

// Carries out what there is to do until the reply has come.
static const struct reply *settle(struct clinic *clinic)
{
    const struct reply *reply = NULL;

    for (size_t i = 0; i < clinic->effects.count; i++) {
        const struct practice_effect effect = clinic->effects.items[i];
        switch (effect.kind) {
        case PRACTICE_QUERY:
            run_query(clinic, effect.query);
            break;
        case PRACTICE_REPLY:
            CHECK(!reply);
            reply = effect.reply;
            break;
        case PRACTICE_TELL:
            clinic->told_revoked += effect.request->kind == REQUEST_REVOKED;
            clinic->told_changed += effect.request->kind == REQUEST_CHANGED;
            break;
        case PRACTICE_SIGNED_OUT:
            clinic->signed_out++;
            break;
        }
    }
    CHECK(reply);
    return reply;
}

const struct reply *clinic_call(struct clinic *clinic, struct browser *browser, struct call *call)
{
    practice_effects_clear(&clinic->effects);
    call->id = ++clinic->calls;
    random_fill(&clinic->random, call->random, sizeof call->random);
    (void)practice_identify(clinic->practice, clinic->wall, browser->doctor, browser->device,
                            &call->identity);
    practice_receive(clinic->practice, clinic->now, clinic->wall, call, &clinic->effects);
    const struct reply *reply = settle(clinic);
    if (reply->set_doctor_cookie)
        copy(browser->doctor, sizeof browser->doctor, reply->doctor_cookie);
    if (reply->set_device_cookie)
        copy(browser->device, sizeof browser->device, reply->device_cookie);
    return reply;
}

void clinic_ask(struct clinic *clinic, struct query *query, struct result *result)
{
    query->wall = clinic->wall;
    store_run(clinic->store, query, result);
}

void clinic_first_doctor(struct clinic *clinic, struct browser *browser)
{
    struct call call = clinic_blank(CALL_SETUP);

    practice_offer_setup(clinic->practice, "AAAAAAAAAAAAAAAAAAAAAA");
    copy(call.token, sizeof call.token, "AAAAAAAAAAAAAAAAAAAAAA");
    copy(call.name, sizeof call.name, "Dr. Ruth Okafor");
    copy(call.email, sizeof call.email, "ruth@clinic.example");
    copy(call.password, sizeof call.password, CLINIC_PASSWORD);
    CHECK(!clinic_call(clinic, browser, &call)->refused);
}

void clinic_make_meetup(struct clinic *clinic, struct browser *browser, char id[static ID_SIZE])
{
    struct call call = clinic_blank(CALL_MAKE_MEETUP);

    copy(call.title, sizeof call.title, "Knee replacement, spring");
    copy(call.words, sizeof call.words, "Have a chair ready.");
    call.at = clinic->wall + 3600;
    call.minutes = 60;
    const struct reply *reply = clinic_call(clinic, browser, &call);
    CHECK(!reply->refused);
    copy(id, ID_SIZE, reply->meetup.meetup.id);
}

void clinic_make_invite(struct clinic *clinic, struct browser *browser, const char *meetup,
                        const char *name, char id[static ID_SIZE], char token[static ID_SIZE])
{
    struct call call = clinic_blank(CALL_MAKE_INVITE);

    copy(call.subject, sizeof call.subject, meetup);
    copy(call.name, sizeof call.name, name);
    const struct reply *reply = clinic_call(clinic, browser, &call);
    CHECK(!reply->refused);
    copy(id, ID_SIZE, reply->invite.invite.id);
    copy(token, ID_SIZE, reply->token);
}

const struct reply *clinic_redeem(struct clinic *clinic, struct browser *browser, const char *token)
{
    struct call call = clinic_blank(CALL_REDEEM);

    copy(call.token, sizeof call.token, token);
    return clinic_call(clinic, browser, &call);
}
