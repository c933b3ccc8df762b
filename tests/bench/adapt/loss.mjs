// SPDX-License-Identifier: AGPL-3.0-or-later
// adapt/loss.mjs - lines that lose: ten minutes of everything at once, sound alone, and hardly any line at all.

import { longestGap, second } from "../support/film.mjs";
import { now, pass, Viewer, Ward } from "../support/ward.mjs";

async function comeIn(ward, settings, browsers) {
    const viewers = [];
    for (const which of browsers) viewers.push(new Viewer(which === "firefox" ? "Ben" : "Anna", which, await ward.line(settings, { seed: 1 + viewers.length })));
    await ward.wait(...viewers);
    await ward.admit(...viewers);
    return viewers;
}

async function watchAll(viewers, ms) {
    const from = now();
    await Promise.all(viewers.map((viewer) => viewer.watch(ms)));
    return [from, now()];
}

export async function lossy(figures, log, { minutes, short }) {
    const ward = await Ward.open(log);
    try {
        const viewers = await comeIn(ward, { both: { loss: 0.05, jitter: 50, delay: 100, reorder: 0.01 } }, ["chromium", "firefox"]);
        await watchAll(viewers, 15_000);
        const before = await ward.outbound();
        const [from, to] = await watchAll(viewers, minutes(10));
        ward.sending(before, await ward.outbound());
        for (const viewer of viewers) {
            const { which } = viewer;
            const gap = longestGap(viewer.film, from, to);
            const more = { browser: which, short };
            log(`${which}: ${viewer.grown("video", "freezeCount", from, to)} freezes, ${viewer.grown("video", "totalFreezesDuration", from, to).toFixed(1)} s in all; ${JSON.stringify(second(viewer.film, from, to - from))}; ${viewer.grown("video", "keyFramesDecoded", from, to)} key frames`);
            if (which === "chromium") figures.add("5 % loss, 50 ms jitter, 200 ms, 10 min: longest freeze, chromium", viewer.longestFreeze(from, to), "ms", 2000, more);
            figures.add(`5 % loss, 50 ms jitter, 200 ms, 10 min: longest without a new picture, ${which}`, gap, "ms", 2000, more);
            figures.add(`5 % loss, 50 ms jitter, 200 ms, 10 min: concealed sound, ${which}`, viewer.concealed(from, to), "%", 8, more);
        }
    } finally {
        await ward.close();
    }
}

export async function sound(figures, log, { minutes, short }) {
    const ward = await Ward.open(log, { what: "microphone" });
    try {
        const viewers = await comeIn(ward, { both: { loss: 0.1, delay: 50 } }, ["chromium", "firefox"]);
        await watchAll(viewers, 15_000);
        const [from, to] = await watchAll(viewers, minutes(2));
        for (const viewer of viewers) {
            log(`${viewer.which}: ${viewer.grown("audio", "packetsReceived", from, to)} packets of sound, ${viewer.grown("audio", "fecPacketsReceived", from, to)} of them repair`);
            figures.add(`10 % loss, sound only: concealed sound, ${viewer.which}`, viewer.concealed(from, to), "%", 3, { browser: viewer.which, short });
        }
    } finally {
        await ward.close();
    }
}

export async function thin(figures, log, { minutes, short }) {
    const ward = await Ward.open(log);
    try {
        const [viewer] = await comeIn(ward, { both: { delay: 50 } }, ["chromium"]);
        await pass(8000);
        await viewer.relay.both({ capacity: 48_000, loss: 0.2, delay: 50 });
        await watchAll([viewer], 15_000);
        await viewer.relay.anew();
        const [from, to] = await watchAll([viewer], minutes(2));
        const { down } = await viewer.relay.count();
        log(`${viewer.grown("audio", "packetsReceived", from, to)} packets of sound; silence made of ${((100 * viewer.grown("audio", "silentConcealedSamples", from, to)) / viewer.grown("audio", "totalSamplesReceived", from, to)).toFixed(1)} %`);
        log(`the line was given ${Math.round((8 * down.bytesIn) / (to - from))} kbit/s, of which ${down.overflowed} packets found no room; wait p95 ${down.wait.p95} ms; pictures ${second(viewer.film, from, to - from).fps.toFixed(2)}/s`);
        figures.add("48 kbit/s and 20 % loss: concealed sound, chromium", viewer.concealed(from, to), "%", 10, { browser: "chromium", short });
    } finally {
        await ward.close();
    }
}
