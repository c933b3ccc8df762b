// SPDX-License-Identifier: AGPL-3.0-or-later
// websocket.test.mjs - who is let in, what is taken, and what ends a WebSocket.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Gateway } from "./support/gateway.mjs";
import { Raw, Socket, frame, text, upgrade } from "./support/raw.mjs";

let gateway;
let cookie;
before(async () => {
    gateway = await Gateway.demo();
    cookie = await gateway.signIn();
});
after(async () => assert.equal(await gateway.stop(), 0));

async function refused(request, statuses, what) {
    const raw = await Raw.connect(gateway);
    raw.send(request);
    const took = await raw.untilClosed();
    assert.ok(statuses.includes(raw.status), `${what}: ${raw.text.slice(0, 80)}`);
    assert.ok(took <= 1000, `${what}: closed after ${took} ms`);
    assert.doesNotMatch(raw.text, /101 Switching/);
}

const join = (more = {}) => ({ type: "join", as: "doctor", meetup: gateway.meetup, language: "en", has: { microphone: false, camera: false }, ...more });

async function closes(wanted, send, what) {
    const socket = await Socket.open(gateway, cookie);
    send(socket);
    const code = await socket.closeCode();
    assert.ok([].concat(wanted).includes(code), `${what}: ${code}`);
    socket.end();
    assert.ok(gateway.isAlive());
}

// --- before it is one ---

test("WS-1: another origin is refused before anything is made", async () => {
    for (const origin of [null, "null", "https://evil.example", `${gateway.origin}.evil.example`, `https://evil.example/${gateway.host}`,
        `https://127.0.0.1:${gateway.port + 1}`, "https://127.0.0.1", gateway.origin.toUpperCase(), gateway.origin.replace("https", "http"), ""])
        await refused(upgrade(gateway, { cookie, origin }), [403], `origin ${origin}`);
    await refused(upgrade(gateway, { cookie, more: [`Origin: ${gateway.origin}`] }), [403], "two origins");
    await refused(upgrade(gateway, { cookie, more: ["Sec-WebSocket-Origin: https://evil.example"] }), [403], "an old header for it");
});

test("without a valid cookie there is no WebSocket", async () => {
    for (const bad of [undefined, "__Host-doctor=", "__Host-doctor=AAAAAAAAAAAAAAAAAAAAAA", "__Host-device=AAAAAAAAAAAAAAAAAAAAAA.AAAA", `${cookie}; ${cookie}`, cookie.replace("doctor", "device")])
        await refused(upgrade(gateway, { cookie: bad }), [403], `cookie ${bad}`);
});

test("WS-2: an upgrade that is not quite right is refused", async () => {
    const wrong = {
        "version 8": { without: ["Sec-WebSocket-Version"], more: ["Sec-WebSocket-Version: 8"] },
        "version 0": { without: ["Sec-WebSocket-Version"], more: ["Sec-WebSocket-Version: 0"] },
        "no version": { without: ["Sec-WebSocket-Version"] },
        "no key": { without: ["Sec-WebSocket-Key"] },
        "short key": { without: ["Sec-WebSocket-Key"], more: ["Sec-WebSocket-Key: AAAA"] },
        "long key": { without: ["Sec-WebSocket-Key"], more: [`Sec-WebSocket-Key: ${"A".repeat(2000)}`] },
        "no subprotocol": { without: ["Sec-WebSocket-Protocol"] },
        "another subprotocol": { without: ["Sec-WebSocket-Protocol"], more: ["Sec-WebSocket-Protocol: aftercare.v2"] },
        "the other protocol's name": { without: ["Sec-WebSocket-Protocol"], more: ["Sec-WebSocket-Protocol: http"] },
        "100 subprotocols": { without: ["Sec-WebSocket-Protocol"], more: [`Sec-WebSocket-Protocol: ${Array.from({ length: 100 }, (_, i) => `p${i}`).join(", ")}, aftercare.v1`] },
        "another path": { path: "/" },
        "a path below": { path: "/ws/x" },
        "a length": { more: ["Content-Length: 5"] },
        "a coding": { more: ["Transfer-Encoding: chunked"] },
    };
    for (const [what, options] of Object.entries(wrong)) await refused(upgrade(gateway, { cookie, ...options }), [400, 0], what);
    for (const method of ["POST", "HEAD", "PUT"]) await refused(upgrade(gateway, { cookie }).replace("GET", method), [400, 0], method);
    await refused(upgrade(gateway, { cookie, without: ["Connection"] }), [0, 400], "no Connection: Upgrade");
    await refused(upgrade(gateway, { cookie, without: ["Host"] }), [0, 400, 421], "no Host");
});

