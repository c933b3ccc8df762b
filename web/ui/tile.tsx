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
//
// A paused picture is covered too, and then goes the same way back: the frame that stood still proves nothing.
export function LinePicture({ peer, mid, source, paused, label }: { peer: Peer; mid: string; source: number; paused: boolean; label: string }) {
    const video = useRef<HTMLVideoElement>(null);
    const frame = useRef<HTMLDivElement>(null);
    const [tall, setTall] = useState(false);
    const receiver = peer.receiver(mid);
    useEffect(() => {
        const element = video.current!;
        if (!receiver) return;
        element.srcObject = new MediaStream([receiver.track]);
        const play = () => void element.play().catch(() => {});
        play();
        const resized = () => setTall(element.videoHeight > element.videoWidth);
        const visible = () => element.paused && play();
        element.addEventListener("resize", resized);
        document.addEventListener("visibilitychange", visible);
        return () => {
            element.removeEventListener("resize", resized);
            document.removeEventListener("visibilitychange", visible);
            element.srcObject = null;
        };
    }, [receiver]);
    useEffect(() => {
        const element = video.current!;
        const setCovered = (covered: boolean) => {
            const state = covered ? "covered" : "shown";
            if (frame.current && frame.current.dataset.state !== state) frame.current.dataset.state = state;
        };
        setCovered(true);
        if (!receiver || paused) return;
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
        return () => {
            running = false;
            stopWatching();
        };
    }, [receiver, source, paused]);
    return (
        <div ref={frame} class="line-picture" data-mid={mid} data-source={source} data-state="covered">
            <video ref={video} class={tall ? "picture tall" : "picture"} muted playsInline aria-label={label} />
        </div>
    );
}

interface TileProps {
    member: Member;
    place: Place;
    peer: Peer | null;
    mid: string | undefined;
    source: number;
    paused: boolean;
    brief: boolean; // why pictures are paused is said elsewhere
}

interface PersonProps extends TileProps {
    speaking: boolean;
    pinned: boolean;
    onPin: (() => void) | undefined; // none where everybody is large already
}

const roomy = { width: 240, height: 170 };

// Why there is no picture, in words as long as the tile has room for; "" when nothing has to be said.
function whyNot(member: Member, paused: boolean, brief: boolean, isRoomy: boolean): string {
    const name = member.roomName;
    if (member.line === "lost") return isRoomy ? t("line_lost", { name }) : t("line_gone");
    if (member.camera && paused) return isRoomy && !brief ? t("picture_paused", { name }) : t("picture_paused_short");
    if (member.camera || !member.slow) return "";
    if (!isRoomy) return t("line_slow");
    return isSilent(member) ? t("picture_slow_silent", { name }) : t("picture_slow", { name });
}

function isSilent(member: Member): boolean {
    return !member.microphone || member.muted;
}

function NameTag({ member, speaking, noted }: { member: Member; speaking: boolean; noted: boolean }) {
    return (
        <div class="name-tag">
            {isSilent(member) && (
                <span class="name-mute">
                    <Icon name="mic-off" size={18} />
                    <span class="unseen">{t("microphone_is_off")}</span>
                </span>
            )}
            <bdi class="name">{member.roomName}</bdi>
            {member.host && <span class="chip">{t("role_doctor")}</span>}
            {speaking && <span class="chip speaking-mark">{t("speaking")}</span>}
            {member.connection === "lost" ? (
                <span class="chip line-mark">{t("member_lost")}</span>
            ) : (
                member.line === "poor" && !noted && <SlowMark />
            )}
        </div>
    );
}

export function SlowMark() {
    return (
        <span class="chip line-mark" data-line="poor">
            {t("line_slow")}
        </span>
    );
}

// A lost line stands still: its last frame would look like a person who does not move. A lost socket alone is not that.
export function Tile({ member, place, speaking, peer, mid, source, paused, brief, pinned, onPin }: PersonProps) {
    const name = member.roomName;
    const lost = member.line === "lost";
    const small = place.height < 130 ? (place.height < 104 ? " small tiny" : " small") : "";
    const isRoomy = place.width >= roomy.width && place.height >= roomy.height;
    const why = whyNot(member, paused, brief, isRoomy);
    const terse = why && !isRoomy ? " terse" : "";
    const shown = member.camera && mid ? (paused ? "paused" : "camera") : member.slow ? "slow" : "off";
    return (
        <article
            class={`tile${speaking ? " speaking" : ""}${small}${terse}`}
            style={boxStyle(place)}
            data-member={member.member}
            data-source={source}
            data-state={lost ? "lost" : shown}
            data-line={member.line}
            data-speaking={speaking}
            data-pinned={pinned}
            aria-label={name}
        >
            <div class="tile-back">
                <Avatar name={name} number={member.member} />
                {why && <p class="tile-why">{why}</p>}
            </div>
            {peer && mid && member.camera && (
                <LinePicture key={mid} peer={peer} mid={mid} source={source} paused={paused || lost} label={t("picture_of", { name })} />
            )}
            <NameTag member={member} speaking={speaking} noted={why !== ""} />
            {onPin && (
                <button type="button" class="round on-picture tile-pin" aria-pressed={pinned} aria-label={t("pin", { name })} title={t("pin", { name })} onClick={onPin} data-action="pin">
                    <Icon name={pinned ? "pin-off" : "pin"} size={20} />
                </button>
            )}
        </article>
    );
}

export function ScreenTile({ member, place, peer, mid, source, paused, brief }: TileProps) {
    return (
        <article class="tile screen" style={boxStyle(place)} data-member={member.member} data-source={source} data-state="screen" aria-label={t("screen_of_label", { name: member.roomName })}>
            <div class="tile-back">
                <Icon name="monitor-up" size={48} />
                {paused && <p class="tile-why">{brief ? t("picture_paused_short") : t("screen_paused", { name: member.roomName })}</p>}
            </div>
            {peer && mid && <LinePicture key={mid} peer={peer} mid={mid} source={source} paused={paused} label={t("screen_of_label", { name: member.roomName })} />}
            <div class="name-tag">
                <span>{pieces("screen_of", { name: <bdi key="n">{member.roomName}</bdi> })}</span>
            </div>
        </article>
    );
}
