// SPDX-License-Identifier: AGPL-3.0-or-later
// join.mjs - how soon one sees and hears the others, and what a meetup costs the gateway.

import { readFile } from "node:fs/promises";
import { doctor, Gateway } from "../browser/support/gateway.mjs";
import { endBrowsers } from "../browser/support/launch.mjs";
import { layProbe } from "../browser/support/probe.mjs";
import { Person, press, untilThere } from "../browser/support/room.mjs";
import { until } from "../browser/support/wait.mjs";
import { Figures, quantile } from "./support/figures.mjs";

const joins = 20;
const admissions = 10;
const extra = 24; // with the first ones not more than one address may redeem at once
const steadySeconds = 20;

// Runs in the page: from now on, notes when the first sound is decoded and when the first picture is uncovered.
function watchForOthers() {
    const first = { sound: 0, picture: 0, clicked: 0, answered: 0, connected: 0, offers: 0 };
    window.__first = first;
    const wall = () => performance.timeOrigin + performance.now();
    document.addEventListener("click", () => (first.clicked ||= wall()), { capture: true, once: true });
    const context = new AudioContext();
    const ears = new Map();
    const beat = new MessageChannel();
    beat.port1.onmessage = () => {
        const connection = window.__probe.connections.at(-1);
        if (!first.answered && connection?.remoteDescription) first.answered = wall();
        if (!first.connected && connection?.connectionState === "connected") first.connected = wall();
        for (const audio of document.querySelectorAll("audio[data-source]")) {
            const track = audio.srcObject?.getAudioTracks()[0];
            if (!track || first.sound) continue;
            if (!ears.has(track)) {
                const ear = new AnalyserNode(context, { fftSize: 256 });
                context.createMediaStreamSource(new MediaStream([track])).connect(ear);
                ears.set(track, ear);
            }
            const wave = new Float32Array(256);
            ears.get(track).getFloatTimeDomainData(wave);
            if (wave.some((sample) => Math.abs(sample) > 0.02)) first.sound = wall();
        }
        if (!first.picture && document.querySelector("article [data-state=shown]")) first.picture = wall();
        if (!first.sound || !first.picture) setTimeout(() => beat.port2.postMessage(0), 4);
    };
    beat.port2.postMessage(0);
}

function firstsOf(page) {
    return until(page, "the first sound and picture", () => window.__first.sound && window.__first.picture && window.__first);
}

async function backToCheck(patient, origin) {
    const { page } = patient;
    await page.goto(`${origin}/join/${patient.invite.id}`);
    await until(page, "the name as before", () => document.querySelector("input[name=room-name]")?.value);
    await press(page, "[data-action=continue]");
    await patient.passCheck();
    await until(page, "the offer made during the check", () => window.__probe.connections.at(-1)?.localDescription);
}

async function measureJoins(figures, meetup, sofia) {
    const anna = new Person("Anna", 2, "chromium");
    await anna.arrive(await meetup.invite("Anna Andersson"));
    await sofia.admitAll(1);
    await anna.untilIn();
    await anna.leave();
    const sound = [];
    const picture = [];
    const offers = [];
    for (let i = 0; i < joins; i++) {
        await backToCheck(anna, meetup.gateway.origin);
        await anna.page.evaluate(watchForOthers);
        await press(anna.page, "[data-action=join]");
        const first = await firstsOf(anna.page);
        sound.push(first.sound - first.clicked);
        picture.push(first.picture - first.clicked);
        if (process.env.AFTERCARE_BENCH_STEPS)
            console.log(`  answer ${Math.round(first.answered - first.clicked)}, connected ${Math.round(first.connected - first.clicked)}, sound ${Math.round(sound.at(-1))}, picture ${Math.round(picture.at(-1))} ms`);
        offers.push(...(await anna.page.evaluate(() => window.__probe.connections.map((one) => one.offers))));
        await anna.leave();
    }
    figures.add(`Join clicked -> first remote sound, p50 of ${joins}`, quantile(sound, 0.5), "ms", 500);
    figures.add(`Join clicked -> first remote sound, p95`, quantile(sound, 0.95), "ms");
    figures.add(`Join clicked -> first remote picture, p50 of ${joins}`, quantile(picture, 0.5), "ms", 800);
    figures.add(`Join clicked -> first remote picture, p95`, quantile(picture, 0.95), "ms");
    figures.add("offers per connection, the most of all joins", Math.max(...offers), "offers", 1);
    await anna.away();
}

async function measureAdmissions(figures, meetup, sofia) {
    const times = [];
    for (let i = 0; i < admissions; i++) {
        const ben = new Person(`Ben ${i + 1}`, 3, "chromium");
        await ben.arrive(await meetup.invite(`Ben Berg ${i + 1}`));
        await until(ben.page, "its transport to connect", () => window.__probe.connections.at(-1)?.connectionState === "connected");
        await ben.page.evaluate(watchForOthers);
        await sofia.page.evaluate(() => {
            const told = () => (window.__admitted = performance.timeOrigin + performance.now());
            document.addEventListener("click", told, { capture: true, once: true });
        });
        await sofia.admitAll(1);
        const { picture } = await firstsOf(ben.page);
        times.push(picture - (await sofia.page.evaluate(() => window.__admitted)));
        await ben.leave();
        await ben.away();
    }
    figures.add(`Admit clicked -> that patient's first picture, p50 of ${admissions}`, quantile(times, 0.5), "ms", 500);
    figures.add(`Admit clicked -> that patient's first picture, p95`, quantile(times, 0.95), "ms");
}

