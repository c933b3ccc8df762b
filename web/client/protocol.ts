// SPDX-License-Identifier: AGPL-3.0-or-later
// client/protocol.ts - every message between page and gateway, as the gateway's protocol page has it.

import { flag, isRecord, list, object, oneOf, optional, orNull, text, whole, type Of } from "./shape.ts";

export const subprotocol = "aftercare.v1";

const id = optional(whole);
const role = oneOf("doctor", "patient");
const has = object({ microphone: flag, camera: flag });
const quality = oneOf("good", "fair", "poor", "lost");

// --- what HTTP calls answer -------------------------------------------------------------------------------------------

export const doctorShape = object({ id: text, name: text, email: text });
export const meetupShape = object({
    id: text,
    title: text,
    startsAt: whole,
    minutes: whole,
    welcome: text,
    state: oneOf("planned", "ended"),
    inviteCount: whole,
    waitingCount: whole,
    presentCount: whole,
    feedbackCount: whole,
    openFollowUps: whole,
});
export const inviteShape = object({
    id: text,
    rosterName: text,
    role: text,
    state: oneOf("new", "opened", "used", "revoked", "expired"),
    roomName: text,
    createdAt: whole,
    expiresAt: whole,
});
export const feedbackShape = object({
    id: text,
    roomName: text,
    rating: whole,
    words: text,
    at: whole,
    followUp: text,
});
export const followUpShape = object({
    id: text,
    feedback: text,
    subject: text,
    owner: text,
    due: whole,
    state: oneOf("open", "closed"),
    note: text,
    createdAt: whole,
    closedAt: whole,
});
export const entryShape = object({
    invite: text,
    meetup: object({ title: text, startsAt: whole, minutes: whole, welcome: text, doctor: text }),
    state: oneOf("open", "ended", "removed"),
    roomName: text,
    seat: oneOf("free", "yours", "elsewhere"),
});

export const replies = {
    me: object({ doctor: orNull(doctorShape), setupNeeded: flag, version: text, nowMs: whole }),
    doctor: object({ doctor: doctorShape }),
    meetups: object({ meetups: list(meetupShape) }),
    meetup: object({ meetup: meetupShape }),
    meetupWhole: object({
        meetup: meetupShape,
        invites: list(inviteShape),
        feedback: list(feedbackShape),
        followUps: list(followUpShape),
    }),
    invite: object({ invite: inviteShape }),
    inviteLink: object({ invite: inviteShape, link: text }),
    followUp: object({ followUp: followUpShape }),
    entry: object({ entry: entryShape }),
    nothing: object({}),
};

export type Doctor = Of<typeof doctorShape>;
export type Meetup = Of<typeof meetupShape>;
export type Invite = Of<typeof inviteShape>;
export type Feedback = Of<typeof feedbackShape>;
export type FollowUp = Of<typeof followUpShape>;
export type Entry = Of<typeof entryShape>;

// --- what the WebSocket carries ---------------------------------------------------------------------------------------

export const memberShape = object({
    member: whole,
    roomName: text,
    role,
    host: flag,
    microphone: flag,
    camera: flag,
    screen: flag,
    screenSound: flag,
    muted: flag,
    connection: oneOf("ok", "lost"),
    line: quality,
    slow: flag,
    rosterName: optional(text),
});
export const waitingShape = object({
    member: whole,
    roomName: text,
    rosterName: text,
    since: whole,
    secondDevice: flag,
    has,
    connection: text,
});

export const clientMessages = {
    join: object({
        as: role,
        meetup: optional(text),
        invite: optional(text),
        roomName: optional(text),
        language: text,
        has,
        offer: optional(text),
        connection: optional(whole),
        id,
    }),
    offer: object({ offer: text, restart: flag, id }),
    want: object({ pictures: list(object({ source: whole, height: whole, pinned: optional(flag) })) }),
    state: object({ microphone: flag, camera: flag, screen: flag, screenSound: flag, slow: optional(flag) }),
    unmute: object({ id }),
    chat: object({ to: oneOf("all", "hosts"), text, id }),
    leave: object({}),
    ping: object({ id }),
    admit: object({ member: optional(whole), all: optional(flag), id }),
    decline: object({ member: whole, id }),
    mute: object({ member: optional(whole), all: optional(flag), id }),
    remove: object({ member: whole, id }),
    end: object({ id }),
};

