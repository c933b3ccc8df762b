// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/room.tsx - the room: everybody in one grid, a shared screen on the stage, oneself small, the controls below.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { grid, stage, tilesThatFit, type Box, type Place } from "../client/layout.ts";
import { MutedSpeech } from "../client/levels.ts";
import { LineTeller } from "../client/lines.ts";
import { isSpeaking, lineOf, myself, others, screenOnStage, type MeetupState } from "../client/meetup.ts";
import { meterOf } from "../client/meter.ts";
import { sourceOf, type Member, type ServerMessage } from "../client/protocol.ts";
import { knock, welcomeIn } from "../client/tone.ts";
import type { Shown } from "../client/wants.ts";
import { t, tn } from "../i18n/index.ts";
import { announce } from "./announce.tsx";
import { arePicturesOff, AwayBanner, LinkBanner, MutedBanner, NewsBanner, PausedBanner, SharingBanner, SlowBanner, WaitingBanner } from "./banners.tsx";
import { Chat } from "./chat.tsx";
import { Preview } from "./check.tsx";
import { Controls, HelpDialog, isHeard, useKeys, type Panel } from "./controls.tsx";
import { useBackGuard, useBox, useWakeLock } from "./hooks.ts";
import { Icon } from "./icon.tsx";
import { isPhone, type Live } from "./live.ts";
import { Avatar, Brand, Button, Confirm, LanguagePicker, Notice, useTitle } from "./parts.tsx";
import { ConfirmEnd, People } from "./people.tsx";
import { playNotes, Sounds, TapToHear } from "./sound.tsx";
import { boxStyle, ScreenTile, SlowMark, Tile } from "./tile.tsx";

const gap = 12;
const smallest = { width: 128, height: 96 };

// What is shown where: computed once per state and size, for the tiles and for what is asked of the gateway.
function useScene(state: MeetupState, box: Box, selfShown: boolean, pinned: number) {
    return useMemo(() => {
        const people = others(state);
        const screen = screenOnStage(state);
        const wide = box.width > box.height;
        // Face to face with one other there is nobody to be larger than.
        const canPin = people.length > 1 || (!!screen && people.length > 0);
        const large = canPin ? people.find((member) => member.member === pinned) : undefined;
        // Face to face, too, oneself floats small in a corner; among more, that would cover somebody, so one takes a place
        // of one's own behind the others.
        const own = selfShown && canPin ? 1 : 0;
        const onStage = screen || large;
        const most = onStage ? (wide ? 6 : 4) + (screen ? 0 : 1) : tilesThatFit(people.length + own, box, gap, smallest);
        const shown = people.length + own > most ? nearest(state, most - own, large) : people;
        const places = onStage ? stage(shown.length + own - (screen ? 0 : 1), box, gap) : null;
        const tiles = !places ? grid(shown.length + own, box, gap).places : screen ? places.strip : [roomFor(places.screen), ...places.strip];
        const self = own ? tiles[shown.length] : undefined;
        // Tiles stay in their order on the page, whoever is large: what has the focus keeps it.
        const inPlace = large ? [large, ...shown.filter((member) => member !== large)] : shown;
        const placeOf = new Map(inPlace.map((member, i) => [member, tiles[i]]));
        return { shown, placeOf, screen, screenPlace: places?.screen, self, canPin, large, hidden: people.length - shown.length };
    }, [state, box, selfShown, pinned]);
}

// A face keeps its shape where a screen takes all there is.
function roomFor(place: Place): Place {
    const [tile] = grid(1, place, 0).places;
    return tile ? { ...tile, left: place.left + tile.left, top: place.top + tile.top } : place;
}

// When not all fit: who was chosen, hosts and those who speak now, then as they came; kept in the grid's order.
function nearest(state: MeetupState, most: number, large: Member | undefined) {
    const people = others(state);
    const dear = (member: Member) => {
        if (member === large) return 4;
        if (member.host) return 3;
        return state.dominant === member.member ? 2 : state.speaking.includes(member.member) ? 1 : 0;
    };
    const chosen = [...people].sort((a, b) => dear(b) - dear(a)).slice(0, most);
    return people.filter((member) => chosen.includes(member));
}

