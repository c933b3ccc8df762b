// SPDX-License-Identifier: AGPL-3.0-or-later
// client/clock.ts - time and chance as things that are handed in, so that tests can hold them.

export interface Clock {
    nowMs(): number;
    after(ms: number, call: () => void): () => void;
}

export const realClock: Clock = {
    nowMs: () => Date.now(),
    after(ms, call) {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
    },
};
