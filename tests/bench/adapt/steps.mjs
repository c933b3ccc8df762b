// SPDX-License-Identifier: AGPL-3.0-or-later
// adapt/steps.mjs - a line of 5 Mbit/s that becomes one of 1 Mbit/s, and back.

import { bestFeasible } from "../support/feasible.mjs";
import { reached, second } from "../support/film.mjs";
import { Flow, settled } from "../support/flow.mjs";
import { now, pass, Viewer, Ward } from "../support/ward.mjs";

const wide = { capacity: 5_000_000, delay: 25 };
const narrow = { capacity: 1_000_000, delay: 25 };
const patience = 20_000;

// How long from the first packet until the best that fits is shown, and stays for a second.
async function untilBest(viewer, best, from = null) {
    const wanted = { height: best.height, fps: 0.8 * best.fps };
    const at = await viewer.until((seen) => (seen.film.length > 0 && seen.firstPacket ? reached(seen.film, from ?? seen.firstPacket, wanted) : null), patience);
    return at === null ? null : at - (from ?? viewer.firstPacket);
}

async function join(ward, viewer, best) {
    await ward.wait(viewer);
    await ward.admit(viewer);
    return untilBest(viewer, best);
}

async function stepDown(viewer, { layers, soundBps }) {
    const best = bestFeasible(narrow.capacity, layers, soundBps);
    const flow = new Flow(viewer.relay);
    await pass(1000);
    await viewer.relay.anew();
    const from = now();
    await viewer.relay.down(narrow);
    await pass(10_000);
    const { down } = await viewer.relay.count();
    await pass(8000);
    await flow.stop();
    await viewer.collect();
    const least = 0.9 * (best.bps + soundBps);
    const took = settled(anewAt(flow.entered), from, { least, most: narrow.capacity });
    const shown = second(viewer.film, from + 5000, 5000);
    const carried = (8 * (down.bytesOut / 10)) / 1000;
    return { best, took, down, shown, carried };
}

// The relay's counters began anew in between: one rising list again.
function anewAt(list) {
    let base = 0;
    return list.map(([at, bytes], i) => {
        if (i > 0 && bytes < list[i - 1][1]) base += list[i - 1][1];
        return [at, bytes + base];
    });
}

export async function steps(figures, log) {
    const ward = await Ward.open(log);
    try {
        await pass(5000);
        const full = { height: 540, fps: 15 };
        const line = () => ward.line({ both: wide });
        const first = new Viewer("Anna", "chromium", await line());
        const cold = await join(ward, first, full);
        figures.add("join, the first who watches (Chromium): best layers after", cold, "ms");
        await pass(5000);
        const sending = await ward.measureSending(5000);
        const best = bestFeasible(wide.capacity, sending.layers, sending.soundBps);
        const both = [];
        for (const which of ["firefox", "chromium"]) {
            const viewer = new Viewer(which === "firefox" ? "Ben" : "Carla", which, await line());
            if (which === "chromium") await ward.leave(first);
            both.push(viewer);
            const took = await join(ward, viewer, best);
            figures.add(`join on 5 Mbit/s, 50 ms: best layers after the first media, ${which}`, took, "ms", 2000, { browser: which });
        }
        await pass(8000);
        const steady = await ward.measureSending(8000);
        const down = await Promise.all(both.map((viewer) => stepDown(viewer, steady)));
        both.forEach(({ which }, i) => {
            const { best: fits, took, down: counts, shown, carried } = down[i];
            log(`${which}: best at 1 Mbit/s ${fits.height} lines, level ${fits.level}, ${Math.round(fits.bps / 1000)} kbit/s; shown ${shown.height} lines at ${shown.fps.toFixed(1)}/s; the line carried ${Math.round(carried)} kbit/s`);
            figures.add(`5 -> 1 Mbit/s: within 90 % of the best after, ${which}`, took, "ms", 1000, { browser: which });
            figures.add(`5 -> 1 Mbit/s: wait in the queue over 10 s, p95, ${which}`, counts.wait.p95, "ms", 200, { browser: which });
        });
        const from = now();
        await Promise.all(both.map((viewer) => viewer.relay.down(wide)));
        const up = await Promise.all(both.map((viewer) => untilBest(viewer, bestFeasible(wide.capacity, steady.layers, steady.soundBps), from)));
        both.forEach(({ which }, i) => figures.add(`1 -> 5 Mbit/s: back to the best after, ${which}`, up[i], "ms", 5000, { browser: which }));
    } finally {
        await ward.close();
    }
}