function Stage({ live }: { live: Live }) {
    const state = live.visit.state.value;
    const peer = live.visit.peer.value;
    const [ref, box] = useBox<HTMLDivElement>();
    const [selfShown, setSelfShown] = useState(true);
    const [pinned, setPinned] = useState(0);
    const scene = useScene(state, box, selfShown, pinned);
    const { shown, placeOf, screen, screenPlace, canPin, large } = scene;

    // Who has left is not large any more when they come back.
    useEffect(() => {
        if (pinned && !state.members.has(pinned)) setPinned(0);
    }, [state.members, pinned]);

    useEffect(() => {
        if (box.height === 0) return;
        const list: Shown[] = [];
        if (screen && screenPlace)
            list.push({ source: sourceOf(screen.member, "screen"), height: screenPlace.height, rank: "screen" });
        for (const member of shown) {
            const place = placeOf.get(member);
            if (!member.camera || !place) continue;
            const rank = member === large ? "pinned" : member.member === state.dominant ? "speaker" : "other";
            list.push({ source: sourceOf(member.member, "camera"), height: place.height, rank });
        }
        live.visit.show(list);
    }, [scene, box, state.dominant]);

    const brief = arePicturesOff(live);
    const line = (source: number) => ({ peer, source, mid: lineOf(state, source), paused: state.paused.has(source), brief });
    const pin = (member: Member) => setPinned(member === large ? 0 : member.member);
    return (
        <div class="stage" ref={ref} data-tiles={shown.length}>
            {shown.length === 0 && !screen && (
                <div class="alone">
                    <Avatar name={state.roomName} number={state.me} />
                    <h2>{t("alone_title")}</h2>
                    <p>{t(state.host ? "alone_host" : "alone_patient")}</p>
                </div>
            )}
            {screen && screenPlace && (
                <ScreenTile member={screen} place={screenPlace} {...line(sourceOf(screen.member, "screen"))} />
            )}
            {shown.map((member) => {
                const place = placeOf.get(member);
                return (
                    place && (
                        <Tile
                            key={member.member}
                            member={member}
                            place={place}
                            speaking={isSpeaking(state, member)}
                            pinned={member === large}
                            onPin={canPin ? () => pin(member) : undefined}
                            {...line(sourceOf(member.member, "camera"))}
                        />
                    )
                );
            })}
            <SelfView live={live} place={scene.self} shown={selfShown} onShow={setSelfShown} />
            {scene.hidden > 0 && <p class="hidden-count">{tn("more_people", scene.hidden)}</p>}
        </div>
    );
}

const corners = ["end-bottom", "start-bottom", "start-top", "end-top"] as const;

interface SelfProps {
    live: Live;
    place: Place | undefined; // among the others; without one it floats
    shown: boolean;
    onShow(shown: boolean): void;
}

// Oneself: a tile among the others, or small in a corner and moved to the next by a tap, or put away.
function SelfView({ live, place, shown, onShow }: SelfProps) {
    const [corner, setCorner] = useState(0);
    const state = live.visit.state.value;
    const camera = live.own.camera.value;
    const cameras = live.own.devices.value.filter((device) => device.kind === "videoinput").length;
    const heard = isHeard(live);
    const dark = live.visit.slow.value;
    if (!shown)
        return (
            <div class={`self hidden ${corners[corner]}`} data-self="hidden">
                <Button icon="eye" onClick={() => onShow(true)} data-action="show-self">
                    {t("self_show")}
                </Button>
            </div>
        );
    return (
        <div
            class={place ? "self placed" : `self ${corners[corner]}`}
            {...(place && { style: boxStyle(place) })}
            data-self="shown"
            data-state={camera.track ? (dark ? "slow" : "camera") : "off"}
        >
            <div class="self-picture">
                {camera.track ? (
                    <Preview own={live.own} label={t("preview_label")} />
                ) : (
                    <Avatar name={state.roomName} number={state.me} />
                )}
            </div>
            {!place && (
                <button type="button" class="self-move" onClick={() => setCorner((corner + 1) % 4)} aria-label={t("self_move")} data-action="move-self" />
            )}
            <span class="name-tag">
                {!heard && (
                    <span class="name-mute">
                        <Icon name="mic-off" size={16} />
                    </span>
                )}
                {t("you")}
                {dark ? <span class="chip line-mark">{t("self_picture_off")}</span> : myself(state)?.line === "poor" && <SlowMark />}
            </span>
            <div class="self-acts">
                {isPhone() && cameras > 1 && camera.track && (
                    <button type="button" class="round on-picture" onClick={() => void live.own.turnCameraRound()} aria-label={t("camera_turn_round")}>
                        <Icon name="switch-camera" size={20} />
                    </button>
                )}
                <button type="button" class="round on-picture" onClick={() => onShow(false)} aria-label={t("self_hide")} data-action="hide-self">
                    <Icon name="eye-off" size={20} />
                </button>
            </div>
        </div>
    );
}

