// SPDX-License-Identifier: AGPL-3.0-or-later
// client/visit.ts - one person's stay in a meetup: the socket, the media and the state held together.

import { signal, type Signal } from "@preact/signals";
import type { Clock } from "./clock.ts";
import { Connection, Refused, type Link, type Socket } from "./connection.ts";
import type { OwnMedia } from "./media.ts";
import { emptyMeetup, myself, reduce, type MeetupState } from "./meetup.ts";
import type { Peer, PeerGiven } from "./peer.ts";
import {
    kindOf,
    kinds,
    memberOf,
    type ClientMessage,
    type Kind,
    type Message,
    type Request,
    type ServerMessage,
} from "./protocol.ts";
import { Repair } from "./repair.ts";
import { readingOf, UplinkWatch, type Reading } from "./uplink.ts";
import { sameWants, wantsOf, type Shown, type Want } from "./wants.ts";

export type Who =
    | { as: "doctor"; meetup: string }
    | { as: "patient"; invite: string; roomName: string };

interface Given {
    who: Who;
    dial(): Socket;
    newPeer(given: Pick<PeerGiven, "onPath">): Peer;
    own: OwnMedia;
    language(): string;
    pixelRatio(): number;
    clock: Clock;
    chance(): number;
    // Asked after refused sockets: the code of a refusal that will not change, or "".
    verdict(): Promise<string>;
    onMessage(message: ServerMessage): void;
}

const wantAfterMs = 80;
const passing = new Set(["unavailable", "too_many"]);
const final = new Set(["expired", "revoked", "removed", "ended", "sign_in", "not_found", "denied"]);

export class Visit {
    readonly state: Signal<MeetupState> = signal(emptyMeetup);
    readonly link: Signal<Link> = signal({ state: "closed", code: 0 });
    readonly peer: Signal<Peer | null> = signal(null);
    // The media are interrupted; they are being brought back.
    readonly away: Signal<boolean> = signal(false);
    // The own picture is off because the line does not carry it.
    readonly slow: Signal<boolean> = signal(false);
    // Why it cannot go on: a code of the gateway, or "taken-over".
    readonly stopped: Signal<string> = signal("");

    #given: Given;
    #connection: Connection;
    #first: { resolve(): void; reject(error: Refused): void } | null = null;
    #wants: Want[] = [];
    #wantsSent: readonly Want[] = [];
    #cancelWants: (() => void) | null = null;
    #stateSent = "";
    #repair: Repair;
    #uplink: UplinkWatch;

