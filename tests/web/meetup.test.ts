// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup.test.ts - what the page knows after each message.

import assert from "node:assert/strict";
import test from "node:test";
import { emptyMeetup, isSpeaking, lineOf, others, reduce, screenOnStage, type MeetupState } from "../../web/client/meetup.ts";
import { sourceOf, type Member, type Message, type ServerMessage } from "../../web/client/protocol.ts";

const member = (number: number, more: Partial<Member> = {}): Member => ({
    member: number,
    roomName: `P${number}`,
    role: "patient",
    host: false,
    microphone: true,
    camera: true,
    screen: false,
    screenSound: false,
    muted: false,
    connection: "ok",
    line: "good",
    slow: false,
    ...more,
});

const joined: Message<"joined"> = {
    type: "joined",
    connection: 5,
    member: 2,
    role: "patient",
    roomName: "Anna",
    stage: "in",
    host: false,
    answer: "sdp",
    media: "new",
    slots: [{ audio: "4", video: "5" }, { audio: "6" }],
    meetup: { id: "m", title: "T", welcome: "W", doctor: "D" },
    nowMs: 0,
};

const slots = (...changes: [string, number, boolean?][]): ServerMessage => ({
    type: "slots",
    slots: changes.map(([mid, source, paused = false]) => ({ mid, source, paused })),
});
const after = (...messages: ServerMessage[]): MeetupState => messages.reduce(reduce, emptyMeetup);
const inRoom = after(joined, { type: "members", members: [member(2), member(3), member(1, { host: true, role: "doctor" })] });

test("hosts come first, the others as they came, oneself is not among them", () => {
    assert.deepEqual(others(inRoom).map((one) => one.member), [1, 3]);
});

test("slots change one by one and zero empties them", () => {
    const state = [
        slots(["5", 5], ["4", 4]),
        slots(["4", 0]),
    ].reduce(reduce, inRoom);
    assert.deepEqual([...state.slots], [["5", 5]]);
    assert.equal(lineOf(state, 5), "5");
    assert.equal(lineOf(state, 4), undefined);
});

test("a picture is paused until its slot says otherwise, is emptied or goes to somebody else", () => {
    const paused = reduce(inRoom, slots(["5", 13, true], ["7", 17]));
    assert.deepEqual([...paused.paused], [13]);
    assert.equal(reduce(paused, slots(["5", 13])).paused.size, 0);
    assert.equal(reduce(paused, slots(["5", 0])).paused.size, 0);
    assert.equal(reduce(paused, slots(["5", 21])).paused.size, 0);
    assert.deepEqual([...reduce(paused, slots(["7", 13, true], ["5", 17])).paused], [13]);
    assert.equal(reduce(paused, { type: "answer", answer: "", connection: 6, slots: joined.slots }).paused.size, 0);
});

test("one's own line is good until the gateway tells otherwise, and with a new connection", () => {
    const line = { up: "fair", down: "poor", picturesOff: true, redundancy: true } as const;
    const state = reduce(inRoom, { type: "line", ...line });
    assert.equal(inRoom.line.down, "good");
    assert.deepEqual(state.line, line);
    assert.equal(reduce(state, { ...joined, media: "kept" }).line.down, "poor");
    assert.equal(reduce(state, joined).line.down, "good");
});

test("kept media keep their slots, new media forget them", () => {
    const state = reduce(inRoom, slots(["5", 13]));
    assert.equal(reduce(state, { ...joined, media: "kept", answer: "", slots: [] }).slots.size, 1);
    assert.equal(reduce(state, { ...joined, media: "kept", answer: "", slots: [] }).lines.length, 2);
    assert.equal(reduce(state, joined).slots.size, 0);
});

test("an answer to an ICE restart keeps the slots, a new connection does not", () => {
    const state = reduce(inRoom, slots(["5", 13]));
    assert.equal(reduce(state, { type: "answer", answer: "", connection: 5, slots: joined.slots }).slots.size, 1);
    assert.equal(reduce(state, { type: "answer", answer: "", connection: 6, slots: joined.slots }).slots.size, 0);
});

test("who leaves is neither listed nor speaking", () => {
    const state = [
        { type: "speaker", dominant: 3, speaking: [3, 1] } as ServerMessage,
        { type: "member-left", member: 3 } as ServerMessage,
    ].reduce(reduce, inRoom);
    assert.equal(state.members.has(3), false);
    assert.equal(state.dominant, 0);
    assert.deepEqual(state.speaking, [1]);
});

test("somebody muted is not shown as speaking", () => {
    const state = reduce(inRoom, { type: "speaker", dominant: 3, speaking: [3] });
    assert.equal(isSpeaking(state, member(3)), true);
    assert.equal(isSpeaking(state, member(3, { muted: true })), false);
    assert.equal(isSpeaking(state, member(3, { microphone: false })), false);
});

test("nothing of the others is left outside the room", () => {
    const state = reduce(reduce(inRoom, slots(["5", 13])), { type: "stage", stage: "out", reason: "ended" });
    assert.equal(state.members.size + state.slots.size + state.waiting.length, 0);
    assert.equal(state.reason, "ended");
});

test("the shared screen that has a line takes the stage", () => {
    const sharing = [member(3, { screen: true }), member(4, { screen: true })].reduce((s, m) => reduce(s, { type: "member", member: m }), inRoom);
    assert.equal(screenOnStage(sharing)?.member, 3);
    const held = reduce(sharing, slots(["5", sourceOf(4, "screen")]));
    assert.equal(screenOnStage(held)?.member, 4);
    assert.equal(screenOnStage(inRoom), undefined);
});

test("states are not changed in place", () => {
    const before = JSON.stringify([...inRoom.members]);
    reduce(inRoom, { type: "member", member: member(3, { muted: true }) });
    assert.equal(JSON.stringify([...inRoom.members]), before);
});
