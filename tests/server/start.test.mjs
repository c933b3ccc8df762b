// SPDX-License-Identifier: AGPL-3.0-or-later
// start.test.mjs - starting, stopping, and each way in which starting fails: exit status and sentence.
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { Gateway, dropFolder, freeTcpPort, freeUdpPort, makeFolder, run, web } from "./support/gateway.mjs";
import { Socket } from "./support/raw.mjs";

async function settings(folder, more = {}) {
    return { "server.port": await freeTcpPort(), "media.udp_port": await freeUdpPort(), "data.folder": folder, "server.web": web, ...more };
}

async function fails(status, sentence, more, options = {}) {
    const folder = makeFolder();
    const result = await run(["serve", ...(options.flags ?? [])], { ...options, settings: await settings(folder, more) });
    dropFolder(folder);
    assert.equal(result.status, status, result.err);
    assert.match(result.err, sentence);
    assert.equal(result.err.trim().split("\n").filter((line) => !line.startsWith("<")).length, 1, `one sentence: ${result.err}`);
}

test("the first start makes a folder, a certificate and a link for the first doctor, which works once", async (t) => {
    const folder = join(makeFolder(), "new");
    const gateway = await Gateway.start({ folder });
    t.after(() => dropFolder(join(folder, "..")));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const name of ["device-key", "server-key.pem", "aftercare.db"]) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
    const token = /\/welcome#([A-Za-z0-9_-]{22})\n/.exec(gateway.out)[1];
    assert.doesNotMatch(gateway.err, new RegExp(token));
    const body = { token, name: "A doctor", email: "a@clinic.example", password: "past patients meet again" };
    assert.notEqual((await gateway.ask("POST", "/api/setup", { body: { ...body, token: "A".repeat(22) } })).status, 200);
    assert.equal((await gateway.ask("POST", "/api/setup", { body })).status, 200);
    assert.notEqual((await gateway.ask("POST", "/api/setup", { body: { ...body, email: "b@clinic.example" } })).status, 200);
    assert.equal(await gateway.stop(), 0);

    const again = await Gateway.start({ folder });
    assert.doesNotMatch(again.out, /welcome#/);
    const reply = await again.ask("POST", "/api/sign-in", { body: { email: body.email, password: body.password } });
    assert.equal(reply.status, 200);
    assert.equal(await again.stop(), 0);
    assert.equal(readFileSync(join(folder, "aftercare.db")).includes(Buffer.from(body.password)), false);
});

test("the demo is the same meetup after a restart, a sign-in lasts, the links too", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    const first = await Gateway.demo({ folder });
    const cookie = await first.signIn();
    const patient = await first.redeem(0);
    assert.equal(await first.stop(), 0);
    const second = await Gateway.demo({ folder, settings: { "server.port": first.port } });
    assert.equal(second.meetup, first.meetup);
    assert.equal(second.tokens.length, 3);
    assert.deepEqual(second.tokens, first.tokens);
    const meetups = await second.ask("GET", "/api/meetups", { cookie });
    assert.equal(meetups.status, 200);
    assert.equal(meetups.json.meetups.length, 1);
    assert.equal((await second.ask("POST", "/api/invite/open", { body: { invite: patient.invite }, cookie: patient.cookie })).status, 200);
    await second.redeem(1);
    assert.equal(await second.stop(), 0);
});

test("the demo prints a random password when none is set, and keeps it", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    const passwords = [];
    for (let i = 0; i < 2; i++) {
        const gateway = await Gateway.demo({ folder, settings: { "demo.password": "" } });
        passwords.push(/password (\S{22})\n/.exec(gateway.out)[1]);
        assert.equal(await gateway.stop(), 0);
    }
    assert.equal(passwords[0], passwords[1]);
});

test("TERM, INT and HUP stop it cleanly, pages are told with 1012, within 3 s", async () => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
        const gateway = await Gateway.demo();
        const socket = await Socket.open(gateway, await gateway.signIn());
        const started = Date.now();
        const [status, code] = await Promise.all([gateway.stop(signal), socket.closeCode()]);
        assert.equal(status, 0, signal);
        assert.equal(code, 1012, signal);
        assert.ok(Date.now() - started < 3000, signal);
        assert.doesNotMatch(gateway.err, /ERROR|Sanitizer|<3>/);
    }
});

