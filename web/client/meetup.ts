// SPDX-License-Identifier: AGPL-3.0-or-later
// client/meetup.ts - what this browser knows of the meetup. Pure: no DOM, no socket, no clock.

import {
    kindOf,
    sourceOf,
    type Member,
    type Message,
    type Reason,
    type ServerMessage,
    type SlotLine,
    type Waiting,
} from "./protocol.ts";

export interface ChatLine {
    from: number;
    roomName: string;
    to: "all" | "hosts";
    text: string;
    atMs: number;
}

export interface MeetupState {
    stage: "outside" | "waiting" | "in" | "out";
    reason: Reason;
    me: number;
    host: boolean;
    roomName: string;
    connection: number; // 0: none yet
    meetup: Message<"joined">["meetup"];
    place: number; // 0: not told yet
    hostPresent: boolean;
    members: ReadonlyMap<number, Member>;
    waiting: readonly Waiting[];
    lines: readonly SlotLine[];
    slots: ReadonlyMap<string, number>; // mid -> source, empty ones left out
    paused: ReadonlySet<number>; // sources in slots whose picture this line does not carry now
    dominant: number;
    speaking: readonly number[];
    chat: readonly ChatLine[];
    media: "new" | "connected" | "lost" | "failed";
    line: Line; // one's own, as the gateway sees it
}

export type Line = Omit<Message<"line">, "type">;

const goodLine: Line = { up: "good", down: "good", picturesOff: false, redundancy: false };

export const emptyMeetup: MeetupState = {
    stage: "outside",
    reason: "",
    me: 0,
    host: false,
    roomName: "",
    connection: 0,
    meetup: { id: "", title: "", welcome: "", doctor: "" },
    place: 0,
    hostPresent: false,
    members: new Map(),
    waiting: [],
    lines: [],
    slots: new Map(),
    paused: new Set(),
    dominant: 0,
    speaking: [],
    chat: [],
    media: "new",
    line: goodLine,
};

const chatKept = 500;

// What is told of one connection and forgotten with it.
const untold: Pick<MeetupState, "slots" | "paused" | "line"> = { slots: new Map(), paused: new Set(), line: goodLine };

export function reduce(state: MeetupState, message: ServerMessage): MeetupState {
    switch (message.type) {
        case "joined":
            return joined(state, message);
        case "answer": {
            const next = { ...state, connection: message.connection, lines: message.slots };
            return message.connection === state.connection ? next : { ...next, ...untold };
        }
        case "stage":
            return stageChanged(state, message);
        case "waiting-place":
            return { ...state, place: message.place, hostPresent: message.hostPresent };
        case "members":
            return { ...state, members: new Map(message.members.map((m) => [m.member, m])) };
        case "member":
            return {
                ...state,
                members: new Map(state.members).set(message.member.member, message.member),
            };
        case "member-left":
            return memberLeft(state, message.member);
        case "waiting":
            return { ...state, waiting: message.waiting };
        case "slots":
            return slotsChanged(state, message.slots);
        case "speaker":
            return { ...state, dominant: message.dominant, speaking: message.speaking };
        case "chat": {
            const { type: _, ...line } = message;
            return { ...state, chat: [...state.chat, line].slice(-chatKept) };
        }
        case "media":
            return { ...state, media: message.state };
        case "line": {
            const { type: _, ...line } = message;
            return { ...state, line };
        }
        default:
            return state;
    }
}

function joined(state: MeetupState, message: Message<"joined">): MeetupState {
    const kept = message.media === "kept";
    return {
        ...state,
        stage: message.stage,
        reason: "",
        me: message.member,
        host: message.host,
        roomName: message.roomName,
        connection: message.connection,
        meetup: message.meetup,
        lines: message.slots.length > 0 ? message.slots : state.lines,
        ...(!kept && untold),
        media: kept ? state.media : "new",
        waiting: message.host ? state.waiting : [],
    };
}

function stageChanged(state: MeetupState, message: Message<"stage">): MeetupState {
    const next = { ...state, stage: message.stage, reason: message.reason };
    if (message.stage === "in") return next;
    return { ...next, members: new Map(), waiting: [], ...untold, dominant: 0, speaking: [] };
}

function memberLeft(state: MeetupState, member: number): MeetupState {
    const members = new Map(state.members);
    members.delete(member);
    return {
        ...state,
        members,
        dominant: state.dominant === member ? 0 : state.dominant,
        speaking: state.speaking.filter((one) => one !== member),
    };
}

function slotsChanged(state: MeetupState, changes: Message<"slots">["slots"]): MeetupState {
    const slots = new Map(state.slots);
    const paused = new Set(state.paused);
    for (const { mid, source } of changes) {
        paused.delete(slots.get(mid) ?? 0);
        if (source === 0) slots.delete(mid);
        else slots.set(mid, source);
    }
    for (const one of changes) if (one.source !== 0 && one.paused) paused.add(one.source);
    return { ...state, slots, paused };
}

// --- questions --------------------------------------------------------------------------------------------------------

export function myself(state: MeetupState): Member | undefined {
    return state.members.get(state.me);
}

// The line that carries this source now.
export function lineOf(state: MeetupState, source: number): string | undefined {
    for (const [mid, held] of state.slots) if (held === source) return mid;
    return undefined;
}

export function isSpeaking(state: MeetupState, member: Member): boolean {
    return state.speaking.includes(member.member) && member.microphone && !member.muted;
}

// Others in the order of the grid: hosts first, then as they came; it never jumps while people speak.
export function others(state: MeetupState): Member[] {
    return [...state.members.values()]
        .filter((member) => member.member !== state.me)
        .sort((a, b) => Number(b.host) - Number(a.host) || a.member - b.member);
}

// Whose shared screen takes the stage: the one that has a line, else the first that shares.
export function screenOnStage(state: MeetupState): Member | undefined {
    const sharing = others(state).filter((member) => member.screen);
    return sharing.find((m) => lineOf(state, sourceOf(m.member, "screen"))) ?? sharing[0];
}

export function audioLines(lines: readonly SlotLine[]): string[] {
    return lines.map((line) => line.audio);
}

export function isPicture(source: number): boolean {
    const kind = kindOf(source);
    return kind === "camera" || kind === "screen";
}
