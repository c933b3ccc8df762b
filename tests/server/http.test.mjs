// SPDX-License-Identifier: AGPL-3.0-or-later
// http.test.mjs - requests as pages send them, and as strangers do.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Gateway, web } from "./support/gateway.mjs";
import { Raw } from "./support/raw.mjs";

let gateway;
let manifest;
before(async () => {
    gateway = await Gateway.demo();
    manifest = JSON.parse(readFileSync(join(web, "manifest.json"), "utf8"));
});
after(async () => assert.equal(await gateway.stop(), 0));

const safety = {
    "content-security-policy":
        /^default-src 'none'; script-src 'self'; .*connect-src 'self'; .*frame-ancestors 'none'; base-uri 'none'; form-action 'self'$/,
    "permissions-policy": /camera=\(self\), microphone=\(self\), display-capture=\(self\)/,
    "referrer-policy": /^no-referrer$/,
    "x-content-type-options": /^nosniff$/,
    "cross-origin-opener-policy": /^same-origin$/,
    "strict-transport-security": /^max-age=\d{7,}/,
};

function isSafe(headers, what) {
    for (const [name, pattern] of Object.entries(safety)) assert.match(headers[name] ?? "", pattern, `${what}: ${name}`);
    assert.doesNotMatch(headers["content-security-policy"], /unsafe|\*|https?:/);
}

async function raw(bytes) {
    const connection = await Raw.connect(gateway);
    connection.send(bytes);
    await connection.untilClosed();
    return connection;
}

const head = (line, lines = []) => `${[line, `Host: ${gateway.host}`, ...lines].join("\r\n")}\r\n\r\n`;

// --- files and pages ---

test("every file of the manifest is served in every encoding, with a type, a tag and the right caching", async () => {
    for (const file of manifest) {
        const plain = readFileSync(join(web, file.file));
        for (const accept of ["", "gzip", "br", "gzip, deflate, br"]) {
            const reply = await gateway.ask("GET", file.path, { headers: { "accept-encoding": accept } });
            const encoding = reply.headers["content-encoding"] ?? "";
            const bytes = encoding === "br" ? brotliDecompressSync(reply.bytes) : encoding === "gzip" ? gunzipSync(reply.bytes) : reply.bytes;
            assert.equal(reply.status, 200);
            assert.deepEqual(bytes, plain);
            assert.equal(encoding, accept.includes("br") && file.encodings.br ? "br" : accept.includes("gzip") && file.encodings.gz ? "gzip" : "");
            assert.equal(reply.headers["content-type"], file.type);
            assert.match(reply.headers.vary, /accept-encoding/i);
            assert.match(reply.headers["cache-control"], file.path.startsWith("/assets/") ? /immutable/ : /^no-cache$/);
            isSafe(reply.headers, file.path);
            const again = await gateway.ask("GET", file.path, {
                headers: { "accept-encoding": accept, "if-none-match": reply.headers.etag },
            });
            assert.equal(again.status, 304);
            assert.equal(again.bytes.length, 0);
            isSafe(again.headers, "304");
        }
    }
});

test("the addresses of pages show the page; HEAD tells the same without it", async () => {
    for (const path of ["/", "/welcome", "/join", "/join/abc", `/meetup/${gateway.meetup}`, "/room/x", "/?a=b"]) {
        const page = await gateway.ask("GET", path);
        assert.equal(page.status, 200, path);
        assert.match(page.text, /^<!doctype html>/i);
        const about = await gateway.ask("HEAD", path);
        assert.equal(about.status, 200);
        assert.equal(about.headers["content-length"], page.headers["content-length"]);
        assert.equal(about.bytes.length, 0);
    }
});

test("HT-3: nothing but the known files is served, however it is written", async () => {
    const paths = ["/manifest.json", "/index.html.br", "/assets/", "/assets", "/..", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fmanifest.json", "/index.html%00.js", "//etc/passwd", "/\\..\\manifest.json", "/%c0%ae%c0%ae/manifest.json",
        "/etc/passwd", "/meetup/", "/meetup/a/b", "/room/%2e%2e", "/join/a.b", `/room/${"x".repeat(23)}`, "/ws", "/api", "/.git/HEAD",
        `/${"a".repeat(3000)}`];
    for (const path of paths) {
        const r = await raw(head(`GET ${path} HTTP/1.1`, ["Connection: close"]));
        assert.ok([0, 400, 403, 404].includes(r.status) || /<!doctype html>/i.test(r.text), `${path}: ${r.status}`);
        assert.doesNotMatch(r.text, /"encodings"|root:|ref: refs/, path);
        assert.notEqual(r.status, 500);
    }
});

