// SPDX-License-Identifier: AGPL-3.0-or-later
// pages.mjs - drives every page and state in a real Chromium against the fake gateway: screenshots to look at, axe-core
// with no violation, no sideways scroll, no third-party request, no message the protocol does not allow.
//
// node pages.mjs [--out DIR] [--only WORD]      DIR is build/pages unless told

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "../../web/build.mjs";
import { axeFaults, gone, launchChromium, openPage, overflow, press, see, type } from "./support/browser.mjs";
import { root } from "./support/bundle.mjs";
import { FakeGateway } from "./support/fake-gateway.mjs";

const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? otherwise : process.argv[at + 1];
};
const out = resolve(option("--out", join(root, "build/pages")));
const only = option("--only", "");

const sizes = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const themes = ["light", "dark"];
let faults = 0;
let looked = 0;

function complain(where, what) {
    faults++;
    console.log(`  ${where}: ${what}`);
}

// One state, looked at in both sizes and both themes.
async function look(page, name) {
    for (const [size, viewport] of Object.entries(sizes)) {
        for (const theme of themes) {
            await page.setViewport({ ...viewport, deviceScaleFactor: 1 });
            await page.emulateMediaFeatures([
                { name: "prefers-color-scheme", value: theme },
                { name: "prefers-reduced-motion", value: "reduce" },
            ]);
            // Two frames: the resize observer of the stage has spoken and its tiles are placed.
            await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
            const where = `${name}-${size}-${theme}`;
            await page.screenshot({ path: join(out, `${where}.png`), fullPage: !(await page.$(".room")) });
            // Light on the desk and dark on the phone: each rule sees both themes and both layouts.
            if ((size === "desk") === (theme === "light")) for (const fault of await axeFaults(page)) complain(where, fault);
            const over = await overflow(page);
            if (over > 0) complain(where, `is ${over} px too large for its window`);
            looked++;
        }
    }
    await page.setViewport({ ...sizes.desk, deviceScaleFactor: 1 });
}

async function toCheck(page, name) {
    await type(page, "input[name=room-name]", name);
    await press(page, "[data-action=continue]");
    await see(page, "[data-step=check]");
}

async function toWaiting(page, name) {
    await toCheck(page, name);
    await press(page, "[data-action=allow-both]");
    await see(page, ".preview[data-state=shown]");
    await press(page, "[data-action=join]");
    await see(page, "[data-stage=waiting]");
}

async function doctorIn(page, gateway, meetup) {
    gateway.signedIn = true;
    await page.goto(`${gateway.url}/room/${meetup.id}`);
    await press(page, "[data-action=allow-both]");
    await see(page, ".preview[data-state=shown]");
    await press(page, "[data-action=join]");
    await see(page, "[data-stage=in]");
}

const allShown = (page, count) =>
    page.waitForFunction((n) => document.querySelectorAll(".line-picture[data-state=shown]").length >= n, {}, count);

const names = ["Anna", "Jörg", "Amina", "Teresa B.", "Old Tom", "محمد", "Wei", "Zofia", "Ida", "Bo", "Maria Fernanda de la Cruz"];