test("killed at once, it starts again with what it had", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    const first = await Gateway.demo({ folder });
    const cookie = await first.signIn();
    await first.stop("SIGKILL");
    const second = await Gateway.demo({ folder });
    assert.equal((await second.ask("GET", "/api/meetups", { cookie })).status, 200);
    assert.equal(await second.stop(), 0);
});

test("an idle gateway holds at most 30 MB", async () => {
    const gateway = await Gateway.start();
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.child.pid}/status`, "utf8"))[1]);
    assert.ok(rss <= 30 * 1024, `${rss} KiB`);
    await gateway.stop();
});

// --- what goes wrong ---

test("a TCP port in use: 69, and the sentence names it", async () => {
    const taken = net.createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address();
    await fails(69, new RegExp(`TCP port ${port} is in use`), { "server.port": port });
    taken.close();
});

test("a UDP port in use: 69, and the sentence names it", async () => {
    const taken = createSocket("udp4").bind(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address();
    await fails(69, new RegExp(`UDP port ${port} is in use`), { "media.udp_port": port });
    taken.close();
});

test("a data folder that cannot be made or written: 73", async (t) => {
    await fails(73, /The data folder cannot be made at \/dev\/null\/data/, { "data.folder": "/dev/null/data" });
    await fails(73, /The data folder cannot be written at \/proc\/self/, { "data.folder": "/proc/self" });
    if (process.getuid() === 0) return t.diagnostic("root may write everywhere: the mode of a folder is not tried");
    const folder = makeFolder();
    chmodSync(folder, 0o500);
    await fails(73, /cannot be written/, { "data.folder": folder });
    dropFolder(folder);
});

test("a second gateway on the same folder: 75, and the first goes on", async () => {
    const first = await Gateway.start();
    await fails(75, /Another gateway uses the data folder/, { "data.folder": first.folder });
    assert.equal((await first.ask("GET", "/robots.txt")).status, 200);
    await first.stop();
});

test("a certificate or key that cannot be read, or does not fit: 78", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    const own = await Gateway.start({ folder });
    await own.stop();
    const other = await Gateway.start();
    cpSync(join(other.folder, "server-key.pem"), join(folder, "other-key.pem"));
    await other.stop();
    const certificate = join(folder, "server-certificate.pem");
    const key = join(folder, "server-key.pem");
    writeFileSync(join(folder, "junk.pem"), "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
    const cases = [
        [{ "server.certificate": join(folder, "none.pem"), "server.key": key }, /certificate cannot be read as PEM \(.*none\.pem\)/],
        [{ "server.certificate": join(folder, "junk.pem"), "server.key": key }, /certificate cannot be read as PEM \(.*junk\.pem\)/],
        [{ "server.certificate": certificate, "server.key": join(folder, "junk.pem") }, /private key cannot be read as PEM/],
        [{ "server.certificate": certificate, "server.key": join(folder, "other-key.pem") }, /do not belong together/],
        [{ "server.certificate": certificate }, /given together/],
    ];
    for (const [more, sentence] of cases) await fails(78, sentence, more);
    const fine = await Gateway.start({ settings: { "server.certificate": certificate, "server.key": key } });
    assert.equal((await fine.ask("GET", "/robots.txt")).status, 200);
    await fine.stop();
});

test("pages that are missing or not those of the manifest: 78", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    await fails(78, /manifest\.json is missing/, { "server.web": folder });
    cpSync(web, folder, { recursive: true });
    writeFileSync(join(folder, "index.html"), "<p>another</p>");
    await fails(78, /index\.html is not the file that manifest\.json names/, { "server.web": folder });
    writeFileSync(join(folder, "manifest.json"), "[]");
    await fails(78, /is no manifest/, { "server.web": folder });
});

test("a database that is none: 74, and it is left as it is", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    const junk = "this is no database, and it is longer than the header of one would be, to be sure".repeat(20);
    writeFileSync(join(folder, "aftercare.db"), junk, { mode: 0o600 });
    await fails(74, /The database .* cannot be used/, { "data.folder": folder });
    assert.equal(readFileSync(join(folder, "aftercare.db"), "utf8"), junk);
});

test("a damaged device key: 78, and it is not replaced", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    writeFileSync(join(folder, "device-key"), "short", { mode: 0o600 });
    await fails(78, /device-key is damaged/, { "data.folder": folder });
    assert.equal(readFileSync(join(folder, "device-key"), "utf8"), "short");
});

test("settings that are wrong: 78; arguments that are wrong: 64", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    const file = join(folder, "a.conf");
    writeFileSync(file, "[server]\nprot = 1\n");
    await fails(78, /a\.conf, line 2: .*no setting "server\.prot"/, {}, { flags: ["--config", file] });
    await fails(78, /a\.conf\.none cannot be read/, {}, { flags: ["--config", `${file}.none`] });
    await fails(78, /AFTERCARE_SERVER_PROT names no setting/, { "server.prot": 1 });
    await fails(78, /server\.port must be a whole number/, {}, { flags: ["--server.port", "x"] });
    await fails(78, /media\.addresses must be/, { "media.addresses": "host.example" });
    await fails(78, /log\.level must be/, { "log.level": "loud" });
    await fails(64, /no flag --prot/, {}, { flags: ["--prot", "1"] });
    await fails(64, /--port wants a value/, {}, { flags: ["--port"] });
    await fails(64, /flags only/, {}, { flags: ["word"] });
    assert.equal((await run([])).status, 64);
    assert.equal((await run(["nothing"])).status, 64);
    assert.equal((await run(["help"])).status, 0);
    assert.match((await run(["serve", "--help"])).out, /--media\.udp-port/);
    assert.match((await run(["--version"])).out, /^aftercare \d+\.\d+\.\d+\n$/);
});

test("flags go over the environment, that over the file; secrets are masked", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    const file = join(folder, "a.conf");
    writeFileSync(file, "[server]\nport = 1001\nconnections = 100\n[media]\nudp_port = 1001\n");
    const more = { "media.udp_port": 1002, "server.connections": 102, "demo.password": "hush hush hush" };
    const { out, status } = await run(["serve", "--print-config", "--config", file, "--media.udp-port=1003"], { settings: more });
    assert.equal(status, 0);
    assert.match(out, /\nport = 1001\n/);
    assert.match(out, /\nconnections = 102\n/);
    assert.match(out, /\nudp_port = 1003\n/);
    assert.match(out, /\npassword = \*{8}\n/);
    assert.doesNotMatch(out, /hush/);
    assert.equal((await run(["check-config", "--config", file])).status, 0);
});

test("FD-1: few descriptors are said at start, or are enough for people to be served politely", async () => {
    for (const limit of [16, 32, 64]) {
        const folder = makeFolder();
        const result = await run(["serve"], { settings: await settings(folder), shell: `ulimit -n ${limit}` });
        assert.notEqual(result.status, 0);
        assert.equal(result.signal, null, `ulimit -n ${limit}`);
        assert.match(result.err, /aftercare: .+\./);
        dropFolder(folder);
    }
});

test("user adds a doctor, lists them and sets a password while the gateway is stopped", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    const options = { settings: { "data.folder": folder } };
    const user = (args, input) => run(["user", ...args], { ...options, input });
    assert.equal((await user(["add", "b@clinic.example", "Doctor B"], "short\n")).status, 65);
    assert.equal((await user(["add", "b@clinic.example", "Doctor B"], "past patients meet again\n")).status, 0);
    assert.equal((await user(["add", "B@clinic.example", "Doctor B"], "past patients meet again\n")).status, 65);
    assert.match((await user(["list"])).out, /^b@clinic\.example\tDoctor B\n$/);
    assert.equal((await user(["password", "nobody@clinic.example"], "another long password\n")).status, 67);
    assert.equal((await user(["password", "b@clinic.example"], "another long password\n")).status, 0);
    const gateway = await Gateway.start({ folder });
    assert.doesNotMatch(gateway.out, /welcome#/);
    const body = { email: "b@clinic.example", password: "another long password" };
    assert.equal((await gateway.ask("POST", "/api/sign-in", { body })).status, 200);
    assert.equal((await user(["list"])).status, 75);
    await gateway.stop();
});

test("at the level of info nothing that points to a person is logged", async (t) => {
    const folder = makeFolder();
    t.after(() => dropFolder(folder));
    mkdirSync(folder, { recursive: true });
    const gateway = await Gateway.demo({ folder });
    const cookie = await gateway.signIn();
    await gateway.redeem(0);
    await gateway.ask("POST", "/api/sign-in", { body: { email: "x@y.example", password: "wrong wrong wrong" } });
    await gateway.ask("GET", "/api/meetups", { cookie });
    await gateway.stop();
    for (const secret of [cookie.split("=")[1], ...gateway.tokens, "doctor@demo", "patient", "127.0.0.1", "x@y.example"])
        assert.ok(!gateway.err.includes(secret), secret);
});
