// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/speaker.h - who speaks: the few sources whose sound is forwarded, and the dominant one.
#ifndef GATEWAY_SFU_SPEAKER_H
#define GATEWAY_SFU_SPEAKER_H

#include "base/list.h"
#include "base/usec.h"

#include <stdbool.h>
#include <stdint.h>

#define SPEAKER_FORWARDED 4 // sources forwarded at a time, unless a router says otherwise
#define SPEAKER_SILENT 127  // level of digital silence (RFC 6464)
#define SPEAKER_NO_LEVEL 40 // to be passed for a line without the level extension
#define SPEAKER_HISTORY 50u

// Embedded in the producer of a microphone (or a screen's sound).
struct speaker_source {
    // given
    uint32_t source;
    // state
    struct list node;
    bool muted;
    bool forwarded;       // in the set
    bool heard;           // had a packet since it was added or unmuted
    uint8_t silent_run;   // packets of digital silence in a row
    uint8_t challenges;   // packets in a row with which it beat the weakest in the set
    uint8_t floor;        // noise floor as loudness (127 - level), 0: not known
    uint8_t window_floor; // lowest non-zero loudness of this window
    uint16_t window_count;
    uint16_t score;
    usec last_packet;
    usec last_voiced;
    usec joined_set;
    usec history_until;                // 20 ms per entry
    uint8_t loudness[SPEAKER_HISTORY]; // a ring; the newest before history_at
    uint8_t history_at;
};

struct speaker {
    // given
    uint8_t limit;
    // borrowed: until removed
    struct list sources;
    // state
    struct speaker_source *dominant;
    usec next_vote;
    bool unheard; // packets came since the last vote
};

void speaker_init(struct speaker *speaker, uint8_t limit);

void speaker_add(struct speaker *speaker, struct speaker_source *source, uint32_t number);
void speaker_remove(struct speaker *speaker, struct speaker_source *source);

// Muted, paused or not admitted: leaves the set at once, and does not come back before it is not.
void speaker_mute(struct speaker *speaker, struct speaker_source *source, bool muted);

// A packet of this source with this level (0 loudest). True: forward it. As long as no more
// sources sound than are forwarded at a time, all that are not digitally silent are, however quiet.
bool speaker_packet(struct speaker *speaker, struct speaker_source *source, usec now,
                    uint8_t level);

// Votes for the dominant speaker every 300 ms. True when it changed.
bool speaker_tick(struct speaker *speaker, usec now);
usec speaker_deadline(const struct speaker *speaker);

// The source number of the dominant speaker, 0: nobody spoke yet.
uint32_t speaker_dominant(const struct speaker *speaker);

// Speaks right now: in the set, and voiced within the last 300 ms.
bool speaker_is_speaking(const struct speaker_source *source, usec now);

// For how long nothing voiced came: a stream may change its audio slot after 300 ms of this.
usec speaker_quiet_for(const struct speaker_source *source, usec now);

#endif