const scenes = {
    async welcome({ page, gateway }) {
        gateway.doctor = null;
        gateway.meetups.clear();
        await page.goto(`${gateway.url}/welcome#${gateway.setupToken}`);
        await see(page, "[data-step=welcome]");
        await look(page, "welcome");
        await type(page, "input[name=name]", "Dr. Sofía Lind");
        await type(page, "input[name=email]", "sofia@clinic.example");
        await type(page, "input[name=password]", "short");
        await press(page, "[data-action=setup]");
        await see(page, ".error");
        await look(page, "welcome-error");
        await type(page, "input[name=password]", "correct horse battery");
        await press(page, "[data-action=setup]");
        await see(page, ".empty-state");
        await look(page, "meetups-empty");
    },

    async "sign-in"({ page, gateway }) {
        await page.goto(gateway.url);
        await see(page, "[data-step=sign-in]");
        await look(page, "sign-in");
        await type(page, "input[name=email]", "sofia@clinic.example");
        await type(page, "input[name=password]", "wrong");
        await press(page, "[data-action=sign-in]");
        await see(page, ".error");
        await look(page, "sign-in-wrong");
    },

    async meetups({ page, gateway, meetup }) {
        gateway.signedIn = true;
        gateway.makeMeetup({ title: "Hip group: first walk outside", startsAt: meetup.startsAt + 6 * 86_400, minutes: 45 });
        gateway.makeMeetup({ title: "Winter shoulders", startsAt: meetup.startsAt - 40 * 86_400, state: "ended" });
        gateway.makeInvite(meetup, "Anna Müller");
        gateway.room(meetup).add({ roomName: "Anna", rosterName: "Anna Müller", stage: "waiting" });
        await page.goto(gateway.url);
        await see(page, "[data-meetup]");
        await look(page, "meetups");
        await press(page, "[data-action=new-meetup]");
        await see(page, "[data-dialog=new-meetup]");
        await look(page, "meetups-new");
    },

    async meetup({ page, gateway, meetup }) {
        gateway.signedIn = true;
        await page.goto(`${gateway.url}/meetup/${meetup.id}`);
        await see(page, "[data-form=invite]");
        await look(page, "meetup-empty");
        gateway.makeInvite(meetup, "Jörg Petersen", { state: "used", roomName: "Jörg" });
        gateway.makeInvite(meetup, "Amina Yılmaz", { state: "revoked" });
        for (const [roomName, rating, words] of [
            ["Jörg", 5, "So good to see the others walk again."],
            ["Amina", 2, "My knee still hurts at night.\nWho can I ask about it?"],
        ]) {
            const one = { id: `f${rating}`, meetup: meetup.id, roomName, rating, words, at: meetup.startsAt, followUp: "" };
            gateway.feedback.set(one.id, one);
        }
        await type(page, "input[name=roster-name]", "Anna Müller");
        await press(page, "[data-action=invite]");
        await see(page, "[data-link]");
        await press(page, "[data-feedback=f2] [data-action=follow-up]");
        await look(page, "meetup-follow-up");
        await press(page, "[data-action=save-follow-up]");
        await see(page, "[data-follow-up]");
        gateway.room(meetup).add({ roomName: "Anna", rosterName: "Anna Müller", stage: "waiting" });
        await see(page, "[data-notice=waiting]");
        await look(page, "meetup-full");
        await press(page, "[data-action=revoke]");
        await look(page, "meetup-revoke");
    },

    async join({ page, gateway, meetup, browser }) {
        const invite = gateway.makeInvite(meetup, "Anna Müller");
        await page.goto(gateway.link(invite));
        await see(page, "[data-step=name]");
        if (!page.url().endsWith(`/join/${invite.id}`)) complain("join", `the token stays in the address: ${page.url()}`);
        if ((await page.$eval("input[name=room-name]", (one) => one.value)) !== "") complain("join", "a name is filled in");
        await look(page, "join-name");
        await toCheck(page, "Anna");
        await look(page, "join-ask");
        await press(page, "[data-action=allow-both]");
        await see(page, ".preview[data-state=shown]");
        await press(page, "details.more summary");
        await press(page, "[data-action=test-sound]");
        await look(page, "join-check");
        await press(page, "[data-action=join]");
        await see(page, "[data-stage=waiting]");
        await look(page, "waiting");
        await press(page, ".waiting details summary");
        await type(page, "[data-chat-text]", "I am here with my daughter.");
        await press(page, "[data-action=send]");
        await press(page, "[data-action=check-again]");
        await see(page, "[data-dialog=check]");
        await look(page, "waiting-check");
        await press(page, "[data-dialog=check] [data-answer=yes]");
        void browser;
        gateway.room(meetup).out(gateway.room(meetup).find("Anna"), "declined");
        await see(page, "[data-reason=declined]");
        await look(page, "goodbye-declined");
    },

    async trouble({ page, gateway, meetup }) {
        await page.goto(`${gateway.url}/join#nothing-at-all`);
        await see(page, "[data-code=not_found]");
        await look(page, "link-wrong");
        const invite = gateway.makeInvite(meetup, "Anna Müller", { state: "expired" });
        await page.goto("about:blank");
        await page.goto(gateway.link(invite));
        await see(page, "[data-code=expired]");
        await look(page, "link-expired");
        await page.goto(`${gateway.url}/nowhere`);
    },

    async names({ page, gateway, meetup }) {
        const invite = gateway.makeInvite(meetup, "Anna Müller");
        gateway.room(meetup).add({ roomName: "Anna" });
        await page.goto(gateway.link(invite));
        await toCheck(page, "Anna");
        await press(page, "[data-action=allow-none]");
        await press(page, "[data-action=join]");
        await see(page, "[data-step=name] .error");
        await look(page, "join-name-taken");
        await type(page, "input[name=room-name]", "Anna M.");
        await press(page, "[data-action=continue]");
        await see(page, "[data-stage=waiting]");
    },

    async problems({ browser, gateway, meetup, open }) {
        for (const name of ["NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError"]) {
            const page = await open();
            await page.evaluateOnNewDocument((fault) => {
                navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", fault));
            }, name);
            await page.goto(gateway.link(gateway.makeInvite(meetup, "Anna Müller")));
            await toCheck(page, "Anna");
            await press(page, "[data-action=allow-both]");
            await see(page, "[data-notice^=camera-]");
            await look(page, `problem-${name}`);
            await page.close();
        }
        void browser;
    },

    async "in-app"({ page, gateway, meetup }) {
        await page.setUserAgent("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 300.0");
        await page.evaluateOnNewDocument(() => Object.defineProperty(navigator, "mediaDevices", { value: undefined }));
        await page.goto(gateway.link(gateway.makeInvite(meetup, "Anna Müller")));
        await see(page, "[data-step=in-app]");
        await look(page, "in-app");
    },

    async room({ page, gateway, meetup }) {
        await doctorIn(page, gateway, meetup);
        await look(page, "room-alone");
        const room = gateway.room(meetup);
        const people = [];
        for (const count of [1, 2, 3, 5, 8, 11]) {
            while (people.length < count) {
                const n = people.length;
                people.push(room.add({ roomName: names[n], rosterName: `${names[n]} Roster`, microphone: n % 3 !== 2, camera: n !== 4 }));
            }
            if (count === 3) room.speaks(people[0].member);
            await page.waitForFunction((n) => document.querySelectorAll(".tile").length === n, {}, count);
            await allShown(page, people.filter((one) => one.camera).length);
            await look(page, `room-${String(count + 1).padStart(2, "0")}`);
        }
        while (people.length > 3) room.leaves(people.pop());
        room.add({ roomName: "Ruth", rosterName: "Ruth Olsen", stage: "waiting", has: { microphone: true, camera: false } });
        await see(page, "[data-notice=waiting]");
        await look(page, "room-waiting");
        room.add({ roomName: "Sven", rosterName: "Sven Bach", stage: "waiting", secondDevice: true });
        room.change(people[1], { muted: true });
        room.change(people[2], { connection: "lost" });
        await press(page, "[data-control=people]");
        await see(page, "[data-panel=people]");
        await look(page, "room-people");
        await press(page, "[data-action=remove]");
        await see(page, "[data-dialog=remove]");
        await look(page, "room-remove");
        await press(page, "[data-dialog=remove] [data-answer=no]");
        await press(page, "[data-control=chat]");
        await type(page, "[data-chat-text]", "Welcome, everyone.");
        await press(page, "[data-action=send]");
        room.says(people[0], "Hello from the garden! The steps are easy now.");
        room.says(people[1], "Could I ask you something alone later?", "hosts");
        await page.waitForFunction(() => document.querySelectorAll(".line").length === 3);
        await look(page, "room-chat");
        await press(page, "[data-control=chat]");
        await page.keyboard.press("?");
        await see(page, "[data-dialog=help]");
        await look(page, "room-help");
        await page.keyboard.press("Escape");
        await gone(page, "[data-dialog=help]");
        room.change(people[0], { screen: true });
        await see(page, ".tile.screen");
        await page.waitForFunction(() => document.querySelector(".tile.screen .line-picture[data-state=shown]"));
        await look(page, "room-screen");
        room.change(people[0], { screen: false });
        gateway.refuseSockets = true;
        gateway.dropSockets();
        await see(page, "[data-notice=reconnecting]");
        await look(page, "room-reconnecting");
        gateway.refuseSockets = false;
        await gone(page, "[data-notice=reconnecting]");
        await press(page, "[data-control=leave]");
        await look(page, "room-leave");
        await press(page, "[data-dialog=leave] [data-answer=yes]");
        await see(page, "[data-reason=left]");
        await look(page, "goodbye-doctor");
    },

    async slow({ page, gateway, meetup }) {
        gateway.signedIn = false;
        const room = gateway.room(meetup);
        await page.goto(gateway.link(gateway.makeInvite(meetup, "Anna Müller")));
        await toWaiting(page, "Anna");
        const doctor = room.add({ roomName: "Dr. Sofía Lind", role: "doctor", host: true });
        const jorg = room.add({ roomName: "Jörg" });
        const amina = room.add({ roomName: "Amina" });
        const me = room.find("Anna");
        room.admit(me);
        await see(page, "[data-stage=in]");
        await allShown(page, 3);

        // Others' lines.
        room.change(jorg, { line: "poor" });
        room.change(amina, { line: "poor", camera: false, slow: true });
        await see(page, "[data-state=slow]");
        await look(page, "slow-others");
        room.change(amina, { line: "lost" });
        room.change(jorg, { connection: "lost" });
        await see(page, "[data-state=lost]");
        await press(page, "[data-control=people]");
        await look(page, "slow-lost");
        await press(page, "[data-panel=people] .panel-head button");
        room.change(amina, { line: "good", camera: true, slow: false });
        room.change(jorg, { line: "fair", connection: "ok" });
        await allShown(page, 3);

        // One's own: one picture paused, then all; then one's own.
        room.pauses(me, [jorg], true);
        await see(page, "[data-state=paused]");
        await page.waitForFunction(() => document.querySelectorAll(".line-picture[data-state=covered]").length === 1);
        await look(page, "slow-one-paused");
        room.pauses(me, [doctor, jorg, amina], true);
        room.tells(me, { type: "line", up: "good", down: "poor", picturesOff: true, redundancy: true });
        await see(page, "[data-notice=pictures-paused]");
        const waits = await page.evaluate(() => window.__connection.lines.filter(({ receiver }) => receiver.jitterBufferTarget === 200).length);
        if (waits === 0) complain("slow", "no sound is waited for");
        await look(page, "slow-all-paused");
        await page.evaluate(() => (window.__connection.availableBps = 40_000));
        await see(page, "[data-notice=picture-off]");
        if (room.find("Anna").camera || !room.find("Anna").slow) complain("slow", "the others are not told that the picture is off");
        await look(page, "slow-own-off");
        await press(page, "[data-action=show-picture]");
        await gone(page, "[data-notice=picture-off]");
        if (!room.find("Anna").camera || room.find("Anna").slow) complain("slow", "the others are not told that the picture is on");
        await page.evaluate(() => (window.__connection.availableBps = 4_000_000));
        room.pauses(me, [doctor, jorg, amina], false);
        room.tells(me, { type: "line", up: "good", down: "good", picturesOff: false, redundancy: false });
        await gone(page, "[data-notice=pictures-paused]");
        await allShown(page, 3);

        // Layers, voice.
        room.tells(me, { type: "layers", source: 4 * me.member + 1, needed: [true, false, false] });
        room.tells(me, { type: "voice", maxBitrate: 14_000, redundancy: false });
        await page.waitForFunction(() => {
            const [microphone, camera] = window.__connection.lines.map(({ sender }) => sender.getParameters().encodings);
            return microphone[0].maxBitrate === 14_000 && camera.map(({ active }) => active).join() === "true,false,false";
        });

        // The media go, the socket stays.
        await page.evaluate(() => window.__connection.path("disconnected"));
        await see(page, "[data-notice=media-away]");
        await look(page, "slow-media-away");
        await page.evaluate(() => window.__connection.path("connected"));
        await gone(page, "[data-notice=media-away]");
    },

    async pin({ page, gateway, meetup }) {
        gateway.signedIn = false;
        const room = gateway.room(meetup);
        await page.goto(gateway.link(gateway.makeInvite(meetup, "Anna Müller")));
        await toWaiting(page, "Anna");
        room.add({ roomName: "Dr. Sofía Lind", role: "doctor", host: true });
        const people = names.slice(1, 6).map((roomName) => room.add({ roomName }));
        room.admit(room.find("Anna"));
        await see(page, "[data-stage=in]");
        await allShown(page, 6);
        const [, amina] = people;
        const pin = `[data-member="${amina.member}"] [data-action=pin]`;
        await page.focus(pin);
        await page.keyboard.press("Enter");
        await see(page, "[data-pinned=true]");
        if (!(await page.$eval(pin, (one) => one === document.activeElement))) complain("pin", "the focus is lost");
        await allShown(page, 5);
        await look(page, "pin");
        const wanted = () => gateway.received.filter(({ type }) => type === "want").at(-1).pictures;
        await page.waitForFunction(() => true);
        const source = 4 * amina.member + 1;
        if (wanted()[0].source !== source || wanted()[0].pinned !== true) complain("pin", `wanted: ${JSON.stringify(wanted())}`);
        room.change(people[0], { screen: true });
        await page.waitForFunction(() => document.querySelector(".tile.screen .line-picture[data-state=shown]"));
        await look(page, "pin-screen");
        if (wanted()[0].source !== 4 * people[0].member + 2 || wanted()[1].source !== source) complain("pin", `wanted: ${JSON.stringify(wanted())}`);
        room.change(people[0], { screen: false });
        await gone(page, ".tile.screen");
        room.leaves(amina);
        await page.waitForFunction(() => !document.querySelector("[data-pinned=true]"));
        const back = room.add({ roomName: "Amina" });
        await see(page, `[data-member="${back.member}"]`);
        if (await page.$("[data-pinned=true]")) complain("pin", "large again after leaving");
        void back;
    },

    async patient({ page, gateway, meetup }) {
        gateway.signedIn = false;
        const room = gateway.room(meetup);
        await page.goto(gateway.link(gateway.makeInvite(meetup, "Anna Müller")));
        await toWaiting(page, "Anna");
        const doctor = room.add({ roomName: "Dr. Sofía Lind", role: "doctor", host: true });
        room.add({ roomName: "Jörg" });
        room.add({ roomName: "Amina", camera: false });
        room.admit(room.find("Anna"));
        await see(page, "[data-stage=in]");
        await allShown(page, 2);
        room.speaks(doctor.member);
        await look(page, "patient-room");
        room.change(room.find("Anna"), { muted: true });
        await see(page, "[data-notice=muted]");
        await look(page, "patient-muted");
        await press(page, "[data-action=unmute]");
        await gone(page, "[data-notice=muted]");
        await page.reload();
        await see(page, "[data-stage=in]");
        await see(page, "[data-self=shown][data-state=camera]");
        room.end();
        await see(page, "[data-reason=ended]");
        await press(page, ".face-choice:nth-child(4)");
        await type(page, "[data-step=feedback] textarea", "Thank you. I was not alone with it.");
        await look(page, "goodbye");
        await press(page, "[data-action=send-feedback]");
        await see(page, "[data-notice=feedback-sent]");
        await look(page, "goodbye-sent");
    },

    async tabs({ page, gateway, meetup }) {
        const invite = gateway.makeInvite(meetup, "Anna Müller");
        await page.goto(gateway.link(invite));
        await toWaiting(page, "Anna");
        const second = await page.browserContext().newPage();
        await second.goto(`${gateway.url}/join/${invite.id}`);
        await toCheck(second, "Anna");
        await press(second, "[data-action=allow-none]");
        await press(second, "[data-action=join]");
        await see(second, "[data-stage=waiting]");
        await page.bringToFront();
        await see(page, "[data-reason=taken-over]");
        await look(page, "goodbye-taken-over");
    },

    async languages({ page, gateway, meetup, open }) {
        for (const language of ["es", "en-XA", "ar-XB"]) {
            const own = await open();
            gateway.signedIn = false;
            await own.goto(`${gateway.url}/?lang=${language}`);
            await see(own, "[data-step=sign-in]");
            await look(own, `${language}-sign-in`);
            gateway.signedIn = true;
            await own.goto(`${gateway.url}/meetup/${meetup.id}?lang=${language}`);
            await see(own, "[data-form=invite]");
            await look(own, `${language}-meetup`);
            const room = gateway.room(gateway.makeMeetup());
            const invite = gateway.makeInvite([...gateway.meetups.values()].at(-1), "Anna Müller");
            const link = gateway.link(invite).replace("/join#", `/join?lang=${language}#`);
            await own.goto(link);
            await see(own, "[data-step=name]");
            await toWaiting(own, "Anna");
            await look(own, `${language}-waiting`);
            const doctor = room.add({ roomName: "Dr. Sofía Lind", role: "doctor", host: true });
            for (const roomName of names.slice(1, 4)) room.add({ roomName, line: "poor" });
            room.admit(room.find("Anna"));
            await see(own, "[data-stage=in]");
            await allShown(own, 4);
            room.speaks(doctor.member);
            await press(own, "[data-control=people]");
            await look(own, `${language}-room`);
            await press(own, "[data-panel=people] .panel-head button");
            const me = room.find("Anna");
            room.pauses(me, [doctor], true);
            room.change(room.find(names[1]), { line: "lost" });
            room.change(room.find(names[2]), { camera: false, slow: true });
            await own.evaluate(() => {
                window.__connection.availableBps = 40_000;
                window.__connection.path("disconnected");
            });
            await see(own, "[data-notice=media-away]");
            await own.evaluate(() => window.__connection.path("connected"));
            await see(own, "[data-notice=picture-off]");
            await look(own, `${language}-slow`);
            room.end();
            await see(own, "[data-reason=ended]");
            await look(own, `${language}-goodbye`);
            await own.close();
        }
        void page;
    },
};

