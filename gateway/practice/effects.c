// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/effects.c - what a call leads to.
#include "practice/effects.h"

#include "base/mem.h"
#include "store/query.h"

#include <string.h>

static struct practice_effect *add(struct practice_effects *effects, enum practice_effect_kind kind)
{
    if (effects->count == effects->capacity) {
        const size_t capacity = effects->capacity ? effects->capacity * 2 : 8;
        struct practice_effect *grown = mem_resize(effects->items, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        effects->items = grown;
        effects->capacity = capacity;
    }
    struct practice_effect *effect = &effects->items[effects->count++];
    *effect = (struct practice_effect){.kind = kind};
    return effect;
}

struct reply *practice_effects_reply(struct practice_effects *effects, const struct call *call)
{
    struct reply *reply = mem_zero(sizeof *reply);
    struct practice_effect *effect = reply ? add(effects, PRACTICE_REPLY) : NULL;

    if (!effect) {
        mem_free(reply);
        return NULL;
    }
    reply->call = call->id;
    reply->kind = call->kind;
    effect->reply = reply;
    return reply;
}

struct query *practice_effects_query(struct practice_effects *effects, int kind, uint64_t call)
{
    struct query *query = mem_zero(sizeof *query);
    struct practice_effect *effect = query ? add(effects, PRACTICE_QUERY) : NULL;

    if (!effect) {
        mem_free(query);
        return NULL;
    }
    query->kind = kind;
    query->id = call;
    effect->query = query;
    return query;
}

struct request *practice_effects_tell(struct practice_effects *effects)
{
    struct request *request = mem_zero(sizeof *request);
    struct practice_effect *effect = request ? add(effects, PRACTICE_TELL) : NULL;

    if (!effect) {
        mem_free(request);
        return NULL;
    }
    effect->request = request;
    return request;
}

void practice_effects_signed_out(struct practice_effects *effects,
                                 const uint8_t session[static DIGEST_SIZE])
{
    struct practice_effect *effect = add(effects, PRACTICE_SIGNED_OUT);

    if (effect)
        memcpy(effect->session, session, DIGEST_SIZE);
}

static void reply_free(struct reply *reply)
{
    if (!reply)
        return;
    mem_free(reply->meetups);
    mem_free(reply->invites);
    mem_free(reply->feedback);
    mem_free(reply->follow_ups);
    mem_wipe(reply, sizeof *reply);
    mem_free(reply);
}

void practice_effects_clear(struct practice_effects *effects)
{
    for (size_t i = 0; i < effects->count; i++) {
        reply_free(effects->items[i].reply);
        if (effects->items[i].query)
            mem_wipe(effects->items[i].query, sizeof *effects->items[i].query);
        mem_free(effects->items[i].query);
        mem_free(effects->items[i].request);
    }
    effects->count = 0;
}

void practice_effects_fini(struct practice_effects *effects)
{
    practice_effects_clear(effects);
    mem_free(effects->items);
    *effects = (struct practice_effects){0};
}
