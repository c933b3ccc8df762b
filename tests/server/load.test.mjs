// SPDX-License-Identifier: AGPL-3.0-or-later
// load.test.mjs - aftercare-load measures a real gateway, and says in a sentence when there is nothing to measure.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Gateway, dropFolder, freeTcpPort, makeFolder, password } from "./support/gateway.mjs";

const program = process.env.LOAD_BINARY ?? fileURLToPath(new URL("../../build/release/tests/aftercare-load", import.meta.url));
const roomy = { "server.unlimited_addresses": "127.0.0.1", "media.addresses": "127.0.0.1" };

// Runs it to its end; `during` gets its standard error line by line, while it runs.
async function load(words, { secret = password, during = () => {} } = {}) {
    const child = spawn(program, words, { env: { ...process.env, AFTERCARE_LOAD_PASSWORD: secret } });
    let out = "";
    let err = "";
    child.stdout.on("data", (part) => (out += part));
    child.stderr.on("data", (part) => {
        err += part;
        during(err);
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
    const [status] = await once(child, "close");
    clearTimeout(timer);
    return { status, out, err };
}

// The last line says it all, once, in one sentence.
function saidWhy(run, status, pattern) {
    assert.equal(run.status, status, run.err);
    assert.equal(run.out, "", "nothing is reported");
    assert.match(run.err.trimEnd().split("\n").at(-1), pattern);
}

let gateway;
before(async () => {
    assert.ok(existsSync(program), "aftercare-load is built");
    gateway = await Gateway.demo({ settings: roomy });
});
after(async () => assert.equal(await gateway.stop(), 0));

test("people come in, packets are counted, the server's cost is told", async () => {
    const folder = makeFolder();
    const file = join(folder, "report.json");
    const run = await load(["fan-out", gateway.origin, "--viewers", "3", "--insecure", "--warm-up", "1", "--seconds", "2", "--open-share", "1",
        "--server-pid", String(gateway.child.pid), "--json", file, "--anyway"]); // how fast this machine is, is not what is tested
    assert.ok([0, 75].includes(run.status), run.err);
    const report = JSON.parse(readFileSync(file));
    dropFolder(folder);
    assert.deepEqual([report.people.in, report.people.connected, report.people.failed], [4, 4, 0]);
    const { sent, received, delay } = report.stayed;
    assert.ok(sent.sound.packets > 50 && sent.pictures.packets > 50, JSON.stringify(sent));
    assert.ok(received.sound.packets > 2 * sent.sound.packets, JSON.stringify(received));
    assert.ok(received.pictures.packets > 100, JSON.stringify(received));
    assert.ok(delay.pictures.count > 0 && delay.pictures.p50Us > 0);
    assert.ok(report.processUse.cpuUs > 0 && report.processUse.usPerPacket > 0 && report.processUse.memory.rss > 1e6);
    assert.match(run.out, /us per packet received/);
});

test("people who come while it is measured are timed to their first packet", async () => {
    const run = await load(["storm", gateway.origin, "--rooms", "2", "--members", "2", "--joins", "4", "--per-second", "10", "--insecure", "--warm-up", "0",
        "--json", "-", "--anyway"]);
    assert.ok([0, 75].includes(run.status), run.err);
    const report = JSON.parse(run.out);
    assert.equal(report.people.in, 8);
    assert.deepEqual([report.joins.toFirstPacket.count, report.joins.withoutMedia], [4, 0]);
});

test("a server that is not there", async () => {
    const run = await load(["fan-out", `https://127.0.0.1:${await freeTcpPort()}`, "--insecure"]);
    saidWhy(run, 69, /^aftercare-load: There is no gateway at 127\.0\.0\.1:\d+: Connection refused\.$/);
});

test("a server that is another", async () => {
    const other = createServer((socket) => {
        socket.on("error", () => {});
        socket.end("SSH-2.0-OpenSSH_9.2\r\n");
    }).listen(0, "127.0.0.1");
    await once(other, "listening");
    const run = await load(["fan-out", `https://127.0.0.1:${other.address().port}`, "--insecure"]);
    other.close();
    saidWhy(run, 69, /^aftercare-load: There is no gateway at .*: it does not speak TLS/);
});

test("a certificate that nobody vouches for", async () => {
    saidWhy(await load(["fan-out", gateway.origin]), 69, /its certificate is not trusted/);
    const authority = join(gateway.folder, "server-certificate.pem");
    const run = await load(["fan-out", gateway.origin, "--ca", authority], { secret: "not the doctor's password" });
    saidWhy(run, 77, /refused to sign the doctor in/); // it got that far
});

test("a server that refuses the doctor", async () => {
    const run = await load(["fan-out", gateway.origin, "--insecure"], { secret: "not the doctor's password" });
    saidWhy(run, 77, /^aftercare-load: The gateway refused to sign the doctor in: .* \(sign_in\)\.$/);
});

test("a server that refuses so many from one address", async () => {
    const strict = await Gateway.demo({ settings: { ...roomy, "server.unlimited_addresses": "", "server.connections_per_address": "8" } });
    const run = await load(["fan-out", strict.origin, "--viewers", "40", "--insecure", "--ramp", "200"]);
    assert.equal(await strict.stop(), 0);
    saidWhy(run, 69, /^aftercare-load: Somebody could not come in, at "[^"]+" after \d+\.\d s: .*\.$/);
});

test("a meetup that is full", async () => {
    const small = await Gateway.demo({ settings: { ...roomy, "meetup.members": "3" } });
    const run = await load(["fan-out", small.origin, "--viewers", "5", "--insecure"]);
    assert.equal(await small.stop(), 0);
    saidWhy(run, 69, /meetup\.members/);
});

test("a server that dies midway", async () => {
    const mortal = await Gateway.demo({ settings: roomy });
    let killed = false;
    const run = await load(["fan-out", mortal.origin, "--viewers", "3", "--insecure", "--warm-up", "0", "--seconds", "40"], {
        during: (said) => {
            if (killed || !/people are in/.test(said)) return;
            killed = true;
            mortal.child.kill("SIGKILL");
        },
    });
    await mortal.ended;
    dropFolder(mortal.folder);
    saidWhy(run, 69, /^aftercare-load: The server at 127\.0\.0\.1:\d+ died midway: \d+ of 4 people were thrown out\.$/);
});

test("words that are not understood", async () => {
    for (const words of [[], ["flood", gateway.origin], ["fan-out", gateway.origin, "--viewers", "none"]]) {
        const run = await load(words);
        assert.equal(run.status, 64, run.err);
        assert.match(run.err, /^aftercare-load: .*--help/);
    }
});
