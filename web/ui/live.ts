// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/live.ts - makes a visit out of this browser's own things, and ties it to the page's life.

import { signal, type Signal } from "@preact/signals";
import { api } from "../client/api.ts";
import { realClock } from "../client/clock.ts";
import type { Socket } from "../client/connection.ts";
import { OwnMedia, type MediaNews, type Own } from "../client/media.ts";
import { Peer } from "../client/peer.ts";
import { subprotocol, type ServerMessage } from "../client/protocol.ts";
import { Visit, type Who } from "../client/visit.ts";
import { languageTag } from "../i18n/index.ts";
import { deviceMemory, tabMemory } from "./place.ts";
import { codeOf } from "./words.ts";

export function isPhone(): boolean {
    return matchMedia("(pointer: coarse)").matches && Math.min(screen.width, screen.height) < 600;
}

export interface Live {
    visit: Visit;
    own: OwnMedia;
    who: Who;
    key: string; // what this tab remembers it under
    loudspeaker: Signal<string>;
    soundBlocked: Signal<boolean>;
    news: Signal<MediaNews | null>;
    onMessage: Set<(message: ServerMessage) => void>;
    close(): void;
}

function dial(): Socket {
    const url = new URL("/ws", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    return new WebSocket(url, subprotocol);
}

// Where the browser tells: from Wi-Fi to the phone's own network and back. It also speaks up when only its guess of the speed
// has changed; that is not another network.
function watchNetwork(changed: () => void, until: AbortSignal): void {
    const { connection } = navigator as { connection?: EventTarget & { type?: string } };
    let type = connection?.type;
    const look = () => {
        const before = type;
        type = connection?.type;
        if (type !== before && type !== "none") changed();
    };
    connection?.addEventListener?.("change", look, { signal: until });
}

async function verdict(who: Who): Promise<string> {
    try {
        if (who.as === "doctor") return (await api.me()).doctor ? "" : "sign_in";
        const { entry } = await api.openInvite(who.invite);
        return entry.state === "open" ? "" : entry.state;
    } catch (error) {
        return codeOf(error);
    }
}

export function goLive(who: Who): Live {
    const own = new OwnMedia(navigator.mediaDevices, deviceMemory);
    const onMessage = new Set<(message: ServerMessage) => void>();
    const onPhone = isPhone();
    const visit = new Visit({
        who,
        dial,
        newPeer: (given) => new Peer({ ...given, pairs: onPhone ? 6 : 12, sounds: 3 }),
        own,
        language: languageTag,
        pixelRatio: () => devicePixelRatio,
        clock: realClock,
        chance: Math.random,
        verdict: () => verdict(who),
        onMessage: (message) => onMessage.forEach((call) => call(message)),
    });
    const news = signal<MediaNews | null>(null);
    own.onNews = (item) => (news.value = item);

    const gone = new AbortController();
    const { signal: until } = gone;
    // Camera and microphone are free the moment the page goes.
    window.addEventListener("pagehide", () => visit.abandon(), { signal: until });
    window.addEventListener("pageshow", (event) => event.persisted && location.reload(), { signal: until });
    window.addEventListener("online", () => visit.networkChanged(), { signal: until });
    watchNetwork(() => visit.networkChanged(), until);
    document.addEventListener(
        "visibilitychange",
        () => {
            if (document.visibilityState === "visible") visit.woken();
        },
        { signal: until },
    );
    return {
        visit,
        own,
        who,
        key: who.as === "doctor" ? `doctor.${who.meetup}` : `patient.${who.invite}`,
        loudspeaker: signal(deviceMemory.get("device.loudspeaker")),
        soundBlocked: signal(false),
        news,
        onMessage,
        close() {
            gone.abort();
            visit.abandon();
        },
    };
}

// --- what a reload finds again ----------------------------------------------------------------------------------------

interface Stay {
    roomName: string;
    microphone: boolean;
    camera: boolean;
}

export function rememberStay(live: Live): void {
    const stay: Stay = {
        roomName: live.who.as === "patient" ? live.who.roomName : "",
        microphone: live.own.microphone.value.on,
        camera: live.own.camera.value.on,
    };
    tabMemory.set(`stay.${live.key}`, JSON.stringify(stay));
}

export function forgetStay(live: Live): void {
    tabMemory.set(`stay.${live.key}`, "");
}

export function recallStay(key: string): Stay | null {
    try {
        return JSON.parse(tabMemory.get(`stay.${key}`)) as Stay;
    } catch {
        return null;
    }
}

async function isGranted(kind: Own): Promise<boolean> {
    try {
        return (await navigator.permissions.query({ name: kind as PermissionName })).state === "granted";
    } catch {
        return false;
    }
}

// After a reload: what was on is turned on again where the browser will not ask for it.
export async function reopen(live: Live, stay: Stay): Promise<readonly Own[]> {
    const wanted = (["microphone", "camera"] as const).filter((kind) => stay[kind]);
    const granted = await Promise.all(wanted.map(isGranted));
    const now = wanted.filter((_, i) => granted[i]);
    if (now.length > 0) await live.own.open(now);
    return wanted.filter((_, i) => !granted[i]);
}
