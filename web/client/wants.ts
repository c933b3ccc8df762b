// SPDX-License-Identifier: AGPL-3.0-or-later
// client/wants.ts - what the page asks the gateway for: the pictures it shows, in device pixels, dearest first.

export interface Shown {
    source: number;
    height: number; // CSS pixels
    rank: "screen" | "speaker" | "other";
}

export interface Want {
    source: number;
    height: number;
}

const rankOrder = { screen: 0, speaker: 1, other: 2 };
const most = 32;

export function wantsOf(shown: readonly Shown[], pixelRatio: number): Want[] {
    return shown
        .filter((one) => one.height >= 1)
        .map((one, index) => ({ one, index }))
        .sort((a, b) => rankOrder[a.one.rank] - rankOrder[b.one.rank] || a.index - b.index)
        .slice(0, most)
        .map(({ one }) => ({
            source: one.source,
            height: Math.min(4320, Math.round(one.height * pixelRatio)),
        }));
}

export function sameWants(a: readonly Want[], b: readonly Want[]): boolean {
    return (
        a.length === b.length &&
        a.every((want, i) => want.source === b[i]!.source && want.height === b[i]!.height)
    );
}
