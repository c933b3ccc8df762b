// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/effects.h - the list of effects of one request, with the memory they point into.
#ifndef GATEWAY_MEETUP_EFFECTS_H
#define GATEWAY_MEETUP_EFFECTS_H

#include "meetup/effect.h"

#include <stddef.h>

// Grows as needed; what could not be added for lack of memory is dropped and `lost` is set, and the
// host then closes the conversations concerned. Zero-initialised is valid and empty.
struct effects {
    struct effect *items; // owned
    size_t count;
    size_t capacity;
    void **blocks; // owned: copies that notices point into
    size_t block_count;
    bool lost;
};

// Appends a zeroed effect, or NULL.
struct effect *effects_add(struct effects *effects, enum effect_kind kind, uint64_t conversation);
struct notice *effects_notice(struct effects *effects, uint64_t conversation,
                              enum notice_kind kind);

// A copy that lives until effects_clear, or NULL.
void *effects_keep(struct effects *effects, const void *from, size_t size);

// Forgets all; parameters still owned by SFU_OPEN_TRANSPORT effects are freed.
void effects_clear(struct effects *effects);
void effects_fini(struct effects *effects);

#endif
