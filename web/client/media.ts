// SPDX-License-Identifier: AGPL-3.0-or-later
// client/media.ts - this person's own microphone, camera and screen: opened, chosen, lost, released.

import { signal, type Signal } from "@preact/signals";
import { problemOf, type Problem } from "./problem.ts";
import type { Kind } from "./protocol.ts";

export type Own = "microphone" | "camera";

export interface DeviceState {
    track: MediaStreamTrack | null;
    on: boolean; // what the person wants; a track may still be missing
    opening: boolean;
    problem: Problem | "";
    label: string;
}

export interface Memory {
    get(name: string): string;
    set(name: string, value: string): void;
}

export type MediaNews =
    | { news: "lost"; kind: Own; label: string }
    | { news: "switched"; kind: Own; label: string }
    | { news: "screen-ended" };

const off: DeviceState = { track: null, on: false, opening: false, problem: "", label: "" };

export class OwnMedia {
    readonly microphone: Signal<DeviceState> = signal(off);
    readonly camera: Signal<DeviceState> = signal(off);
    readonly screen: Signal<{ picture: MediaStreamTrack; sound: MediaStreamTrack | null } | null> =
        signal(null);
    readonly devices: Signal<readonly MediaDeviceInfo[]> = signal([]);
    // A copy of the microphone that is never switched off: for the meter and for "you are muted".
    readonly listening: Signal<MediaStreamTrack | null> = signal(null);

    onTrack: (kind: Kind, track: MediaStreamTrack | null) => void = () => {};
    onNews: (news: MediaNews) => void = () => {};

    #media: MediaDevices | undefined;
    #memory: Memory;
    #facing: "user" | "environment" = "user";
    #released = false;
    #deviceChange = () => void this.refreshDevices();

    constructor(media: MediaDevices | undefined, memory: Memory) {
        this.#media = media;
        this.#memory = memory;
        media?.addEventListener?.("devicechange", this.#deviceChange);
    }

    get canAsk(): boolean {
        return typeof this.#media?.getUserMedia === "function";
    }

    get canShareScreen(): boolean {
        return typeof this.#media?.getDisplayMedia === "function";
    }

    get facing(): "user" | "environment" {
        return this.#facing;
    }

    track(kind: Kind): MediaStreamTrack | null {
        if (kind === "microphone") return this.microphone.value.track;
        if (kind === "camera") return this.camera.value.track;
        const screen = this.screen.value;
        return (kind === "screen" ? screen?.picture : screen?.sound) ?? null;
    }

    isSending(kind: Kind): boolean {
        if (kind === "microphone" || kind === "camera") return this.#state(kind).on && !!this.track(kind);
        return !!this.track(kind);
    }

    // One prompt for both; where that fails, each alone, so that one missing device does not cost the other.
    async open(wanted: readonly Own[]): Promise<void> {
        for (const kind of wanted) this.#set(kind, { on: true, opening: true, problem: "" });
        if (!this.canAsk) {
            for (const kind of wanted) this.#fail(kind, "insecure");
            return;
        }
        if (wanted.length === 2) {
            try {
                const stream = await this.#ask(wanted);
                for (const kind of wanted) this.#take(kind, stream);
                await this.refreshDevices();
                return;
            } catch {
                // each alone below
            }
        }
        for (const kind of wanted) await this.#openAlone(kind);
        await this.refreshDevices();
    }

    async turnOn(kind: Own): Promise<void> {
        const { track } = this.#state(kind);
        if (kind === "microphone" && track?.readyState === "live") {
            track.enabled = true;
            this.#set(kind, { on: true, problem: "" });
            this.onTrack(kind, track);
            return;
        }
        await this.open([kind]);
    }

    // The microphone falls silent but stays at hand; the camera is given back, so that its lamp goes out.
    turnOff(kind: Own): void {
        const { track } = this.#state(kind);
        if (kind === "microphone") {
            if (track) track.enabled = false;
            this.#set(kind, { on: false });
        } else {
            stop(track);
            this.#set(kind, { track: null, on: false });
        }
        this.onTrack(kind, this.track(kind));
    }

    async choose(kind: Own, deviceId: string): Promise<void> {
        this.#memory.set(`device.${kind}`, deviceId);
        if (kind === "camera") this.#facing = "user";
        if (this.#state(kind).on || !this.#state(kind).track) await this.#openAlone(kind);
        else this.#give(kind);
        await this.refreshDevices();
    }

    async turnCameraRound(): Promise<void> {
        this.#memory.set("device.camera", "");
        this.#facing = this.#facing === "user" ? "environment" : "user";
        await this.#openAlone("camera");
    }

    async shareScreen(): Promise<boolean> {
        if (!this.#media || !this.canShareScreen) return false;
        let stream: MediaStream;
        try {
            stream = await this.#media.getDisplayMedia({
                video: { frameRate: { ideal: 15, max: 30 } },
                audio: true,
            });
        } catch {
            return false;
        }
        const picture = stream.getVideoTracks()[0];
        if (!picture || this.#released) {
            stream.getTracks().forEach(stop);
            return false;
        }
        picture.contentHint = "detail";
        const sound = stream.getAudioTracks()[0] ?? null;
        picture.onended = () => {
            this.stopScreen();
            this.onNews({ news: "screen-ended" });
        };
        this.screen.value = { picture, sound };
        this.onTrack("screen", picture);
        this.onTrack("screenSound", sound);
        return true;
    }

    stopScreen(): void {
        const screen = this.screen.value;
        if (!screen) return;
        screen.picture.onended = null;
        stop(screen.picture);
        stop(screen.sound);
        this.screen.value = null;
        this.onTrack("screen", null);
        this.onTrack("screenSound", null);
    }

    async refreshDevices(): Promise<void> {
        const list = (await this.#media?.enumerateDevices?.().catch(() => [])) ?? [];
        this.devices.value = list.filter((device) => device.deviceId !== "");
    }

    // Camera and microphone are free again, at once and for good.
    release(): void {
        this.#released = true;
        this.#media?.removeEventListener?.("devicechange", this.#deviceChange);
        this.stopScreen();
        for (const kind of ["microphone", "camera"] as const) {
            this.#give(kind);
            this.#set(kind, { on: false, opening: false });
        }
    }

    #state(kind: Own): DeviceState {
        return (kind === "microphone" ? this.microphone : this.camera).value;
    }

    #set(kind: Own, change: Partial<DeviceState>): void {
        const held = kind === "microphone" ? this.microphone : this.camera;
        held.value = { ...held.value, ...change };
    }

