// SPDX-License-Identifier: AGPL-3.0-or-later
// support/raw.mjs - bytes over TLS (or TCP) as a stranger would send them, and WebSocket frames by hand.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";

const CEILING = 30_000;

export class Raw {
    static async connect(gateway, { plain = false, alpn } = {}) {
        const r = new Raw();
        const where = { host: "127.0.0.1", port: gateway.port };
        r.socket = plain ? net.connect(where) : tls.connect({ ...where, rejectUnauthorized: false, ALPNProtocols: alpn });
        r.bytes = Buffer.alloc(0);
        r.closed = false;
        r.waiting = new Set();
        r.socket.on("error", () => {});
        r.socket.on("data", (part) => {
            r.bytes = Buffer.concat([r.bytes, part]);
            r.look();
        });
        r.socket.on("close", () => {
            r.closed = true;
            r.look();
        });
        await Promise.race([once(r.socket, plain ? "connect" : "secureConnect"), once(r.socket, "close")]).catch(() => {}); // refused: closed says so
        return r;
    }

    look() {
        for (const check of [...this.waiting]) check();
    }

    send(data) {
        if (!this.closed) this.socket.write(data);
        return this;
    }

    get text() {
        return this.bytes.toString("latin1");
    }

    get status() {
        const found = /^HTTP\/1\.[01] (\d+)/.exec(this.text);
        return found ? Number(found[1]) : 0;
    }

    // Waits for a claim about what came in, at most 30 s unless told.
    until(claim, what = String(claim), ceiling = CEILING) {
        return new Promise((resolve, reject) => {
            const check = () => {
                const value = claim(this);
                if (!value && !this.closed) return;
                clearTimeout(timer);
                this.waiting.delete(check);
                if (value) resolve(value);
                else reject(new Error(`closed before ${what}; got ${JSON.stringify(this.text.slice(0, 300))}`));
            };
            const timer = setTimeout(() => {
                this.waiting.delete(check);
                reject(new Error(`not in ${ceiling / 1000} s: ${what}; got ${JSON.stringify(this.text.slice(0, 300))}`));
            }, ceiling);
            this.waiting.add(check);
            check();
        });
    }

    // Waits for the end of the connection; milliseconds it took.
    async untilClosed() {
        const started = Date.now();
        await this.until((r) => r.closed, "the connection is closed");
        return Date.now() - started;
    }

    end() {
        this.socket.destroy();
    }
}

export function upgrade(gateway, { cookie, origin = gateway.origin, more = [], without = [], path = "/ws" } = {}) {
    const lines = {
        Host: gateway.host,
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
        "Sec-WebSocket-Protocol": "aftercare.v1",
    };
    if (origin !== null) lines.Origin = origin;
    if (cookie) lines.Cookie = cookie;
    const kept = Object.entries(lines).filter(([name]) => !without.includes(name));
    return `GET ${path} HTTP/1.1\r\n${[...kept.map(([n, v]) => `${n}: ${v}`), ...more].join("\r\n")}\r\n\r\n`;
}

export function frame(opcode, payload = Buffer.alloc(0), { fin = true, masked = true, rsv = 0, length } = {}) {
    const body = Buffer.from(payload);
    const len = length ?? body.length;
    const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
    const mask = masked ? 0x80 : 0;
    if (len < 126) head.push(mask | len);
    else if (len < 65536) head.push(mask | 126, len >> 8, len & 255);
    else head.push(mask | 127, ...[56n, 48n, 40n, 32n, 24n, 16n, 8n, 0n].map((s) => Number((BigInt(len) >> s) & 255n)));
    if (!masked) return Buffer.concat([Buffer.from(head), body]);
    const key = randomBytes(4);
    for (let i = 0; i < body.length; i++) body[i] ^= key[i & 3];
    return Buffer.concat([Buffer.from(head), key, body]);
}

export const text = (message) => frame(1, typeof message === "string" ? message : JSON.stringify(message));

// A WebSocket that was let in.
export class Socket {
    static async open(gateway, cookie) {
        const s = new Socket();
        s.raw = await Raw.connect(gateway);
        s.raw.send(upgrade(gateway, { cookie }));
        const end = await s.raw.until((r) => r.text.indexOf("\r\n\r\n") + 1, "an answer to the upgrade");
        if (s.raw.status !== 101) throw new Error(`upgrade: ${s.raw.text.slice(0, 200)}`);
        s.raw.bytes = s.raw.bytes.subarray(end + 3);
        s.answered = 0;
        s.raw.waiting.add(() => s.answerPings());
        return s;
    }

    send(message) {
        this.raw.send(text(message));
        return this;
    }

    answerPings() {
        const pings = this.frames.filter((f) => f.opcode === 9);
        for (; this.answered < pings.length; this.answered++) this.raw.send(frame(10, pings[this.answered].payload));
    }

    // The frames that came so far.
    get frames() {
        const frames = [];
        let at = 0;
        const bytes = this.raw.bytes;
        while (at + 2 <= bytes.length) {
            let len = bytes[at + 1] & 127;
            let head = 2;
            if (len === 126) [len, head] = [bytes.length >= at + 4 ? bytes.readUInt16BE(at + 2) : Infinity, 4];
            else if (len === 127) [len, head] = [bytes.length >= at + 10 ? Number(bytes.readBigUInt64BE(at + 2)) : Infinity, 10];
            if (at + head + len > bytes.length) break;
            frames.push({ opcode: bytes[at] & 15, rsv: (bytes[at] >> 4) & 7, payload: bytes.subarray(at + head, at + head + len) });
            at += head + len;
        }
        return frames;
    }

    get messages() {
        return this.frames.filter((f) => f.opcode === 1).map((f) => JSON.parse(f.payload.toString()));
    }

    // The first message of this type, or with this id.
    message(type, id) {
        return this.raw.until(
            () => this.messages.find((m) => m.type === type && (id === undefined || m.id === id)),
            `a message "${type}"`,
        );
    }

    // The code of the close frame; 0 when the connection ended without one.
    closeCode() {
        return this.raw.until((r) => {
            const found = this.frames.find((f) => f.opcode === 8);
            if (found) return { code: found.payload.length >= 2 ? found.payload.readUInt16BE(0) : 1005 };
            return r.closed ? { code: 0 } : null;
        }, "a close").then((end) => end.code);
    }

    end() {
        this.raw.end();
    }
}
