// SPDX-License-Identifier: AGPL-3.0-or-later
// support/relay.mjs - a bad line: the relay program, and pages that reach the gateway through it.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { untilEvent } from "./wait.mjs";

const program = fileURLToPath(new URL("../../../build/release/tests/aftercare-relay", import.meta.url));

function wordsOf(settings) {
    return Object.entries(settings)
        .map((pair) => pair.join("="))
        .join(" ");
}

// Runs in the page, before its own scripts: the one candidate of each answer is the relay.
function goThrough(host, port) {
    const real = RTCPeerConnection.prototype.setRemoteDescription;
    let led = false;
    const lead = (line) => {
        const words = line.split(" ");
        if (led || words[2]?.toLowerCase() !== "udp") return [];
        led = true;
        words[4] = host;
        words[5] = String(port);
        return [words.join(" ")];
    };
    RTCPeerConnection.prototype.setRemoteDescription = function (description, ...rest) {
        led = false;
        const sdp = description.sdp
            .split("\r\n")
            .flatMap((line) => (line.startsWith("a=candidate:") ? lead(line) : [line]))
            .join("\r\n");
        return real.call(this, { type: description.type, sdp }, ...rest);
    };
}

export class Relay {
    #child;
    #printed = "";
    #waiting = [];
    #ended = false;

    // All who go through one relay share its line.
    static async start(gateway, { seed = 1 } = {}) {
        const relay = new Relay();
        relay.host = gateway.host;
        relay.#child = spawn(program, ["--listen", gateway.host, "--to", `${gateway.host}:${gateway.port}`, "--seed", String(seed)], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        relay.#child.stdout.setEncoding("utf8").on("data", (part) => relay.#take(part));
        relay.#child.stdin.on("error", () => {});
        relay.#child.on("error", () => relay.#end());
        relay.#child.on("exit", () => relay.#end());
        ({ port: relay.port } = await relay.#reply("to start"));
        return relay;
    }

    #take(part) {
        const lines = (this.#printed + part).split("\n");
        this.#printed = lines.pop();
        for (const line of lines) this.#waiting.shift()?.(JSON.parse(line));
    }

    #end() {
        this.#ended = true;
        for (const heard of this.#waiting.splice(0)) heard({ done: false });
    }

    // Replies come in the order of what was told.
    #reply(what) {
        return untilEvent(`the relay ${what}`, (heard) => {
            if (this.#ended) heard({ done: false });
            else this.#waiting.push(heard);
        }).then((reply) => {
            if (reply.done === false) throw new Error(`the relay refuses, or has ended: ${what}`);
            return reply;
        });
    }

    #tell(words) {
        const reply = this.#reply(`to heed "${words}"`);
        this.#child.stdin.write(`${words}\n`);
        return reply;
    }

    // {capacity (bit/s of IP), queue, delay, jitter (ms), loss, reorder, duplicate, enter, leave, burst (shares)}; what is
    // not named is none.
    up(settings = {}) {
        return this.#tell(`set up ${wordsOf(settings)}`);
    }

    down(settings = {}) {
        return this.#tell(`set down ${wordsOf(settings)}`);
    }

    both(settings = {}) {
        return this.#tell(`set both ${wordsOf(settings)}`);
    }

    // Nothing passes until `clear`.
    black() {
        return this.#tell("black");
    }

    clear() {
        return this.#tell("clear");
    }

    anew() {
        return this.#tell("anew");
    }

    // {up, down: {in, out, lost, overflowed, bytesIn, bytesOut, wait: {p50, p95, max}}, clients, darkened, refused}
    count() {
        return this.#tell("count");
    }

    // Pages that are opened after this reach the gateway's media through here.
    async lead(page) {
        await page.evaluateOnNewDocument(goThrough, this.host, this.port);
    }

    async stop() {
        if (this.#ended) return;
        const gone = untilEvent("the relay to end", (done) => void this.#child.once("exit", done));
        this.#child.stdin.end();
        await gone;
    }
}
