// SPDX-License-Identifier: AGPL-3.0-or-later
// agreement.test.ts - one offer, its answer, and the voice sent twice without a word to the gateway.

import assert from "node:assert/strict";
import test from "node:test";
import { Agreement, type Agreeing } from "../../web/client/agreement.ts";

type Description = { type: string; sdp: string };

const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join("");
const sound = (types: string) => lines(`m=audio 9 X ${types}`, "a=rtpmap:111 opus/48000/2", "a=rtpmap:63 red/48000/2");
const plain = sound("111 63");
const twice = sound("63 111");
const turn = () => new Promise<void>((done) => setImmediate(done));

// A connection as browsers make it: an offer has to be there for an answer, and nothing is done at once.
class TestConnection {
    signalingState = "stable";
    remoteDescription: Description | null = null;
    did: string[] = [];
    remotes: string[] = [];
    refuses: (description: Description) => boolean = () => false;
    #offers = 0;

    createOffer = async (options?: RTCOfferOptions) => {
        await turn();
        return { type: "offer", sdp: `${options?.iceRestart ? "restart" : "offer"} ${++this.#offers}\r\n${plain}` };
    };
    setLocalDescription = async (description: Description) => {
        await turn();
        if (this.refuses(description)) throw new DOMException("", "InvalidAccessError");
        this.did.push(description.type === "rollback" ? "rollback" : description.sdp.split("\r\n")[0]!);
        this.signalingState = description.type === "rollback" ? "stable" : "have-local-offer";
    };
    setRemoteDescription = async (description: Description) => {
        await turn();
        assert.equal(this.signalingState, "have-local-offer");
        if (this.refuses(description)) throw new DOMException("", "InvalidAccessError");
        this.did.push("answer");
        this.remotes.push(description.sdp);
        this.remoteDescription = description;
        this.signalingState = "stable";
    };
}

function begin(): { pc: TestConnection; agreement: Agreement } {
    const pc = new TestConnection();
    return { pc, agreement: new Agreement(pc as unknown as Agreeing) };
}

async function answered(answer = plain) {
    const { pc, agreement } = begin();
    await agreement.offer();
    await agreement.answer(answer);
    return { pc, agreement };
}

test("there is one offer however often it is asked for, and sound that can be asked for again is in it", async () => {
    const { pc, agreement } = begin();
    const [first, again] = await Promise.all([agreement.offer(), agreement.offer()]);
    assert.equal(first, again);
    assert.match(first, /a=rtcp-fb:111 nack/);
    assert.deepEqual(pc.did, ["offer 1"]);
});

test("a browser that takes only its own words is offered those, from then on", async () => {
    const { pc, agreement } = begin();
    pc.refuses = ({ sdp }) => sdp.includes("nack");
    assert.doesNotMatch(await agreement.offer(), /nack/);
    await agreement.answer(plain);
    assert.doesNotMatch(await agreement.restart(), /nack/);
});

test("the voice is sent twice, and once again, by a round with the answer that is there", async () => {
    const { pc, agreement } = await answered();
    assert.equal(await agreement.redundant(true), true);
    assert.equal(await agreement.redundant(false), true);
    assert.deepEqual(pc.remotes, [plain, twice, plain]);
    assert.deepEqual(pc.did, ["offer 1", "answer", "offer 2", "answer", "offer 3", "answer"]);
});

test("what is so already, or cannot be, makes no round", async () => {
    const without = sound("111 63").replace(/^.*red.*$/m, "a=x");
    const { pc, agreement } = await answered(without);
    assert.equal(await agreement.redundant(true), false);
    assert.equal(await agreement.redundant(true), false);
    const other = await answered();
    assert.equal(await other.agreement.redundant(false), false);
    for (const { did } of [pc, other.pc]) assert.deepEqual(did, ["offer 1", "answer"]);
});

test("what is wished before the answer is agreed on with it", async () => {
    const { pc, agreement } = begin();
    assert.equal(await agreement.redundant(true), false);
    await agreement.offer();
    assert.equal(await agreement.redundant(true), false);
    await agreement.answer(plain);
    assert.deepEqual(pc.remotes, [twice]);
});

test("a restart waits for a round, and a round for the answer to a restart; what was wished outlives it", async () => {
    const { pc, agreement } = await answered();
    void agreement.redundant(true);
    await agreement.restart();
    assert.deepEqual(pc.did.slice(2), ["offer 2", "answer", "restart 3"]);
    assert.equal(await agreement.redundant(false), false);
    await agreement.redundant(true);
    await agreement.answer(`new\r\n${plain}`);
    assert.deepEqual(pc.remotes.slice(1), [twice, `new\r\n${twice}`]);
    await agreement.redundant(false);
    assert.equal(pc.remotes.at(-1), `new\r\n${plain}`);
});

test("a browser that refuses the round is as it was, and can be restarted", async () => {
    const { pc, agreement } = await answered();
    pc.refuses = ({ sdp }) => sdp === twice;
    assert.equal(await agreement.redundant(true), false);
    assert.deepEqual(pc.did.slice(2), ["offer 2", "rollback"]);
    assert.equal(pc.signalingState, "stable");
    assert.ok(agreement.canRestart);
});

test("a connection is restarted once it was answered, also over an offer whose answer was lost", async () => {
    const { agreement } = begin();
    await agreement.offer();
    assert.ok(!agreement.canRestart);
    await agreement.answer(plain);
    assert.ok(agreement.canRestart);
    await agreement.restart();
    assert.ok(agreement.canRestart);
});