test("one connection carries many requests", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    const sockets = new Set();
    for (let i = 0; i < 20; i++) {
        const reply = await gateway.ask("GET", i % 2 ? "/api/me" : "/robots.txt", { agent });
        assert.equal(reply.status, 200);
        for (const list of Object.values(agent.freeSockets)) for (const s of list) sockets.add(s.localPort);
    }
    assert.ok(sockets.size <= 2, `${sockets.size} connections`);
    agent.destroy();
});

test("requests sent ahead are answered in order", async () => {
    const connection = await Raw.connect(gateway);
    connection.send(head("GET /robots.txt HTTP/1.1") + head("GET /api/me HTTP/1.1") + head("GET /favicon.svg HTTP/1.1", ["Connection: close"]));
    await connection.untilClosed();
    const answers = connection.text.split("HTTP/1.1 200 OK").slice(1);
    assert.equal(answers.length, 3, connection.text.slice(0, 500));
    assert.match(answers[0], /Disallow/);
    assert.match(answers[1], /"setupNeeded"/);
    assert.match(answers[2], /<svg/);
});

// --- what is no request ---

test("HT-1: a request that is none is refused and closed", async () => {
    const cases = {
        "request line of 64 KB": head(`GET /${"a".repeat(65536)} HTTP/1.1`),
        "1,000 headers": head("GET / HTTP/1.1", Array.from({ length: 1000 }, (_, i) => `X-${i}: ${"y".repeat(20)}`)),
        "header of 64 KB": head("GET / HTTP/1.1", [`X: ${"a".repeat(65536)}`]),
        "cookies of 64 KB": head("GET /api/me HTTP/1.1", [`Cookie: ${"a=b; ".repeat(13000)}`]),
        "blank before the colon of the length": head("POST /api/sign-in HTTP/1.1", ["Content-Length : 5"]),
        "blank before the colon of the coding": head("GET /api/me HTTP/1.1", ["Transfer-Encoding : chunked"]),
        "no host": "GET / HTTP/1.1\r\n\r\n",
        "two hosts": head("GET / HTTP/1.1", ["Host: evil.example"]),
        "host with a path": "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "asterisk": head("GET * HTTP/1.1"),
        "absolute form": head("GET https://evil.example/ HTTP/1.1"),
        "no path": head("GET  HTTP/1.1"),
        "binary": Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x0d, 0x0a, 0x0d, 0x0a]),
    };
    for (const [what, bytes] of Object.entries(cases)) {
        const r = await raw(bytes);
        assert.ok([0, 400, 403, 404, 405, 431].includes(r.status), `${what}: ${r.text.slice(0, 60)}`);
        assert.ok(gateway.isAlive(), what);
    }
});

test("HT-2: lengths that are unclear end the connection before a body is read", async () => {
    const post = (lines, body = "") => head("POST /api/sign-in HTTP/1.1", [`Origin: ${gateway.origin}`, "Content-Type: application/json", ...lines]) + body;
    const cases = [
        ["both", post(["Content-Length: 2", "Transfer-Encoding: chunked"], "{}"), [400]],
        ["chunked", post(["Transfer-Encoding: chunked"], "2\r\n{}\r\n0\r\n\r\n"), [400, 411]],
        ["twice", post(["Content-Length: 2", "Content-Length: 2"], "{}"), [400]],
        ["twice, other", post(["Content-Length: 2", "Content-Length: 3"], "{}"), [400]],
        ["negative", post(["Content-Length: -1"], "{}"), [400]],
        ["plus", post(["Content-Length: +2"], "{}"), [400]],
        ["hexadecimal", post(["Content-Length: 0x2"], "{}"), [400]],
        ["list", post(["Content-Length: 2, 2"], "{}"), [400]],
        ["2^64", post(["Content-Length: 18446744073709551618"], "{}"), [413]],
        ["100 MB", post(["Content-Length: 100000000"]), [413]],
        ["64 KiB and one", post(["Content-Length: 65537"]), [413]],
        ["none", post([]), [411]],
        ["a page with a body", head("GET / HTTP/1.1", ["Content-Length: 2"]) + "{}", [400]],
    ];
    for (const [what, bytes, wanted] of cases) {
        const r = await raw(bytes);
        assert.ok(wanted.includes(r.status), `${what}: ${r.text.slice(0, 60)}`);
        assert.equal(r.text.split("HTTP/1.1 ").length, 2, `${what}: one answer`);
        assert.ok(gateway.isAlive());
    }
});

