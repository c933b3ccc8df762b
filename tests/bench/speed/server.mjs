// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/server.mjs - the servers under test, each fresh, on core 0: our gateway, and Janus at its best.

import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { doctor, Gateway } from "../../browser/support/gateway.mjs";
import { crowdIp, firstPort, onLoopback, onServer, Program, serverIp } from "./place.mjs";

const janusServe = fileURLToPath(new URL("../../load/janus/serve", import.meta.url));
let nextPort = firstPort + 8000;

// run({ url, pid, words, environment, gateway }): what aftercare-load is to be told, and the gateway itself.
export async function withGateway(run, { loopback = false, settings = {}, under } = {}) {
    const host = loopback ? "127.0.0.1" : serverIp;
    const from = loopback ? "127.0.0.1" : crowdIp;
    const gateway = new Gateway({
        host,
        port: nextPort++,
        under: under ?? (loopback ? onLoopback : onServer),
        settings: {
            "server.unlimited_addresses": `${from},127.0.0.1`,
            "server.connections": 20000,
            "server.connections_per_address": 20000,
            "meetup.members": 5000,
            "media.addresses": host,
            "log.level": "warn",
            ...settings,
        },
    });
    await gateway.start();
    try {
        await gateway.makeDoctor();
        return await run({
            url: gateway.origin,
            pid: gateway.pid,
            words: ["--insecure", "--doctor", doctor.email, "--from", from],
            environment: { AFTERCARE_LOAD_PASSWORD: doctor.password },
            gateway,
        });
    } finally {
        await gateway.remove();
    }
}

// Janus with one event loop on the one core it has, and the cipher that costs it less.
export async function withJanus(run) {
    const folder = await mkdtemp(join(tmpdir(), "aftercare-janus-"));
    const port = nextPort++;
    const janus = new Program(onServer, janusServe, [serverIp, port, folder, 1]);
    try {
        await untilListening(port, janus);
        return await run({ url: `ws://${serverIp}:${port}`, pid: janus.pid, words: ["--from", crowdIp, "--ciphers", "gcm"], environment: {} });
    } finally {
        await janus.end();
        await rm(folder, { recursive: true, force: true });
    }
}

// It says nothing when it is ready (its log is off): its port does.
async function untilListening(port, program) {
    const ends = Date.now() + 20_000;
    for (;;) {
        const open = await new Promise((done) => {
            const socket = connect(port, serverIp, () => (socket.destroy(), done(true)));
            socket.on("error", () => done(false));
        });
        if (open) return;
        if (Date.now() > ends) throw program.fail("does not listen");
        await new Promise((done) => setTimeout(done, 50));
    }
}