test("an upgrade on a kept-alive connection works", async () => {
    const raw = await Raw.connect(gateway);
    raw.send(`GET /robots.txt HTTP/1.1\r\nHost: ${gateway.host}\r\n\r\n`);
    await raw.until((r) => r.text.includes("Disallow"));
    raw.bytes = Buffer.alloc(0);
    raw.send(upgrade(gateway, { cookie }));
    await raw.until((r) => r.text.includes("\r\n\r\n"));
    assert.equal(raw.status, 101);
    assert.match(raw.text, /sec-websocket-protocol: aftercare\.v1/i);
    raw.end();
});

// --- frames ---

test("WS-3: frames against the rules end it", async () => {
    const bad = [1002, 0]; // libwebsockets hangs up at some of them without a word
    for (const rsv of [1, 2, 4, 7]) await closes(bad, (s) => s.raw.send(frame(1, "{}", { rsv })), `rsv ${rsv}`);
    for (const opcode of [3, 4, 7, 11, 15]) await closes(bad, (s) => s.raw.send(frame(opcode, "{}")), `opcode ${opcode}`);
    await closes(bad, (s) => s.raw.send(frame(9, "x".repeat(126))), "large ping");
    await closes(bad, (s) => s.raw.send(frame(9, "x", { fin: false })), "fragmented ping");
    await closes(bad, (s) => s.raw.send(frame(0, "{}")), "continuation without a start");
    await closes(bad, (s) => s.raw.send(Buffer.concat([frame(1, "{", { fin: false }), frame(1, "}")])), "text inside a text");
    await closes(1003, (s) => s.raw.send(frame(2, "{}")), "binary");
});

test("an unmasked frame and a length longer than needed do no harm", async () => {
    // libwebsockets 4.1.6 reads both and does not tell; the mask protects proxies, not us.
    for (const bytes of [frame(1, '{"type":"ping","id":3}', { masked: false }), Buffer.concat([Buffer.from([0x81, 0xfe, 0, 22, 0, 0, 0, 0]), Buffer.from('{"type":"ping","id":3}')])]) {
        const socket = await Socket.open(gateway, cookie);
        socket.raw.send(bytes);
        await Promise.race([socket.message("pong", 3).catch(() => {}), socket.closeCode()]);
        assert.ok(gateway.isAlive());
        socket.end();
    }
});

test("WS-4: a message has a bounded size, announced or grown", async () => {
    await closes([1009, 0], (s) => s.raw.send(frame(1, "x", { length: 2 ** 30 })), "1 GB announced");
    await closes([1009, 1002, 0], (s) => s.raw.send(Buffer.concat([Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(8)])), "2^63 announced");
    await closes(1009, (s) => s.raw.send(text("x".repeat(256 * 1024 + 1))), "256 KiB and one");
    await closes([1009, 0], (s) => {
        s.raw.send(frame(1, "x".repeat(1000), { fin: false }));
        for (let i = 0; i < 300; i++) s.raw.send(frame(0, "x".repeat(1000), { fin: false }));
    }, "in fragments");
    await closes([1008, 0], (s) => {
        s.raw.send(frame(1, "", { fin: false }));
        const empty = Buffer.concat(Array.from({ length: 1000 }, () => frame(0, "", { fin: false })));
        for (let i = 0; i < 100; i++) s.raw.send(empty);
    }, "100,000 empty fragments");
});

