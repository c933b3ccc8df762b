// SPDX-License-Identifier: AGPL-3.0-or-later
// support/ward.mjs - a doctor who is seen and heard, and viewers behind bad lines who write down what arrives.

import { writeFile } from "node:fs/promises";
import { doctor, Gateway } from "../../browser/support/gateway.mjs";
import { browser } from "../../browser/support/launch.mjs";
import { statsOf } from "../../browser/support/probe.mjs";
import { Relay } from "../../browser/support/relay.mjs";
import { Person } from "../../browser/support/room.mjs";
import { giveStudio } from "../../browser/support/studio.mjs";
import { ipRate, layersOf } from "./feasible.mjs";
import { second } from "./film.mjs";
import { speak } from "./speech.mjs";
import { layWatcher, takeWatched } from "./watcher.mjs";

// Two cores encode three layers once and decode them twice: of this size they do it without being late.
const camera = { width: 960, height: 540, fps: 15, restless: 0.15 };

export const now = () => performance.timeOrigin + performance.now();

export function pass(ms) {
    return new Promise((done) => setTimeout(done, ms));
}

// What else this machine does must not make anybody here late: sessions are put before others, where that is allowed.
async function goAhead(pid = "self") {
    await writeFile(`/proc/${pid}/autogroup`, "-12").catch(() => {});
}

let speech;

function studio(person, voice = "always") {
    speech ??= speak();
    person.beforePage = async (page) => {
        await page.setViewport({ width: 640, height: 480 });
        await giveStudio(page, { ...camera, voice, speech });
    };
    return person;
}

export class Viewer extends Person {
    constructor(name, which, relay) {
        super(name, 2, which, { injected: false });
        this.relay = relay;
        this.film = [];
        this.counts = [];
        this.firstPacket = 0;
        this.beforePage = async (page) => {
            await page.setViewport({ width: 1280, height: 800 }); // tiles of more than the middle layer's height
            await relay.lead(page);
            await layWatcher(page);
        };
    }

    // What was written down since; kept here.
    async collect() {
        const { frames, counts, firstPacket } = await takeWatched(this.page);
        this.film.push(...frames);
        this.counts.push(...counts);
        this.firstPacket ||= firstPacket;
        return this;
    }

    // For `ms`; what a page writes down stays small.
    async watch(ms) {
        const ends = now() + ms;
        while (now() < ends) {
            await pass(Math.min(5000, Math.max(0, ends - now())));
            await this.collect();
        }
    }

    // The first answer that is not null, or null after `ms`.
    async until(answer, ms) {
        const ends = now() + ms;
        while (now() < ends) {
            await pass(250);
            const found = answer(await this.collect());
            if (found !== null) return found;
        }
        return null;
    }

    // Counters of one kind of line, those that received something, at the reading next to `at`.
    lines(kind, at) {
        const reading = this.counts.reduce((best, one) => (Math.abs(one[0] - at) < Math.abs(best[0] - at) ? one : best));
        return reading[1].filter((line) => line.kind === kind);
    }

    // By how much a counter has grown, over all lines of a kind.
    grown(kind, name, from, to) {
        const sum = (at) => this.lines(kind, at).reduce((all, line) => all + (line[name] ?? 0), 0);
        return sum(to) - sum(from);
    }

    // "540/15 270/7": height and pictures of each second.
    shown(from, seconds) {
        const each = Array.from({ length: Math.floor(seconds) }, (_, i) => second(this.film, from + 1000 * i));
        return each.map(({ height, fps }) => `${height}/${fps}`).join(" ");
    }

    concealed(from, to) {
        const grown = (name) => this.grown("audio", name, from, to);
        return (100 * (grown("concealedSamples") - grown("silentConcealedSamples"))) / grown("totalSamplesReceived");
    }

    // Of Chromium's own count: by how much the sum of all freezes grew from one reading to the next, at most; ms.
    longestFreeze(from, to) {
        let longest = 0;
        let before = null;
        for (const [at, lines] of this.counts) {
            if (at < from || at > to) continue;
            const total = lines.reduce((all, line) => all + (line.totalFreezesDuration ?? 0), 0);
            if (before !== null) longest = Math.max(longest, total - before);
            before = total;
        }
        return longest * 1000;
    }
}

export class Ward {
    static async open(log, { what = "both", voice } = {}) {
        const ward = new Ward();
        ward.log = log;
        ward.relays = [];
        ward.people = [];
        await goAhead();
        await goAhead((await browser("chromium")).process().pid);
        ward.gateway = new Gateway();
        await ward.gateway.start();
        await ward.gateway.makeDoctor();
        ward.meetup = await ward.gateway.newMeetup();
        ward.doctor = studio(new Person(doctor.name, 1, "chromium", { injected: false }), voice);
        ward.people.push(ward.doctor);
        await ward.doctor.host(ward.meetup, what);
        return ward;
    }

    async line(settings, { seed = 1 } = {}) {
        const relay = await Relay.start(this.gateway, { seed });
        this.relays.push(relay);
        if (settings.both) await relay.both(settings.both);
        if (settings.down) await relay.down(settings.down);
        if (settings.up) await relay.up(settings.up);
        return relay;
    }

    // They come, with nothing of their own to send, and wait.
    async wait(...viewers) {
        for (const viewer of viewers) {
            this.people.push(viewer);
            await goAhead((await browser(viewer.which)).process().pid);
            await viewer.arrive(await this.meetup.invite(`${viewer.name} of the roster`), "none");
        }
        return viewers;
    }

    async admit(...viewers) {
        await this.doctor.admitAll(viewers.length);
        await Promise.all(viewers.map((viewer) => viewer.untilIn()));
    }

    // Somebody with a microphone only.
    async speaker(name, voice) {
        const person = studio(new Person(name, 3, "chromium", { injected: false }), voice);
        this.people.push(person);
        await person.arrive(await this.meetup.invite(`${name} of the roster`), "microphone");
        await this.doctor.admitAll(1);
        await person.untilIn();
        return person;
    }

    async leave(person) {
        await person.away();
        this.people = this.people.filter((one) => one !== person);
    }

    outbound() {
        return statsOf(this.doctor.page, "outbound-rtp");
    }

    // What the doctor sends over some time: {layers, soundBps}.
    async measureSending(ms) {
        const before = await this.outbound();
        await pass(ms);
        return this.sending(before, await this.outbound());
    }

    sending(before, after) {
        const layers = layersOf(before, after);
        const sound = after.find(({ kind, packetsSent }) => kind === "audio" && packetsSent > 0);
        const soundBps = ipRate(before.find(({ id }) => id === sound.id), sound);
        const words = layers.map(({ height, fps, bps }) => `${height} lines ${fps.toFixed(1)}/s ${Math.round(bps / 1000)} kbit/s`);
        this.log(`the doctor sends ${words.join(", ") || "no picture"}; sound ${Math.round(soundBps / 1000)} kbit/s`);
        return { layers, soundBps };
    }

    async close() {
        for (const person of this.people) await person.away();
        for (const relay of this.relays) await relay.stop();
        await this.gateway.remove();
    }
}
