// SPDX-License-Identifier: AGPL-3.0-or-later
// client/wants.ts - what the page asks the gateway for: the pictures it shows, in device pixels, dearest first.

export interface Shown {
    source: number;
    height: number; // CSS pixels
    rank: "screen" | "pinned" | "speaker" | "other";
}

export interface Want {
    source: number;
    height: number;
    pinned?: true; // this viewer chose to have it large
}

const rankOrder = { screen: 0, pinned: 1, speaker: 2, other: 3 };
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
            ...(one.rank === "pinned" && { pinned: true }),
        }));
}

export function sameWants(a: readonly Want[], b: readonly Want[]): boolean {
    return (
        a.length === b.length &&
        a.every((want, i) => {
            const other = b[i]!;
            return want.source === other.source && want.height === other.height && want.pinned === other.pinned;
        })
    );
}
