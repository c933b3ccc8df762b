// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/assignment.c - stable matching of sources and slots: who stays wanted stays where it is.
#include "sfu/assignment.h"

static bool has_source(const uint32_t *sources, size_t count, uint32_t source)
{
    for (size_t i = 0; i < count; i++)
        if (sources[i] == source)
            return true;
    return false;
}

static bool put_in_free_slot(uint32_t *slots, size_t count, uint32_t source)
{
    for (size_t i = 0; i < count; i++) {
        if (slots[i])
            continue;
        slots[i] = source;
        return true;
    }
    return false;
}

void assignment_of_pictures(const uint32_t *wanted, size_t wanted_count, uint32_t *slots,
                            size_t slot_count)
{
    const size_t chosen = wanted_count < slot_count ? wanted_count : slot_count;

    for (size_t i = 0; i < slot_count; i++)
        if (!has_source(wanted, chosen, slots[i]))
            slots[i] = 0;
    for (size_t i = 0; i < chosen; i++)
        if (!has_source(slots, slot_count, wanted[i]))
            put_in_free_slot(slots, slot_count, wanted[i]);
}

struct matching {
    const struct sound_want *wants;
    size_t want_count;
    uint32_t *slots;
    size_t slot_count;
    size_t pair_count;
};

static const struct sound_want *want_of(const struct matching *m, uint32_t source)
{
    for (size_t i = 0; i < m->want_count; i++)
        if (source && m->wants[i].source == source)
            return &m->wants[i];
    return NULL;
}

static bool is_wanted_by_other(const struct matching *m, size_t slot, uint32_t holder)
{
    for (size_t i = 0; i < m->want_count; i++)
        if (m->wants[i].line == slot && m->wants[i].source != holder)
            return true;
    return false;
}

static bool has_line(const struct matching *m, const struct sound_want *want)
{
    return want->line != ASSIGNMENT_NO_LINE && want->line < m->slot_count;
}

// Whoever is quiet in the slot of somebody else, or could go to its own, gets up.
static bool can_get_up(const struct matching *m, size_t slot)
{
    const struct sound_want *holder = want_of(m, m->slots[slot]);

    return !holder || (!holder->voiced && holder->line != slot);
}

static void vacate(struct matching *m)
{
    for (size_t i = 0; i < m->slot_count; i++)
        if (!want_of(m, m->slots[i]))
            m->slots[i] = 0;
    for (size_t i = 0; i < m->slot_count; i++) {
        const struct sound_want *holder = want_of(m, m->slots[i]);
        if (!holder || !can_get_up(m, i))
            continue;
        const bool can_move = has_line(m, holder) && can_get_up(m, holder->line);
        if (can_move || is_wanted_by_other(m, i, holder->source))
            m->slots[i] = 0;
    }
}

// A spare slot of one who is quiet and need not be heard is as good as a free one.
static bool displace(struct matching *m, uint32_t source)
{
    for (size_t i = m->pair_count; i < m->slot_count; i++) {
        const struct sound_want *holder = want_of(m, m->slots[i]);
        if (holder && (holder->heard || holder->voiced))
            continue;
        m->slots[i] = source;
        return true;
    }
    return false;
}

// Viewers without spare lines still hear those without a picture.
static bool use_unclaimed_pair(struct matching *m, uint32_t source)
{
    for (size_t i = 0; i < m->pair_count; i++) {
        if (m->slots[i] || is_wanted_by_other(m, i, source))
            continue;
        m->slots[i] = source;
        return true;
    }
    return false;
}

static void seat_spare(struct matching *m, uint32_t source)
{
    if (put_in_free_slot(m->slots + m->pair_count, m->slot_count - m->pair_count, source))
        return;
    if (!displace(m, source))
        (void)use_unclaimed_pair(m, source); // else it goes unheard until somebody pauses
}

bool assignment_of_sounds(const struct sound_want *wants, size_t want_count, uint32_t *slots,
                          size_t slot_count, size_t pair_count)
{
    struct matching m = {wants, want_count, slots, slot_count, pair_count};
    bool waits = false;

    vacate(&m);
    for (size_t i = 0; i < want_count; i++) {
        const struct sound_want *want = &wants[i];
        if (has_line(&m, want) && !slots[want->line] &&
            !has_source(slots, slot_count, want->source))
            slots[want->line] = want->source;
    }
    for (size_t i = 0; i < want_count; i++)
        if (wants[i].heard && !has_source(slots, slot_count, wants[i].source))
            seat_spare(&m, wants[i].source);
    for (size_t i = 0; i < want_count; i++) {
        const bool at_home = has_line(&m, &wants[i]) && slots[wants[i].line] == wants[i].source;
        if (has_line(&m, &wants[i])
                ? !at_home
                : wants[i].heard && !has_source(slots, slot_count, wants[i].source))
            waits = true;
    }
    return waits;
}
