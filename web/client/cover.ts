// SPDX-License-Identifier: AGPL-3.0-or-later
// client/cover.ts - whether a tile may show its picture yet: no wrong face under a name. Pure.

// What the browser says about the last frame it took from a line (an entry of getContributingSources).
export interface Arrival {
    source: number;
    rtpTimestamp: number;
    timestamp: number;
}

function isAtOrAfter(a: number, b: number): boolean {
    return ((a - b) >>> 0) < 0x80000000;
}

export function latestOf(arrivals: readonly Arrival[]): Arrival | undefined {
    let latest: Arrival | undefined;
    for (const one of arrivals) if (!latest || one.timestamp >= latest.timestamp) latest = one;
    return latest;
}

// A slot is one continuous stream over which sources come and go, so "the frame on the screen is not older than the
// first frame known to be of this source" is proof. A frame of any other source covers the tile again.
export class Cover {
    readonly source: number;
    #firstRtp: number | undefined;
    #covered = true;

    constructor(source: number) {
        this.source = source;
    }

    // presentedRtp: the RTP time of the frame on the screen, undefined where the browser does not tell.
    presented(arrivals: readonly Arrival[], presentedRtp: number | undefined): boolean {
        const latest = latestOf(arrivals);
        if (!latest || latest.source !== this.source) {
            this.#firstRtp = undefined;
            this.#covered = true;
            return this.#covered;
        }
        if (this.#firstRtp === undefined) {
            this.#firstRtp = latest.rtpTimestamp;
            // Without a frame's own time, the next frame on the screen is the first that is sure.
            this.#covered = presentedRtp === undefined || !isAtOrAfter(presentedRtp, this.#firstRtp);
            return this.#covered;
        }
        if (presentedRtp === undefined || isAtOrAfter(presentedRtp, this.#firstRtp)) this.#covered = false;
        return this.#covered;
    }
}