    constructor(given: Given) {
        this.#given = given;
        this.#connection = new Connection({
            dial: given.dial,
            clock: given.clock,
            chance: given.chance,
            onOpen: () => void this.#comeIn(),
            onMessage: (message) => this.#receive(message),
            onLink: (link) => this.#linkChanged(link),
        });
        this.#repair = new Repair({
            clock: given.clock,
            canAsk: () => this.#connection.link.state === "open" && this.state.value.connection > 0,
            restart: () => this.#restart(),
            renew: () => this.#offerAgain(),
            wasHeard: (error) => error instanceof Refused && !passing.has(error.code),
            onAway: (away) => (this.away.value = away),
        });
        this.#uplink = new UplinkWatch({
            clock: given.clock,
            read: () => this.#reading(),
            up: () => this.state.value.line.up,
            isWanted: () => this.state.value.stage === "in" && given.own.isSending("camera"),
            onSlow: (slow) => this.#slowChanged(slow),
        });
        given.own.onTrack = (kind) => this.#trackChanged(kind);
    }

    // Makes the connection and its offer ahead of time: the way in is short then.
    prepare(): void {
        if (this.peer.value || this.stopped.value) return;
        this.#newPeer();
        void this.peer.value!.offer().catch(() => {});
    }

    // Resolves when the seat or the place in the waiting room is ours; rejects with what the gateway said.
    join(roomName?: string): Promise<void> {
        const { who } = this.#given;
        if (who.as === "patient" && roomName !== undefined) who.roomName = roomName;
        this.prepare();
        return new Promise((resolve, reject) => {
            this.#first = { resolve, reject };
            if (this.#connection.link.state === "open") void this.#comeIn();
            else this.#connection.open();
        });
    }

    send(message: ClientMessage): boolean {
        return this.#connection.send(message);
    }

    request(message: Request): Promise<ServerMessage> {
        return this.#connection.request(message);
    }

    // What is granted has no reply of its own: only a refusal comes back.
    tell(message: Request, refused: (error: Refused) => void = () => {}): void {
        this.request(message).catch((error: Refused) => {
            if (error.code !== "unavailable") refused(error);
        });
    }

    retryNow(): void {
        this.#connection.retryNow();
    }

    // The network is another one: whatever still looks well is asked, and the media take a new path.
    networkChanged(): void {
        this.#connection.doubt();
        this.#repair.networkChanged();
    }

    // The page was away for a while, and may have missed what happened to its connections.
    woken(): void {
        this.#connection.doubt();
    }

    // The person wants to be seen, slow as the line may be.
    showPicture(): void {
        this.#uplink.show();
    }

    // What the page shows now; told to the gateway when it has settled.
    show(shown: readonly Shown[]): void {
        this.#wants = wantsOf(shown, this.#given.pixelRatio());
        this.#cancelWants ??= this.#given.clock.after(wantAfterMs, () => {
            this.#cancelWants = null;
            this.#sendWants();
        });
    }

    leave(): void {
        this.send({ type: "leave" });
        this.#end();
        this.state.value = reduce(this.state.value, { type: "stage", stage: "out", reason: "left" });
    }

    // The page goes away: devices and sockets are given back without a word of farewell, the seat stays.
    abandon(): void {
        this.#end();
    }

    #end(): void {
        this.#cancelWants?.();
        this.#given.own.release();
        this.#repair.close();
        this.#uplink.close();
        this.#connection.close();
        this.peer.value?.close();
        this.peer.value = null;
    }

    // --- the way in and back in ---------------------------------------------------------------------------------------

    async #comeIn(): Promise<void> {
        const { connection } = this.state.value;
        try {
            let reply = connection > 0 && this.peer.value ? await this.#resume(connection) : null;
            reply ??= await this.#enter();
            await this.#joined(reply);
            this.#first?.resolve();
        } catch (error) {
            const refused = error instanceof Refused ? error : new Refused("unavailable", String(error));
            if (refused.code === "unavailable" && !this.#first) return; // the socket comes back by itself
            if (this.#first) this.#connection.close();
            else if (final.has(refused.code)) this.#stop(refused.code);
            this.#first?.reject(refused);
        } finally {
            this.#first = null;
        }
    }

    #joinMessage(): Extract<Request, { type: "join" }> {
        const { who, own, language } = this.#given;
        const { as, ...rest } = who;
        return {
            type: "join",
            as,
            ...rest,
            language: language(),
            has: { microphone: !!own.track("microphone"), camera: !!own.track("camera") },
        };
    }

    // Back to media that still runs; null when the gateway runs it no more.
    async #resume(connection: number): Promise<Message<"joined"> | null> {
        try {
            return (await this.request({ ...this.#joinMessage(), connection })) as Message<"joined">;
        } catch (error) {
            if (!(error instanceof Refused) || error.code !== "connection_gone") throw error;
            this.#newPeer();
            return null;
        }
    }

    async #enter(): Promise<Message<"joined">> {
        if (!this.peer.value) this.#newPeer();
        const offer = await this.peer.value!.offer();
        return (await this.request({ ...this.#joinMessage(), offer })) as Message<"joined">;
    }

    async #joined(reply: Message<"joined">): Promise<void> {
        this.#connection.settled();
        this.#stateSent = "";
        this.#wantsSent = [];
        if (reply.media === "kept") this.#repair.reachable();
        else if (reply.answer) await this.peer.value!.answer(reply.answer);
        else await this.#offerAgain();
        this.#stageReached();
    }

    // --- media --------------------------------------------------------------------------------------------------------

    #newPeer(): void {
        this.peer.value?.close();
        const peer: Peer = this.#given.newPeer({
            onPath: (path) => {
                if (this.peer.value === peer) this.#repair.path(path);
            },
        });
        this.peer.value = peer;
        if (this.slow.value) peer.dark(true);
        this.#repair.renewed();
    }

    async #offerAgain(): Promise<void> {
        this.#newPeer();
        const peer = this.peer.value!;
        const reply = await this.request({ type: "offer", offer: await peer.offer(), restart: false });
        if (reply.type === "answer") await peer.answer(reply.answer);
        this.#stageReached();
    }

    // New ICE credentials. The socket may be as dead as the path: it has to show that it is not.
    async #restart(): Promise<void> {
        const peer = this.peer.value;
        if (!peer?.canRestart) return;
        this.#connection.doubt();
        const reply = await this.request({ type: "offer", offer: await peer.restart(), restart: true });
        if (reply.type === "answer") await peer.answer(reply.answer);
    }

    // Nothing of oneself leaves the device before one is in the room.
    #stageReached(): void {
        const isIn = this.state.value.stage === "in";
        for (const kind of kinds) this.#fill(kind, isIn);
        if (!isIn) return;
        this.#sendState();
        this.#wantsSent = [];
        this.#sendWants();
    }

    #fill(kind: Kind, isIn: boolean): void {
        const track = isIn ? this.#given.own.track(kind) : null;
        void this.peer.value?.send(kind, track).catch(() => {});
    }

    #trackChanged(kind: Kind): void {
        this.#fill(kind, this.state.value.stage === "in");
        this.#uplink.wantChanged();
        this.#sendState();
    }

    // A line that is interrupted, or on which nobody wants a picture, tells nothing about what it carries. A picture that is
    // off already is wanted by nobody: that does not count.
    async #reading(): Promise<Reading | null> {
        const peer = this.peer.value;
        if (!peer || this.away.value || !(peer.isWatched || this.slow.value)) return null;
        return readingOf(this.#given.clock.nowMs(), await peer.stats());
    }

    #slowChanged(slow: boolean): void {
        this.slow.value = slow;
        this.peer.value?.dark(slow);
        this.#sendState();
    }

    #sendState(): void {
        if (this.state.value.stage !== "in" && this.state.value.stage !== "waiting") return;
        const { own } = this.#given;
        const slow = this.slow.value;
        const message = {
            type: "state",
            microphone: own.isSending("microphone"),
            camera: own.isSending("camera") && !slow,
            screen: own.isSending("screen"),
            screenSound: own.isSending("screenSound"),
            ...(slow && { slow }),
        } as const;
        const text = JSON.stringify(message);
        if (text !== this.#stateSent && this.send(message)) this.#stateSent = text;
    }

    #sendWants(): void {
        if (this.state.value.stage !== "in" || sameWants(this.#wants, this.#wantsSent)) return;
        if (this.send({ type: "want", pictures: this.#wants })) this.#wantsSent = this.#wants;
    }

    // --- what the gateway says ----------------------------------------------------------------------------------------

    #receive(message: ServerMessage): void {
        const before = this.state.value;
        this.state.value = reduce(before, message);
        if (message.type === "stage") this.#moved(message);
        this.#obey(message);
        if (message.type === "media") this.#repair.gateway(message.state);
        if (message.type === "member" || message.type === "members") this.#heedMute(before);
        this.#given.onMessage(message);
    }

    // How one's own things are to be sent, and how the others' are to be played.
    #obey(message: ServerMessage): void {
        const peer = this.peer.value;
        if (message.type === "layers" && memberOf(message.source) === this.state.value.me)
            peer?.layers(kindOf(message.source), message.needed);
        if (message.type === "voice") void peer?.voice(message.maxBitrate, message.redundancy);
        if (message.type !== "line") return;
        peer?.patient(message.redundancy);
        this.#repair.line(message.up === "lost" || message.down === "lost");
    }

    #moved(message: Message<"stage">): void {
        if (message.stage === "out") this.#end();
        else this.#stageReached();
    }

    // The gateway drops a muted person's sound anyway; the page falls silent too, so that both agree.
    #heedMute(before: MeetupState): void {
        const muted = myself(this.state.value)?.muted ?? false;
        if (muted && !myself(before)?.muted) this.#given.own.turnOff("microphone");
    }

    #linkChanged(link: Link): void {
        this.link.value = link;
        if (link.state === "closed" && link.code === 4001) this.#stop("taken-over");
        if (link.state === "closed" && link.code === 4003) this.#stop("sign_in");
        if (link.state !== "lost") return;
        if (this.#first && link.attempt >= 2) {
            this.#connection.close();
            this.#first.reject(new Refused("unavailable", "no connection"));
            this.#first = null;
            return;
        }
        if (link.attempt >= 2) void this.#askVerdict();
    }

    // A browser does not tell a page why a socket was refused; the short calls do.
    async #askVerdict(): Promise<void> {
        const code = await this.#given.verdict().catch(() => "");
        if (final.has(code) && this.link.value.state !== "open") this.#stop(code);
    }

    #stop(code: string): void {
        if (this.stopped.value) return;
        this.#end();
        this.stopped.value = code;
    }
}
