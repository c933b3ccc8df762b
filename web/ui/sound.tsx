// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/sound.tsx - what is heard: one element per audio line of the room, and our own small sounds.

import { useEffect, useRef } from "preact/hooks";
import { audioLines } from "../client/meetup.ts";
import type { Peer } from "../client/peer.ts";
import { wavOf, type Note } from "../client/tone.ts";
import { t } from "../i18n/index.ts";
import { Icon } from "./icon.tsx";
import type { Live } from "./live.ts";

type Speaker = HTMLMediaElement & { setSinkId?: (id: string) => Promise<void> };

export function canChooseLoudspeaker(): boolean {
    return "setSinkId" in HTMLMediaElement.prototype;
}

export async function playNotes(notes: readonly Note[], loudspeaker = ""): Promise<void> {
    const url = URL.createObjectURL(new Blob([wavOf(notes)], { type: "audio/wav" }));
    const audio: Speaker = new Audio(url);
    audio.onended = () => URL.revokeObjectURL(url);
    if (loudspeaker) await audio.setSinkId?.(loudspeaker).catch(() => {});
    await audio.play().catch(() => {});
}

// Sound has elements of its own, apart from the pictures: a tile may come, go and move without a word being lost. The
// lines of a pair share a stream id in the answer, which is what browsers keep lips and sound together by.
export function Sounds({ live }: { live: Live }) {
    const { visit } = live;
    const peer = visit.peer.value;
    if (!peer) return null;
    return (
        <div class="sounds">
            {audioLines(visit.state.value.lines).map((mid) => (
                <Line key={mid} live={live} peer={peer} mid={mid} />
            ))}
        </div>
    );
}

function Line({ live, peer, mid }: { live: Live; peer: Peer; mid: string }) {
    const audio = useRef<HTMLAudioElement>(null);
    const track = peer.receiver(mid)?.track;
    const loudspeaker = live.loudspeaker.value;
    useEffect(() => {
        const element = audio.current!;
        element.srcObject = track ? new MediaStream([track]) : null;
        const play = () => {
            element.play().catch((error) => {
                if (error instanceof DOMException && error.name === "NotAllowedError") live.soundBlocked.value = true;
            });
        };
        play();
        // Phones stop sound in the background; it is started again on return and after the tap.
        const again = () => element.paused && play();
        document.addEventListener("visibilitychange", again);
        element.addEventListener("aftercare-play", play);
        return () => {
            document.removeEventListener("visibilitychange", again);
            element.removeEventListener("aftercare-play", play);
            element.srcObject = null;
        };
    }, [track]);
    useEffect(() => {
        const element: Speaker = audio.current!;
        void element.setSinkId?.(loudspeaker).catch(() => {});
    }, [loudspeaker]);
    return <audio ref={audio} data-mid={mid} data-source={live.visit.state.value.slots.get(mid) ?? 0} />;
}

export function TapToHear({ live }: { live: Live }) {
    if (!live.soundBlocked.value) return null;
    const tap = () => {
        live.soundBlocked.value = false;
        for (const audio of document.querySelectorAll(".sounds audio")) audio.dispatchEvent(new Event("aftercare-play"));
    };
    return (
        <div class="tap-to-hear">
            <button type="button" onClick={tap} data-action="hear">
                <Icon name="volume-2" size={48} />
                <span>{t("tap_to_hear")}</span>
            </button>
        </div>
    );
}
