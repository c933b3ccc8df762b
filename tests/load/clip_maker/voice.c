// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip_maker/voice.c - something like speech, and a quiet room, as samples of 48 kHz.
#include "load/clip_maker/voice.h"

#include <math.h>

#define PI 3.14159265358979
#define LOUD 4200.0
#define PHRASE 9 // syllables, then a longer pause

struct voice voice_of(uint64_t seed)
{
    return (struct voice){.random = random_seeded(seed), .pitch = 120};
}

static unsigned samples(int64_t ms)
{
    return (unsigned)(ms * VOICE_RATE / 1000);
}

static struct resonator resonator_of(double hertz, double width)
{
    const double r = exp(-PI * width / VOICE_RATE);
    const double b = 2 * r * cos(2 * PI * hertz / VOICE_RATE);

    return (struct resonator){.a = 1 - b + r * r, .b = b, .c = -r * r};
}

static double resonate(struct resonator *f, double x)
{
    const double y = f->a * x + f->b * f->y1 + f->c * f->y2;

    f->y2 = f->y1;
    f->y1 = y;
    return y;
}

static void next_piece(struct voice *v)
{
    v->voiced = !v->voiced;
    if (v->voiced) {
        v->syllable++;
        v->pitch = (double)random_between(&v->random, 95, 150);
        v->formants[0] = resonator_of((double)random_between(&v->random, 280, 800), 90);
        v->formants[1] = resonator_of((double)random_between(&v->random, 900, 2300), 130);
        v->length = samples(random_between(&v->random, 110, 260));
    } else {
        v->length = samples(v->syllable % PHRASE == 0 ? 350 : random_between(&v->random, 20, 70));
    }
    v->left = v->length;
}

static double breath(struct voice *v)
{
    return (double)random_between(&v->random, -1000, 1000) / 1000;
}

static double sample(struct voice *v)
{
    if (v->left == 0)
        next_piece(v);
    const double shape = v->voiced ? sin(PI * v->left / v->length) : 0;
    v->left--;
    v->phase += v->pitch / VOICE_RATE;
    v->phase -= floor(v->phase);
    const double buzz = (1 - 2 * v->phase) + 0.15 * breath(v);
    const double low = resonate(&v->formants[0], buzz * shape);
    return LOUD * (low * 1.6 + resonate(&v->formants[1], buzz * shape) * 2.2) + 6 * breath(v);
}

static int16_t clipped(double value)
{
    return (int16_t)(value > 32767 ? 32767 : value < -32768 ? -32768 : value);
}

void voice_speak(struct voice *v, int16_t to[static VOICE_FRAME])
{
    for (unsigned i = 0; i < VOICE_FRAME; i++)
        to[i] = clipped(sample(v));
}

void voice_be_quiet(struct voice *v, int16_t to[static VOICE_FRAME])
{
    for (unsigned i = 0; i < VOICE_FRAME; i++)
        to[i] = clipped(6 * breath(v));
}

uint8_t voice_level(const int16_t in[static VOICE_FRAME])
{
    double sum = 0;

    for (unsigned i = 0; i < VOICE_FRAME; i++)
        sum += (double)in[i] * in[i];
    const double loud = sqrt(sum / VOICE_FRAME) / 32768;
    const double level = loud > 0 ? -20 * log10(loud) : 127;
    return (uint8_t)(level > 127 ? 127 : level);
}