const folder = await mkdtemp(join(tmpdir(), "aftercare-pages-"));
const browser = await launchChromium();
try {
    await build(folder);
    await mkdir(out, { recursive: true });
    for (const [name, scene] of Object.entries(scenes)) {
        if (only && !name.includes(only)) continue;
        console.log(name);
        const gateway = await FakeGateway.start(folder);
        gateway.makeDoctor();
        const opened = [];
        const open = async () => {
            const one = await openPage(browser, { origin: gateway.url });
            opened.push(one);
            return one.page;
        };
        try {
            const page = await open();
            await scene({ page, gateway, browser, open, meetup: gateway.makeMeetup() });
        } catch (error) {
            complain(name, error.stack);
            for (const one of opened) if (!one.page.isClosed()) await one.page.screenshot({ path: join(out, `FAILED-${name}.png`) }).catch(() => {});
        }
        for (const one of opened) for (const fault of one.faults) complain(name, fault);
        for (const message of gateway.faults) complain(name, `not of the protocol: ${JSON.stringify(message)}`);
        for (const one of opened) await one.context.close().catch(() => {});
        await gateway.close();
    }
} finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
}
console.log(`${looked} looks, ${faults} faults, pictures in ${out}`);
process.exitCode = faults > 0 ? 1 : 0;
