// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/server.mjs - the servers under test, each fresh, on core 0: our gateway, and Janus at its best.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { doctor, Gateway } from "../../browser/support/gateway.mjs";
import { crowdIp, firstPort, onLoopback, onServer, Program, serverIp } from "./place.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
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

// Debian's Janus computes with NSS by way of its libsrtp2; ours on OpenSSL is linked anew as the library it looks for.
function srtpOnOpenssl() {
    const folder = `${root}build/bench/libsrtp2`;
    if (!existsSync(`${folder}/libsrtp2.so.1`)) {
        execFileSync("mkdir", ["-p", folder]);
        const archive = `${root}build/deps/libsrtp2/lib/libsrtp2.a`;
        execFileSync("gcc", ["-shared", "-Wl,-soname,libsrtp2.so.1", "-Wl,--whole-archive", archive, "-Wl,--no-whole-archive", "-lcrypto", "-o", `${folder}/libsrtp2.so.1`]);
    }
    return folder;
}

// One event loop per core it has; no log, no other plugin, no candidates but its own address, nothing gathered.
const janusSettings = (folder, port, loops) => ({
    "janus.jcfg": `general: {
    configs_folder = "${folder}"
    debug_level = 0
    log_to_stdout = true
    event_loops = ${loops}
    session_timeout = 60
}
media: { dtls_mtu = 1200 }
nat: {
    ice_lite = true
    full_trickle = false
    ice_enforce_list = "${serverIp}"
    ignore_mdns = true
}
plugins: { disable = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so" }
transports: { disable = "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so" }
`,
    "janus.transport.websockets.jcfg": `general: {
    json = "compact"
    ws = true
    ws_port = ${port}
    ws_ip = "${serverIp}"
    ws_logging = 0
}
`,
    "janus.plugin.videoroom.jcfg": "general: { string_ids = false }\n",
});

export async function withJanus(run) {
    const folder = await mkdtemp(join(tmpdir(), "aftercare-janus-"));
    const port = nextPort++;
    for (const [name, text] of Object.entries(janusSettings(folder, port, 1))) await writeFile(join(folder, name), text);
    await mkdir(join(folder, "run"), { recursive: true });
    const janus = new Program(onServer, "/usr/bin/janus", ["--configs-folder", folder, "--disable-colors"], { environment: { LD_LIBRARY_PATH: srtpOnOpenssl() } });
    try {
        await untilListening(port, janus);
        return await run({ url: `ws://${serverIp}:${port}`, pid: janus.pid, words: ["--from", crowdIp], environment: {} });
    } finally {
        await janus.end();
        await rm(folder, { recursive: true, force: true });
    }
}

// It says nothing when it is ready (its log is off): its port does.
async function untilListening(port, program) {
    const ends = Date.now() + 20_000;
    const { connect } = await import("node:net");
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
