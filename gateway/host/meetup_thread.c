// SPDX-License-Identifier: AGPL-3.0-or-later
// host/meetup_thread.c - the thread of pages and signaling: it owns the web server and the domain.
#include "host/meetup_thread.h"

#include "base/mem.h"
#include "host/config.h"
#include "host/meetup_loop.h"
#include "meetup/directory.h"
#include "practice/practice.h"
#include "protocol/decode.h"

#include <stdio.h>

static enum err make_domain(struct meetup_thread *m, const struct meetup_settings *settings)
{
    enum err err = directory_create(&m->directory, settings->config->meetup_members);

    if (!err)
        err = practice_create(&m->practice, settings->practice_key);
    if (!err)
        m->decoder = decoder_create();
    if (!err && !m->decoder)
        err = ERR_NO_MEMORY;
    return err ? err : meetup_loop_create(&m->loop, m);
}

enum err meetup_thread_create(struct meetup_thread **made, const struct meetup_settings *settings,
                              char why[static SERVER_WHY_SIZE])
{
    struct meetup_thread *m = mem_zero(sizeof *m);
    struct server_settings server = {.config = settings->config,
                                     .files = settings->files,
                                     .assets = settings->assets,
                                     .owner = m};
    enum err err;

    snprintf(why, SERVER_WHY_SIZE, "There is not enough memory.");
    if (!m)
        return ERR_NO_MEMORY;
    m->version = settings->version;
    m->settings = *settings->answers;
    m->media = settings->media;
    m->store = settings->store;
    m->events = settings->events;
    err = make_domain(m, settings);
    if (!err) {
        server.loop = meetup_loop_base(m->loop);
        err = server_create(&m->server, &server, why);
    }
    if (err) {
        meetup_thread_destroy(m);
        return err;
    }
    *made = m;
    return ERR_OK;
}

static void *run(void *argument)
{
    struct meetup_thread *m = argument;

    meetup_loop_run(m->loop);
    return NULL;
}

enum err meetup_thread_start(struct meetup_thread *m)
{
    return thread_start(&m->thread, "meetup", run, m);
}

void meetup_thread_stop(struct meetup_thread *m)
{
    if (m->thread.started)
        meetup_loop_end(m->loop);
    thread_join(&m->thread);
    m->ended = true;
}

void meetup_thread_destroy(struct meetup_thread *m)
{
    if (!m)
        return;
    meetup_thread_stop(m);
    server_destroy(m->server); // closes what is left; needs the loop and the tables
    meetup_loop_destroy(m->loop);
    effects_clear(&m->effects);
    effects_fini(&m->effects);
    practice_effects_clear(&m->practice_effects);
    practice_effects_fini(&m->practice_effects);
    decoder_destroy(m->decoder);
    practice_destroy(m->practice);
    directory_destroy(m->directory);
    table_fini(&m->conversations);
    table_fini(&m->exchanges);
    mem_free(m);
}
