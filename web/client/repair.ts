// SPDX-License-Identifier: AGPL-3.0-or-later
// client/repair.ts - the path of the media: when it is lost, and what is tried to get it back. Seat and socket are left alone.

import type { Clock } from "./clock.ts";

export type Path = "connected" | "disconnected" | "failed";

interface Given {
    clock: Clock;
    canAsk(): boolean; // the gateway can be asked now
    restart(): Promise<void>; // new ICE credentials on the same connection
    renew(): Promise<void>; // another connection in place of this one
    wasHeard(error: unknown): boolean; // the gateway refused it; otherwise it was never asked
    onAway(away: boolean): void; // for the words on the page
}

// ICE calls a path "disconnected" on the first missed checks; it is often back by itself.
const wordsAfterMs = 1_000;
const patienceMs = 2_500;
// The gateway takes one offer in five seconds, after ten at once. Where nothing tells that an attempt was in vain, the next
// is made later each time.
const betweenMs = 5_000;
const longestMs = 15_000;
const restarts = 2; // as often as that in vain, then anew

export class Repair {
    #given: Given;
    #path: Path | "new" = "new";
    #gatewayMisses = false; // nothing has come from here for long
    #lineLost = false; // nothing has come from here, or arrived here, for some seconds
    #away = false;
    #busy = false;
    #closed = false;
    #owed = false; // an attempt could not be made yet
    #inVain = 0; // attempts since it last was connected
    #triedAt = -Infinity;
    #cancelWords: () => void = () => {};
    #cancelTry: () => void = () => {};

    constructor(given: Given) {
        this.#given = given;
    }

    // What the browser says of the path.
    path(state: Path): void {
        this.#path = state;
        this.#cancelWords();
        if (state === "connected") this.#settle();
        if (state === "disconnected") {
            this.#cancelWords = this.#given.clock.after(wordsAfterMs, () => this.#look());
            this.#tryIn(patienceMs);
            return;
        }
        this.#look();
        if (state === "failed") this.#tryIn(0);
    }

    // What the gateway says of it.
    gateway(state: "connected" | "lost" | "failed"): void {
        this.#gatewayMisses = state !== "connected";
        if (state === "failed") this.#inVain = restarts;
        this.#look();
        if (this.#gatewayMisses) this.#tryIn(0);
        else this.#settle();
    }

    line(isLost: boolean): void {
        this.#lineLost = isLost;
        this.#look();
    }

    // Another network: the path is another one too, whatever it still looks like.
    networkChanged(): void {
        this.#owed = true;
        this.#tryIn(0);
    }

    // The gateway can be asked again.
    reachable(): void {
        if (this.#owed || this.#path !== "connected") this.#tryIn(0);
    }

    // A new connection stands in place of the old one.
    renewed(): void {
        this.#path = "new";
        this.#gatewayMisses = this.#lineLost = this.#owed = false;
        this.#cancelWords();
        this.#cancelTry();
    }

    close(): void {
        this.#cancelWords();
        this.#cancelTry();
        this.#closed = true;
    }

    get #isAway(): boolean {
        return this.#path === "disconnected" || this.#path === "failed" || this.#gatewayMisses;
    }

    #look(): void {
        // A new connection in place of a lost one is away until it is connected.
        const away = this.#isAway || this.#lineLost || (this.#away && this.#path === "new");
        if (away === this.#away) return;
        this.#away = away;
        this.#given.onAway(away);
    }

    #settle(): void {
        if (this.#path !== "connected" || this.#gatewayMisses) return;
        this.#inVain = 0;
        this.#cancelTry();
    }

    #tryIn(ms: number): void {
        this.#cancelTry();
        const { clock } = this.#given;
        const between = this.#inVain > 0 ? this.#triedAt + betweenMs - clock.nowMs() : 0;
        const wait = Math.max(ms, between);
        if (wait > 0) this.#cancelTry = clock.after(wait, () => void this.#try());
        else void this.#try();
    }

    async #try(): Promise<void> {
        if (this.#busy || this.#closed) return;
        if (!this.#given.canAsk()) {
            this.#owed = true;
            return;
        }
        this.#busy = true;
        this.#owed = false;
        this.#triedAt = this.#given.clock.nowMs();
        const before = this.#inVain++;
        let next = Math.min(longestMs, betweenMs * this.#inVain);
        try {
            await (before < restarts ? this.#given.restart() : this.#given.renew());
        } catch (error) {
            this.#owed = true;
            const heard = this.#given.wasHeard(error);
            // A restart that is refused would be refused again: anew, at once.
            if (heard && before < restarts) this.#inVain = restarts;
            if (!heard) this.#inVain = before;
            if (!heard || before < restarts) [this.#triedAt, next] = [-Infinity, heard ? 0 : betweenMs];
        }
        this.#busy = false;
        this.#settle();
        if (!this.#closed && (this.#path !== "connected" || this.#gatewayMisses || this.#owed)) this.#tryIn(next);
    }
}
