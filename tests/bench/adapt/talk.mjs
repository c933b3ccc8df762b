// SPDX-License-Identifier: AGPL-3.0-or-later
// adapt/talk.mjs - who speaks is heard at once, a cough is no speech, and lips fit the sound.

import { until } from "../../browser/support/wait.mjs";
import { quantile } from "../support/figures.mjs";
import { now, pass, Viewer, Ward } from "../support/ward.mjs";
import { Wire } from "../support/wire.mjs";

const turns = 24;
const coughs = 12;

// What tells a speaker's packets of sound from others: their SSRC, and where the level is written in them.
async function markOf(person) {
    const mark = await person.page.evaluate(async () => {
        const connection = window.__probe.connections.at(-1);
        const sender = connection.getSenders().find(({ track }) => track?.kind === "audio");
        const level = sender.getParameters().headerExtensions.find(({ uri }) => uri.endsWith("ssrc-audio-level"));
        for (const one of (await sender.getStats()).values()) if (one.type === "outbound-rtp") return { ssrc: one.ssrc, level: level.id };
    });
    return { ...mark, source: 4 * (await person.member()) };
}

const isLoud = (packet, { level }) => (packet.extensions.get(level)?.[0] & 127) < 45;

// From the moment the voice began to the gateway having its first loud packet, and to having sent one on; ms.
function forwarded(packets, port, at, mark) {
    const soon = packets.filter((packet) => packet.at > at && packet.at < at + 2500);
    const came = soon.find((packet) => packet.to === port && packet.ssrc === mark.ssrc && isLoud(packet, mark));
    const left = came && soon.find((packet) => packet.from === port && packet.sources[0] === mark.source && packet.at > came.at);
    return { came: (came?.at ?? Infinity) - at, left: (left?.at ?? Infinity) - at };
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

// Runs in the page.
function isNamed(member) {
    const last = window.__probe.got.findLast((text) => JSON.parse(text).type === "speaker");
    return JSON.parse(last ?? "{}").dominant === member;
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
        const marks = await Promise.all(speakers.map(markOf));
        const dominants = await watchDominant(viewer.page);
        await pass(3000);

        const wire = await Wire.watch(ward.gateway.port);
        const said = [];
        for (let i = 0; i < turns; i++) {
            const who = (i * 2) % speakers.length;
            said.push([await speakers[who].page.evaluate(() => window.__own.say(2)), who]);
            await pass(2600);
        }
        const packets = await wire.stop();
        const took = said.map(([at, who]) => forwarded(packets, ward.gateway.port, at, marks[who]));
        const changes = await dominants();
        const named = (at, who) => changes.find(([when, dominant]) => when > at && when < at + 2500 && dominant === numbers[who]);
        const marked = said.map(([at, who]) => (named(at, who)?.[0] ?? Infinity) - at);
        log(`the voice is at the gateway after ${took.map(({ came }) => Math.round(came)).join(" ")} ms`);
        log(`and leaves it after ${took.map(({ left }) => Math.round(left)).join(" ")} ms`);
        log(`named as the speaker after ${Math.round(quantile(marked, 0.5))} ms (p50), ${Math.round(quantile(marked, 0.95))} ms (p95)`);
        const p95 = quantile(took.map(({ left }) => left), 0.95);
        figures.add("somebody else speaks: forwarded after, p95, chromium", p95 === Infinity ? null : p95, "ms", 150, { browser: "chromium" });

        let wrong = 0;
        for (let i = 0; i < coughs; i++) {
            const who = i % speakers.length;
            const other = (who + 1 + (i % (speakers.length - 1))) % speakers.length;
            await speakers[who].page.evaluate(() => window.__own.say(6));
            await until(viewer.page, "the one who speaks to be named", isNamed, numbers[who]);
            await pass(700);
            const coughed = await speakers[other].page.evaluate(() => window.__own.cough());
            await pass(1800);
            wrong += (await dominants()).some(([when, dominant]) => when > coughed && when < coughed + 1800 && dominant === numbers[other]);
            await pass(1500);
        }
        figures.add(`a cough is taken for a change of speaker, times of ${coughs}, chromium`, wrong, "", 0, { browser: "chromium" });
    } finally {
        await ward.close();
    }
}

