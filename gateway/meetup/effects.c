// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/effects.c - the list of effects of one request, with the memory they point into.
#include "meetup/effects.h"

#include "base/mem.h"

#include <string.h>

#define EFFECTS_FIRST 16

struct effect *effects_add(struct effects *effects, enum effect_kind kind, uint64_t conversation)
{
    if (effects->count == effects->capacity) {
        const size_t capacity = effects->capacity > 0 ? effects->capacity * 2 : EFFECTS_FIRST;
        struct effect *items = mem_resize(effects->items, capacity * sizeof *items);

        if (!items) {
            effects->lost = true;
            return NULL;
        }
        effects->items = items;
        effects->capacity = capacity;
    }
    struct effect *effect = &effects->items[effects->count++];
    memset(effect, 0, sizeof *effect);
    effect->kind = kind;
    effect->conversation = conversation;
    return effect;
}

struct notice *effects_notice(struct effects *effects, uint64_t conversation, enum notice_kind kind)
{
    struct effect *effect = effects_add(effects, EFFECT_NOTICE, conversation);

    if (!effect)
        return NULL;
    effect->notice.kind = kind;
    return &effect->notice;
}

void *effects_keep(struct effects *effects, const void *from, size_t size)
{
    void **blocks = mem_resize(effects->blocks, (effects->block_count + 1) * sizeof *blocks);
    void *copy = mem_zero(size > 0 ? size : 1);

    if (blocks)
        effects->blocks = blocks;
    if (!blocks || !copy) {
        mem_free(copy);
        effects->lost = true;
        return NULL;
    }
    if (size > 0)
        memcpy(copy, from, size);
    effects->blocks[effects->block_count++] = copy;
    return copy;
}

void effects_clear(struct effects *effects)
{
    for (size_t i = 0; i < effects->count; i++) {
        struct effect *effect = &effects->items[i];

        if (effect->kind == EFFECT_SFU && effect->sfu.kind == SFU_OPEN_TRANSPORT)
            mem_free(effect->sfu.open.parameters);
    }
    for (size_t i = 0; i < effects->block_count; i++)
        mem_free(effects->blocks[i]);
    effects->count = 0;
    effects->block_count = 0;
    effects->lost = false;
}

void effects_fini(struct effects *effects)
{
    effects_clear(effects);
    mem_free(effects->items);
    mem_free(effects->blocks);
    *effects = (struct effects){0};
}
