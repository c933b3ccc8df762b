// SPDX-License-Identifier: AGPL-3.0-or-later
// support/flow.mjs - a relay's counters written down as time goes by, and what they say. Reading is pure.

const everyMs = 50;

// The mean rate in bit/s, from a list of [wall ms, bytes so far].
export function rate(flow, from, to) {
    const at = (when) => {
        const i = flow.findIndex(([time]) => time >= when);
        if (i < 0) return flow.at(-1)[1];
        if (i === 0) return flow[0][1];
        const [[t0, b0], [t1, b1]] = [flow[i - 1], flow[i]];
        return b0 + ((b1 - b0) * (when - t0)) / (t1 - t0);
    };
    return (8000 * (at(to) - at(from))) / (to - from);
}

// How long after `from` what comes to the line's entrance is at most `most`, and from then on keeps between the bounds, over
// one second and then over three; or null.
export function settled(flow, from, { least, most }) {
    const last = flow.at(-1)[0];
    const fits = (a, b) => rate(flow, a, b) >= least && rate(flow, a, b) <= most;
    for (let at = from; at + 4000 <= last; at += everyMs) {
        if (rate(flow, at, at + 250) <= most && fits(at, at + 1000) && fits(at + 1000, at + 4000)) return at - from;
    }
    return null;
}

// Writes down what enters and leaves the way down until it is stopped.
export class Flow {
    constructor(relay) {
        this.entered = [];
        this.left = [];
        this.relay = relay;
        this.running = this.#run();
    }

    async #run() {
        while (!this.stopped) {
            const { down } = await this.relay.count();
            const at = performance.timeOrigin + performance.now();
            this.entered.push([at, down.bytesIn]);
            this.left.push([at, down.bytesOut]);
            await new Promise((done) => setTimeout(done, everyMs));
        }
    }

    stop() {
        this.stopped = true;
        return this.running;
    }
}
