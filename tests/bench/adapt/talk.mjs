// SPDX-License-Identifier: AGPL-3.0-or-later
// adapt/talk.mjs - who speaks is heard at once, a cough is no speech, and lips fit the sound.

import { messagesTo } from "../../browser/support/probe.mjs";
import { until } from "../../browser/support/wait.mjs";
import { quantile } from "../support/figures.mjs";
import { now, pass, Viewer, Ward } from "../support/ward.mjs";

const turns = 24;
const coughs = 12;

// Runs in the page: notes when each source becomes loud, having been quiet.
function listen() {
    const heard = [];
    window.__heard = heard;
    const context = new AudioContext();
    const ears = new Map();
    const wave = new Float32Array(256);
    setInterval(() => {
        for (const audio of document.querySelectorAll("audio[data-source]")) {
            const track = audio.srcObject?.getAudioTracks()[0];
            if (!track) continue;
            if (!ears.has(track)) {
                const analyser = new AnalyserNode(context, { fftSize: 256 });
                context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
                ears.set(track, { analyser, loudAt: 0 });
            }
            const ear = ears.get(track);
            ear.analyser.getFloatTimeDomainData(wave);
            if (!wave.some((sample) => Math.abs(sample) > 0.03)) continue;
            const at = performance.timeOrigin + performance.now();
            if (at - ear.loudAt > 400) heard.push([at, Number(audio.dataset.source)]);
            ear.loudAt = at;
        }
    }, 5);
}

function waited(viewer, from, to) {
    const grown = (name) => viewer.grown("audio", name, from, to);
    return (1000 * grown("jitterBufferDelay")) / grown("jitterBufferEmittedCount");
}

// The member numbers that were dominant, each with the time of the page at which it was said.
async function watchDominant(page) {
    await page.evaluate(() => {
        window.__dominant = [];
        const { push } = window.__probe.got;
        window.__probe.got.push = function (text) {
            const message = JSON.parse(text);
            if (message.type === "speaker") window.__dominant.push([performance.timeOrigin + performance.now(), message.dominant]);
            return push.call(this, text);
        };
    });
    return () => page.evaluate(() => window.__dominant);
}

export async function speaker(figures, log) {
    const ward = await Ward.open(log, { what: "microphone", voice: "asked" });
    try {
        const speakers = [ward.doctor];
        for (const name of ["Ben", "Carla", "Dora", "Emil"]) speakers.push(await ward.speaker(name, "asked"));
        const viewer = new Viewer("Anna", "chromium", await ward.line({}));
        await ward.wait(viewer);
        await ward.admit(viewer);
        const numbers = [];
        for (const person of speakers) numbers.push(await person.member());
        await viewer.page.evaluate(listen);
        const dominants = await watchDominant(viewer.page);
        await pass(3000);
        await viewer.collect();

        const from = now();
        const said = [];
        for (let i = 0; i < turns; i++) {
            const who = (i * 2) % speakers.length;
            said.push([await speakers[who].page.evaluate(() => window.__own.say(2)), numbers[who]]);
            await pass(2600);
        }
        const to = now();
        await viewer.collect();
        const heard = await viewer.page.evaluate(() => window.__heard);
        const delays = said.map(([at, member]) => (heard.find(([when, source]) => when > at && when < at + 2500 && source >> 2 === member)?.[0] ?? Infinity) - at);
        const changes = await dominants();
        const marked = said.map(([at, member]) => (changes.find(([when, dominant]) => when > at && when < at + 2500 && dominant === member)?.[0] ?? NaN) - at).filter((took) => took === took);
        const buffered = waited(viewer, from, to);
        log(`heard after ${delays.map((ms) => Math.round(ms)).join(" ")} ms; waiting in the browser's buffer ${Math.round(buffered)} ms of it; named as the speaker after ${Math.round(quantile(marked, 0.5))} ms (p50), ${Math.round(quantile(marked, 0.95))} ms (p95), ${marked.length} of ${turns}`);
        const p95 = quantile(delays, 0.95);
        figures.add("somebody else speaks: heard after, p95, chromium", p95 === Infinity ? null : p95, "ms", null, { browser: "chromium" });
        figures.add("somebody else speaks: forwarded (without the browser's buffer) after, p95, chromium", p95 === Infinity ? null : p95 - buffered, "ms", 150, { browser: "chromium" });

        let wrong = 0;
        for (let i = 0; i < coughs; i++) {
            const who = i % speakers.length;
            const other = (who + 1 + (i % (speakers.length - 1))) % speakers.length;
            await speakers[who].page.evaluate(() => window.__own.say(4));
            await until(viewer.page, "the one who speaks to be named", (member) => window.__dominant.at(-1)?.[1] === member || JSON.parse(window.__probe.got.findLast((text) => JSON.parse(text).type === "speaker") ?? "{}").dominant === member, numbers[who]);
            await pass(700);
            const coughed = await speakers[other].page.evaluate(() => window.__own.cough());
            await pass(1800);
            wrong += (await dominants()).some(([when, dominant]) => when > coughed && when < coughed + 1800 && dominant === numbers[other]);
            await pass(1500);
        }
        figures.add(`a cough is taken for a change of speaker, times of ${coughs}, chromium`, wrong, "", 0, { browser: "chromium" });
        await messagesTo(viewer.page, "speaker");
    } finally {
        await ward.close();
    }
}

