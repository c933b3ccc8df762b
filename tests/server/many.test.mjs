// SPDX-License-Identifier: AGPL-3.0-or-later
// many.test.mjs - many pages that say nothing cost little memory, keep nobody out, and give the memory back.
import assert from "node:assert/strict";
import http from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Gateway } from "./support/gateway.mjs";
import { Socket } from "./support/raw.mjs";

const PAGES = 400;
const AT_ONCE = 20;
const KB_EACH = 48;

let gateway;
before(async () => {
    gateway = await Gateway.demo({ settings: { "server.unlimited_addresses": "127.0.0.1" } });
});
after(async () => assert.equal(await gateway.stop(), 0));

function figures() {
    return new Promise((resolve, reject) => {
        const request = http.get({ socketPath: join(gateway.folder, "metrics"), path: "/metrics" }, async (response) => {
            let body = "";
            for await (const part of response) body += part;
            resolve((name) => Number(new RegExp(`^aftercare_${name} (\\S+)$`, "m").exec(body)[1]));
        });
        request.on("error", reject);
    });
}

const opened = [];
async function open(count, cookie) {
    for (let left = count; left > 0; left -= AT_ONCE)
        opened.push(...(await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, () => Socket.open(gateway, cookie)))));
}

test(`${PAGES} idle pages take at most ${KB_EACH} kB each, another still gets in, and the memory comes back`, async () => {
    const cookie = await gateway.signIn();
    await open(AT_ONCE, cookie); // what is taken once
    const first = (await figures())("resident_bytes");
    await open(PAGES, cookie);
    const all = await figures();
    const more = all("websockets") - AT_ONCE; // who says nothing for ten seconds is gone
    assert.ok(more > PAGES / 2, `${more} pages`);
    const each = (all("resident_bytes") - first) / more / 1024;
    assert.ok(each > 1 && each <= KB_EACH, `${each.toFixed(1)} kB each`);

    const late = await Socket.open(gateway, cookie);
    late.send({ type: "join", as: "doctor", meetup: gateway.meetup, language: "en", has: { microphone: false, camera: false } });
    await late.message("joined");
    late.end();
    for (const socket of opened) socket.end();
    for (const end = Date.now() + 60_000; ; ) {
        const now = await figures();
        if (now("websockets") === 0 && now("resident_bytes") < first * 1.05) break;
        assert.ok(Date.now() < end, `${now("resident_bytes")} bytes are still held, ${first} with few pages`);
    }
});
