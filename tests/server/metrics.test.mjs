// SPDX-License-Identifier: AGPL-3.0-or-later
// metrics.test.mjs - the figures of a running gateway: for whoever owns its data, or sits on its machine and was let.
import assert from "node:assert/strict";
import { mkdtempSync, statSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Gateway, dropFolder, freeTcpPort, freeUdpPort, run, web } from "./support/gateway.mjs";
import { Socket } from "./support/raw.mjs";

let gateway;
let port;
before(async () => {
    port = await freeTcpPort();
    gateway = await Gateway.demo({ settings: { "metrics.address": `127.0.0.1:${port}` } });
});
after(async () => assert.equal(await gateway.stop(), 0));

const socketOf = (g) => join(g.folder, "metrics");

function get(where, path = "/metrics") {
    return new Promise((resolve, reject) => {
        const request = http.get({ ...where, path, timeout: 30_000 }, async (response) => {
            let body = "";
            for await (const part of response) body += part;
            resolve({ status: response.statusCode, type: response.headers["content-type"], body });
        });
        request.on("error", reject);
    });
}

const value = (body, name) => Number(new RegExp(`^${name.replace(/[{}]/g, "\\$&")} (\\S+)$`, "m").exec(body)?.[1]);

// The figures, once they say so; at most 30 s.
async function until(claim, g = gateway) {
    for (const end = Date.now() + 30_000; ; ) {
        const { body } = await get({ socketPath: socketOf(g) });
        if (claim(body)) return body;
        assert.ok(Date.now() < end, body);
    }
}

test("the socket in the data folder and the port say the same figures", async () => {
    for (const where of [{ socketPath: socketOf(gateway) }, { host: "127.0.0.1", port }]) {
        const page = await get(where);
        assert.equal(page.status, 200);
        assert.match(page.type, /^text\/plain; version=0\.0\.4/);
        assert.match(page.body, /^aftercare_info\{version=".+"\} 1$/m);
        assert.ok(value(page.body, "aftercare_resident_bytes") > 1e6);
        assert.ok(value(page.body, 'aftercare_turn_seconds_count{thread="media0"}') >= 1);
        assert.ok(value(page.body, 'aftercare_turn_p999_seconds{thread="meetup"}') >= 0);
        assert.equal((await get(where, "/")).status, 404);
    }
    assert.equal(statSync(socketOf(gateway)).mode & 0o077, 0, "for its owner only");
});

test("a page that opens and closes is counted", async () => {
    const cookie = await gateway.signIn();
    const body = await until((page) => value(page, "aftercare_websockets") === 0);
    const socket = await Socket.open(gateway, cookie);
    await until((page) => value(page, "aftercare_websockets") === 1);
    assert.ok(value(body, "aftercare_connections_refused_total") === 0);
    socket.end();
    await until((page) => value(page, "aftercare_websockets") === 0);
});

test("callers that say nothing, too much or nonsense keep nobody out", async () => {
    const idle = [];
    for (let i = 0; i < 20; i++) idle.push(net.connect({ path: socketOf(gateway) }).on("error", () => {}));
    idle[0].write("GET /metrics HTTP/1.1\r\nx: " + "y".repeat(10_000));
    idle[1].write("\0\n\n");
    await Promise.all(idle.slice(8).map((s) => new Promise((resolve) => s.on("close", resolve)))); // hung up on
    for (const s of idle) s.destroy();
    await until((page) => page.includes("aftercare_info"));
});

test("a pages' port has no figures, and a port for all addresses is refused", async () => {
    assert.equal((await gateway.ask("GET", "/metrics")).status, 404);
    const folder = mkdtempSync(join(tmpdir(), "aftercare-server-"));
    for (const address of ["0.0.0.0:9464", "192.0.2.1:9464", "[::]:9464", "127.0.0.1", "9464", "localhost:9464"]) {
        const { status, err } = await run(["serve"], {
            settings: {
                "metrics.address": address,
                "data.folder": folder,
                "server.port": await freeTcpPort(),
                "media.udp_port": await freeUdpPort(),
                "server.web": web,
            },
        });
        assert.equal(status, 78, err);
        assert.match(err, /metrics\.address must be a loopback address/);
    }
    dropFolder(folder);
});
