// SPDX-License-Identifier: AGPL-3.0-or-later
// visit.test.ts - one visit with a scripted gateway and connection: who is told what, and what stays when something goes.

import assert from "node:assert/strict";
import test from "node:test";
import { OwnMedia } from "../../web/client/media.ts";
import type { Peer, PeerGiven } from "../../web/client/peer.ts";
import type { Path } from "../../web/client/repair.ts";
import { Visit } from "../../web/client/visit.ts";
import { TestClock } from "./support/clock.ts";
import { TestSocket } from "./support/socket.ts";

// A peer connection that does as told and writes down what it was told.
class TestPeer {
    did: string[] = [];
    closed = false;
    canRestart = true;
    isWatched = true;
    available = 4_000_000;
    onPath: (path: Path) => void;
    constructor(given: Pick<PeerGiven, "onPath">) {
        this.onPath = given.onPath;
    }
    offer = async () => "offer";
    restart = async () => "restart";
    answer = async (sdp: string) => void this.did.push(`answer ${sdp}`);
    send = async () => {};
    layers = (kind: string, active: unknown) => void this.did.push(`layers ${kind} ${active}`);
    voice = async (bps: number, redundancy: boolean) => void this.did.push(`voice ${bps}${redundancy ? " twice" : ""}`);
    patient = (is: boolean) => void this.did.push(`patient ${is}`);
    dark = (is: boolean) => void this.did.push(`dark ${is}`);
    stats = async () => [
        { id: "T", type: "transport", selectedCandidatePairId: "P" },
        { id: "P", type: "candidate-pair", availableOutgoingBitrate: this.available },
    ];
    close = () => void (this.closed = true);
}

const line = { type: "line", up: "good", down: "good", picturesOff: false, redundancy: false };
const turn = () => new Promise<void>((done) => setImmediate(done));

// In the room as member 2, with a camera, on connection 5.
async function inRoom() {
    const clock = new TestClock();
    const sockets: TestSocket[] = [];
    const peers: TestPeer[] = [];
    const own = new OwnMedia(undefined, { get: () => "", set: () => {} });
    own.camera.value = { ...own.camera.value, track: { stop() {} } as MediaStreamTrack, on: true };
    const visit = new Visit({
        who: { as: "patient", invite: "i", roomName: "Anna" },
        dial: () => (sockets.push(new TestSocket()), sockets.at(-1)!),
        newPeer: (given) => (peers.push(new TestPeer(given)), peers.at(-1)! as unknown as Peer),
        own,
        language: () => "en",
        pixelRatio: () => 1,
        clock,
        chance: () => 0,
        verdict: async () => "",
        onMessage: () => {},
    });
    const pass = async (ms: number) => {
        for (let i = 0; i < ms; i += 250) {
            clock.pass(250);
            await turn();
        }
    };
    const last = (type: string) => sockets.at(-1)!.sent.findLast((message) => message.type === type);
    const reply = async (type: string, message: object) => {
        sockets.at(-1)!.says({ ...message, id: last(type)?.id });
        await turn();
    };
    const joined = {
        type: "joined", connection: 5, member: 2, role: "patient", roomName: "Anna", stage: "in", host: false, answer: "sdp",
        media: "new", slots: [{ audio: "4", video: "5" }], meetup: { id: "m", title: "", welcome: "", doctor: "" }, nowMs: 0,
    };
    const done = visit.join();
    sockets[0]!.onopen!({});
    await turn();
    await reply("join", joined);
    await done;
    peers[0]!.onPath("connected");
    const says = async (message: object) => {
        sockets.at(-1)!.says(message);
        await turn();
    };
    return { clock, sockets, peers, own, visit, pass, last, reply, joined, says };
}

test("what the gateway asks of the own sending is passed on, and nothing that is for others", async () => {
    const { peers, says } = await inRoom();
    peers[0]!.did = [];
    await says({ type: "layers", source: 9, needed: [true, false, false] });
    await says({ type: "layers", source: 13, needed: [false, false, false] });
    await says({ type: "voice", maxBitrate: 14_000, redundancy: true });
    await says({ ...line, redundancy: true });
    assert.deepEqual(peers[0]!.did, ["layers camera true,false,false", "voice 14000 twice", "patient true"]);
});

test("a picture that the line does not carry is not sent, and the others are told why", async () => {
    const { peers, visit, pass, last } = await inRoom();
    assert.deepEqual([last("state")!.camera, "slow" in last("state")!], [true, false]);
    peers[0]!.available = 40_000;
    await pass(8_000);
    assert.equal(visit.slow.value, true);
    assert.equal(peers[0]!.did.at(-1), "dark true");
    assert.deepEqual([last("state")!.camera, last("state")!.slow], [false, true]);
    peers[0]!.available = 4_000_000;
    visit.showPicture();
    assert.equal(peers[0]!.did.at(-1), "dark false");
    assert.deepEqual([last("state")!.camera, "slow" in last("state")!], [true, false]);
});

