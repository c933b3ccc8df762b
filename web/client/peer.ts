// SPDX-License-Identifier: AGPL-3.0-or-later
// client/peer.ts - one peer connection with one offer: lines to send, made empty, and slots to receive.

import { withSoundRepair } from "./offer.ts";
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
// not sent. Measured with Chromium 156: what stands first is sent, whatever an encoding's `codec` says later.
const codecs = { audio: ["audio/opus", "audio/red"], video: ["video/vp8", "video/rtx"] };

// How long sound that comes more than once is waited for.
const waitMs = 200;

export class Peer {
    readonly pc: RTCPeerConnection;
    #sendings: Record<Kind, Sending>;
    #slots: RTCRtpTransceiver[] = [];
    #offer: Promise<string> | null = null;
    #given: PeerGiven;
    #path: Path | "" = "";
    #refusesMore = false; // the browser takes its offer as it made it, or not at all
    #closed = false;

    constructor(given: PeerGiven) {
        this.#given = given;
        const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
        this.pc = pc;
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
        this.#offer ??= this.#makeOffer({});
        return this.#offer;
    }

    // The same lines with new ICE credentials; asked for when the path is lost.
    restart(): Promise<string> {
        return this.#makeOffer({ iceRestart: true });
    }

    async answer(sdp: string): Promise<void> {
        if (this.#closed) return;
        await this.pc.setRemoteDescription({ type: "answer", sdp });
        for (const sending of Object.values(this.#sendings)) void sending.refresh();
    }

    get canRestart(): boolean {
        // An offer whose answer was lost is made again, over the first.
        const { signalingState, remoteDescription } = this.pc;
        return !this.#closed && (signalingState === "stable" || signalingState === "have-local-offer") && !!remoteDescription;
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

    // How much the microphone may take; 0 bit/s: as the browser likes.
    voice(maxBitrate: number): void {
        if (!this.#closed) void this.#sendings.microphone.wish({ maxBitrate });
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

    // The gateway is ICE-lite and learns our address from the first check: no candidate is waited for. Every offer of a
    // connection is written alike, as the gateway takes a restart only of the lines it knows.
    async #makeOffer(options: RTCOfferOptions): Promise<string> {
        const sdp = (await this.pc.createOffer(options)).sdp ?? "";
        const more = this.#refusesMore ? sdp : withSoundRepair(sdp);
        try {
            await this.pc.setLocalDescription({ type: "offer", sdp: more });
            return more;
        } catch (error) {
            if (more === sdp) throw error;
        }
        this.#refusesMore = true;
        await this.pc.setLocalDescription({ type: "offer", sdp });
        return sdp;
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
