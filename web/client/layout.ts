// SPDX-License-Identifier: AGPL-3.0-or-later
// client/layout.ts - where tiles go: the grid that wastes least of the space it is given. Pure.

export interface Box {
    width: number;
    height: number;
}

export interface Place extends Box {
    left: number;
    top: number;
}

// A tile may be any shape between these: a face fits well in each of them.
export const widest = 16 / 9;
export const narrowest = 4 / 3;

export interface Grid {
    columns: number;
    rows: number;
    tile: Box;
    places: Place[];
}

function fit(cell: Box): Box {
    const width = Math.min(cell.width, cell.height * widest);
    return { width: Math.floor(width), height: Math.floor(Math.min(cell.height, width / narrowest)) };
}

// The number of columns whose tiles are largest; of equals the one with fewer empty cells. Rows are centred.
export function grid(count: number, space: Box, gap: number): Grid {
    if (count < 1 || space.width < 1 || space.height < 1)
        return { columns: 0, rows: 0, tile: { width: 0, height: 0 }, places: [] };
    let best: { columns: number; rows: number; tile: Box; area: number } | undefined;
    for (let columns = 1; columns <= count; columns++) {
        const rows = Math.ceil(count / columns);
        const tile = fit({
            width: (space.width - gap * (columns - 1)) / columns,
            height: (space.height - gap * (rows - 1)) / rows,
        });
        if (tile.width < 1 || tile.height < 1) continue;
        const area = tile.width * tile.height;
        const fewerHoles = best && columns * rows < best.columns * best.rows;
        if (!best || area > best.area * 1.001 || (area > best.area * 0.999 && fewerHoles))
            best = { columns, rows, tile, area };
    }
    if (!best) return { columns: 0, rows: 0, tile: { width: 0, height: 0 }, places: [] };
    return { ...best, places: placesOf(count, best.columns, best.rows, best.tile, space, gap) };
}

function placesOf(
    count: number,
    columns: number,
    rows: number,
    tile: Box,
    space: Box,
    gap: number,
): Place[] {
    const places: Place[] = [];
    const used = rows * tile.height + (rows - 1) * gap;
    for (let i = 0; i < count; i++) {
        const row = Math.floor(i / columns);
        const inRow = Math.min(columns, count - row * columns);
        const rowWidth = inRow * tile.width + (inRow - 1) * gap;
        places.push({
            ...tile,
            left: Math.round((space.width - rowWidth) / 2 + (i % columns) * (tile.width + gap)),
            top: Math.round((space.height - used) / 2 + row * (tile.height + gap)),
        });
    }
    return places;
}

// How many tiles are worth showing: none smaller than a face can be read from.
export function tilesThatFit(count: number, space: Box, gap: number, smallest: Box): number {
    for (let n = count; n > 1; n--) {
        const { tile } = grid(n, space, gap);
        if (tile.width >= smallest.width && tile.height >= smallest.height) return n;
    }
    return Math.min(count, 1);
}

export interface Stage {
    screen: Place;
    strip: Place[];
}

// A shared screen takes the stage; people stand in a strip beside it (wide) or below it (tall).
export function stage(count: number, space: Box, gap: number): Stage {
    const wide = space.width > space.height;
    if (count === 0) return { screen: { ...space, left: 0, top: 0 }, strip: [] };
    const share = wide ? Math.min(260, space.width * 0.22) : Math.min(190, space.height * 0.28);
    const side: Box = wide
        ? { width: share, height: space.height }
        : { width: space.width, height: share };
    const offset = wide
        ? { left: space.width - share, top: 0 }
        : { left: 0, top: space.height - share };
    const strip = grid(count, side, gap).places.map((place) => ({
        ...place,
        left: place.left + offset.left,
        top: place.top + offset.top,
    }));
    const screen = wide
        ? { left: 0, top: 0, width: space.width - share - gap, height: space.height }
        : { left: 0, top: 0, width: space.width, height: space.height - share - gap };
    return { screen, strip };
}
