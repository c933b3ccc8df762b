// SPDX-License-Identifier: AGPL-3.0-or-later
// connection.test.ts - the socket that comes back: delays, replies, final closes, dead lines.

import assert from "node:assert/strict";
import test from "node:test";
import { backoffMs, Connection, Refused, type Link } from "../../web/client/connection.ts";
import type { ServerMessage } from "../../web/client/protocol.ts";
import { TestClock } from "./support/clock.ts";
import { TestSocket } from "./support/socket.ts";

function setUp() {
    const clock = new TestClock();
    const sockets: TestSocket[] = [];
    const links: Link[] = [];
    const messages: ServerMessage[] = [];
    let opened = 0;
    const connection = new Connection({
        dial: () => (sockets.push(new TestSocket()), sockets.at(-1)!),
        clock,
        chance: () => 0,
        onOpen: () => opened++,
        onMessage: (message) => messages.push(message),
        onLink: (link) => links.push(link),
    });
    return { clock, sockets, links, messages, connection, opened: () => opened };
}

test("delays double from half a second to fifteen, shortened by up to a quarter", () => {
    assert.deepEqual([1, 2, 3, 4, 5, 6, 50].map((n) => backoffMs(n, 0)), [500, 1000, 2000, 4000, 8000, 15000, 15000]);
    assert.equal(backoffMs(1, 1), 375);
});

test("a lost socket is dialled again, later each time, until it is settled", () => {
    const { clock, sockets, links, connection } = setUp();
    connection.open();
    sockets[0]!.onopen!({});
    sockets[0]!.onclose!({ code: 1006 });
    assert.deepEqual(links.at(-1), { state: "lost", attempt: 1, retryAtMs: 500 });
    clock.pass(499);
    assert.equal(sockets.length, 1);
    clock.pass(1);
    assert.equal(sockets.length, 2);
    sockets[1]!.onclose!({ code: 1006 });
    clock.pass(1000);
    assert.equal(sockets.length, 3);
    sockets[2]!.onopen!({});
    connection.settled();
    sockets[2]!.onclose!({ code: 1006 });
    clock.pass(500);
    assert.equal(sockets.length, 4);
});

test("the impatient are dialled at once, and not twice", () => {
    const { clock, sockets, connection } = setUp();
    connection.open();
    sockets[0]!.onclose!({ code: 1006 });
    connection.retryNow();
    connection.retryNow();
    clock.pass(5000);
    assert.equal(sockets.length, 2);
});

test("a seat taken by another tab is final", () => {
    for (const code of [4001, 4003]) {
        const { clock, sockets, links, connection } = setUp();
        connection.open();
        sockets[0]!.onopen!({});
        sockets[0]!.onclose!({ code });
        clock.pass(60_000);
        assert.equal(sockets.length, 1);
        assert.deepEqual(links.at(-1), { state: "closed", code });
    }
});

test("a reply finds its request by id, an error refuses it, others are untouched", async () => {
    const { sockets, connection } = setUp();
    connection.open();
    sockets[0]!.onopen!({});
    const first = connection.request({ type: "ping" });
    const second = connection.request({ type: "admit", member: 3 });
    const [a, b] = sockets[0]!.sent;
    sockets[0]!.says({ type: "error", id: b!.id, code: "denied", text: "no" });
    sockets[0]!.says({ type: "pong", id: a!.id, nowMs: 5 });
    assert.equal((await first).type, "pong");
    await assert.rejects(second, (error: Refused) => error.code === "denied");
});

test("what waits for a reply when the socket is lost is refused", async () => {
    const { sockets, connection } = setUp();
    connection.open();
    sockets[0]!.onopen!({});
    const waiting = connection.request({ type: "ping" });
    sockets[0]!.onclose!({ code: 1006 });
    await assert.rejects(waiting, (error: Refused) => error.code === "unavailable");
});

test("a line that answers no ping is given up", () => {
    const { clock, sockets, links, connection } = setUp();
    connection.open();
    sockets[0]!.onopen!({});
    clock.pass(10_000);
    assert.equal(sockets[0]!.sent.at(-1)!.type, "ping");
    clock.pass(8_000);
    assert.ok(sockets[0]!.closed);
    assert.equal(links.at(-1)!.state, "lost");
});

test("a line that answers is kept", async () => {
    const { clock, sockets, links, connection } = setUp();
    connection.open();
    sockets[0]!.onopen!({});
    for (let i = 0; i < 5; i++) {
        clock.pass(10_000);
        sockets[0]!.says({ type: "pong", id: sockets[0]!.sent.at(-1)!.id, nowMs: 0 });
        await Promise.resolve();
        await Promise.resolve();
        await Promise.resolve();
    }
    assert.equal(sockets[0]!.sent.length, 5);
    assert.equal(links.at(-1)!.state, "open");
});

test("a line in doubt has to answer soon, and goes on as before when it does", async () => {
    const { clock, sockets, links, connection } = setUp();
    connection.open();
    sockets[0]!.onopen!({});
    connection.doubt();
    sockets[0]!.says({ type: "pong", id: sockets[0]!.sent.at(-1)!.id, nowMs: 0 });
    await new Promise((done) => setImmediate(done));
    clock.pass(3_000);
    assert.equal(links.at(-1)!.state, "open");
    clock.pass(7_000);
    assert.equal(sockets[0]!.sent.length, 2, "one ping for the doubt, one for the usual time");
    connection.doubt();
    clock.pass(3_000);
    assert.equal(links.at(-1)!.state, "lost");
    connection.doubt();
    assert.equal(sockets.length, 2, "a lost line is dialled at once");
});

test("after close nothing is dialled and nothing is heard", () => {
    const { clock, sockets, messages, connection } = setUp();
    connection.open();
    const socket = sockets[0]!;
    socket.onopen!({});
    connection.close();
    assert.equal(socket.onmessage, null);
    clock.pass(60_000);
    assert.equal(sockets.length, 1);
    assert.equal(messages.length, 0);
});
