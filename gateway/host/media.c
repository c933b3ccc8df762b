// SPDX-License-Identifier: AGPL-3.0-or-later
// host/media.c - all media threads as one: each command goes to those it concerns.
#include "host/media.h"

#include "base/mem.h"
#include "host/media_thread.h"
#include "host/placement.h"
#include "sfu/command.h"

struct media {
    // given
    unsigned count;
    // owned
    struct media_thread *threads[PLACEMENT_THREADS];
    struct placement *placement;
};

static enum err create_threads(struct media *m, const struct media_options *options, int *code,
                               uint16_t *port)
{
    struct media_settings settings = {.count = options->threads,
                                      .udp_port = options->udp_port,
                                      .merge = options->merge,
                                      .members = options->members,
                                      .certificate = options->certificate,
                                      .events = options->events};

    for (; m->count < options->threads; m->count++) {
        *port = settings.udp_port;
        settings.number = m->count;
        settings.same_port = options->one_port && m->count ? m->threads[0] : NULL;
        const enum err err = media_thread_create(&m->threads[m->count], &settings, code);
        if (err)
            return err;
        if (settings.udp_port && !options->one_port)
            settings.udp_port++;
    }
    return ERR_OK;
}

static enum err connect_threads(struct media *m)
{
    enum err err = ERR_OK;

    for (unsigned i = 0; i < m->count; i++)
        for (unsigned j = 0; !err && j < m->count; j++)
            if (i != j)
                err = media_thread_connect(m->threads[i], m->threads[j]);
    return err;
}

enum err media_create(struct media **made, const struct media_options *options, int *code,
                      uint16_t *port)
{
    struct media *m = mem_zero(sizeof *m);

    *code = 0;
    if (!m)
        return ERR_NO_MEMORY;
    enum err err = placement_create(&m->placement, options->threads, options->thread_members);
    if (!err)
        err = create_threads(m, options, code, port);
    if (!err)
        err = connect_threads(m);
    if (err) {
        media_destroy(m);
        return err;
    }
    *made = m;
    return ERR_OK;
}

enum err media_start(struct media *m)
{
    enum err err = ERR_OK;

    for (unsigned i = 0; !err && i < m->count; i++)
        err = media_thread_start(m->threads[i]);
    return err;
}

void media_stop(struct media *m)
{
    for (unsigned i = 0; i < m->count; i++)
        media_thread_stop(m->threads[i]);
}

void media_destroy(struct media *m)
{
    if (!m)
        return;
    media_stop(m);
    for (unsigned i = 0; i < m->count; i++)
        media_thread_destroy(m->threads[i]);
    placement_destroy(m->placement);
    mem_free(m);
}

static bool open_router(struct media *m, const struct sfu_command *command)
{
    unsigned home;

    if (placement_open(m->placement, command->router, &home))
        return false;
    if (media_thread_tell(m->threads[home], command))
        return true;
    placement_close(m->placement, command->router);
    return false;
}

static bool close_router(struct media *m, const struct sfu_command *command)
{
    const uint32_t parts = placement_parts(m->placement, command->router);
    bool told = true;

    placement_close(m->placement, command->router);
    for (unsigned i = 0; i < m->count; i++)
        if (parts & UINT32_C(1) << i)
            told = media_thread_tell(m->threads[i], command) && told;
    return told;
}

// Its threads learn where else it has parts.
static bool tell_parts(struct media *m, uint64_t router)
{
    const uint32_t parts = placement_parts(m->placement, router);
    struct sfu_command command = {.kind = SFU_PARTS, .router = router};
    bool told = true;

    for (unsigned i = 0; i < m->count; i++) {
        command.parts.others = parts & ~(UINT32_C(1) << i);
        if (parts & UINT32_C(1) << i)
            told = media_thread_tell(m->threads[i], &command) && told;
    }
    return told;
}

// The thread has it before any other sends it copies.
static bool open_part(struct media *m, uint64_t router, unsigned thread)
{
    struct sfu_command command = {.kind = SFU_OPEN_ROUTER, .router = router};

    command.parts.is_away = true;
    return media_thread_tell(m->threads[thread], &command) && tell_parts(m, router);
}

static bool close_part(struct media *m, uint64_t router, unsigned thread)
{
    const struct sfu_command command = {.kind = SFU_CLOSE_ROUTER, .router = router};
    const bool told = media_thread_tell(m->threads[thread], &command);

    return tell_parts(m, router) && told;
}

static bool close_transport(struct media *m, const struct sfu_command *command)
{
    unsigned thread;
    bool last;

    if (!placement_leave(m->placement, command->transport, &thread, &last))
        return true; // it went with its meetup
    const bool told = media_thread_tell(m->threads[thread], command);
    return last ? close_part(m, command->router, thread) && told : told;
}

static bool open_transport(struct media *m, const struct sfu_command *command)
{
    unsigned thread;
    bool first;

    if (placement_join(m->placement, command->router, command->transport, &thread, &first))
        return false;
    if ((!first || open_part(m, command->router, thread)) &&
        media_thread_tell(m->threads[thread], command))
        return true;
    (void)close_transport(m, &(struct sfu_command){.kind = SFU_CLOSE_TRANSPORT,
                                                   .router = command->router,
                                                   .transport = command->transport});
    return false;
}

bool media_tell(struct media *m, const struct sfu_command *command)
{
    unsigned thread;

    switch (command->kind) {
    case SFU_OPEN_ROUTER:
        return open_router(m, command);
    case SFU_CLOSE_ROUTER:
        return close_router(m, command);
    case SFU_OPEN_TRANSPORT:
        return open_transport(m, command);
    case SFU_CLOSE_TRANSPORT:
        return close_transport(m, command);
    case SFU_PARTS:
    case SFU_RESTART_ICE:
    case SFU_GATE:
    case SFU_MUTE:
    case SFU_PAUSE:
    case SFU_WANT:
        break;
    }
    return !placement_find(m->placement, command->transport, &thread) ||
           media_thread_tell(m->threads[thread], command);
}

uint16_t media_port_of(const struct media *m, uint64_t transport)
{
    unsigned thread = 0;

    (void)placement_find(m->placement, transport, &thread);
    return media_port(m, thread);
}

unsigned media_thread_count(const struct media *m)
{
    return m->count;
}

uint16_t media_port(const struct media *m, unsigned thread)
{
    return media_thread_port(m->threads[thread]);
}

void media_figures(const struct media *m, unsigned thread, struct figures *figures)
{
    media_thread_figures(m->threads[thread], figures);
}
