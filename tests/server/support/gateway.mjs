// SPDX-License-Identifier: AGPL-3.0-or-later
// support/gateway.mjs - the real gateway on free ports with a data folder of its own.
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import https from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
export const binary = process.env.GATEWAY_BINARY ?? join(root, "build/release/aftercare");
export const web = process.env.GATEWAY_WEB ?? join(root, "build/web");
export const password = "past patients meet again";

export async function freeTcpPort() {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    server.close();
    await once(server, "close");
    return port;
}

export async function freeUdpPort() {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    const { port } = socket.address();
    socket.close();
    await once(socket, "close");
    return port;
}

export function makeFolder() {
    return mkdtempSync(join(tmpdir(), "aftercare-server-"));
}

export function dropFolder(folder) {
    rmSync(folder, { recursive: true, force: true });
}

// Runs a command of the gateway to its end; `input` goes to standard input.
export async function run(args, { input = "", settings = {}, shell } = {}) {
    const env = environment(settings);
    const child = shell
        ? spawn("bash", ["-c", `${shell}; exec "$0" "$@"`, binary, ...args], { env })
        : spawn(binary, args, { env });
    let out = "";
    let err = "";
    child.stdout.on("data", (part) => (out += part));
    child.stderr.on("data", (part) => (err += part));
    child.stdin.on("error", () => {}); // it may have ended without reading
    child.stdin.end(input);
    const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
    const [status, signal] = await once(child, "close");
    clearTimeout(timer);
    return { status, signal, out, err };
}

function environment(settings) {
    const env = { ...process.env };
    for (const name of Object.keys(env)) if (/^AFTERCARE_(SERVER|MEDIA|DATA|LOG|DEMO)_/.test(name)) delete env[name];
    for (const [key, value] of Object.entries(settings))
        env[`AFTERCARE_${key.toUpperCase().replaceAll(".", "_")}`] = String(value);
    return env;
}

export class Gateway {
    static async start({ settings = {}, flags = [], folder } = {}) {
        const g = new Gateway();
        g.ownsFolder = !folder;
        g.folder = folder ?? makeFolder();
        g.port = Number(settings["server.port"] ?? (await freeTcpPort()));
        g.udpPort = Number(settings["media.udp_port"] ?? (await freeUdpPort()));
        g.host = `127.0.0.1:${g.port}`;
        g.origin = `https://${g.host}`;
        g.out = "";
        g.err = "";
        g.child = spawn(binary, ["serve", ...flags], {
            env: environment({
                "server.port": g.port,
                "media.udp_port": g.udpPort,
                "data.folder": g.folder,
                "server.web": web,
                "demo.password": password,
                ...settings,
            }),
        });
        g.ended = once(g.child, "close");
        g.child.stderr.on("data", (part) => (g.err += part));
        await new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`the gateway did not start: ${g.err}`)), 30_000);
            g.child.on("close", () => reject(new Error(`the gateway ended: ${g.err}`)));
            g.child.stdout.on("data", (part) => {
                g.out += part;
                if (!g.out.includes("Stop it with Ctrl-C")) return;
                clearTimeout(timer);
                resolve();
            });
        });
        return g;
    }

    static demo(options = {}) {
        return Gateway.start({ ...options, flags: ["--demo", ...(options.flags ?? [])] });
    }

    async stop(signal = "SIGTERM") {
        this.child.kill(signal);
        const [status] = await this.ended;
        if (this.ownsFolder) dropFolder(this.folder);
        return status;
    }

    isAlive() {
        return this.child.exitCode === null && this.child.signalCode === null;
    }

    // One HTTP request; { status, headers, text, json }.
    ask(method, path, { body, cookie, headers = {}, agent } = {}) {
        const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
        const all = { origin: this.origin, ...headers };
        if (text !== undefined && !("content-type" in all)) all["content-type"] = "application/json";
        if (text !== undefined && !("content-length" in all)) all["content-length"] = Buffer.byteLength(text);
        if (cookie) all.cookie = cookie;
        for (const name of Object.keys(all)) if (all[name] === null) delete all[name];
        return new Promise((resolve, reject) => {
            const request = https.request(this.origin + path, { method, headers: all, rejectUnauthorized: false, agent });
            request.on("error", reject);
            request.setTimeout(30_000, () => request.destroy(new Error("no answer in 30 s")));
            request.on("response", async (response) => {
                const parts = [];
                for await (const part of response) parts.push(part);
                const bytes = Buffer.concat(parts);
                const reply = { status: response.statusCode, headers: response.headers, bytes, text: bytes.toString() };
                if (/json/.test(response.headers["content-type"])) reply.json = JSON.parse(reply.text);
                resolve(reply);
            });
            request.end(text);
        });
    }

    // The cookie of the demo's doctor.
    async signIn() {
        const reply = await this.ask("POST", "/api/sign-in", { body: { email: "doctor@demo.example", password } });
        if (reply.status !== 200) throw new Error(`sign-in: ${reply.status} ${reply.text}`);
        return reply.headers["set-cookie"][0].split(";")[0];
    }

    get meetup() {
        return /\/meetup\/(\S+)/.exec(this.out)[1];
    }

    get tokens() {
        return [...this.out.matchAll(/\/join#(\S+)/g)].map((found) => found[1]);
    }

    // The device cookie and invite of one of the demo's patients.
    async redeem(index) {
        const reply = await this.ask("POST", "/api/invite/redeem", { body: { token: this.tokens[index] } });
        if (reply.status !== 200) throw new Error(`redeem: ${reply.status} ${reply.text}`);
        return { cookie: reply.headers["set-cookie"][0].split(";")[0], invite: reply.json.entry.invite };
    }
}