test("a message of 256 KiB in fragments is taken", async () => {
    const socket = await Socket.open(gateway, cookie);
    const message = JSON.stringify({ type: "ping", id: 5 }).padEnd(256 * 1024, " ");
    for (let at = 0; at < message.length; at += 65536)
        socket.raw.send(frame(at ? 0 : 1, message.slice(at, at + 65536), { fin: at + 65536 >= message.length }));
    assert.equal((await socket.message("pong", 5)).id, 5);
    socket.end();
});

test("WS-5: what is no UTF-8 ends it", async () => {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]])
        await closes(1007, (s) => s.raw.send(frame(1, Buffer.concat([Buffer.from('{"type":"'), Buffer.from(bytes), Buffer.from('"}')]))), String(bytes));
});

test("UTF-8 split over fragments is taken", async () => {
    const socket = await Socket.open(gateway, cookie);
    const message = Buffer.from(JSON.stringify({ type: "ping", id: 1, x: "€" }));
    const cut = message.indexOf(0xe2) + 1;
    socket.raw.send(Buffer.concat([frame(1, message.subarray(0, cut), { fin: false }), frame(0, message.subarray(cut))]));
    assert.equal((await socket.message("error")).code, "invalid"); // "x" is no field; but it was read
    socket.end();
});

test("pings are answered, also inside a fragmented message", async () => {
    const socket = await Socket.open(gateway, cookie);
    socket.raw.send(Buffer.concat([frame(1, '{"type":', { fin: false }), frame(9, "now"), frame(0, '"ping","id":2}')]));
    await socket.message("pong", 2);
    assert.ok(socket.frames.some((f) => f.opcode === 10 && f.payload.toString() === "now"));
    socket.end();
});

// --- messages ---

test("WS-8: JSON that is none is answered with an error and changes nothing", async () => {
    const deep = "[".repeat(100_000);
    const keys = `{"type":"ping",${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join(",")}}`;
    const bad = [deep, deep + "]".repeat(100_000), keys, '{"type":"ping","type":"ping"}', '{"type":"ping","id":1e999}', '{"type":"ping","id":01}',
        '{"type":"ping","id":NaN}', '{"type":"pi\\u0000ng"}', '{"type":"\\ud800"}', '{"type":"ping"} x', '{"type":"ping"}{}', '{"type":"ping"}//', "", " ", "null", "[]", '"ping"', "1", "{", '{"type":1}'];
    for (const message of bad) {
        const socket = await Socket.open(gateway, cookie);
        socket.raw.send(text(message));
        assert.equal((await socket.message("error")).code, "invalid", message.slice(0, 40));
        socket.send({ type: "ping", id: 9 });
        await socket.message("pong", 9);
        socket.end();
    }
});

test("WS-10: more than 20 messages a second end it", async () => {
    await closes(1008, (s) => s.raw.send(Buffer.concat(Array.from({ length: 200 }, () => text('{"type":"ping"}')))), "200 at once");
    const socket = await Socket.open(gateway, cookie);
    socket.raw.send(Buffer.concat(Array.from({ length: 50 }, (_, i) => text({ type: "ping", id: i + 1 }))));
    await socket.message("pong", 50);
    socket.end();
});

test("joins and large messages are fewer than others: ten at once, then they are refused", async () => {
    const refusedOf = async (send) => {
        const socket = await Socket.open(gateway, cookie);
        for (let i = 1; i <= 14; i++) send(socket, i);
        socket.send({ type: "ping", id: 99 });
        await socket.message("pong", 99);
        await socket.raw.until(() => socket.messages.filter((m) => m.type === "error").length === 14, "14 answers");
        const refused = socket.messages.filter((m) => m.code === "too_many").length;
        socket.end();
        return refused;
    };
    assert.equal(await refusedOf((s, id) => s.send(join({ id, meetup: "AAAAAAAAAAAAAAAAAAAAAA" }))), 4, "joins");
    assert.equal(await refusedOf((s) => s.raw.send(text(`{"type":"${"x".repeat(40_000)}"}`))), 4, "large ones");
});

