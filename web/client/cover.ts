// SPDX-License-Identifier: AGPL-3.0-or-later
// client/cover.ts - whether a tile may show its picture yet: no wrong face under a name. Pure.
//
// Each packet carries its source's number as CSRC. Measured with the real gateway (Chromium 156, Firefox 153): both report
// it for video lines in getContributingSources, both tell a frame's rtpTimestamp and receiveTime in
// requestVideoFrameCallback. Chromium's report is that of the frame last handed over; Firefox's lags behind the screen, by
// 90 ms idle and more than a second under load. So a report alone proves nothing about the frame on the screen, and an old
// report must not speak for a new one: A, then B, then A again, all within that lag.

// An entry of getContributingSources.
export interface Arrival {
    source: number;
    rtpTimestamp: number;
}

// What requestVideoFrameCallback tells of the frame on the screen.
export interface Frame {
    rtpTimestamp?: number;
    receiveTime?: number;
}

function isAtOrAfter(a: number, b: number): boolean {
    return ((a - b) >>> 0) < 0x80000000;
}

// A slot is one continuous stream: what has the later RTP time came later, whoever sent it.
export function latestOf(arrivals: readonly Arrival[]): Arrival | undefined {
    let latest: Arrival | undefined;
    for (const one of arrivals) if (!latest || isAtOrAfter(one.rtpTimestamp, latest.rtpTimestamp)) latest = one;
    return latest;
}

// Uncovers a tile by three steps: a frame that was received after the slot was given to the source; a report of the source
// at that frame or later; a frame on the screen at that report or later. A report of another source covers it again.
export class Cover {
    readonly source: number;
    #sinceMs: number;
    #floor: number | undefined; // RTP time of the first frame received since
    #proof: number | undefined; // RTP time from which on all is this source's
    #covered = true;

    constructor(source: number, sinceMs: number) {
        this.source = source;
        this.#sinceMs = sinceMs;
    }

    // Asked between frames: a report of another source covers, nothing uncovers.
    arrived(arrivals: readonly Arrival[]): boolean {
        const latest = latestOf(arrivals);
        if (!latest || latest.source !== this.source) {
            this.#proof = undefined;
            this.#covered = true;
        }
        return this.#covered;
    }

    presented(arrivals: readonly Arrival[], frame: Frame): boolean {
        this.arrived(arrivals);
        const latest = latestOf(arrivals);
        const { rtpTimestamp: onScreen, receiveTime } = frame;
        if (receiveTime !== undefined && receiveTime < this.#sinceMs) return this.#covered;
        if (onScreen === undefined) return this.#withoutTime(latest);
        this.#floor ??= onScreen;
        if (!latest || latest.source !== this.source) return this.#covered;
        if (this.#proof === undefined && isAtOrAfter(latest.rtpTimestamp, this.#floor)) this.#proof = latest.rtpTimestamp;
        if (this.#proof !== undefined && isAtOrAfter(onScreen, this.#proof)) this.#covered = false;
        return this.#covered;
    }

    // Where frames tell no time: the frame after the first that was reported is the proof.
    #withoutTime(latest: Arrival | undefined): boolean {
        if (!latest || latest.source !== this.source) return this.#covered;
        if (this.#proof === undefined) this.#proof = latest.rtpTimestamp;
        else this.#covered = false;
        return this.#covered;
    }
}
