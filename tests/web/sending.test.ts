// SPDX-License-Identifier: AGPL-3.0-or-later
// sending.test.ts - a line's parameters: one change at a time, the latest wish counts, refusals are lived with.

import assert from "node:assert/strict";
import test from "node:test";
import { Sending, type Sender } from "../../web/client/sending.ts";

type Encoding = RTCRtpEncodingParameters;

// A sender as browsers make it: what was read last is what may be written, and only one write runs.
class TestSender {
    track: MediaStreamTrack | null = null;
    encodings: Encoding[];
    writes: Encoding[][] = [];
    finish: (() => void)[] = []; // of the writes that still run
    refuses: (encodings: Encoding[]) => boolean = () => false;
    slow = false;

    constructor(encodings: Encoding[]) {
        this.encodings = encodings;
    }
    replaceTrack = async (track: MediaStreamTrack | null) => void (this.track = track);
    getParameters = () => structuredClone({ encodings: this.encodings, codecs: [], headerExtensions: [], rtcp: {}, transactionId: "" });
    setParameters = async ({ encodings }: { encodings: Encoding[] }) => {
        assert.equal(this.finish.length, 0, "one write at a time");
        this.writes.push(structuredClone(encodings));
        if (this.slow) await new Promise<void>((done) => this.finish.push(done));
        if (this.refuses(encodings)) throw new DOMException("", "InvalidModificationError");
        this.encodings = encodings;
    };
    pass(): void {
        for (const done of this.finish.splice(0)) done();
    }
}

const over = (sender: TestSender) => new Sending(sender as unknown as Sender);
const camera = () => new TestSender([{ rid: "q", maxBitrate: 150 }, { rid: "h", maxBitrate: 500 }, { rid: "f", maxBitrate: 1500 }]);
const microphone = () => new TestSender([{}]);
const turn = () => new Promise<void>((done) => setImmediate(done));
const track = {} as MediaStreamTrack;

test("layers nobody needs are switched off, the others keep what they are", async () => {
    const sender = camera();
    const sending = over(sender);
    await sending.wish({ active: [true, false, false] });
    assert.deepEqual(sender.encodings.map((one) => one.active ?? true), [true, false, false]);
    assert.deepEqual(sender.encodings.map((one) => one.maxBitrate), [150, 500, 1500]);
    await sending.wish({ active: null });
    assert.deepEqual(sender.encodings.map((one) => one.active ?? true), [true, true, true]);
});

test("layers that were not told of are sent, and what is so already is not written", async () => {
    const sender = camera();
    await over(sender).wish({ active: [true] });
    assert.equal(sender.writes.length, 0);
});

test("there is one change at a time and the latest wish is the last", async () => {
    const sender = camera();
    sender.slow = true;
    const sending = over(sender);
    void sending.wish({ active: [true, true, false] });
    void sending.wish({ active: [true, false, false] });
    const done = sending.wish({ active: [false, false, false] });
    for (let i = 0; i < 4; i++) {
        sender.pass();
        await turn();
    }
    await done;
    assert.deepEqual(sender.writes.map((one) => one.map((encoding) => encoding.active ?? true)), [[true, true, false], [false, false, false]]);
});

test("a wish right after one that changed nothing is heard", async () => {
    const sender = camera();
    const sending = over(sender);
    void sending.wish({ active: null });
    await sending.wish({ active: [false, false, false] });
    assert.equal(sender.writes.length, 1);
});

test("a new track is sent as wished too", async () => {
    const sender = camera();
    const sending = over(sender);
    await sending.wish({ active: [true, false, false] });
    sender.encodings = camera().encodings;
    await sending.replace(track);
    assert.equal(sender.track, track);
    assert.deepEqual(sender.encodings.map((one) => one.active ?? true), [true, false, false]);
});

test("the voice has a bound or none", async () => {
    const sender = microphone();
    const sending = over(sender);
    await sending.wish({ maxBitrate: 16_000 });
    assert.equal(sender.encodings[0]!.maxBitrate, 16_000);
    await sending.wish({ maxBitrate: 0 });
    assert.ok(!("maxBitrate" in sender.encodings[0]!));
});

test("a browser that refuses everything is not asked without end, and is asked again later", async () => {
    const sender = camera();
    sender.refuses = () => true;
    const sending = over(sender);
    await sending.wish({ active: [true, false, false] });
    assert.equal(sender.writes.length, 3);
    sender.refuses = () => false;
    await sending.refresh();
    assert.deepEqual(sender.encodings.map((one) => one.active ?? true), [true, false, false]);
});
