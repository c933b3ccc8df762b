// SPDX-License-Identifier: AGPL-3.0-or-later
// adapt/steps.mjs - a line of 5 Mbit/s that becomes one of 1 Mbit/s, and back.

import { allLayers, bestFeasible } from "../support/feasible.mjs";
import { quantile } from "../support/figures.mjs";
import { reached } from "../support/film.mjs";
import { Flow, rate, settled } from "../support/flow.mjs";
import { now, pass, Viewer, Ward } from "../support/ward.mjs";

const wide = { capacity: 5_000_000, delay: 25 };
const narrow = { capacity: 1_000_000, delay: 25 };
const patience = 20_000;
const times = 3;

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

// The line becomes narrow; what is written down of the next 18 s.
async function stepDown(viewer) {
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
    return { from, down, entered: anewAt(flow.entered) };
}

function tellStepDown(note, log, viewer, { from, down, entered }, { layers, soundBps }) {
    const { which } = viewer;
    const best = bestFeasible(narrow.capacity, layers, soundBps);
    const took = settled(entered, from, { least: 0.9 * (best.bps + soundBps), most: narrow.capacity });
    const kbit = (bps) => Math.round(bps / 1000);
    const halves = Array.from({ length: 34 }, (_, i) => kbit(rate(entered, from + 500 * i, from + 500 * (i + 1))));
    log(`${which}: best at 1 Mbit/s is ${best.height} lines, level ${best.level}, with sound ${kbit(best.bps + soundBps)} kbit/s`);
    log(`${which}: to the line, kbit/s in each half second: ${halves.join(" ")}`);
    log(`${which}: shown in each second: ${viewer.shown(from, 17)}`);
    note(`5 -> 1 Mbit/s: within 90 % of the best after, ${which}`, took, 1000, which);
    note(`5 -> 1 Mbit/s: wait in the queue over 10 s, p95, ${which}`, down.wait.p95, 200, which);
}

// The relay's counters began anew in between: one rising list again.
function anewAt(list) {
    let base = 0;
    return list.map(([at, bytes], i) => {
        if (i > 0 && bytes < list[i - 1][1]) base += list[i - 1][1];
        return [at, bytes + base];
    });
}

async function once(note, log) {
    const ward = await Ward.open(log);
    try {
        await pass(5000);
        const full = { height: 540, fps: 15 };
        const line = () => ward.line({ both: wide });
        const first = new Viewer("Anna", "chromium", await line());
        const cold = await join(ward, first, full);
        note("join, the first who watches, chromium: best layers after the first media", cold, null, "chromium");
        await pass(5000);
        const sending = await ward.measureSending(5000);
        const best = bestFeasible(wide.capacity, sending.layers, sending.soundBps);
        const both = [];
        for (const which of ["firefox", "chromium"]) {
            const viewer = new Viewer(which === "firefox" ? "Ben" : "Carla", which, await line());
            if (which === "chromium") await ward.leave(first);
            both.push(viewer);
            const took = await join(ward, viewer, best);
            note(`join on 5 Mbit/s, 50 ms: best layers after the first media, ${which}`, took, 2000, which);
        }
        await pass(8000);
        const before = await ward.measureSending(8000);
        const [narrowed, ...steps] = await Promise.all([pass(9000).then(() => ward.measureSending(8000)), ...both.map(stepDown)]);
        const all = { layers: allLayers(before.layers, narrowed.layers), soundBps: before.soundBps };
        both.forEach((viewer, i) => tellStepDown(note, log, viewer, steps[i], all));
        const from = now();
        await Promise.all(both.map((viewer) => viewer.relay.down(wide)));
        const up = await Promise.all(both.map((viewer) => untilBest(viewer, bestFeasible(wide.capacity, all.layers, all.soundBps), from)));
        both.forEach(({ which }, i) => note(`1 -> 5 Mbit/s: back to the best after, ${which}`, up[i], 5000, which));
    } finally {
        await ward.close();
    }
}

// The middle one of three times.
export async function steps(figures, log) {
    const noted = new Map();
    const note = (figure, value, target, browser) => {
        if (!noted.has(figure)) noted.set(figure, { target, browser, values: [] });
        noted.get(figure).values.push(value ?? Infinity);
    };
    for (let i = 0; i < times; i++) await once(note, log);
    for (const [figure, { target, browser, values }] of noted) {
        const middle = quantile(values, 0.5);
        figures.add(figure, middle === Infinity ? null : middle, "ms", target, { browser, each: values.map((value) => (value === Infinity ? null : Math.round(value))) });
    }
}