test("a body of exactly 64 KiB is read", async () => {
    const reply = await gateway.ask("POST", "/api/sign-in", { body: `{"email": "${"x".repeat(65536 - 13)}"}` });
    assert.equal(reply.status, 400);
    assert.equal(reply.json.error.code, "invalid");
});

test("HT-4: other methods are refused on every path", async () => {
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"])
        for (const path of ["/", "/api/me", "/ws"]) {
            const reply = await gateway.ask(method, path, { headers: { "x-http-method-override": "GET" } });
            assert.equal(reply.status, 405, `${method} ${path}`);
            isSafe(reply.headers, method);
        }
    for (const method of ["TRACE", "FOO", "PROPFIND", "G E T"]) {
        const r = await raw(head(`${method} / HTTP/1.1`));
        assert.ok([0, 400, 403, 405].includes(r.status), `${method}: ${r.text.slice(0, 60)}`);
    }
    assert.equal((await gateway.ask("POST", "/", { body: "{}" })).status, 405);
    assert.equal((await gateway.ask("GET", "/api/sign-in")).status, 405);
    assert.equal((await gateway.ask("GET", "/api/none")).status, 404);
});

test("HT-6: a head or body that trickles is cut within 11 s, and others are served meanwhile", async () => {
    const slow = [];
    for (let i = 0; i < 40; i++) {
        const connection = await Raw.connect(gateway);
        const part = i % 2 ? head("GET / HTTP/1.1").slice(0, 20) : head("POST /api/sign-in HTTP/1.1", [`Origin: ${gateway.origin}`, "Content-Type: application/json", "Content-Length: 60000"]);
        connection.send(part);
        const drip = setInterval(() => connection.send("a"), 300);
        slow.push(connection.untilClosed().finally(() => clearInterval(drip)));
    }
    const started = Date.now();
    assert.equal((await gateway.ask("GET", "/robots.txt")).status, 200);
    assert.ok(Date.now() - started < 1000);
    for (const took of await Promise.all(slow)) assert.ok(took <= 11_500, `closed after ${took} ms`);
});

test("a connection that says nothing is cut too", async () => {
    for (const plain of [true, false]) {
        const connection = await Raw.connect(gateway, { plain });
        assert.ok((await connection.untilClosed()) <= 11_500);
    }
});

test("HT-7: a cookie counts when it is there exactly once", async () => {
    const cookie = await gateway.signIn();
    const me = async (text) => (await gateway.ask("GET", "/api/me", { cookie: text })).json.doctor;
    assert.ok(await me(cookie));
    assert.ok(await me(`a=b; ${cookie}; c=d`));
    assert.equal(await me(`${cookie}; ${cookie}`), null);
    assert.equal(await me(`${cookie}; __Host-doctor=other`), null);
    assert.equal(await me(`${cookie}x`), null);
    assert.equal(await me(`x${cookie}`), null);
    assert.equal(await me("__Host-doctor="), null);
    assert.equal(await me(`${"a=b; ".repeat(500)}${cookie}`) !== undefined, true);
});