async function residentKb(pid) {
    return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, "utf8"))[1]);
}

async function cpuSeconds(pid) {
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
}

function packets(page) {
    return page.evaluate(async () => {
        let count = 0;
        for (const one of await window.__probe.stats())
            if (one.type === "transport") count += one.packetsSent + one.packetsReceived;
        return count;
    });
}

async function measureMeetup(figures, gateway) {
    const meetup = await gateway.newMeetup();
    const media = { media: { width: 1280, height: 720, fps: 15 } };
    const people = [doctor.name, "Anna", "Ben", "Carla"].map((name, i) => new Person(name, i + 1, "chromium", media));
    const [sofia, ...patients] = people;
    await sofia.host(meetup);
    for (const patient of patients) await patient.arrive(await meetup.invite(`${patient.name} of the roster`));
    await sofia.admitAll(patients.length);
    await Promise.all(people.map((viewer) => viewer.untilMeets(people.filter((other) => other !== viewer))));
    await new Promise((done) => setTimeout(done, 8000)); // the upper layers start

    const count = async () => (await Promise.all(people.map(({ page }) => packets(page)))).reduce((a, b) => a + b);
    const before = [await cpuSeconds(gateway.pid), performance.now(), await count()];
    await new Promise((done) => setTimeout(done, steadySeconds * 1000));
    const after = [await cpuSeconds(gateway.pid), performance.now(), await count()];
    const seconds = (after[1] - before[1]) / 1000;
    figures.add("a meetup of four, 1280x720: gateway's share of one core", (100 * (after[0] - before[0])) / seconds, "%", 5);
    figures.add("a meetup of four: datagrams through the gateway", (after[2] - before[2]) / seconds, "/s");
    for (const person of people) await person.away();
}

// Runs in a page: one WebSocket and one connection of media per invite, all waiting to be let in.
async function comeMany(invites) {
    const call = (path, body) =>
        fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).then((reply) => reply.json());
    window.__held ??= [];
    for (const token of invites) {
        const { entry } = await call("/api/invite/redeem", { token });
        const connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
        const line = (kind, direction) => connection.addTransceiver(kind, { direction });
        for (const kind of ["audio", "video", "video", "audio"]) line(kind, "sendonly");
        for (let n = 0; n < 12; n++) line("audio", "recvonly"), line("video", "recvonly");
        for (let n = 0; n < 3; n++) line("audio", "recvonly");
        await connection.setLocalDescription();
        const socket = new WebSocket(`wss://${location.host}/ws`, "aftercare.v1");
        await new Promise((done, fail) => ((socket.onopen = done), (socket.onerror = () => fail(new Error("no socket")))));
        socket.send(
            JSON.stringify({ type: "join", id: 1, as: "patient", invite: entry.invite, roomName: `Guest ${window.__held.length + 1}`, language: "en", has: { microphone: false, camera: false }, offer: connection.localDescription.sdp }),
        );
        const joined = await new Promise((done) => (socket.onmessage = ({ data }) => ["joined", "error"].includes(JSON.parse(data).type) && done(JSON.parse(data))));
        if (joined.type === "error") throw new Error(JSON.stringify(joined));
        await connection.setRemoteDescription({ type: "answer", sdp: joined.answer });
        if (connection.connectionState !== "connected")
            await new Promise((done) => (connection.onconnectionstatechange = () => connection.connectionState === "connected" && done()));
        window.__held.push({ socket, connection });
    }
    return invites.length;
}

async function measureMemory(figures, gateway) {
    const meetup = await gateway.newMeetup();
    const tokens = [];
    for (let i = 0; i < extra + 2; i++) tokens.push((await meetup.invite(`Guest of the roster ${i + 1}`)).link.hash.slice(1));
    const guest = new Person("Guest", 1, "chromium", { injected: false });
    const page = await guest.newPage();
    await layProbe(page);
    await page.goto(`${gateway.origin}/robots.txt`);
    await page.evaluate(comeMany, tokens.slice(0, 2)); // what the first one alone needs
    const before = await residentKb(gateway.pid);
    const count = await page.evaluate(comeMany, tokens.slice(2));
    figures.add(`memory of each further WebSocket and transport, of ${count}`, ((await residentKb(gateway.pid)) - before) / count, "kB", 250);
    await guest.away();
}

const figures = new Figures("join");
const gateway = new Gateway();
try {
    await gateway.start();
    await gateway.makeDoctor();
    figures.add("memory of the idle gateway", (await residentKb(gateway.pid)) / 1024, "MB", 30);
    const meetup = await gateway.newMeetup();
    const sofia = new Person(doctor.name, 1, "chromium");
    await sofia.host(meetup);
    await measureJoins(figures, meetup, sofia);
    await measureAdmissions(figures, meetup, sofia);
    await sofia.away();
    await measureMeetup(figures, gateway);
    await measureMemory(figures, gateway);
} finally {
    await endBrowsers();
    await gateway.remove();
}
await figures.write();
