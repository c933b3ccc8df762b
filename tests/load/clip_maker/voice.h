// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip_maker/voice.h - something like speech, and a quiet room, as samples of 48 kHz.
#ifndef TESTS_LOAD_CLIP_MAKER_VOICE_H
#define TESTS_LOAD_CLIP_MAKER_VOICE_H

#include "support/random.h"

#include <stdint.h>

#define VOICE_RATE 48000
#define VOICE_FRAME (VOICE_RATE / 50)

struct resonator {
    double a, b, c;
    double y1, y2;
};

// Syllables: a buzz at the pitch of a voice, with a little breath, through two formants.
struct voice {
    struct random random;
    double phase;
    double pitch;
    unsigned left; // samples of this syllable, or of the gap behind it
    unsigned length;
    bool voiced;
    unsigned syllable;
    struct resonator formants[2];
};

struct voice voice_of(uint64_t seed);
void voice_speak(struct voice *v, int16_t to[static VOICE_FRAME]);
void voice_be_quiet(struct voice *v, int16_t to[static VOICE_FRAME]);

// As RFC 6464 has it: 0 is as loud as can be, 127 silence.
uint8_t voice_level(const int16_t samples[static VOICE_FRAME]);

#endif