test("the first message must come within 10 s", async () => {
    const socket = await Socket.open(gateway, cookie);
    const started = Date.now();
    await socket.raw.untilClosed();
    const took = Date.now() - started;
    assert.ok(took >= 8_000 && took <= 12_000, `${took} ms`);
});

test("pings instead of a join do not keep a WebSocket", async () => {
    const socket = await Socket.open(gateway, cookie);
    const started = Date.now();
    const feed = setInterval(() => socket.send({ type: "ping" }), 1000);
    await socket.raw.untilClosed().finally(() => clearInterval(feed));
    assert.ok(Date.now() - started <= 12_000);
});

test("a doctor joins with the doctor's cookie, nobody with a patient's", async () => {
    const first = await Socket.open(gateway, cookie);
    first.send(join({ id: 1 }));
    const joined = await first.message("joined", 1);
    assert.equal(joined.stage, "in");
    const patient = await gateway.redeem(0);
    const other = await Socket.open(gateway, patient.cookie);
    other.send(join({ id: 1 })); // as the doctor, with a patient's cookie
    assert.ok(["sign_in", "denied"].includes((await other.message("error", 1)).code));
    assert.equal(other.messages.filter((m) => m.type !== "error").length, 0);
    first.end();
    other.end();
});

test("WS-7: who does not read is cut, and others notice nothing", async () => {
    const host = await Socket.open(gateway, cookie);
    host.send(join({ id: 1 }));
    await host.message("joined", 1);
    const patient = await gateway.redeem(1);
    const deaf = await Socket.open(gateway, patient.cookie);
    deaf.send({ type: "join", id: 1, as: "patient", invite: patient.invite, roomName: "Deaf", language: "en", has: { microphone: false, camera: false } });
    const { member } = await deaf.message("joined", 1);
    deaf.raw.socket.pause();
    host.send({ type: "admit", id: 2, member });
    const chat = { type: "chat", to: "all", text: "\u{1F600}".repeat(1900) };
    const feed = setInterval(() => host.send(chat).send(chat), 250);
    // Either the queue of 1 MiB overflows or its pings stay unanswered; a member without a socket shows as lost.
    const isLost = (m) => m.type === "member" && m.member.member === member && m.member.connection === "lost";
    await host.raw.until(() => host.messages.some(isLost), "the others are told", 45_000).finally(() => clearInterval(feed));
    host.send({ type: "ping", id: 77 });
    await host.message("pong", 77);
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.child.pid}/status`, "utf8"))[1]);
    assert.ok(rss < 40_000, `${rss} KiB`);
    host.end();
    deaf.end();
});

test("signing out ends the WebSockets of that sign-in with 4003", async () => {
    const own = await gateway.signIn();
    const socket = await Socket.open(gateway, own);
    socket.send(join({ id: 1 }));
    await socket.message("joined", 1);
    assert.equal((await gateway.ask("POST", "/api/sign-out", { body: {}, cookie: own })).status, 200);
    assert.equal(await socket.closeCode(), 4003);
    await refused(upgrade(gateway, { cookie: own }), [403], "signed out");
    socket.end();
});

test("a storm of WebSockets leaves nothing behind", async () => {
    const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.child.pid}/status`, "utf8"))[1]);
    // 200 connections in all: one address may make 300 at once (host/accept.c).
    const round = async () => {
        const sockets = await Promise.all(Array.from({ length: 25 }, () => Socket.open(gateway, cookie)));
        for (const [i, socket] of sockets.entries()) {
            if (i % 3 === 0) socket.send(join({ id: 1 }));
            if (i % 3 === 1) socket.raw.send(text('{"type":"pi').subarray(0, 7));
            socket.end();
        }
    };
    for (let i = 0; i < 4; i++) await round();
    const before_ = rss();
    for (let i = 0; i < 4; i++) await round();
    assert.ok(rss() - before_ < 4096, `${rss() - before_} KiB more`);
    assert.equal((await gateway.ask("GET", "/robots.txt")).status, 200);
});
