// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/connection.c - a member's one peer connection, as far as the meetup knows it.
#include "meetup/connection.h"

#include "base/mem.h"
#include "meetup/effects.h"

#include <string.h>

static struct sfu_command *tell(const struct connection *c, enum sfu_command_kind kind,
                                struct effects *out)
{
    struct effect *effect = c->transport ? effects_add(out, EFFECT_SFU, 0) : NULL;

    if (!effect)
        return NULL;
    effect->sfu.kind = kind;
    effect->sfu.router = c->router;
    effect->sfu.transport = c->transport;
    return &effect->sfu;
}

bool connection_open(struct connection *c, uint64_t router, uint64_t transport,
                     const struct connection_owner *owner, struct transport_parameters *parameters,
                     struct effects *out)
{
    const size_t size = PARAMETERS_SIZE(parameters);
    struct transport_parameters *copy = mem_zero(size);
    struct effect *effect = copy ? effects_add(out, EFFECT_SFU, 0) : NULL;
    struct transport_parameters *own;

    if (!effect) {
        mem_free(copy);
        return false;
    }
    memcpy(copy, parameters, size);
    own = mem_resize(parameters, size);
    effect->sfu.kind = SFU_OPEN_TRANSPORT;
    effect->sfu.router = router;
    effect->sfu.transport = transport;
    effect->sfu.open.member = owner->member;
    effect->sfu.open.device = owner->browser;
    effect->sfu.open.parameters = copy;
    *c = (struct connection){
        .transport = transport, .router = router, .parameters = own ? own : parameters};
    return true;
}

void connection_close(struct connection *c, struct effects *out)
{
    (void)tell(c, SFU_CLOSE_TRANSPORT, out);
    mem_free(c->parameters);
    *c = (struct connection){0};
}

static bool lines_equal(const struct line_parameters *a, const struct line_parameters *b)
{
    if (a->role != b->role || a->kind != b->kind || strcmp(a->mid, b->mid) != 0 ||
        memcmp(&a->extensions, &b->extensions, sizeof a->extensions) != 0)
        return false;
    if (a->payload_type != b->payload_type || a->rtx_payload_type != b->rtx_payload_type ||
        a->red_payload_type != b->red_payload_type || a->transport_cc != b->transport_cc ||
        a->nack != b->nack || a->layer_count != b->layer_count)
        return false;
    for (size_t i = 0; i < a->layer_count; i++) {
        if (strcmp(a->rids[i], b->rids[i]) != 0)
            return false;
    }
    return true;
}

bool connection_can_restart(const struct connection *c, const struct transport_parameters *next)
{
    const struct transport_parameters *first = c->parameters;

    if (!first || first->line_count != next->line_count ||
        first->fingerprint_hash != next->fingerprint_hash ||
        first->fingerprint_len != next->fingerprint_len ||
        memcmp(first->fingerprint, next->fingerprint, first->fingerprint_len) != 0 ||
        strcmp(first->remote_ufrag, next->remote_ufrag) == 0)
        return false;
    for (size_t i = 0; i < first->line_count; i++) {
        if (!lines_equal(&first->lines[i], &next->lines[i]))
            return false;
    }
    return true;
}

void connection_restart(struct connection *c, const struct transport_parameters *next,
                        struct effects *out)
{
    struct transport_parameters *own = c->parameters;
    struct sfu_command *command = tell(c, SFU_RESTART_ICE, out);

    memcpy(own->local_ufrag, next->local_ufrag, sizeof own->local_ufrag);
    memcpy(own->local_pwd, next->local_pwd, sizeof own->local_pwd);
    memcpy(own->remote_ufrag, next->remote_ufrag, sizeof own->remote_ufrag);
    memcpy(own->remote_pwd, next->remote_pwd, sizeof own->remote_pwd);
    if (!command)
        return;
    memcpy(command->restart.local_ufrag, own->local_ufrag, sizeof own->local_ufrag);
    memcpy(command->restart.local_pwd, own->local_pwd, sizeof own->local_pwd);
    memcpy(command->restart.remote_ufrag, own->remote_ufrag, sizeof own->remote_ufrag);
}

void connection_gate(const struct connection *c, bool open, struct effects *out)
{
    struct sfu_command *command = tell(c, SFU_GATE, out);

    if (command)
        command->gate.open = open;
}

void connection_source(const struct connection *c, enum sfu_command_kind kind,
                       enum source_kind source, bool on, struct effects *out)
{
    struct sfu_command *command = tell(c, kind, out);

    if (!command)
        return;
    command->source.kind = source;
    command->source.on = on;
}

void connection_want(const struct connection *c, const struct sfu_want *wants, uint8_t count,
                     struct effects *out)
{
    struct sfu_command *command = tell(c, SFU_WANT, out);

    if (!command)
        return;
    command->want.count = count;
    memcpy(command->want.wants, wants, count * sizeof *wants);
}

void connection_slots(struct connection *c, const struct sfu_slot_change *changes, uint8_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (changes[i].line < PARAMETERS_LINES)
            c->slots[changes[i].line] = (struct connection_slot){
                .known = true, .paused = changes[i].paused, .source = changes[i].source};
    }
}

bool connection_layers(struct connection *c, const struct sfu_event *event)
{
    struct connection_layers *layers;

    if (event->layers.kind >= SOURCE_KINDS || event->layers.count > PARAMETERS_LAYERS)
        return false;
    layers = &c->layers[event->layers.kind];
    layers->count = event->layers.count;
    memcpy(layers->needed, event->layers.needed, sizeof layers->needed);
    return true;
}

void connection_voice(struct connection *c, const struct sfu_event *event)
{
    c->voice = (struct connection_voice){
        .known = true, .redundancy = event->voice.redundancy, .max_bps = event->voice.max_bps};
}

void connection_quality(struct connection *c, const struct sfu_event *event)
{
    c->line = (struct line_view){.up = event->quality.up,
                                 .down = event->quality.down,
                                 .pictures_off = event->quality.pictures_off,
                                 .redundancy = event->quality.redundancy};
}

struct standing connection_standing(const struct connection *c)
{
    struct standing standing = {.line = c->line, .lost = c->lost};

    if (c->lost)
        standing.line.up = standing.line.down = QUALITY_LOST;
    return standing;
}

enum line_quality standing_worst(const struct standing *standing)
{
    const struct line_view *line = &standing->line;

    return line->up > line->down ? line->up : line->down;
}