const slotLine = object({ video: optional(text), audio: text });

export const serverMessages = {
    joined: object({
        id,
        connection: whole,
        member: whole,
        role,
        roomName: text,
        stage: oneOf("waiting", "in"),
        host: flag,
        answer: text,
        media: oneOf("new", "kept"),
        slots: list(slotLine),
        meetup: object({ id: text, title: text, welcome: text, doctor: text }),
        nowMs: whole,
    }),
    answer: object({ id, answer: text, connection: whole, slots: list(slotLine) }),
    stage: object({
        stage: oneOf("waiting", "in", "out"),
        reason: oneOf(
            "",
            "admitted",
            "declined",
            "removed",
            "ended",
            "taken-over",
            "moved",
            "revoked",
            "left",
        ),
    }),
    "waiting-place": object({ place: whole, hostPresent: flag }),
    members: object({ members: list(memberShape) }),
    member: object({ member: memberShape }),
    "member-left": object({ member: whole }),
    waiting: object({ waiting: list(waitingShape) }),
    slots: object({ slots: list(object({ mid: text, source: whole, paused: flag })) }),
    layers: object({ source: whole, needed: list(flag) }),
    voice: object({ maxBitrate: whole, redundancy: flag }),
    line: object({ up: quality, down: quality, picturesOff: flag, redundancy: flag }),
    speaker: object({ dominant: whole, speaking: list(whole) }),
    chat: object({ from: whole, roomName: text, to: oneOf("all", "hosts"), text, atMs: whole }),
    media: object({ state: oneOf("connected", "lost", "failed") }),
    error: object({ id, code: text, text }),
    pong: object({ id, nowMs: whole }),
};

type Tagged<T extends Record<string, unknown>> = {
    [K in keyof T & string]: { type: K } & Of<T[K]>;
}[keyof T & string];

export type ClientMessage = Tagged<typeof clientMessages>;
export type ServerMessage = Tagged<typeof serverMessages>;
export type Message<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;
export type Request = Extract<ClientMessage, { id?: number }>;

export type Member = Of<typeof memberShape>;
export type Quality = Of<typeof quality>;
export type Waiting = Of<typeof waitingShape>;
export type SlotLine = Of<typeof slotLine>;
export type Reason = Message<"stage">["reason"];

export const errorCodes = [
    "invalid",
    "sign_in",
    "denied",
    "not_found",
    "name_taken",
    "name_refused",
    "conflict",
    "state",
    "expired",
    "revoked",
    "ended",
    "removed",
    "weak_password",
    "offer_refused",
    "connection_gone",
    "too_many",
    "unavailable",
] as const;

// A text of the gateway, or undefined when it is none we know.
export function parseServerMessage(raw: string): ServerMessage | undefined {
    let value: unknown;
    try {
        value = JSON.parse(raw);
    } catch {
        return undefined;
    }
    if (!isRecord(value) || typeof value.type !== "string") return undefined;
    if (!Object.hasOwn(serverMessages, value.type)) return undefined;
    const wanted = serverMessages[value.type as keyof typeof serverMessages];
    return wanted.fits(value) ? (value as unknown as ServerMessage) : undefined;
}

// --- sources ----------------------------------------------------------------------------------------------------------

export const kinds = ["microphone", "camera", "screen", "screenSound"] as const;
export type Kind = (typeof kinds)[number];

export function sourceOf(member: number, kind: Kind): number {
    return 4 * member + kinds.indexOf(kind);
}

export function memberOf(source: number): number {
    return Math.floor(source / 4);
}

export function kindOf(source: number): Kind {
    return kinds[source % 4]!;
}
