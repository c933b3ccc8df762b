// SPDX-License-Identifier: AGPL-3.0-or-later
// layout.test.ts - the grid from one to twelve, and the stage.

import assert from "node:assert/strict";
import test from "node:test";
import { grid, narrowest, stage, tilesThatFit, widest, type Box, type Place } from "../../web/client/layout.ts";

const spaces: Box[] = [
    { width: 1256, height: 650 },
    { width: 374, height: 680 },
    { width: 844, height: 300 },
    { width: 320, height: 420 },
    { width: 1900, height: 950 },
];
const gap = 12;

function overlaps(a: Place, b: Place): boolean {
    return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

function inside(place: Place, space: Box): boolean {
    return place.left >= 0 && place.top >= 0 && place.left + place.width <= space.width + 1 && place.top + place.height <= space.height + 1;
}

test("one to twelve tiles lie inside, apart from each other, in a shape fit for a face", () => {
    for (const space of spaces)
        for (let n = 1; n <= 12; n++) {
            const { places, tile } = grid(n, space, gap);
            assert.equal(places.length, n);
            assert.ok(places.every((place) => inside(place, space)), `${n} in ${space.width}x${space.height}`);
            for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) assert.ok(!overlaps(places[i]!, places[j]!));
            const shape = tile.width / tile.height;
            assert.ok(shape <= widest * 1.02 && shape >= narrowest * 0.98, `shape ${shape}`);
        }
});

// Every number of columns, tried by hand: none has larger tiles.
test("no other number of columns would make the tiles larger", () => {
    for (const space of spaces)
        for (let n = 1; n <= 12; n++) {
            const best = grid(n, space, gap).tile;
            for (let columns = 1; columns <= n; columns++) {
                const rows = Math.ceil(n / columns);
                const cell = { width: (space.width - gap * (columns - 1)) / columns, height: (space.height - gap * (rows - 1)) / rows };
                const width = Math.min(cell.width, cell.height * widest);
                const height = Math.min(cell.height, width / narrowest);
                assert.ok(best.width * best.height >= width * height * 0.985, `${n} in ${space.width}x${space.height} with ${columns}`);
            }
        }
});

test("a desk shows four as two by two, a phone three in a column", () => {
    const desk = grid(4, { width: 1256, height: 650 }, gap);
    assert.deepEqual([desk.columns, desk.rows], [2, 2]);
    const phone = grid(3, { width: 374, height: 680 }, gap);
    assert.deepEqual([phone.columns, phone.rows], [1, 3]);
});

test("a last row that is not full stands in the middle", () => {
    const space = { width: 1256, height: 650 };
    const { places } = grid(3, space, gap);
    const last = places[2]!;
    assert.ok(Math.abs(last.left + last.width / 2 - space.width / 2) <= 1);
});

test("no space, no tiles", () => {
    assert.deepEqual(grid(3, { width: 0, height: 0 }, gap).places, []);
    assert.deepEqual(grid(0, { width: 100, height: 100 }, gap).places, []);
});

test("tiles are never smaller than a face can be read from", () => {
    const smallest = { width: 128, height: 96 };
    const space = { width: 374, height: 600 };
    const n = tilesThatFit(49, space, gap, smallest);
    assert.ok(n > 4 && n < 49);
    const { tile } = grid(n, space, gap);
    assert.ok(tile.width >= smallest.width && tile.height >= smallest.height);
    assert.ok(grid(n + 1, space, gap).tile.width < smallest.width || grid(n + 1, space, gap).tile.height < smallest.height);
});

test("a shared screen has the stage and covers nobody", () => {
    for (const space of spaces)
        for (let n = 0; n <= 6; n++) {
            const { screen, strip } = stage(n, space, gap);
            assert.equal(strip.length, n);
            assert.ok(inside(screen, space));
            assert.ok(strip.every((place) => inside(place, space) && !overlaps(place, screen)), `${n} in ${space.width}x${space.height}`);
            assert.ok(screen.width * screen.height >= 0.6 * space.width * space.height || n > 0);
        }
});
