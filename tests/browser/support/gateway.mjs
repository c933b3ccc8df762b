// SPDX-License-Identifier: AGPL-3.0-or-later
// support/gateway.mjs - the real gateway: started, killed, started again; and a doctor who makes meetups in it.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ceilingMs, untilEvent } from "./wait.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
export const doctor = { name: "Dr. Sofia Lind", email: "sofia@clinic.test", password: "past patients meet again" };

let nextPort = 8443;

// An HTTP client with a cookie jar; it trusts the certificate the gateway made for itself.
export class Client {
    constructor(origin) {
        this.origin = origin;
        this.cookies = new Map();
        this.agent = new Agent({ rejectUnauthorized: false, keepAlive: true });
    }

    ask(method, path, body) {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const headers = { origin: this.origin, cookie: [...this.cookies].map((pair) => pair.join("=")).join("; ") };
        if (text !== undefined) Object.assign(headers, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
        return new Promise((resolve, reject) => {
            const asked = request(new URL(path, this.origin), { method, headers, agent: this.agent }, async (reply) => {
                for (const cookie of reply.headers["set-cookie"] ?? []) {
                    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
                    this.cookies.set(name, value);
                }
                const parts = [];
                for await (const part of reply) parts.push(part);
                resolve({ status: reply.statusCode, headers: reply.headers, text: Buffer.concat(parts).toString() });
            });
            asked.setTimeout(ceilingMs, () => asked.destroy(new Error(`${method} ${path}: no answer`)));
            asked.on("error", reject);
            asked.end(text);
        });
    }

    // A call of the API that must succeed.
    async call(path, body) {
        const reply = await this.ask(body === undefined ? "GET" : "POST", path, body);
        if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text.slice(0, 300)}`);
        return JSON.parse(reply.text);
    }

    close() {
        this.agent.destroy();
    }
}

export class Gateway {
    // settings: keys as in the configuration ("log.level"); flags: further words on the command line; under: words before it.
    constructor({ settings = {}, flags = [], under = [], host = "10.77.0.1", port = nextPort++ } = {}) {
        this.port = port;
        this.host = host;
        this.under = under;
        this.origin = `https://${host}:${this.port}`;
        this.flags = flags;
        this.settings = settings;
        this.printed = "";
        this.listeners = new Set();
        this.child = null;
        this.client = new Client(this.origin);
    }

    async start() {
        this.folder ??= await mkdtemp(join(tmpdir(), "aftercare-test-"));
        const settings = {
            "server.port": this.port,
            "server.web": join(root, "build/web"),
            "media.udp_port": this.port,
            "data.folder": this.folder,
            ...this.settings,
        };
        const environment = { ...process.env };
        for (const [key, value] of Object.entries(settings))
            environment[`AFTERCARE_${key.toUpperCase().replace(".", "_")}`] = String(value);
        this.printed = "";
        const [command, ...words] = [...this.under, join(root, "build/release/aftercare"), "serve", ...this.flags];
        const child = spawn(command, words, {
            env: environment,
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.child = child;
        const take = (part) => {
            this.printed += part;
            for (const listener of [...this.listeners]) listener();
        };
        child.stdout.setEncoding("utf8").on("data", take);
        child.stderr.setEncoding("utf8").on("data", take);
        child.on("exit", (code, signal) => {
            this.ended = { code, signal };
            if (this.child === child) this.child = null;
            for (const listener of [...this.listeners]) listener();
        });
        this.ended = null;
        await this.untilPrinted(readyLine);
        return this;
    }

    // The first match in what it has printed, or will.
    untilPrinted(pattern) {
        return untilEvent(`the gateway to print ${pattern}`, (done) => {
            const look = () => {
                const found = pattern.exec(this.printed);
                if (!found && !this.ended) return;
                this.listeners.delete(look);
                done(found);
            };
            this.listeners.add(look);
            look();
            return () => this.listeners.delete(look);
        }).then((found) => {
            if (!found) throw new Error(`the gateway ended (${JSON.stringify(this.ended)}):\n${this.printed.slice(-2000)}`);
            return found;
        });
    }

    get pid() {
        return this.child?.pid;
    }

    // Waits for its end; one that does not heed the signal is a failure, and is killed.
    async stop(signal = "SIGTERM") {
        const child = this.child;
        if (!child) return;
        const gone = untilEvent("the gateway to end", (done) => void child.once("exit", done));
        child.kill(signal);
        try {
            await gone;
        } catch (error) {
            child.kill("SIGKILL");
            throw error;
        }
    }

    // As a power cut would: nothing is said, nothing written any more. Then up again on the same data.
    async killAndStart() {
        await this.stop("SIGKILL");
        await this.start();
    }

    async remove() {
        this.client.close();
        await this.stop();
        if (this.folder) await rm(this.folder, { recursive: true, force: true });
    }

    // The first doctor, made with the printed one-time link.
    async makeDoctor() {
        const [, token] = await this.untilPrinted(/\/welcome#([\w-]{22})/);
        await this.client.call("/api/setup", { token, ...doctor });
    }

    async newMeetup({ title = "Knees in spring", welcome = "Good to see you again." } = {}) {
        const startsAt = Math.floor(Date.now() / 1000) + 600;
        const { meetup } = await this.client.call("/api/meetups", { title, startsAt, minutes: 60, welcome });
        return new Meetup(this, meetup.id);
    }
}

// Printed when everything runs.
const readyLine = /Stop it with Ctrl-C/;

export class Meetup {
    constructor(gateway, id) {
        this.gateway = gateway;
        this.id = id;
    }

    async invite(rosterName, expiresAt = 0) {
        const { invite, link } = await this.gateway.client.call(`/api/meetups/${this.id}/invites`, { rosterName, expiresAt });
        return { id: invite.id, link: new URL(link), rosterName };
    }

    whole() {
        return this.gateway.client.call(`/api/meetups/${this.id}`);
    }
}

let shared;

// One gateway for all tests that leave it as it was.
export function sharedGateway() {
    shared ??= (async () => {
        const gateway = await new Gateway().start();
        await gateway.makeDoctor();
        return gateway;
    })();
    return shared;
}

export async function removeSharedGateway() {
    const gateway = await shared?.catch(() => null);
    shared = undefined;
    await gateway?.remove();
}