// Speaking into a microphone that is off: said within a second, once in half a minute.
function MutedHint({ live }: { live: Live }) {
    const [shown, setShown] = useState(false);
    const track = live.own.listening.value;
    const heard = isHeard(live);
    useEffect(() => {
        if (heard) setShown(false);
        if (!track || heard) return;
        const meter = meterOf(track);
        const speech = new MutedSpeech();
        let hide: ReturnType<typeof setTimeout> | undefined;
        const timer = setInterval(() => {
            if (!speech.heard(meter.level(), performance.now())) return;
            setShown(true);
            announce(t("you_are_muted"));
            clearTimeout(hide);
            hide = setTimeout(() => setShown(false), 8000);
        }, 100);
        return () => {
            clearInterval(timer);
            clearTimeout(hide);
            meter.close();
        };
    }, [track, heard]);
    if (!shown) return null;
    return (
        <p class="muted-hint" data-notice="you-are-muted">
            <Icon name="mic-off" size={20} /> {t("you_are_muted")}
        </p>
    );
}

// After a reload the browser may want to ask again; that needs a press of a button.
function ReopenBanner({ live, missing, onDone }: { live: Live; missing: readonly ("microphone" | "camera")[]; onDone(): void }) {
    if (missing.length === 0) return null;
    const open = () => {
        onDone();
        void live.own.open(missing);
    };
    return (
        <Notice tone="warn" icon="video-off" name="reopen" action={<Button look="main" onClick={open} data-action="reopen">{t("turn_on_again")}</Button>}>
            {t("off_after_reload")}
        </Notice>
    );
}

function DeviceTrouble({ live }: { live: Live }) {
    const camera = live.own.camera.value.problem;
    const microphone = live.own.microphone.value.problem;
    const [closed, setClosed] = useState("");
    const both = `${camera},${microphone}`;
    if ((!camera && !microphone) || closed === both) return null;
    const kind = microphone ? "microphone" : "camera";
    return (
        <Notice
            tone="warn"
            icon={kind === "camera" ? "video-off" : "mic-off"}
            name="device-trouble"
            action={
                <>
                    <Button onClick={() => void live.own.turnOn(kind)}>{t("try_again")}</Button>
                    <Button look="quiet" onClick={() => setClosed(both)}>{t("close")}</Button>
                </>
            }
        >
            {t(kind === "camera" ? "no_camera_now" : "no_microphone_now")}
        </Notice>
    );
}

// What happens in the room, in words and two small sounds.
function useTold(live: Live, onChat: () => void): void {
    const chat = useRef(onChat);
    chat.current = onChat;
    useEffect(() => {
        const state = () => live.visit.state.value;
        let waiting = state().waiting.length;
        const told = (message: ServerMessage) => {
            if (message.type === "chat" && message.from !== state().me) {
                chat.current();
                announce(t("said_chat", { name: message.roomName }));
            }
            if (message.type === "waiting") {
                if (message.waiting.length > waiting) {
                    announce(tn("many_wait", message.waiting.length));
                    void playNotes(knock, live.loudspeaker.value);
                }
                waiting = message.waiting.length;
            }
        };
        live.onMessage.add(told);
        return () => void live.onMessage.delete(told);
    }, []);
}

