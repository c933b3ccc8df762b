// SPDX-License-Identifier: AGPL-3.0-or-later
// host/effects.c - what requests and calls lead to, carried out.
#include "host/effects.h"

#include "base/log.h"
#include "base/mem.h"
#include "host/calls.h"
#include "host/clock.h"
#include "host/conversation.h"
#include "host/media.h"
#include "host/meetup_thread.h"
#include "host/store_thread.h"
#include "host/websocket.h"
#include "meetup/directory.h"
#include "practice/practice.h"

#include <stdio.h>

#define COPY(to, from) snprintf((to), sizeof(to), "%s", (from))
#define CLOSE_SIGNED_OUT 4003

static struct conversation *find(struct meetup_thread *m, uint64_t conversation)
{
    return table_find(&m->conversations, conversation);
}

static void close_one(struct meetup_thread *m, uint64_t conversation, uint16_t code)
{
    struct conversation *c = find(m, conversation);

    if (c)
        conversation_close(c, code);
}

// The parameters of a command move into the mailbox, or stay with the effects and die with them.
static void tell_media(struct meetup_thread *m, struct effect *effect, uint64_t asker)
{
    if (!media_tell(m->media, &effect->sfu)) {
        log_event(LOG_ERROR, "media_busy command=%d", (int)effect->sfu.kind);
        close_one(m, asker, CLOSE_NOT_READING);
        return;
    }
    if (effect->sfu.kind == SFU_OPEN_TRANSPORT)
        effect->sfu.open.parameters = NULL;
}

// NULL for lack of memory.
static struct query *make_query(int kind, uint64_t id)
{
    struct query *query = mem_zero(sizeof *query);

    if (query) {
        query->kind = kind;
        query->id = id;
        query->wall = clock_wall();
    }
    return query;
}

static bool ask(struct meetup_thread *m, struct query *query)
{
    if (query && store_thread_ask(m->store, query))
        return true;
    log_event(LOG_ERROR, "store_busy kind=%d", query ? query->kind : -1);
    mem_free(query);
    return false;
}

static void ask_enter(struct meetup_thread *m, const struct effect *effect)
{
    struct query *query = make_query(QUERY_ENTER, effect->conversation);

    if (query) {
        query->as_doctor = effect->enter.as_doctor;
        COPY(query->meetup, effect->enter.meetup);
        COPY(query->invite, effect->enter.invite);
        COPY(query->doctor, effect->enter.identity.doctor);
        COPY(query->device, effect->enter.identity.device);
    }
    if (!ask(m, query))
        close_one(m, effect->conversation, CLOSE_NOT_READING); // the page tries again
}

static void ask_save_seat(struct meetup_thread *m, const struct effect *effect)
{
    struct query *query = make_query(QUERY_SAVE_SEAT, 0);

    if (query)
        query->seat = effect->seat;
    ask(m, query);
}

static void ask_end(struct meetup_thread *m, const struct effect *effect)
{
    struct query *query = make_query(QUERY_END_MEETUP, 0);

    if (query)
        COPY(query->meetup, effect->meetup);
    ask(m, query);
}

static void carry_out(struct meetup_thread *m, uint64_t asker)
{
    for (size_t i = 0; i < m->effects.count; i++) {
        struct effect *effect = &m->effects.items[i];
        struct conversation *c;

        switch (effect->kind) {
        case EFFECT_NOTICE:
            c = find(m, effect->conversation);
            if (c)
                conversation_tell(c, &effect->notice, NULL);
            break;
        case EFFECT_CLOSE:
            close_one(m, effect->conversation, effect->close_code);
            break;
        case EFFECT_SFU:
            tell_media(m, effect, asker);
            break;
        case EFFECT_ENTER:
            ask_enter(m, effect);
            break;
        case EFFECT_SAVE_SEAT:
            ask_save_seat(m, effect);
            break;
        case EFFECT_END:
            ask_end(m, effect);
            break;
        }
    }
    if (m->effects.lost)
        close_one(m, asker, CLOSE_NO_MEMORY);
    effects_clear(&m->effects);
}

void effects_of_request(struct meetup_thread *m, usec now, struct request *request)
{
    directory_receive(m->directory, now, clock_wall_ms(), request, &m->effects);
    carry_out(m, request->conversation);
    request_fini(request);
}

void effects_of_time(struct meetup_thread *m, usec now)
{
    directory_tick(m->directory, now, clock_wall_ms(), &m->effects);
    carry_out(m, 0);
}

// --- the practice ---

static void close_session(struct meetup_thread *m, const uint8_t *session)
{
    struct conversation *c;
    size_t at = 0;

    while ((c = table_each(&m->conversations, &at))) {
        const struct identity *who = conversation_identity(c);

        if (who->doctor[0] && bytes_equal_secret(bytes_of(who->session, sizeof who->session),
                                                 bytes_of(session, sizeof who->session)))
            conversation_close(c, CLOSE_SIGNED_OUT);
    }
}

// What cannot be asked now is answered as busy, after the list at hand is done.
static void ask_for_practice(struct meetup_thread *m, struct practice_effect *effect,
                             struct result *busy)
{
    struct query *query = effect->query;

    effect->query = NULL;
    busy->kind = -1;
    if (!query)
        return;
    *busy = (struct result){.kind = query->kind, .id = query->id, .err = ERR_BUSY};
    if (ask(m, query))
        busy->kind = -1;
}

void effects_of_practice(struct meetup_thread *m)
{
    struct practice_effects list = m->practice_effects;
    struct result *busy = mem_zero(sizeof *busy);

    m->practice_effects = (struct practice_effects){0};
    for (size_t i = 0; busy && i < list.count; i++) {
        struct practice_effect *effect = &list.items[i];

        switch (effect->kind) {
        case PRACTICE_REPLY:
            calls_answer(m, effect->reply);
            break;
        case PRACTICE_QUERY:
            ask_for_practice(m, effect, busy);
            if (busy->kind != -1)
                practice_result(m->practice, clock_now(), clock_wall(), busy, &m->practice_effects);
            break;
        case PRACTICE_TELL:
            if (effect->request)
                effects_of_request(m, clock_now(), effect->request);
            break;
        case PRACTICE_SIGNED_OUT:
            close_session(m, effect->session);
            break;
        }
    }
    practice_effects_clear(&list);
    practice_effects_fini(&list);
    mem_free(busy);
    if (m->practice_effects.count)
        effects_of_practice(m); // at most once more: a busy answer leads to a reply only
}

// --- results ---

static void entered(struct meetup_thread *m, const struct result *result)
{
    struct request *request = mem_zero(sizeof *request);

    if (!request) {
        close_one(m, result->id, CLOSE_NO_MEMORY);
        return;
    }
    request->kind = REQUEST_ENTERED;
    request->conversation = result->id;
    request->entered.err = result->err;
    request->entered.meetup = result->meetup;
    request->entered.invite = result->invite;
    request->entered.seats = result->seats;
    request->entered.seat_count = result->seat_count;
    effects_of_request(m, clock_now(), request);
    mem_free(request);
}

void effects_of_result(struct meetup_thread *m, const struct result *result)
{
    switch (result->kind) {
    case QUERY_ENTER:
        entered(m, result);
        return;
    case QUERY_SAVE_SEAT:
    case QUERY_END_MEETUP:
        if (result->err)
            log_event(LOG_ERROR, "store_failed kind=%d err=%s", result->kind,
                      err_name(result->err));
        return;
    default:
        practice_result(m->practice, clock_now(), clock_wall(), result, &m->practice_effects);
        effects_of_practice(m);
    }
}
