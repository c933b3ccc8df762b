// SPDX-License-Identifier: AGPL-3.0-or-later
// support/room.mjs - people and their ways through the pages, as a person would go them.

import { doctor } from "./gateway.mjs";
import { newDevice } from "./launch.mjs";
import { giveMedia, hueOf, toneOf } from "./media.mjs";
import { layProbe, messagesTo } from "./probe.mjs";
import { until } from "./wait.mjs";

// Presses a button as soon as it is there, can be pressed, stands still and is covered by nothing.
export async function press(page, selector) {
    await until(
        page,
        `${selector} to press`,
        async (sought) => {
            const found = document.querySelector(sought);
            if (!found || found.disabled || found.getClientRects().length === 0) return false;
            found.scrollIntoView({ block: "nearest" });
            const before = found.getBoundingClientRect();
            await new Promise((done) => setTimeout(done, 60));
            const { x, y, width, height } = found.getBoundingClientRect();
            const still = before.x === x && before.y === y && before.width === width && before.height === height;
            return still && found.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        },
        selector,
    );
    await page.click(selector);
}

export function untilThere(page, selector) {
    return until(page, `${selector} on the page`, (sought) => document.querySelector(sought) !== null, selector);
}

export function untilGone(page, selector) {
    return until(page, `${selector} gone from the page`, (sought) => document.querySelector(sought) === null, selector);
}

export class Person {
    // number: colour and tone; injected: whether they replace the browser's own devices.
    constructor(name, number, which, { injected = true, media = {}, liked } = {}) {
        this.name = name;
        this.number = number;
        this.which = which;
        this.injected = injected;
        this.media = media;
        this.liked = liked;
        this.isDoctor = false;
    }

    get hue() {
        return hueOf(this.number);
    }

    get tone() {
        return toneOf(this.number);
    }

    async newPage() {
        this.device ??= await newDevice(this.which, this.liked);
        const page = await this.device.newPage();
        if (this.injected) await giveMedia(page, this.number, this.media);
        await layProbe(page);
        if (this.beforePage) await this.beforePage(page);
        this.page = page;
        return page;
    }

    async member() {
        const joined = await messagesTo(this.page, "joined");
        return joined.at(-1)?.member;
    }

    // --- a patient's way ---------------------------------------------------------------------------

    async openLink(link) {
        await this.newPage();
        await this.page.goto(String(link));
    }

    async giveName(name = this.name) {
        await untilThere(this.page, "input[name=room-name]");
        await this.page.type("input[name=room-name]", name);
        await press(this.page, "[data-action=continue]");
    }

    // what: both, microphone, camera or none.
    async passCheck(what = "both") {
        await press(this.page, `[data-action=allow-${what}]`);
        const summary = what === "none" ? "with_neither" : `with_${what}`;
        await untilThere(this.page, `[data-summary=${summary}]`);
    }

    async join() {
        await press(this.page, "[data-action=join]");
        await untilThere(this.page, "[data-stage=waiting], [data-stage=in]");
    }

    // From the link to the waiting room, or straight into the room for somebody admitted before.
    async arrive(invite, what = "both") {
        this.invite = invite;
        await this.openLink(invite.link);
        await this.giveName();
        await this.passCheck(what);
        await this.join();
    }

    // --- a doctor's way ----------------------------------------------------------------------------

    async signIn(gateway) {
        this.isDoctor = true;
        await this.newPage();
        await this.page.goto(`${gateway.origin}/robots.txt`);
        const status = await this.page.evaluate(
            (body) =>
                fetch("/api/sign-in", { method: "POST", headers: { "content-type": "application/json" }, body }).then((reply) => reply.status),
            JSON.stringify({ email: doctor.email, password: doctor.password }),
        );
        if (status !== 200) throw new Error(`signing in: ${status}`);
    }

    async host(meetup, what = "both") {
        await this.signIn(meetup.gateway);
        await this.page.goto(`${meetup.gateway.origin}/room/${meetup.id}`);
        await this.passCheck(what);
        await this.join();
    }

