// SPDX-License-Identifier: AGPL-3.0-or-later
// client/levels.ts - how loud a microphone is, and whether somebody speaks into a muted one. Pure.

// 0 for silence to 1 for loud: -60 dB .. -10 dB of the samples' root mean square.
export function levelOf(samples: Float32Array): number {
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    const db = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
    return Math.min(1, Math.max(0, (db + 60) / 50));
}

const speech = 0.45;
const longEnoughMs = 400;
const quietForMs = 30_000;

// Says true once when somebody has spoken for a while though muted, then not again for half a minute.
export class MutedSpeech {
    #loudMs = 0;
    #last = 0;
    #toldAt = -Infinity;

    heard(level: number, nowMs: number): boolean {
        const step = Math.min(250, Math.max(0, nowMs - this.#last));
        this.#last = nowMs;
        this.#loudMs = level >= speech ? this.#loudMs + step : Math.max(0, this.#loudMs - step);
        if (this.#loudMs < longEnoughMs || nowMs - this.#toldAt < quietForMs) return false;
        this.#toldAt = nowMs;
        this.#loudMs = 0;
        return true;
    }
}

// Says true while a live microphone has given nothing for five seconds.
export class Silence {
    #since = -1;

    isLong(level: number, nowMs: number): boolean {
        if (level > 0.12) this.#since = -1;
        else if (this.#since < 0) this.#since = nowMs;
        return this.#since >= 0 && nowMs - this.#since >= 5000;
    }
}