// Runs in the page: notes when the white of a clap is shown, and when its tone leaves the loudspeaker.
function watchClaps() {
    const claps = { shown: [], heard: [] };
    window.__claps = claps;
    const pixel = new OffscreenCanvas(2, 2);
    const pen = pixel.getContext("2d", { willReadFrequently: true });
    const video = document.querySelector("article [data-state=shown] video");
    let white = true;
    const shown = (_, { expectedDisplayTime, width, height }) => {
        video.requestVideoFrameCallback(shown);
        pen.drawImage(video, width * 0.45, height * 0.45, width * 0.1, height * 0.1, 0, 0, 2, 2);
        const is = pen.getImageData(0, 0, 1, 1).data[0] > 128;
        if (is && !white) claps.shown.push(expectedDisplayTime);
        white = is;
    };
    video.requestVideoFrameCallback(shown);

    const context = new AudioContext({ latencyHint: "interactive" });
    const source = Number(video.closest("article").dataset.source) & ~3;
    const track = [...document.querySelectorAll("audio[data-source]")].find((audio) => (Number(audio.dataset.source) & ~3) === source).srcObject.getAudioTracks()[0];
    const ear = context.createScriptProcessor(256, 1, 1);
    let loudAt = -1;
    ear.onaudioprocess = ({ inputBuffer, playbackTime }) => {
        const at = inputBuffer.getChannelData(0).findIndex((sample) => Math.abs(sample) > 0.05);
        if (at < 0) return;
        // playbackTime is that of what leaves here now: two blocks behind what came in.
        const time = playbackTime - (2 * 256) / context.sampleRate + at / context.sampleRate;
        if (time - loudAt > 0.5) {
            const { contextTime, performanceTime } = context.getOutputTimestamp();
            claps.heard.push(performanceTime + (time - contextTime) * 1000);
        }
        loudAt = time;
    };
    context.createMediaStreamSource(new MediaStream([track])).connect(ear).connect(context.destination);
}

export async function lips(figures, log, { minutes }) {
    const ward = await Ward.open(log, { voice: "claps" });
    try {
        const viewer = new Viewer("Anna", "chromium", await ward.line({ both: { delay: 40, jitter: 10 } }));
        await ward.wait(viewer);
        await ward.admit(viewer);
        await pass(15_000); // the browser has found how late the picture is
        await viewer.collect();
        await viewer.page.evaluate(watchClaps);
        const from = now();
        await viewer.watch(Math.max(30_000, minutes(1)));
        const { shown, heard } = await viewer.page.evaluate(() => window.__claps);
        if (process.env.DEBUG_LIPS) console.log(JSON.stringify({ shown: shown.map(Math.round), heard: heard.map(Math.round) }), JSON.stringify(viewer.counts.slice(-40).filter((_, i) => i % 8 === 0)), viewer.film.length);
        const skews = shown.map((at) => heard.reduce((best, when) => (Math.abs(when - at) < Math.abs(best) ? when - at : best), Infinity)).filter((skew) => Math.abs(skew) < 900);
        const told = viewer.counts.filter(([at]) => at > from).map(([, lines]) => {
            const of = (kind) => lines.find((line) => line.kind === kind && line.estimatedPlayoutTimestamp)?.estimatedPlayoutTimestamp;
            return of("video") - of("audio");
        }).filter((skew) => skew === skew);
        log(`${skews.length} claps; skew ${skews.map((skew) => Math.round(skew)).join(" ")} ms; by the browser's own count ${told.length ? Math.round(quantile(told, 0.5)) : "?"} ms (p50)`);
        figures.add("lips and sound: sound is late by, p95, chromium", quantile(skews, 0.95), "ms", 125, { browser: "chromium" });
        figures.add("lips and sound: sound is late by, p5, chromium", quantile(skews, 0.05), "ms", -45, { atLeast: true, browser: "chromium" });
    } finally {
        await ward.close();
    }
}
