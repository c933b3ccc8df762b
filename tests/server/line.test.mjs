// SPDX-License-Identifier: AGPL-3.0-or-later
// line.test.mjs - what pages and gateway say of lines: pins, slow cameras, and answers with RED.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Gateway } from "./support/gateway.mjs";
import { Socket } from "./support/raw.mjs";

const offer = readFileSync(new URL("../protocol/sdp/chromium-page-offer.sdp", import.meta.url), "utf8").replace(/\r?\n/g, "\r\n");
const has = { microphone: true, camera: true };
const quiet = { type: "state", microphone: true, camera: false, screen: false, screenSound: false };

let gateway;
let host;
let patient;
before(async () => {
    gateway = await Gateway.demo();
    host = await Socket.open(gateway, await gateway.signIn());
    host.send({ type: "join", as: "doctor", meetup: gateway.meetup, language: "en", has, id: 1 });
    await host.message("joined", 1);
    const { cookie, invite } = await gateway.redeem(0);
    patient = await Socket.open(gateway, cookie);
    patient.send({ type: "join", as: "patient", invite, roomName: "Anna", language: "en", has, offer, id: 1 });
});
after(async () => {
    host.end();
    patient.end();
    assert.equal(await gateway.stop(), 0);
});

const sections = (sdp) => sdp.split("\r\nm=").slice(1);

test("the answer has Opus first and RED behind it, on the microphone and the slots", async () => {
    const { answer } = await patient.message("joined", 1);
    const sound = sections(answer).filter((section) => section.startsWith("audio "));
    assert.equal(sound.length, 17);
    for (const [i, section] of sound.entries()) {
        const isScreen = i === 1;
        assert.match(section, isScreen ? /^audio 9 \S+ 111\r\n/ : /^audio 9 \S+ 111 63\r\n/);
        assert.equal(section.includes("a=fmtp:63 111/111\r\n"), !isScreen);
        assert.ok(section.includes("a=fmtp:111 minptime=10;"));
        assert.equal(section.includes("usedtx=1"), i === 0);
    }
});

test("who waits is told nothing of lines; who comes in has a good one", async () => {
    const { member } = await patient.message("joined", 1);
    assert.ok(!patient.messages.some((m) => ["line", "layers", "voice", "slots", "members"].includes(m.type)));
    host.send({ type: "admit", member, id: 2 });
    const { type, ...line } = await patient.message("line");
    assert.deepEqual(line, { up: "good", down: "good", picturesOff: false, redundancy: false });
    const { members } = await patient.message("members");
    assert.ok(members.every((m) => m.line === "good" && m.slow === false));
    const told = await host.raw.until(() => host.messages.find((m) => m.type === "member" && m.member.member === member), "the host is told");
    assert.equal(told.member.line, "good");
});

test("a camera off for a slow line is shown so to others", async () => {
    const { member } = await patient.message("joined", 1);
    const shown = (slow) => host.raw.until(() => host.messages.findLast((m) => m.type === "member" && m.member.member === member)?.member.slow === slow, `slow: ${slow}`);
    patient.send({ ...quiet, slow: true });
    await shown(true);
    patient.send({ ...quiet, camera: true });
    await shown(false);
});

test("what only the gateway may say, and fields that are wrong, are refused and change nothing", async () => {
    const { member } = await patient.message("joined", 1);
    const picture = { source: 4 * member + 1, height: 180 };
    const bad = [
        { type: "layers", source: 5, needed: [false, false, false] },
        { type: "voice", maxBitrate: 6000, redundancy: true },
        { type: "line", up: "good", down: "good", picturesOff: false, redundancy: false },
        { type: "want", pictures: [{ ...picture, pinned: "yes" }] },
        { type: "want", pictures: [{ ...picture, pinned: null }] },
        { type: "want", pictures: [{ ...picture, paused: true }] },
        { type: "want", pictures: Array.from({ length: 33 }, () => ({ ...picture, pinned: true })) },
        { ...quiet, slow: 1 },
        { ...quiet, line: "lost" },
    ];
    for (const [i, message] of bad.entries()) patient.send({ ...message, id: 100 + i });
    for (const i of bad.keys()) assert.equal((await patient.message("error", 100 + i)).code, "invalid");
    patient.send({ type: "want", pictures: [{ ...picture, pinned: true }] }).send({ type: "ping", id: 200 });
    await patient.message("pong", 200);
    assert.equal(patient.messages.filter((m) => m.type === "error").length, bad.length);
});
