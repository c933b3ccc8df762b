// SPDX-License-Identifier: AGPL-3.0-or-later
// holes.test.mjs - the known holes of the packaged libwebsockets stay shut; each test is a build gate.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Gateway } from "./support/gateway.mjs";
import { Raw, upgrade } from "./support/raw.mjs";

let gateway;
before(async () => (gateway = await Gateway.demo()));
after(async () => assert.equal(await gateway.stop(), 0));

const get = (path = "/robots.txt", more = "") => `GET ${path} HTTP/1.1\r\nHost: ${gateway.host}\r\n${more}\r\n`;
const h2c = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";

async function isDropped(raw, what) {
    const took = await raw.untilClosed();
    assert.ok(took <= 1000, `${what}: closed after ${took} ms`);
    assert.doesNotMatch(raw.text, /101 Switching/, what);
    assert.ok(!raw.bytes.includes(Buffer.from([0, 0, 0, 4, 0])), `${what}: no HTTP/2 SETTINGS frame`);
    assert.ok(gateway.isAlive());
}

test("F2: Upgrade: h2c inside TLS is dropped", async () => {
    const raw = await Raw.connect(gateway, { alpn: ["http/1.1"] });
    await isDropped(raw.send(get("/", h2c)), "h2c");
});

test("F2: Upgrade: h2c after a kept-alive request is dropped", async () => {
    const raw = await Raw.connect(gateway);
    raw.send(get());
    await raw.until((r) => r.text.includes("Disallow"));
    await isDropped(raw.send(get("/", h2c)), "h2c");
});

test("F2: h2 in ALPN is not negotiated, alone or with http/1.1", async () => {
    for (const alpn of [["h2"], ["h2", "http/1.1"]]) {
        const raw = await Raw.connect(gateway, { alpn });
        assert.notEqual(raw.socket.alpnProtocol, "h2");
        raw.end();
    }
});

test("F2: the preface of HTTP/2 is dropped, with and without ALPN h2", async () => {
    for (const alpn of [undefined, ["h2"], ["http/1.1"]]) {
        const raw = await Raw.connect(gateway, { alpn });
        if (raw.closed) continue;
        await isDropped(raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"), "preface");
    }
});

test("h2c without TLS is dropped: the port speaks TLS only", async () => {
    for (const request of [get("/", h2c), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", get()]) {
        const raw = await Raw.connect(gateway, { plain: true });
        raw.send(request);
        await raw.untilClosed();
        assert.doesNotMatch(raw.text, /HTTP\/1/);
    }
});

test("F1: an unknown Upgrade is dropped, at once and after kept-alive requests", async () => {
    for (const value of ["foo", "websocket2", "h2c, websocket", "web socket", "TLS/1.0", "x".repeat(300)]) {
        for (const kept of [0, 1, 3]) {
            const raw = await Raw.connect(gateway);
            for (let i = 0; i < kept; i++) {
                raw.bytes = Buffer.alloc(0);
                raw.send(get());
                await raw.until((r) => r.text.includes("Disallow"));
            }
            raw.bytes = Buffer.alloc(0);
            await isDropped(raw.send(get("/", `Connection: Upgrade\r\nUpgrade: ${value}\r\n`)), value);
        }
    }
});

test("F1: an unknown Upgrade pipelined behind a request is dropped", async () => {
    for (let i = 0; i < 20; i++) {
        const raw = await Raw.connect(gateway);
        raw.send(get() + get("/", "Connection: Upgrade\r\nUpgrade: foo\r\n") + get());
        await raw.untilClosed();
        assert.ok(gateway.isAlive());
    }
});

test("CONNECT does not leave a silent connection behind", async () => {
    for (const target of ["/", "example.org:443", "/ws"]) {
        const raw = await Raw.connect(gateway);
        await isDropped(raw.send(`CONNECT ${target} HTTP/1.1\r\nHost: ${gateway.host}\r\n\r\n`), "CONNECT");
    }
});

test("CONNECT after a kept-alive request is dropped", async () => {
    const raw = await Raw.connect(gateway);
    raw.send(get());
    await raw.until((r) => r.text.includes("Disallow"));
    await isDropped(raw.send(`CONNECT / HTTP/1.1\r\nHost: ${gateway.host}\r\n\r\n`), "CONNECT");
});

test("pseudo headers of HTTP/2 in a request of HTTP/1.1 do no harm", async () => {
    for (const line of [":path: /robots.txt", ":method: GET", ":authority: x", ":scheme: https", ":protocol: websocket"]) {
        const raw = await Raw.connect(gateway);
        raw.send(get("/robots.txt", `${line}\r\nConnection: close\r\n`));
        await raw.untilClosed();
        assert.ok(gateway.isAlive());
    }
});

test("permessage-deflate is never negotiated", async () => {
    const cookie = await gateway.signIn();
    const raw = await Raw.connect(gateway);
    raw.send(
        upgrade(gateway, {
            cookie,
            more: ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_no_context_takeover; server_max_window_bits=8"],
        }),
    );
    await raw.until((r) => r.text.includes("\r\n\r\n"));
    assert.equal(raw.status, 101);
    assert.doesNotMatch(raw.text, /extensions/i);
    raw.end();
});

test("TLS before 1.2 is refused", async () => {
    const { default: tls } = await import("node:tls");
    const socket = tls.connect({ host: "127.0.0.1", port: gateway.port, rejectUnauthorized: false, minVersion: "TLSv1", maxVersion: "TLSv1.1" });
    await assert.rejects(
        new Promise((resolve, reject) => {
            socket.on("secureConnect", resolve);
            socket.on("error", reject);
        }),
    );
});
