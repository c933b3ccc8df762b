// SPDX-License-Identifier: AGPL-3.0-or-later
// client/uplink.ts - whether the own line carries a picture beside the voice: taken away when not, given back when it may.

import type { Clock } from "./clock.ts";
import type { Quality } from "./protocol.ts";

// What a connection has sent so far, and what the browser thinks it could.
export interface Reading {
    atMs: number;
    availableBps: number | null; // Firefox does not tell
    sent: number; // packets
    lost: number; // of those, as the gateway reports
}

const lookEveryMs = 1_000;
// Below this not even the smallest picture passes beside a voice.
const tooLittleBps = 100_000;
const badLoss = 0.15;
const goodLoss = 0.05;
const starvedForMs = 3_000;
// Longer than what an outage leaves behind: all its loss is reported at once when it is over.
const drownedForMs = 5_000;
const goodForMs = 10_000;
// What a browser thinks of a line it has sent little on is a guess; with pictures it soon knows better.
const graceMs = 2_000;
const lossOverMs = 2_000;
const lossFrom = 40; // packets; of fewer, one lost is chance
// A picture that had to go again soon waits twice as long the next time.
const longestWaitMs = 160_000;
const provedAfterMs = 60_000;

export function readingOf(atMs: number, report: Iterable<Record<string, any>>): Reading {
    const reading: Reading = { atMs, availableBps: null, sent: 0, lost: 0 };
    const all = [...report];
    const reports = new Map(all.map((one) => [one.id, one]));
    for (const one of all) {
        if (one.type === "transport")
            reading.availableBps = reports.get(one.selectedCandidatePairId)?.availableOutgoingBitrate ?? null;
        if (one.type !== "remote-inbound-rtp") continue;
        reading.sent += reports.get(one.localId)?.packetsSent ?? 0;
        reading.lost += one.packetsLost ?? 0;
    }
    return reading;
}

// Pure: readings in, a verdict out.
export class Uplink {
    #off = false;
    #since: number | null = null; // a picture is sent, or is not
    #returnedAt: number | null = null; // the last time that it came back by itself
    #waitMs = goodForMs;
    #starvedSince: number | null = null;
    #drownedSince: number | null = null;
    #goodSince: number | null = null;
    #readings: Reading[] = [];

    get isOff(): boolean {
        return this.#off;
    }

    // Looks while a picture is to be sent. True: it is too much for this line.
    look(reading: Reading, up: Quality): boolean {
        const { atMs } = reading;
        this.#since ??= atMs;
        this.#readings.push(reading);
        while (this.#readings.length > 1 && this.#readings[1]!.atMs <= atMs - lossOverMs) this.#readings.shift();
        const loss = this.#loss();
        if (this.#off) this.#lookForGood(atMs, loss, up);
        else this.#lookForBad(reading, loss, up);
        return this.#off;
    }

    // The person wants to be seen all the same.
    show(atMs: number): void {
        if (this.#off) this.#become(false, atMs);
    }

    // Nothing can be told for a while, and what was seen before it tells nothing of what comes after.
    interrupt(): void {
        this.#forget();
    }

    // No picture is to be sent: nothing is known any more but how long the last waits were.
    rest(): void {
        this.#off = false;
        this.#forget();
    }

    #lookForBad({ atMs, availableBps }: Reading, loss: number | null, up: Quality): void {
        const starved = availableBps !== null && availableBps < tooLittleBps && atMs - this.#since! >= graceMs;
        const drowned = (up === "poor" || up === "lost") && loss !== null && loss > badLoss;
        this.#starvedSince = starved ? (this.#starvedSince ?? atMs) : null;
        this.#drownedSince = drowned ? (this.#drownedSince ?? atMs) : null;
        const tooLong =
            (starved && atMs - this.#starvedSince! >= starvedForMs) || (drowned && atMs - this.#drownedSince! >= drownedForMs);
        if (tooLong) this.#become(true, atMs);
    }

    // With the picture gone the browser sends too little to know what would pass: loss and the gateway have to tell.
    #lookForGood(atMs: number, loss: number | null, up: Quality): void {
        const good = up !== "poor" && up !== "lost" && (loss === null || loss < goodLoss);
        if (!good) this.#goodSince = null;
        else this.#goodSince ??= atMs;
        if (this.#goodSince === null || atMs - this.#goodSince < this.#waitMs) return;
        this.#returnedAt = atMs;
        this.#become(false, atMs);
    }

    #become(off: boolean, atMs: number): void {
        const soonAgain = off && this.#returnedAt !== null && atMs - this.#returnedAt < provedAfterMs;
        if (soonAgain) this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2);
        else if (off) this.#waitMs = goodForMs;
        this.#off = off;
        this.#forget();
        this.#since = atMs;
    }

    #forget(): void {
        this.#since = this.#starvedSince = this.#drownedSince = this.#goodSince = null;
        this.#readings = [];
    }

    #loss(): number | null {
        const first = this.#readings[0]!;
        const last = this.#readings.at(-1)!;
        const sent = last.sent - first.sent;
        return sent < lossFrom ? null : Math.max(0, last.lost - first.lost) / sent;
    }
}

interface Given {
    clock: Clock;
    read(): Promise<Reading | null>; // null: nothing can be told now
    up(): Quality; // as the gateway sees it
    isWanted(): boolean; // there is a picture to send
    onSlow(slow: boolean): void;
}

// Looks every second, as long as there is a picture.
export class UplinkWatch {
    #given: Given;
    #uplink = new Uplink();
    #slow = false;
    #cancel: () => void = () => {};
    #closed = false;

    constructor(given: Given) {
        this.#given = given;
        this.#next();
    }

    show(): void {
        this.#uplink.show(this.#given.clock.nowMs());
        this.#tell();
    }

    close(): void {
        this.#closed = true;
        this.#cancel();
    }

    // The picture is wanted no more, or again: at once, not at the next look.
    wantChanged(): void {
        if (!this.#given.isWanted()) this.#uplink.rest();
        this.#tell();
    }

    #next(): void {
        if (!this.#closed) this.#cancel = this.#given.clock.after(lookEveryMs, () => void this.#look());
    }

    async #look(): Promise<void> {
        if (this.#given.isWanted()) {
            const reading = await this.#given.read().catch(() => null);
            if (!reading) this.#uplink.interrupt();
            else if (this.#given.isWanted()) this.#uplink.look(reading, this.#given.up());
        }
        if (!this.#closed) this.wantChanged();
        this.#next();
    }

    #tell(): void {
        if (this.#uplink.isOff === this.#slow) return;
        this.#slow = this.#uplink.isOff;
        this.#given.onSlow(this.#slow);
    }
}