test("HT-8: a call must come from an own page and be JSON", async () => {
    const body = { email: "doctor@demo.example", password: "wrong password" };
    const origins = [null, "null", "https://evil.example", `https://${gateway.host}.evil.example`, `http://${gateway.host}`,
        "https://127.0.0.1", `https://127.0.0.1:${gateway.port + 1}`, gateway.origin.toUpperCase(), `${gateway.origin}/`, `${gateway.origin}, ${gateway.origin}`];
    for (const origin of origins) {
        const reply = await gateway.ask("POST", "/api/sign-in", { body, headers: { origin } });
        assert.equal(reply.status, 403, String(origin));
        isSafe(reply.headers, "403");
        assert.equal(reply.headers["set-cookie"], undefined);
    }
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", null]) {
        const reply = await gateway.ask("POST", "/api/sign-in", { body, headers: { "content-type": type } });
        assert.equal(reply.status, 403, String(type));
    }
    assert.equal((await gateway.ask("POST", "/api/sign-in", { body, headers: { "content-type": "application/json; charset=utf-8" } })).status, 401);
});

test("cookies are set as only a page of ours can use them", async () => {
    const reply = await gateway.ask("POST", "/api/sign-in", { body: { email: "doctor@demo.example", password: "past patients meet again" } });
    const flags = (line) => line.split("; ").slice(1).map((flag) => flag.toLowerCase());
    assert.match(reply.headers["set-cookie"][0], /^__Host-doctor=[A-Za-z0-9_-]{22}; /);
    for (const flag of ["secure", "httponly", "samesite=strict", "path=/"]) assert.ok(flags(reply.headers["set-cookie"][0]).includes(flag), flag);
    assert.ok(flags(reply.headers["set-cookie"][0]).some((flag) => /^max-age=\d+$/.test(flag)));
    assert.equal(reply.headers["cache-control"], "no-store");
    const cookie = reply.headers["set-cookie"][0].split(";")[0];
    const out = await gateway.ask("POST", "/api/sign-out", { body: {}, cookie });
    assert.equal(out.status, 200);
    assert.match(out.headers["set-cookie"][0], /^__Host-doctor=; .*Max-Age=0$/);
    assert.equal((await gateway.ask("GET", "/api/meetups", { cookie })).status, 401);
});

test("HT-9: another name is refused when names are set; forwarded addresses are ignored", async (t) => {
    const named = await Gateway.start({ settings: { "server.names": "clinic.example, 127.0.0.1" } });
    t.after(() => named.stop());
    assert.match(named.out, /https:\/\/clinic\.example:/);
    assert.equal((await named.ask("GET", "/")).status, 200);
    assert.equal((await named.ask("GET", "/", { headers: { host: `clinic.example:${named.port}`, "x-forwarded-for": "1.2.3.4" } })).status, 200);
    for (const host of ["evil.example", "clinic.example.evil.example", "localhost", `127.0.0.2:${named.port}`]) {
        const reply = await named.ask("GET", "/", { headers: { host } });
        assert.equal(reply.status, 421, host);
        isSafe(reply.headers, "421");
    }
});

test("security headers are on every kind of answer", async () => {
    for (const [method, path, options] of [
        ["GET", "/api/me", {}],
        ["GET", "/api/meetups", {}],
        ["POST", "/api/sign-in", { body: "{" }],
        ["GET", "/none", {}],
        ["GET", "/ws", {}],
        ["HEAD", "/", {}],
    ])
        isSafe((await gateway.ask(method, path, options)).headers, `${method} ${path}`);
    const refused = await raw(head("GET /ws HTTP/1.1", ["Connection: Upgrade", "Upgrade: websocket"]));
    assert.equal(refused.status, 400);
    for (const name of Object.keys(safety)) assert.ok(refused.text.toLowerCase().includes(`\r\n${name}: `), name);
    const absolute = await raw(head("GET x HTTP/1.1"));
    if (absolute.status) for (const name of Object.keys(safety)) assert.ok(absolute.text.toLowerCase().includes(`\r\n${name}: `), name);
});

test("many connections of one address are bounded, and free again when they end", async (t) => {
    const small = await Gateway.start({ settings: { "server.connections_per_address": 8 } });
    t.after(() => small.stop());
    const held = [];
    for (let i = 0; i < 8; i++) held.push(await Raw.connect(small));
    const ninth = await Raw.connect(small);
    await ninth.untilClosed();
    assert.ok(held.every((connection) => !connection.closed));
    for (const connection of held) connection.end();
    let reply;
    for (let i = 0; !reply && i < 1000; i++) reply = await small.ask("GET", "/robots.txt").catch(() => undefined);
    assert.equal(reply?.status, 200);
});
