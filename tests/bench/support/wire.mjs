// SPDX-License-Identifier: AGPL-3.0-or-later
// support/wire.mjs - the RTP packets of a port as they pass: what SRTP leaves readable of them.

import { spawn } from "node:child_process";
import { untilEvent } from "../../browser/support/wait.mjs";

const fileHeader = 24;
const recordHeader = 16;
const ethernet = 14;

// One packet of a capture -> {at (wall ms), from, to (ports), ssrc, sources, extensions: id -> bytes}, or null when it is
// no RTP.
function read(at, frame) {
    const udp = frame.subarray(ethernet + (frame[ethernet] >> 4 === 6 ? 40 : 20));
    const rtp = udp.subarray(8);
    if (rtp.length < 12 || rtp[0] >> 6 !== 2 || (rtp[1] >= 192 && rtp[1] <= 223)) return null;
    const sources = Array.from({ length: rtp[0] & 15 }, (_, i) => rtp.readUInt32BE(12 + 4 * i));
    const extensions = new Map();
    let next = 12 + 4 * sources.length;
    if (rtp[0] & 16 && rtp.readUInt16BE(next) === 0xbede) {
        const end = next + 4 + 4 * rtp.readUInt16BE(next + 2);
        for (next += 4; next < end; ) {
            const [id, len] = [rtp[next] >> 4, (rtp[next] & 15) + 1];
            if (id === 15) break;
            if (id) extensions.set(id, rtp.subarray(next + 1, next + 1 + len));
            next += id ? 1 + len : 1;
        }
    }
    return { at, from: udp.readUInt16BE(0), to: udp.readUInt16BE(2), ssrc: rtp.readUInt32BE(8), sources, extensions };
}

export class Wire {
    packets = [];
    #held = Buffer.alloc(0);
    #begun = false;

    static async watch(port) {
        const wire = new Wire();
        wire.child = spawn("tcpdump", ["-i", "lo", "-n", "-U", "-s", "128", "-w", "-", "udp", "port", String(port)], { stdio: ["ignore", "pipe", "pipe"] });
        await untilEvent("tcpdump to listen", (done) => {
            wire.child.once("error", done);
            wire.child.stderr.setEncoding("utf8").on("data", (text) => text.includes("listening on") && done());
        });
        wire.child.stdout.on("data", (part) => wire.#take(part));
        return wire;
    }

    #take(part) {
        this.#held = Buffer.concat([this.#held, part]);
        if (!this.#begun && this.#held.length >= fileHeader) {
            this.#begun = true;
            this.#held = this.#held.subarray(fileHeader);
        }
        while (this.#begun && this.#held.length >= recordHeader) {
            const len = this.#held.readUInt32LE(8);
            if (this.#held.length < recordHeader + len) return;
            const at = this.#held.readUInt32LE(0) * 1000 + this.#held.readUInt32LE(4) / 1000;
            const packet = read(at, this.#held.subarray(recordHeader, recordHeader + len));
            if (packet) this.packets.push(packet);
            this.#held = this.#held.subarray(recordHeader + len);
        }
    }

    async stop() {
        const gone = untilEvent("tcpdump to end", (done) => void this.child.once("exit", done));
        this.child.kill();
        await gone;
        return this.packets;
    }
}