    async admitAll(count) {
        await until(
            this.page,
            `${count} people waiting`,
            (wanted) => JSON.parse(window.__probe.got.findLast((text) => JSON.parse(text).type === "waiting") ?? "{}").waiting?.length === wanted,
            count,
        );
        await press(this.page, count === 1 ? "[data-notice=waiting] [data-action=admit]" : "[data-notice=waiting] [data-action=admit-all]");
    }

    async openPeople() {
        if (await this.page.$("[data-panel=people]")) return;
        await press(this.page, "[data-control=people]");
        await untilThere(this.page, "[data-panel=people]");
    }

    // --- in the room -------------------------------------------------------------------------------

    untilIn() {
        return untilThere(this.page, "[data-stage=in]");
    }

    untilOut(reason) {
        return untilThere(this.page, `[data-stage=out]${reason ? `[data-reason=${reason}]` : ""}`);
    }

    async leave() {
        await press(this.page, "[data-control=leave]");
        await press(this.page, "[data-dialog=leave] [data-answer=yes]");
        await this.untilOut("left");
    }

    // This page shows exactly these people, each with their own colour under their own name, and hears each one's
    // tone on a line that is theirs; nobody else, and never itself.
    untilMeets(others, { silent = [], dark = [] } = {}) {
        const expected = others.map((other) => ({
            name: other.name,
            hue: dark.includes(other) ? null : other.hue,
            tone: silent.includes(other) ? null : other.tone,
        }));
        return until(
            this.page,
            `${this.name} (${this.which}) to meet ${others.map((other) => other.name).join(", ") || "nobody"}`,
            (wanted, tones) => {
                const seen = window.__probe.seen().filter(({ source }) => source % 4 === 1);
                const heard = window.__probe.heard(tones);
                const differs = (tile, want) =>
                    want.hue === null ? tile.picture !== null : !tile.picture || tile.picture.hue === null || Math.abs(((tile.picture.hue - want.hue + 540) % 360) - 180) > 12;
                const complaints = [];
                if (seen.length !== wanted.length) complaints.push(`tiles: ${seen.map(({ name }) => name)}`);
                for (const want of wanted) {
                    const tile = seen.find(({ name }) => name === want.name);
                    if (!tile || differs(tile, want)) complaints.push({ want, tile });
                    const lines = heard.filter(({ source }) => Math.floor(source / 4) === tile?.member);
                    const own = lines.flatMap((line) => line.tones);
                    if (own.join() !== (want.tone === null ? "" : String(want.tone))) complaints.push({ want, own });
                }
                const known = wanted.map(({ tone }) => tone);
                for (const tone of heard.flatMap((line) => line.tones)) if (!known.includes(tone)) complaints.push({ stranger: tone });
                window.__complaints = complaints;
                return complaints.length === 0;
            },
            expected,
            [1, 2, 3, 4, 5, 6, 7, 8].map(toneOf),
        ).catch(async (error) => {
            const complaints = await this.page.evaluate(() => window.__complaints).catch(() => null);
            throw new Error(`${error.message}\n${JSON.stringify(complaints)}`);
        });
    }

    async away() {
        await this.device?.context.close().catch(() => {});
    }
}

// A doctor and three patients, two browsers of each make.
export function usualPeople() {
    return {
        sofia: new Person(doctor.name, 1, "chromium"),
        anna: new Person("Anna", 2, "firefox"),
        ben: new Person("Ben", 3, "chromium"),
        carla: new Person("Carla", 4, "firefox"),
    };
}

// They come, are let in, and are in the room; `t` sends them away at the end.
export async function gather(t, gateway, { people = usualPeople(), host = "sofia" } = {}) {
    const meetup = await gateway.newMeetup();
    for (const person of Object.values(people)) t.person(person);
    const patients = Object.entries(people).filter(([key]) => key !== host).map(([, person]) => person);
    await people[host].host(meetup);
    t.step("the host is in");
    await Promise.all(patients.map(async (patient) => patient.arrive(await meetup.invite(`${patient.name} of the roster`))));
    t.step("the patients wait");
    await people[host].admitAll(patients.length);
    await Promise.all(patients.map((patient) => patient.untilIn()));
    t.step("all are in");
    return { meetup, ...people };
}