// Whose line has become bad, for those who do not see the marks.
function useLines(live: Live): void {
    const { members, me } = live.visit.state.value;
    const teller = useRef(new LineTeller());
    useEffect(() => {
        const rest = [...members.values()].filter(({ member }) => member !== me);
        for (const { member, line } of teller.current.look(rest, Date.now()))
            announce(t(line === "lost" ? "line_lost" : "line_poor", { name: member.roomName }));
    }, [members]);
}

function useComings(live: Live): void {
    const state = live.visit.state.value;
    const known = useRef<ReadonlyMap<number, string> | null>(null);
    useEffect(() => {
        const now = new Map(others(state).map((member) => [member.member, member.roomName]));
        if (known.current) {
            for (const [number, name] of now) if (!known.current.has(number)) announce(t("said_came", { name }));
            for (const [number, name] of known.current) if (!now.has(number)) announce(t("said_left", { name }));
        }
        if (known.current || state.members.size > 0) known.current = now;
    }, [state.members]);
}

interface RoomProps {
    live: Live;
    missing: readonly ("microphone" | "camera")[];
    greet: boolean;
    onReopened(): void;
    onLeave(): void;
}

export function Room({ live, missing, greet, onReopened, onLeave }: RoomProps) {
    const state = live.visit.state.value;
    const [panel, setPanel] = useState<Panel>("");
    const [dialog, setDialog] = useState<"" | "leave" | "help" | "end">("");
    const [unread, setUnread] = useState(0);
    const title = state.meetup.title;
    useTitle(title);
    useWakeLock();
    useKeys(live, () => setDialog("help"));
    useBackGuard(() => setDialog("leave"));
    useTold(live, () => panel !== "chat" && setUnread((n) => n + 1));
    useComings(live);
    useLines(live);
    useEffect(() => {
        if (!greet) return;
        announce(t("let_in"));
        void playNotes(welcomeIn, live.loudspeaker.value);
    }, []);
    const openPanel = (next: Panel) => {
        setPanel(next);
        if (next === "chat") setUnread(0);
    };
    return (
        <div class={`room${panel ? " with-panel" : ""}`} data-stage="in" data-host={state.host} data-media={state.media}>
            <header class="room-head">
                <Brand />
                <h1>{title}</h1>
                <LanguagePicker />
            </header>
            <main class="room-main">
                <div class="banners">
                    <LinkBanner live={live} />
                    <AwayBanner live={live} />
                    <SlowBanner live={live} />
                    <PausedBanner live={live} />
                    <MutedBanner live={live} />
                    <WaitingBanner live={live} onShow={() => openPanel("people")} />
                    <SharingBanner live={live} />
                    <NewsBanner live={live} />
                    <ReopenBanner live={live} missing={missing} onDone={onReopened} />
                    <DeviceTrouble live={live} />
                </div>
                <div class="stage-wrap">
                    <Stage live={live} />
                    <MutedHint live={live} />
                </div>
            </main>
            {panel && (
                <aside class="panel" aria-label={t(panel)} data-panel={panel}>
                    <div class="panel-head">
                        <h2>{t(panel)}</h2>
                        <button type="button" class="round" onClick={() => setPanel("")} aria-label={t("close")}>
                            <Icon name="x" size={22} />
                        </button>
                    </div>
                    {panel === "chat" ? <Chat live={live} /> : <People live={live} />}
                </aside>
            )}
            <footer class="room-foot">
                <Controls live={live} panel={panel} unread={unread} onPanel={openPanel} onLeave={() => setDialog("leave")} onHelp={() => setDialog("help")} />
            </footer>
            <Sounds live={live} />
            <TapToHear live={live} />
            {dialog === "help" && <HelpDialog onClose={() => setDialog("")} />}
            {dialog === "end" && <ConfirmEnd live={live} onDone={() => setDialog("")} />}
            {dialog === "leave" && (
                <Confirm
                    name="leave"
                    title={t("leave_question")}
                    text={t(state.host ? "leave_text_host" : "leave_text")}
                    yes="leave"
                    no="stay"
                    onYes={onLeave}
                    onNo={() => setDialog("")}
                    more={
                        state.host && (
                            <Button look="danger" onClick={() => setDialog("end")} data-answer="end">
                                {t("end_for_all")}
                            </Button>
                        )
                    }
                />
            )}
        </div>
    );
}
