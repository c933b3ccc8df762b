// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/tile.tsx - one person or one shared screen: the picture when it is sure whose it is, the name always.

import { useEffect, useRef, useState } from "preact/hooks";
import { Cover, type Arrival, type Frame } from "../client/cover.ts";
import type { Place } from "../client/layout.ts";
import type { Peer } from "../client/peer.ts";
import type { Member } from "../client/protocol.ts";
import { pieces, t } from "../i18n/index.ts";
import { Icon } from "./icon.tsx";
import { Avatar } from "./parts.tsx";

export function boxStyle(place: Place) {
    return {
        insetInlineStart: `${place.left}px`,
        insetBlockStart: `${place.top}px`,
        inlineSize: `${place.width}px`,
        blockSize: `${place.height}px`,
    };
}

const watchers = new Set<() => void>();
let watching = false;

function watch(): void {
    watching = watchers.size > 0;
    for (const call of watchers) call();
    if (watching) requestAnimationFrame(watch);
}

function beforeEachPaint(call: () => void): () => void {
    watchers.add(call);
    if (!watching) requestAnimationFrame(watch);
    watching = true;
    return () => watchers.delete(call);
}

// A line's picture under a source's name, covered until a frame of that source is on the screen (client/cover.ts). A covered
// video is see-through, not hidden, so that its frames go on being presented.
//
// Told with each frame on the screen, and asked before each paint whether the line has moved on: Chromium reports a new
// source before its first frame is painted. Written to the element at once, since a render later would be a paint too late.
export function LinePicture({ peer, mid, source, label }: { peer: Peer; mid: string; source: number; label: string }) {
    const video = useRef<HTMLVideoElement>(null);
    const frame = useRef<HTMLDivElement>(null);
    const [tall, setTall] = useState(false);
    const receiver = peer.receiver(mid);
    useEffect(() => {
        const element = video.current!;
        const setCovered = (covered: boolean) => {
            const state = covered ? "covered" : "shown";
            if (frame.current && frame.current.dataset.state !== state) frame.current.dataset.state = state;
        };
        setCovered(true);
        if (!receiver) return;
        element.srcObject = new MediaStream([receiver.track]);
        const play = () => void element.play().catch(() => {});
        play();
        const cover = new Cover(source, performance.now());
        let running = true;
        const arrivals = () => receiver.getContributingSources() as unknown as Arrival[];
        const canTell = "requestVideoFrameCallback" in element;
        const presented = (_now: number, shown: Frame) => {
            if (!running) return;
            setCovered(cover.presented(arrivals(), shown));
            element.requestVideoFrameCallback(presented);
        };
        if (canTell) element.requestVideoFrameCallback(presented);
        const stopWatching = beforeEachPaint(() =>
            setCovered(canTell ? cover.arrived(arrivals()) : cover.presented(arrivals(), {})),
        );
        const resized = () => setTall(element.videoHeight > element.videoWidth);
        const visible = () => element.paused && play();
        element.addEventListener("resize", resized);
        document.addEventListener("visibilitychange", visible);
        return () => {
            running = false;
            stopWatching();
            element.removeEventListener("resize", resized);
            document.removeEventListener("visibilitychange", visible);
            element.srcObject = null;
        };
    }, [receiver, source]);
    return (
        <div ref={frame} class="line-picture" data-mid={mid} data-source={source} data-state="covered">
            <video ref={video} class={tall ? "picture tall" : "picture"} muted playsInline aria-label={label} />
        </div>
    );
}

interface TileProps {
    member: Member;
    place: Place;
    speaking: boolean;
    peer: Peer | null;
    mid: string | undefined;
    source: number;
}

function roleMark(member: Member): string {
    return member.host ? t("role_doctor") : "";
}

export function Tile({ member, place, speaking, peer, mid, source }: TileProps) {
    const lost = member.connection === "lost";
    const silent = !member.microphone || member.muted;
    const small = place.height < 130 ? " small" : "";
    return (
        <article
            class={`tile${speaking ? " speaking" : ""}${small}`}
            style={boxStyle(place)}
            data-member={member.member}
            data-source={source}
            data-state={lost ? "lost" : member.camera && mid ? "camera" : "off"}
            data-speaking={speaking}
            aria-label={member.roomName}
        >
            <div class="tile-back">
                <Avatar name={member.roomName} number={member.member} />
            </div>
            {peer && mid && member.camera && (
                <LinePicture key={mid} peer={peer} mid={mid} source={source} label={t("picture_of", { name: member.roomName })} />
            )}
            {lost && (
                <div class="tile-lost">
                    <Icon name="wifi-off" size={28} />
                    <span>{t("member_lost")}</span>
                </div>
            )}
            <div class="name-tag">
                {silent && (
                    <span class="name-mute">
                        <Icon name="mic-off" size={18} />
                        <span class="unseen">{t("microphone_is_off")}</span>
                    </span>
                )}
                <bdi class="name">{member.roomName}</bdi>
                {roleMark(member) && <span class="chip">{roleMark(member)}</span>}
                {speaking && <span class="chip speaking-mark">{t("speaking")}</span>}
            </div>
        </article>
    );
}

export function ScreenTile({ member, place, peer, mid, source }: Omit<TileProps, "speaking">) {
    return (
        <article class="tile screen" style={boxStyle(place)} data-member={member.member} data-source={source} data-state="screen" aria-label={t("screen_of_label", { name: member.roomName })}>
            <div class="tile-back">
                <Icon name="monitor-up" size={48} />
            </div>
            {peer && mid && <LinePicture key={mid} peer={peer} mid={mid} source={source} label={t("screen_of_label", { name: member.roomName })} />}
            <div class="name-tag">
                <span>{pieces("screen_of", { name: <bdi key="n">{member.roomName}</bdi> })}</span>
            </div>
        </article>
    );
}
