// SPDX-License-Identifier: AGPL-3.0-or-later
// adapt/loss.mjs - lines that lose: ten minutes of everything at once, sound alone, and hardly any line at all.

import { longestGap, second } from "../support/film.mjs";
import { now, pass, Viewer, Ward } from "../support/ward.mjs";

async function comeIn(ward, settings, browsers) {
    const viewers = [];
    for (const which of browsers) {
        const line = await ward.line(settings, { seed: 1 + viewers.length });
        viewers.push(new Viewer(which === "firefox" ? "Ben" : "Anna", which, line));
    }
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
    const line = "5 % loss, 50 ms jitter, 200 ms, 10 min";
    const ward = await Ward.open(log);
    try {
        const viewers = await comeIn(ward, { both: { loss: 0.05, jitter: 50, delay: 100, reorder: 0.01 } }, ["chromium", "firefox"]);
        await watchAll(viewers, 15_000);
        const before = await ward.outbound();
        const [from, to] = await watchAll(viewers, minutes(10));
        ward.sending(before, await ward.outbound());
        for (const viewer of viewers) {
            const { which } = viewer;
            const grown = (name) => viewer.grown("video", name, from, to);
            const add = (figure, value, unit, target) => figures.add(`${line}: ${figure}, ${which}`, value, unit, target, { browser: which, short });
            log(`${which}: ${grown("freezeCount")} freezes, ${grown("totalFreezesDuration").toFixed(1)} s in all; ${grown("keyFramesDecoded")} key frames`);
            log(`${which}: shown in the first minute: ${viewer.shown(from, Math.min(60, (to - from) / 1000))}`);
            if (which === "chromium") add("longest freeze", viewer.longestFreeze(from, to), "ms", 2000);
            add("longest without a new picture", longestGap(viewer.film, from, to), "ms", 2000);
            add("concealed sound", viewer.concealed(from, to), "%", 8);
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
            const { which } = viewer;
            const grown = (name) => viewer.grown("audio", name, from, to);
            log(`${which}: ${grown("packetsReceived")} packets of sound, ${grown("fecPacketsReceived")} of them repair`);
            figures.add(`10 % loss, sound only: concealed sound, ${which}`, viewer.concealed(from, to), "%", 3, { browser: which, short });
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
        const grown = (name) => viewer.grown("audio", name, from, to);
        const silence = (100 * grown("silentConcealedSamples")) / grown("totalSamplesReceived");
        log(`${grown("packetsReceived")} packets of sound; ${silence.toFixed(1)} % is silence made up; ${second(viewer.film, from, to - from).fps.toFixed(2)} pictures a second`);
        log(`to the line ${Math.round((8 * down.bytesIn) / (to - from))} kbit/s, ${down.overflowed} packets too many; wait p95 ${down.wait.p95} ms`);
        figures.add("48 kbit/s and 20 % loss: concealed sound, chromium", viewer.concealed(from, to), "%", 10, { browser: "chromium", short });
    } finally {
        await ward.close();
    }
}
