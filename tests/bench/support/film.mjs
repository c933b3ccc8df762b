// SPDX-License-Identifier: AGPL-3.0-or-later
// support/film.mjs - what the pictures a viewer was shown say: [[wall ms, counter, height]...] -> layers, switches, gaps. Pure.

const ring = 1 << 16;

function between(film, from, to) {
    return film.filter(([at]) => at >= from && at < to);
}

// Each picture once, and none whose counter could not be read (a jump of a minute).
function fresh(film) {
    const kept = [];
    for (const one of film) {
        const step = kept.length === 0 ? 1 : (one[1] - kept.at(-1)[1] + ring) % ring;
        if (step > 0 && step < 60 * 30) kept.push(one);
    }
    return kept;
}

// The longest time, in ms, in which no new picture was shown.
export function longestGap(film, from, to) {
    const times = [from, ...fresh(between(film, from, to)).map(([at]) => at), to];
    return Math.max(...times.slice(1).map((at, i) => at - times[i]));
}

// One second of film: the least height, and the pictures shown a second.
export function second(film, from, span = 1000) {
    const part = fresh(between(film, from, from + span));
    return { height: part.length === 0 ? 0 : Math.min(...part.map(([, , height]) => height)), fps: (1000 * part.length) / span };
}

// When a whole second of pictures at least this high and this many began, or null.
export function reached(film, from, { height, fps }) {
    const last = film.at(-1)?.[0] ?? 0;
    for (const [at] of between(film, from, Infinity)) {
        if (at + 1000 > last) return null;
        const here = second(film, at);
        if (here.height >= height && here.fps >= fps) return at;
    }
    return null;
}

// How often the layer changed: the height from one picture to the next, or the share of the pictures that are shown of
// those that `all` shows, to half or double for two seconds on end.
export function switches(film, from, to, all) {
    const part = fresh(between(film, from, to));
    let spatial = 0;
    for (let i = 1; i < part.length; i++) spatial += part[i][2] !== part[i - 1][2];
    const levelOf = (share) => (share > 0.7 ? 2 : share > 0.35 ? 1 : 0);
    const levels = [];
    for (let at = from; at + 2000 <= to; at += 2000) levels.push(levelOf(second(part, at, 2000).fps / second(all, at, 2000).fps));
    let temporal = 0;
    for (let i = 1; i < levels.length; i++) temporal += levels[i] !== levels[i - 1];
    return { spatial, temporal };
}
