// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/view.h - what one guest of a room is shown, against what its line could carry.
#ifndef TESTS_SIM_VIEW_H
#define TESTS_SIM_VIEW_H

#include "support/room.h"

// A guest with all that browsers do of themselves, and three pairs of slots.
extern const struct room_options view_like_browsers;

// What the pictures shown right now cost at the rates their senders set themselves; a layer counts
// up to the layer of time that is shown.
uint64_t view_bps(const struct room *room, size_t guest);

// What sound took of this guest's line since the last call of view_sound_from.
struct view_sound {
    usec from;
    uint64_t bytes;
};
void view_sound_from(struct view_sound *sound, const struct room *room, size_t guest);
uint64_t view_sound_bps(const struct view_sound *sound, const struct room *room, size_t guest);

// The most that `view_bps` could be with so much room for pictures, for what the guest's page wants.
uint64_t view_best_bps(const struct room *room, size_t guest, uint64_t room_bps);

// Runs until what is shown is between these, and stays so for a second: how long that took, or `ceiling`.
struct view_range {
    uint64_t least_bps;
    uint64_t most_bps;
};
usec view_wait(struct room *room, size_t guest, const struct view_range *range, usec ceiling);

// Switches of spatial layers, all slots.
uint32_t view_layer_switches(const struct room *room, size_t guest);
// Freezes by libwebrtc's rule, all slots.
uint32_t view_freezes(const struct room *room, size_t guest);
usec view_longest_gap(const struct room *room, size_t guest);

// The slot of a microphone's sound, and what of it was concealed, 0..1; 1 when nothing was heard at all.
double view_concealed(struct room *room, size_t guest, size_t speaker);

#endif
