// SPDX-License-Identifier: AGPL-3.0-or-later
// host/meetup_thread.c - the thread of pages and signaling: it owns the web server and the domain.
#include "host/meetup_thread.h"

#include "base/mem.h"
#include "host/config.h"
#include "host/media.h"
#include "host/meetup_loop.h"
#include "host/metrics.h"
#include "host/metrics_port.h"
#include "host/placement.h"
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

static uint64_t read_figures(const struct meetup_thread *m,
                             struct figures figures[static PLACEMENT_THREADS])
{
    uint64_t transports = 0;

    for (unsigned i = 0; i < media_thread_count(m->media); i++) {
        media_figures(m->media, i, &figures[i]);
        transports += figures[i].transports_now;
    }
    return transports;
}

static size_t write_page(void *owner, char *to, size_t size)
{
    const struct meetup_thread *m = owner;
    const struct server_counts server = server_counts(m->server);
    struct figures figures[PLACEMENT_THREADS];
    const struct metrics metrics = {.version = m->version,
                                    .threads = media_thread_count(m->media),
                                    .media = figures,
                                    .meetup = meetup_loop_stalls(m->loop),
                                    .connections = server.connections,
                                    .websockets = m->conversations.count,
                                    .refused = server.refused,
                                    .resident_bytes = heap_resident()};

    (void)read_figures(m, figures);
    return metrics_write(to, size, &metrics);
}

void meetup_thread_save(struct meetup_thread *m, usec now)
{
    struct figures figures[PLACEMENT_THREADS];
    const uint64_t transports = read_figures(m, figures);

    if (heap_is_due(&m->heap, now, server_counts(m->server).connections, transports))
        heap_give_back();
}

static enum err open_metrics(struct meetup_thread *m, const struct meetup_settings *settings,
                             char why[static SERVER_WHY_SIZE])
{
    const struct metrics_settings metrics = {.loop = meetup_loop_base(m->loop),
                                             .path = settings->metrics_path,
                                             .address = settings->config->metrics_address,
                                             .page = write_page,
                                             .owner = m};

    _Static_assert((int)METRICS_WHY_SIZE <= (int)SERVER_WHY_SIZE, "the sentence fits");
    return metrics_port_create(&m->metrics, &metrics, why);
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
    if (!err)
        err = open_metrics(m, settings, why);
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
    metrics_port_destroy(m->metrics); // its page is about all below
    server_destroy(m->server);        // closes what is left; needs the loop and the tables
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
