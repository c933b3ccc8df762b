// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip_maker/scene.h - a person before a camera, drawn: moving, textured, with a sensor's noise.
#ifndef TESTS_LOAD_CLIP_MAKER_SCENE_H
#define TESTS_LOAD_CLIP_MAKER_SCENE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define SCENE_WIDTH 1280
#define SCENE_HEIGHT 720

// I420, planes one after another: luma, then two of a quarter of its size.
struct picture {
    uint32_t width;
    uint32_t height;
    uint8_t *luma; // owned
};

enum err picture_create(struct picture *picture, uint32_t width, uint32_t height) MUST_CHECK;
void picture_destroy(struct picture *picture);

// Half as wide and half as high, each pixel the mean of four.
void picture_halve(struct picture *to, const struct picture *from);

struct scene;

enum err scene_create(struct scene **made, uint64_t seed) MUST_CHECK;
void scene_destroy(struct scene *scene);

// The n-th picture of 30 a second, of SCENE_WIDTH x SCENE_HEIGHT; to be asked for in order.
void scene_draw(struct scene *scene, unsigned n, struct picture *to);

#endif
