// SPDX-License-Identifier: AGPL-3.0-or-later
// load/clip_maker/scene.c - a wall with things on it, a head that moves, a hand-held camera.
#include "load/clip_maker/scene.h"

#include "base/mem.h"
#include "support/random.h"

#include <math.h>
#include <string.h>

#define MARGIN 64 // around the picture, for the camera to sway in
#define WALL_WIDTH (SCENE_WIDTH + 2 * MARGIN)
#define WALL_HEIGHT (SCENE_HEIGHT + 2 * MARGIN)
#define NOISE (1u << 16)
#define SWAY 14.0

struct scene {
    // owned
    uint8_t *wall; // luma
    uint8_t *skin; // texture of the head, as large as the picture
    // state
    struct random random;
    int8_t noise[NOISE];
};

enum err picture_create(struct picture *picture, uint32_t width, uint32_t height)
{
    const size_t size = (size_t)width * height * 3 / 2;

    *picture = (struct picture){.width = width, .height = height, .luma = mem_zero(size)};
    return picture->luma ? ERR_OK : ERR_NO_MEMORY;
}

void picture_destroy(struct picture *picture)
{
    mem_free(picture->luma);
    picture->luma = NULL;
}

static void halve_plane(uint8_t *to, const uint8_t *from, size_t width, size_t height)
{
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++) {
            const uint8_t *at = from + 4 * y * width + 2 * x;
            to[y * width + x] = (uint8_t)((at[0] + at[1] + at[2 * width] + at[2 * width + 1]) / 4);
        }
}

void picture_halve(struct picture *to, const struct picture *from)
{
    const size_t luma = (size_t)to->width * to->height;
    const size_t before = (size_t)from->width * from->height;

    halve_plane(to->luma, from->luma, to->width, to->height);
    halve_plane(to->luma + luma, from->luma + before, to->width / 2, to->height / 2);
    halve_plane(to->luma + luma * 5 / 4, from->luma + before * 5 / 4, to->width / 2,
                to->height / 2);
}

// Detail of every size: random values on finer and finer grids, each half as strong.
static void paint(struct random *random, uint8_t *to, size_t width, size_t height, int strength)
{
    uint8_t grid[66][66];

    memset(to, 110, width * height);
    for (size_t cell = 128; cell >= 4; cell /= 2, strength = strength * 3 / 4) {
        random_fill(random, grid, sizeof grid);
        for (size_t y = 0; y < height; y++)
            for (size_t x = 0; x < width; x++) {
                const int value = grid[(y / cell) % 66][(x / cell) % 66] - 128;
                const int mixed = to[y * width + x] + value * strength / 128;
                to[y * width + x] = (uint8_t)(mixed < 16 ? 16 : mixed > 235 ? 235 : mixed);
            }
    }
}

enum err scene_create(struct scene **made, uint64_t seed)
{
    struct scene *s = mem_zero(sizeof *s);
    if (!s)
        return ERR_NO_MEMORY;

    s->random = random_seeded(seed);
    s->wall = mem_zero((size_t)WALL_WIDTH * WALL_HEIGHT);
    s->skin = mem_zero((size_t)SCENE_WIDTH * SCENE_HEIGHT);
    if (!s->wall || !s->skin) {
        scene_destroy(s);
        return ERR_NO_MEMORY;
    }
    paint(&s->random, s->wall, WALL_WIDTH, WALL_HEIGHT, 40);
    paint(&s->random, s->skin, SCENE_WIDTH, SCENE_HEIGHT, 28);
    for (size_t i = 0; i < NOISE; i++)
        s->noise[i] = (int8_t)random_between(&s->random, -1, 1);
    *made = s;
    return ERR_OK;
}

void scene_destroy(struct scene *scene)
{
    if (!scene)
        return;
    mem_free(scene->wall);
    mem_free(scene->skin);
    mem_free(scene);
}

// An ellipse of skin in [*from, *to) of this line; empty beside it.
static void head_at(unsigned n, size_t y, size_t *from, size_t *to)
{
    const double t = n / 30.0;
    const double x0 = SCENE_WIDTH / 2.0 + 90 * sin(t * 0.9) + 12 * sin(t * 5.3);
    const double y0 = SCENE_HEIGHT * 0.55 + 25 * sin(t * 1.7) + 8 * sin(t * 6.1);
    const double height = ((double)y - y0) / (SCENE_HEIGHT * 0.38);
    const double half = SCENE_WIDTH * 0.17 * sqrt(fmax(0, 1 - height * height));

    *from = (size_t)(x0 - half);
    *to = (size_t)(x0 + half);
}

static void draw_line(struct scene *s, unsigned n, size_t y, uint8_t *to)
{
    const double t = n / 30.0;
    const size_t left = (size_t)(MARGIN + SWAY * sin(t * 0.6));
    const size_t top = (size_t)(MARGIN + SWAY * sin(t * 0.43 + 1));
    const uint8_t *wall = s->wall + (y + top) * WALL_WIDTH + left;
    const size_t shift = (size_t)(40 + 30 * sin(t * 2.1)); // lips, eyes: skin moves in the head
    size_t from, until;

    head_at(n, y, &from, &until);
    memcpy(to, wall, SCENE_WIDTH);
    for (size_t x = from; x < until; x++)
        to[x] = s->skin[y * SCENE_WIDTH + (x + shift) % SCENE_WIDTH];
    const uint16_t start = (uint16_t)random_u32(&s->random);
    for (size_t x = 0; x < SCENE_WIDTH; x++)
        to[x] = (uint8_t)(to[x] + s->noise[(uint16_t)(start + x)]); // 16..235 leaves room
}

void scene_draw(struct scene *scene, unsigned n, struct picture *to)
{
    const size_t luma = (size_t)SCENE_WIDTH * SCENE_HEIGHT;

    for (size_t y = 0; y < SCENE_HEIGHT; y++)
        draw_line(scene, n, y, to->luma + y * SCENE_WIDTH);
    for (size_t y = 0; y < SCENE_HEIGHT / 2; y++)
        for (size_t x = 0; x < SCENE_WIDTH / 2; x++) {
            const uint8_t light = to->luma[2 * y * SCENE_WIDTH + 2 * x];
            to->luma[luma + y * SCENE_WIDTH / 2 + x] = (uint8_t)(120 + light / 16);
            to->luma[luma * 5 / 4 + y * SCENE_WIDTH / 2 + x] = (uint8_t)(134 - light / 32);
        }
}