test("a picture that is off comes back by itself, though nobody watches what is not there", async () => {
    const { peers, visit, pass } = await inRoom();
    peers[0]!.available = 40_000;
    await pass(8_000);
    peers[0]!.isWatched = false;
    peers[0]!.available = 4_000_000;
    await pass(15_000);
    assert.equal(visit.slow.value, false);
    assert.equal(peers[0]!.did.at(-1), "dark false");
});

test("a camera that is switched off is off, not slow", async () => {
    const { peers, own, visit, pass, last } = await inRoom();
    peers[0]!.available = 40_000;
    await pass(8_000);
    own.turnOff("camera");
    assert.equal(visit.slow.value, false);
    assert.deepEqual([last("state")!.camera, "slow" in last("state")!], [false, false]);
});

test("a line that nobody watches, or that is interrupted, is not judged", async () => {
    for (const spoil of [(peer: TestPeer) => (peer.isWatched = false), (peer: TestPeer) => peer.onPath("failed")]) {
        const { peers, visit, pass } = await inRoom();
        peers[0]!.available = 40_000;
        spoil(peers[0]!);
        await pass(4_000);
        assert.equal(visit.slow.value, false);
    }
});

test("a lost path is restarted, twice; then there is a new connection, with the seat and the wants of the old", async () => {
    const { sockets, peers, visit, pass, last, reply } = await inRoom();
    visit.show([{ source: 5, height: 100, rank: "other" }]);
    await pass(250);
    for (const _ of [1, 2]) {
        peers[0]!.onPath("failed");
        await pass(500);
        assert.equal(visit.away.value, true);
        assert.deepEqual([last("offer")!.offer, last("offer")!.restart], ["restart", true]);
        await reply("offer", { type: "answer", answer: "again", connection: 5, slots: [] });
        await reply("ping", { type: "pong", nowMs: 0 });
        peers[0]!.onPath("disconnected");
        await pass(4_500);
    }
    assert.deepEqual([last("offer")!.offer, last("offer")!.restart], ["offer", false]);
    assert.equal(peers.length, 2);
    assert.equal(peers[0]!.closed, true);
    const before = sockets[0]!.sent.length;
    await reply("offer", { type: "answer", answer: "new", connection: 6, slots: [{ audio: "4", video: "5" }] });
    peers[1]!.onPath("connected");
    assert.equal(visit.away.value, false);
    assert.equal(visit.state.value.connection, 6);
    assert.equal(visit.state.value.stage, "in");
    assert.ok(sockets[0]!.sent.indexOf(last("want")!) >= before);
    assert.deepEqual(last("want")!.pictures, [{ source: 5, height: 100 }]);
    assert.equal(sockets.length, 1, "the socket stood all the while");
});

test("a lost socket costs the media nothing: back on the same connection, no offer", async () => {
    const { sockets, peers, visit, pass, last, reply, joined } = await inRoom();
    sockets[0]!.onclose!({ code: 1006 });
    await pass(500);
    sockets[1]!.onopen!({});
    await turn();
    assert.equal(last("join")!.connection, 5);
    await reply("join", { ...joined, answer: "", media: "kept", slots: [] });
    await pass(20_000);
    assert.equal(last("offer"), undefined);
    assert.deepEqual([peers.length, peers[0]!.closed, visit.away.value], [1, false, false]);
});

test("a path that is lost with the socket is restarted as soon as there is a socket again", async () => {
    const { sockets, peers, pass, last, reply, joined } = await inRoom();
    sockets[0]!.onclose!({ code: 1006 });
    peers[0]!.onPath("failed");
    await pass(500);
    sockets[1]!.onopen!({});
    await turn();
    await reply("join", { ...joined, answer: "", media: "kept", slots: [] });
    assert.equal(last("offer")!.restart, true);
});

test("another network: the socket has to answer at once or is dialled anew, then the path is restarted", async () => {
    const { sockets, visit, pass, last, reply, joined } = await inRoom();
    visit.networkChanged();
    await turn();
    assert.equal(last("offer")!.restart, true);
    await pass(3_500);
    assert.equal(sockets.length, 2, "nothing came back on the old one");
    sockets[1]!.onopen!({});
    await turn();
    await reply("join", { ...joined, answer: "", media: "kept", slots: [] });
    assert.equal(last("offer")!.restart, true, "the restart nobody heard is made again");
});
