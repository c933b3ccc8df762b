// SPDX-License-Identifier: AGPL-3.0-or-later
// client/connection.ts - one WebSocket that comes back by itself, and the replies that belong to requests.

import type { Clock } from "./clock.ts";
import {
    parseServerMessage,
    type ClientMessage,
    type Request,
    type ServerMessage,
} from "./protocol.ts";

export interface Socket {
    onopen: ((event: any) => void) | null;
    onmessage: ((event: any) => void) | null;
    onclose: ((event: any) => void) | null;
    send(text: string): void;
    close(code?: number): void;
}

export type Link =
    | { state: "connecting"; attempt: number }
    | { state: "open" }
    | { state: "lost"; attempt: number; retryAtMs: number }
    | { state: "closed"; code: number };

export class Refused extends Error {
    readonly code: string;
    constructor(code: string, text: string) {
        super(text);
        this.code = code;
    }
}

interface Given {
    dial(): Socket;
    clock: Clock;
    chance(): number; // 0 <= chance < 1
    onOpen(): void;
    onMessage(message: ServerMessage): void;
    onLink(link: Link): void;
}

interface Pending {
    resolve(message: ServerMessage): void;
    reject(error: Refused): void;
}

const pingEveryMs = 10_000;
const pongWithinMs = 8_000;
const soonMs = 3_000;
const replyWithinMs = 20_000;
const finalCodes = new Set([4001, 4003]); // another tab took the seat; sign in again

// How long to wait before the n-th attempt (1 is the first after a loss): 0.5 s doubling to 15 s, less up to a quarter.
export function backoffMs(attempt: number, chance: number): number {
    const full = Math.min(15_000, 500 * 2 ** Math.min(attempt - 1, 10));
    return Math.round(full * (1 - chance / 4));
}

export class Connection {
    #given: Given;
    #socket: Socket | null = null;
    #pending = new Map<number, Pending>();
    #nextId = 1;
    #attempt = 0;
    #cancelRetry: () => void = () => {};
    #cancelPing: () => void = () => {};
    #link: Link = { state: "closed", code: 0 };

    constructor(given: Given) {
        this.#given = given;
    }

    get link(): Link {
        return this.#link;
    }

    open(): void {
        if (this.#socket) return;
        this.#cancelRetry();
        const socket = this.#given.dial();
        this.#socket = socket;
        this.#become({ state: "connecting", attempt: this.#attempt });
        socket.onopen = () => {
            if (this.#socket !== socket) return;
            this.#become({ state: "open" });
            this.#keepAlive(socket);
            this.#given.onOpen();
        };
        socket.onmessage = (event) => {
            if (this.#socket === socket) this.#receive(String(event.data));
        };
        socket.onclose = (event) => {
            if (this.#socket === socket) this.#lose(Number(event.code ?? 1006));
        };
    }

    // Nothing more comes from here after close.
    close(): void {
        const socket = this.#socket;
        this.#forget();
        this.#cancelRetry();
        this.#become({ state: "closed", code: 1000 });
        socket?.close(1000);
    }

    retryNow(): void {
        if (this.#link.state === "lost") this.open();
    }

    // Something is wrong with the network: a lost line is dialled at once, an open one has to answer soon.
    doubt(): void {
        if (this.#link.state === "open" && this.#socket) this.#ping(this.#socket, soonMs);
        else this.retryNow();
    }

    // The seat is really held again: the next loss starts with the short delays.
    settled(): void {
        this.#attempt = 0;
    }

    send(message: ClientMessage): boolean {
        if (!this.#socket || this.#link.state !== "open") return false;
        this.#socket.send(JSON.stringify(message));
        return true;
    }

    request(message: Request): Promise<ServerMessage> {
        const id = this.#nextId++;
        return new Promise((resolve, reject) => {
            if (!this.send({ ...message, id } as ClientMessage)) {
                reject(new Refused("unavailable", "no connection"));
                return;
            }
            const cancel = this.#given.clock.after(replyWithinMs, () => {
                this.#pending.delete(id);
                reject(new Refused("unavailable", "no reply"));
            });
            this.#pending.set(id, {
                resolve: (reply) => (cancel(), resolve(reply)),
                reject: (error) => (cancel(), reject(error)),
            });
        });
    }

    #receive(raw: string): void {
        const message = parseServerMessage(raw);
        if (!message) return;
        const id = "id" in message ? message.id : undefined;
        const pending = id === undefined ? undefined : this.#pending.get(id);
        // State first, then whoever waits for the reply: they may look at the state.
        this.#given.onMessage(message);
        if (!pending || id === undefined) return;
        this.#pending.delete(id);
        if (message.type === "error") pending.reject(new Refused(message.code, message.text));
        else pending.resolve(message);
    }

    #keepAlive(socket: Socket): void {
        this.#cancelPing = this.#given.clock.after(pingEveryMs, () => this.#ping(socket, pongWithinMs));
    }

    #ping(socket: Socket, withinMs: number): void {
        const cancelWait = this.#given.clock.after(withinMs, () => {
            if (this.#socket !== socket) return;
            socket.close();
            this.#lose(1006);
        });
        this.request({ type: "ping" }).then(
            () => {
                cancelWait();
                if (this.#socket !== socket) return;
                this.#cancelPing();
                this.#keepAlive(socket);
            },
            () => {},
        );
    }

    #lose(code: number): void {
        this.#forget();
        if (finalCodes.has(code)) {
            this.#become({ state: "closed", code });
            return;
        }
        this.#attempt += 1;
        const ms = backoffMs(this.#attempt, this.#given.chance());
        const retryAtMs = this.#given.clock.nowMs() + ms;
        this.#cancelRetry = this.#given.clock.after(ms, () => this.open());
        this.#become({ state: "lost", attempt: this.#attempt, retryAtMs });
    }

    #forget(): void {
        this.#cancelPing();
        const socket = this.#socket;
        this.#socket = null;
        if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
        const pending = [...this.#pending.values()];
        this.#pending.clear();
        for (const one of pending) one.reject(new Refused("unavailable", "connection lost"));
    }

    #become(link: Link): void {
        this.#link = link;
        this.#given.onLink(link);
    }
}