// Runs in the page: `claps.heard` gets the moments a tone begins on this track, `delay` ms later than it is read.
const listenForClaps = async (track, claps, delay) => {
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    let loudAt = -Infinity;
    for (;;) {
        const { value: sound, done } = await reader.read();
        if (done) return;
        const wave = new Float32Array(sound.numberOfFrames);
        sound.copyTo(wave, { planeIndex: 0, format: "f32-planar" });
        const { sampleRate } = sound;
        sound.close();
        const at = wave.findIndex((sample) => Math.abs(sample) > 0.05);
        if (at < 0) continue;
        const now = performance.now();
        if (now - loudAt > 500) claps.heard.push(now + (at / sampleRate) * 1000 + delay());
        loudAt = now;
    }
};

// Runs in the page: tells whether the middle of a picture is white.
const isWhiteIn = () => {
    const pixel = new OffscreenCanvas(2, 2);
    const pen = pixel.getContext("2d", { willReadFrequently: true });
    return (picture, width, height) => {
        pen.drawImage(picture, width * 0.45, height * 0.45, width * 0.1, height * 0.1, 0, 0, 2, 2);
        return pen.getImageData(0, 0, 1, 1).data[0] > 128;
    };
};

// Runs in the page: notes when the white of a clap is shown, and when its tone leaves the loudspeaker.
function watchClaps(listen, isWhite) {
    const claps = (window.__claps = { shown: [], heard: [] });
    const video = document.querySelector("article [data-state=shown] video");
    let white = true;
    const shown = (_, { expectedDisplayTime, width, height }) => {
        video.requestVideoFrameCallback(shown);
        const is = isWhite(video, width, height);
        if (is && !white) claps.shown.push(expectedDisplayTime);
        white = is;
    };
    video.requestVideoFrameCallback(shown);
    const source = Number(video.closest("article").dataset.source) & ~3;
    const track = [...document.querySelectorAll("audio[data-source]")].find((audio) => (Number(audio.dataset.source) & ~3) === source).srcObject.getAudioTracks()[0];
    const context = new AudioContext(); // knows how long the way to the loudspeaker is
    void listen(track, claps, () => context.outputLatency * 1000);
}

// Runs in the page of who claps: the same of what is handed to the browser to be sent.
function watchOwnClaps(listen, isWhite) {
    const claps = (window.__claps = { shown: [], heard: [] });
    const tracks = window.__probe.connections.at(-1).getSenders().map(({ track }) => track);
    void listen(tracks.find((track) => track?.kind === "audio").clone(), claps, () => 0);
    const look = async () => {
        const track = tracks.find((one) => one?.kind === "video").clone();
        const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
        let white = true;
        for (;;) {
            const { value: frame, done } = await reader.read();
            if (done) return;
            const is = isWhite(frame, frame.codedWidth, frame.codedHeight);
            frame.close();
            if (is && !white) claps.shown.push(performance.now());
            white = is;
        }
    };
    void look();
}

const inPage = (page, watch) => page.evaluate(`(${watch})(${listenForClaps}, (${isWhiteIn})())`);

// By how much sound is later than its picture, clap by clap; ms.
async function skewsOf(page) {
    const { shown, heard } = await page.evaluate(() => window.__claps);
    const nearest = (at) => heard.reduce((best, when) => (Math.abs(when - at) < Math.abs(best) ? when - at : best), Infinity);
    return shown.map(nearest).filter((skew) => Math.abs(skew) < 900);
}

export async function lips(figures, log, { minutes }) {
    const ward = await Ward.open(log, { voice: "claps" });
    try {
        const viewer = new Viewer("Anna", "chromium", await ward.line({ both: { delay: 40, jitter: 10 } }));
        await ward.wait(viewer);
        await ward.admit(viewer);
        await pass(30_000); // the browser has found how late the picture is
        await viewer.collect();
        await inPage(viewer.page, watchClaps);
        await inPage(ward.doctor.page, watchOwnClaps);
        await viewer.watch(Math.max(30_000, minutes(1)));
        // A canvas and an oscillator do not begin at once: what is not of the way is taken off.
        const own = quantile(await skewsOf(ward.doctor.page), 0.5);
        const skews = (await skewsOf(viewer.page)).map((skew) => skew - own);
        log(`as the clapping browser is given it, sound is late by ${Math.round(own)} ms (the middle one)`);
        log(`${skews.length} claps; sound is later than that by ${skews.map((skew) => Math.round(skew)).join(" ")} ms`);
        figures.add("lips and sound: sound is late by, p95, chromium", quantile(skews, 0.95), "ms", 125, { browser: "chromium" });
        figures.add("lips and sound: sound is late by, p5, chromium", quantile(skews, 0.05), "ms", -45, { atLeast: true, browser: "chromium" });
    } finally {
        await ward.close();
    }
}
