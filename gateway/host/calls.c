// SPDX-License-Identifier: AGPL-3.0-or-later
// host/calls.c - HTTP calls under /api/ on their way through the practice.
#include "host/calls.h"

#include "base/mem.h"
#include "host/clock.h"
#include "host/effects.h"
#include "host/entropy.h"
#include "host/http.h"
#include "host/meetup_thread.h"
#include "meetup/directory.h"
#include "practice/practice.h"
#include "protocol/api.h"

#include <stdio.h>
#include <string.h>

#define COOKIE_LINE_SIZE 256
#define DOCTOR_COOKIE_SECONDS (12 * 3600)   // as long as the session it names
#define DEVICE_COOKIE_SECONDS (400 * 86400) // the longest that browsers keep one

static char *error_json(enum refusal refusal, const char *text)
{
    char json[512];
    const int len = snprintf(json, sizeof json, "{\"error\": {\"code\": \"%s\", \"text\": \"%s\"}}",
                             refusal_code(refusal), text ? text : refusal_text(refusal));

    return len > 0 && (size_t)len < sizeof json ? mem_copy_text(json, (size_t)len) : NULL;
}

static void refuse(struct exchange *exchange, int status, enum refusal refusal, const char *text)
{
    http_answer(exchange, status, error_json(refusal, text), NULL, 0);
}

static bool decode(struct call *call, const struct http_call *from)
{
    switch (api_decode(call, from->post ? API_POST : API_GET, bytes_of_string(from->path),
                       from->body)) {
    case API_OK:
        return true;
    case API_NO_SUCH_CALL:
        refuse(from->exchange, 404, REFUSAL_NOT_FOUND, "There is no such call.");
        break;
    case API_WRONG_METHOD:
        refuse(from->exchange, 405, REFUSAL_INVALID, "This call has another method.");
        break;
    case API_INVALID:
        refuse(from->exchange, 400, REFUSAL_INVALID, NULL);
        break;
    }
    return false;
}

uint64_t calls_receive(struct meetup_thread *m, const struct http_call *from,
                       const struct address *address)
{
    struct call *call = mem_zero(sizeof *call);
    const uint64_t number = ++m->last_number;

    if (!call || table_put(&m->exchanges, number, from->exchange)) {
        refuse(from->exchange, 503, REFUSAL_UNAVAILABLE, NULL);
        mem_free(call);
        return 0;
    }
    if (decode(call, from)) {
        call->id = number;
        call->from = *address;
        call->unlimited = from->unlimited;
        entropy_fill(call->random, sizeof call->random);
        calls_identify(m, from->doctor_cookie, from->device_cookie, &call->identity);
        practice_receive(m->practice, clock_now(), clock_wall(), call, &m->practice_effects);
        effects_of_practice(m);
    } else {
        table_remove(&m->exchanges, number);
    }
    mem_wipe(call, sizeof *call);
    mem_free(call);
    return number;
}

void calls_gone(struct meetup_thread *m, uint64_t call)
{
    table_remove(&m->exchanges, call);
    practice_forget(m->practice, call);
}

static void cookie_line(char line[static COOKIE_LINE_SIZE], bool set, const char *name,
                        const char *value, int seconds)
{
    line[0] = '\0';
    if (set)
        snprintf(line, COOKIE_LINE_SIZE,
                 "%s=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d", name, value,
                 value[0] ? seconds : 0);
}

static void count(void *owner, const char *meetup, uint32_t *waiting, uint32_t *present)
{
    directory_counts(owner, meetup, waiting, present);
}

void calls_answer(struct meetup_thread *m, const struct reply *reply)
{
    struct exchange *exchange = table_find(&m->exchanges, reply->call);
    char doctor[COOKIE_LINE_SIZE], device[COOKIE_LINE_SIZE], origin[320];
    const char *const cookies[] = {doctor, device};

    if (!exchange)
        return;
    table_remove(&m->exchanges, reply->call);
    cookie_line(doctor, reply->set_doctor_cookie, DOCTOR_COOKIE, reply->doctor_cookie,
                DOCTOR_COOKIE_SECONDS);
    cookie_line(device, reply->set_device_cookie, DEVICE_COOKIE, reply->device_cookie,
                DEVICE_COOKIE_SECONDS);
    snprintf(origin, sizeof origin, "https://%s", http_host(exchange));
    http_answer(exchange, reply->refused ? refusal_status(reply->refusal) : 200,
                api_encode(reply, origin, m->version, clock_wall_ms(), count, m->directory),
                cookies, ARRAY_LEN(cookies));
    mem_wipe(doctor, sizeof doctor);
    mem_wipe(device, sizeof device);
}

bool calls_identify(struct meetup_thread *m, const char *doctor_cookie, const char *device_cookie,
                    struct identity *identity)
{
    return practice_identify(m->practice, clock_wall(), doctor_cookie, device_cookie, identity);
}
