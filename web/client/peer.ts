// SPDX-License-Identifier: AGPL-3.0-or-later
// client/peer.ts - one peer connection with one offer: lines to send, made empty, and slots to receive.

import type { Kind } from "./protocol.ts";

export interface PeerGiven {
    pairs: number; // slots with sound and picture
    sounds: number; // slots with sound only
    onState(state: "connected" | "disconnected" | "failed"): void;
}

// Low to high: Chromium puts maxBitrate on the wrong layer otherwise.
const layers: RTCRtpEncodingParameters[] = [
    { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
    { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
    { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 1_500_000 },
];
const screenBitrate = 2_500_000;

// ICE calls a path "disconnected" on the first missed checks; it is often back by itself.
const patienceMs = 2_500;

export class Peer {
    readonly pc: RTCPeerConnection;
    #lines: Record<Kind, RTCRtpTransceiver>;
    #slots: RTCRtpTransceiver[] = [];
    #offer: Promise<string> | null = null;
    #given: PeerGiven;
    #patience: ReturnType<typeof setTimeout> | undefined;
    #closed = false;

    constructor(given: PeerGiven) {
        this.#given = given;
        const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
        this.pc = pc;
        const send = (kind: "audio" | "video", sendEncodings?: RTCRtpEncodingParameters[]) =>
            this.#add(kind, { direction: "sendonly", ...(sendEncodings && { sendEncodings }) });
        // Literal order is the wire's order: microphone, camera, screen, screen sound.
        this.#lines = {
            microphone: send("audio"),
            camera: send("video", layers),
            screen: send("video", [{ maxBitrate: screenBitrate }]),
            screenSound: send("audio"),
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
        if (!this.#closed) await this.pc.setRemoteDescription({ type: "answer", sdp });
    }

    get canRestart(): boolean {
        return !this.#closed && this.pc.signalingState === "stable" && !!this.pc.remoteDescription;
    }

    async send(kind: Kind, track: MediaStreamTrack | null): Promise<void> {
        if (this.#closed) return;
        const { sender } = this.#lines[kind];
        if (sender.track !== track) await sender.replaceTrack(track);
    }

    receiver(mid: string): RTCRtpReceiver | undefined {
        return this.#slots.find((slot) => slot.mid === mid)?.receiver;
    }

    close(): void {
        this.#closed = true;
        clearTimeout(this.#patience);
        this.pc.onconnectionstatechange = this.pc.oniceconnectionstatechange = null;
        this.pc.close();
    }

    #add(kind: "audio" | "video", init: RTCRtpTransceiverInit): RTCRtpTransceiver {
        const line = this.pc.addTransceiver(kind, init);
        const side = init.direction === "sendonly" ? RTCRtpSender : RTCRtpReceiver;
        const wanted = kind === "audio" ? ["audio/opus"] : ["video/vp8", "video/rtx"];
        const codecs = side
            .getCapabilities?.(kind)
            ?.codecs.filter((codec) => wanted.includes(codec.mimeType.toLowerCase()));
        if (codecs && codecs.length > 0) line.setCodecPreferences?.(codecs);
        return line;
    }

    #receive(kind: "audio" | "video"): RTCRtpTransceiver {
        return this.#add(kind, { direction: "recvonly" });
    }

    // The gateway is ICE-lite and learns our address from the first check: no candidate is waited for.
    async #makeOffer(options: RTCOfferOptions): Promise<string> {
        const offer = await this.pc.createOffer(options);
        await this.pc.setLocalDescription(offer);
        return offer.sdp ?? "";
    }

    #changed(): void {
        if (this.#closed) return;
        clearTimeout(this.#patience);
        const { connectionState, iceConnectionState } = this.pc;
        if (connectionState === "failed" || iceConnectionState === "failed")
            this.#given.onState("failed");
        else if (connectionState === "connected") this.#given.onState("connected");
        else if (connectionState === "disconnected" || iceConnectionState === "disconnected")
            this.#patience = setTimeout(() => this.#given.onState("disconnected"), patienceMs);
    }
}