    #give(kind: Own): void {
        const { track } = this.#state(kind);
        if (track) track.onended = null;
        stop(track);
        if (kind === "microphone") {
            stop(this.listening.value);
            this.listening.value = null;
        }
        this.#set(kind, { track: null });
    }

    #ask(wanted: readonly Own[]): Promise<MediaStream> {
        return this.#media!.getUserMedia({
            audio: wanted.includes("microphone") && this.#audio(),
            video: wanted.includes("camera") && this.#video(),
        });
    }

    #audio(): MediaTrackConstraints {
        const deviceId = this.#memory.get("device.microphone");
        return {
            echoCancellation: true,
            noiseSuppression: true,
            autoGainControl: true,
            ...(deviceId && { deviceId: { ideal: deviceId } }),
        };
    }

    #video(): MediaTrackConstraints {
        const deviceId = this.#memory.get("device.camera");
        return {
            width: { ideal: 1280 },
            height: { ideal: 720 },
            frameRate: { ideal: 30 },
            ...(deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: { ideal: this.#facing } }),
        };
    }

    async #openAlone(kind: Own): Promise<void> {
        this.#set(kind, { on: true, opening: true, problem: "" });
        this.#give(kind); // some phones open one camera at a time
        try {
            this.#take(kind, await this.#ask([kind]));
        } catch (error) {
            this.#fail(kind, problemOf(error));
        }
    }

    #fail(kind: Own, problem: Problem): void {
        this.#set(kind, { track: null, on: false, opening: false, problem });
        this.onTrack(kind, null);
    }

    #take(kind: Own, stream: MediaStream): void {
        const track = (kind === "microphone" ? stream.getAudioTracks() : stream.getVideoTracks())[0];
        if (!track) return this.#fail(kind, "missing");
        if (this.#released) return stop(track);
        this.#give(kind);
        if (kind === "microphone") this.listening.value = track.clone();
        else track.contentHint = "motion";
        track.onended = () => void this.#lost(kind, track);
        this.#set(kind, { track, on: true, opening: false, problem: "", label: track.label });
        this.onTrack(kind, track);
    }

    // Unplugged, or taken away by the system: say so, then try what else is there.
    async #lost(kind: Own, track: MediaStreamTrack): Promise<void> {
        if (this.#released || this.#state(kind).track !== track) return;
        const wasOn = this.#state(kind).on;
        const { label } = track;
        this.#give(kind);
        this.#set(kind, { on: false, problem: "lost" });
        this.onTrack(kind, null);
        this.onNews({ news: "lost", kind, label });
        this.#memory.set(`device.${kind}`, "");
        await this.refreshDevices();
        const deviceKind = kind === "microphone" ? "audioinput" : "videoinput";
        const left = this.devices.value.some((d) => d.kind === deviceKind && d.label !== label);
        if (!wasOn || !left) return;
        await this.#openAlone(kind);
        const found = this.#state(kind);
        if (found.track) this.onNews({ news: "switched", kind, label: found.label });
    }
}

function stop(track: MediaStreamTrack | null | undefined): void {
    track?.stop();
}
