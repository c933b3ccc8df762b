// SPDX-License-Identifier: AGPL-3.0-or-later
// client/peer.ts - one peer connection with one offer: lines to send, made empty, and slots to receive.

import { Agreement } from "./agreement.ts";
import type { Kind } from "./protocol.ts";
import type { Path } from "./repair.ts";
import { Sending } from "./sending.ts";

export interface PeerGiven {
    pairs: number; // slots with sound and picture
    sounds: number; // slots with sound only
    onPath(path: Path): void;
}

// Low to high: Chromium puts maxBitrate on the wrong layer otherwise.
const layers: RTCRtpEncodingParameters[] = [
    { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
    { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
    { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];
const screenBitrate = 2_500_000;

// In the order of preference. RED stands behind Opus: it is received from the gateway as a listener's line calls for it, and
// sent when the gateway asks for it.
const codecs = { audio: ["audio/opus", "audio/red"], video: ["video/vp8", "video/rtx"] };

// How long sound that comes more than once is waited for.
const waitMs = 200;

export class Peer {
    readonly pc: RTCPeerConnection;
    #sendings: Record<Kind, Sending>;
    #slots: RTCRtpTransceiver[] = [];
    #agreement: Agreement;
    #given: PeerGiven;
    #path: Path | "" = "";
    #closed = false;

    constructor(given: PeerGiven) {
        this.#given = given;
        const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
        this.pc = pc;
        this.#agreement = new Agreement(pc);
        const send = (kind: "audio" | "video", sendEncodings?: RTCRtpEncodingParameters[]) =>
            this.#add(kind, { direction: "sendonly", ...(sendEncodings && { sendEncodings }) });
        // Literal order is the wire's order: microphone, camera, screen, screen sound.
        this.#sendings = {
            microphone: new Sending(send("audio").sender),
            camera: new Sending(send("video", layers).sender),
            screen: new Sending(send("video", [{ maxBitrate: screenBitrate }]).sender),
            screenSound: new Sending(send("audio").sender),
        };
        for (let i = 0; i < given.pairs; i++) this.#slots.push(this.#receive("audio"), this.#receive("video"));
        for (let i = 0; i < given.sounds; i++) this.#slots.push(this.#receive("audio"));
        pc.onconnectionstatechange = () => this.#changed();
        pc.oniceconnectionstatechange = () => this.#changed();
    }

    // The one offer. Asked again, it is the same text.
    offer(): Promise<string> {
        return this.#agreement.offer();
    }

    // The same lines with new ICE credentials; asked for when the path is lost.
    restart(): Promise<string> {
        return this.#agreement.restart();
    }

    async answer(sdp: string): Promise<void> {
        if (this.#closed) return;
        await this.#agreement.answer(sdp);
        this.#refresh();
    }

    get canRestart(): boolean {
        return !this.#closed && this.#agreement.canRestart;
    }

    async send(kind: Kind, track: MediaStreamTrack | null): Promise<void> {
        if (!this.#closed) await this.#sendings[kind].replace(track);
    }

    // Which layers of a line are sent, lowest first; null: all of them.
    layers(kind: Kind, active: readonly boolean[] | null): void {
        if (!this.#closed) void this.#sendings[kind].wish({ active });
    }

    // The camera stays at hand, and nothing of it is sent.
    dark(isDark: boolean): void {
        if (!this.#closed) void this.#sendings.camera.wish({ dark: isDark });
    }

    // How much the microphone may take, 0 bit/s: as the browser likes; and whether each frame of it is sent twice.
    async voice(maxBitrate: number, redundancy: boolean): Promise<void> {
        if (this.#closed) return;
        void this.#sendings.microphone.wish({ maxBitrate });
        if (await this.#agreement.redundant(redundancy).catch(() => false)) this.#refresh();
    }

    // Sound waits a little for what comes a second time, or plays as soon as the browser dares.
    patient(isPatient: boolean): void {
        for (const { receiver } of this.#slots)
            if (receiver.track.kind === "audio" && "jitterBufferTarget" in receiver)
                receiver.jitterBufferTarget = isPatient ? waitMs : null;
    }

    get isWatched(): boolean {
        return this.#sendings.camera.isNeeded;
    }

    async stats(): Promise<Record<string, unknown>[]> {
        return this.#closed ? [] : [...(await this.pc.getStats()).values()];
    }

    receiver(mid: string): RTCRtpReceiver | undefined {
        return this.#slots.find((slot) => slot.mid === mid)?.receiver;
    }

    close(): void {
        this.#closed = true;
        this.pc.onconnectionstatechange = this.pc.oniceconnectionstatechange = null;
        this.pc.close();
    }

    // What may be chosen is known only after an answer.
    #refresh(): void {
        if (!this.#closed) for (const sending of Object.values(this.#sendings)) void sending.refresh();
    }

    #add(kind: "audio" | "video", init: RTCRtpTransceiverInit): RTCRtpTransceiver {
        const line = this.pc.addTransceiver(kind, init);
        const side = init.direction === "sendonly" ? RTCRtpSender : RTCRtpReceiver;
        const known = side.getCapabilities?.(kind)?.codecs ?? [];
        const liked = codecs[kind].flatMap((name) => known.filter((codec) => codec.mimeType.toLowerCase() === name));
        if (liked.length > 0) line.setCodecPreferences?.(liked);
        return line;
    }

    #receive(kind: "audio" | "video"): RTCRtpTransceiver {
        return this.#add(kind, { direction: "recvonly" });
    }

    #changed(): void {
        const path = pathOf(this.pc);
        if (this.#closed || path === this.#path) return;
        this.#path = path;
        if (path) this.#given.onPath(path);
    }
}

// Worst first: each of the two states knows something that the other does not in one browser or another.
function pathOf({ connectionState, iceConnectionState }: RTCPeerConnection): Path | "" {
    for (const path of ["failed", "disconnected"] as const)
        if (connectionState === path || iceConnectionState === path) return path;
    return connectionState === "connected" ? "connected" : "";
}
