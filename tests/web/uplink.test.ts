// SPDX-License-Identifier: AGPL-3.0-or-later
// uplink.test.ts - when the own picture goes because the line does not carry it, and when it comes back.

import assert from "node:assert/strict";
import test from "node:test";
import type { Quality } from "../../web/client/protocol.ts";
import { readingOf, Uplink, UplinkWatch, type Reading } from "../../web/client/uplink.ts";
import { TestClock } from "./support/clock.ts";

interface Line {
    kbps: number | null;
    loss?: number;
    up?: Quality;
    perSecond?: number; // packets
}

// Lets seconds of such a line pass, a look each; tells at which of them the picture went or came.
function lineOf(uplink: Uplink) {
    let [second, sent, lost] = [0, 0, 0];
    return (seconds: number, { kbps, loss = 0, up = "good", perSecond = 50 }: Line): number[] => {
        const changes: number[] = [];
        for (let i = 0; i < seconds; i++, second++) {
            const before = uplink.isOff;
            uplink.look({ atMs: second * 1000, availableBps: kbps === null ? null : kbps * 1000, sent, lost }, up);
            if (uplink.isOff !== before) changes.push(second);
            sent += perSecond;
            lost += Math.round(perSecond * loss);
        }
        return changes;
    };
}

const set = () => {
    const uplink = new Uplink();
    return { uplink, pass: lineOf(uplink) };
};

test("a good line keeps its picture, and so does one that is only lossy or only judged poor", () => {
    assert.deepEqual(set().pass(300, { kbps: 2000 }), []);
    assert.deepEqual(set().pass(300, { kbps: 101 }), []);
    assert.deepEqual(set().pass(300, { kbps: 2000, loss: 0.3, up: "fair" }), []);
    assert.deepEqual(set().pass(300, { kbps: 2000, loss: 0.1, up: "poor" }), []);
});

test("a line below the smallest picture loses it after three seconds, and a dip of two costs nothing", () => {
    const { uplink, pass } = set();
    assert.deepEqual(pass(10, { kbps: 400 }), []);
    assert.deepEqual(pass(2, { kbps: 60 }), []);
    assert.deepEqual(pass(10, { kbps: 400 }), []);
    assert.deepEqual(pass(4, { kbps: 60 }), [25]);
    assert.equal(uplink.isOff, true);
});

test("where the browser tells nothing, heavy loss that the gateway sees too is enough", () => {
    const { pass } = set();
    assert.deepEqual(pass(10, { kbps: null }), []);
    const [at] = pass(15, { kbps: null, loss: 0.3, up: "poor" });
    assert.ok(at! >= 15 && at! <= 18, `at ${at}`);
});

test("an outage costs no picture, though all its loss is told at once and the gateway is slow to trust the line again", () => {
    for (const seconds of [1, 2, 8]) {
        const { uplink, pass } = set();
        pass(10, { kbps: 500 });
        assert.deepEqual(pass(1, { kbps: 500, loss: seconds, up: "lost" }), [], "told at once, with the first report");
        assert.deepEqual(pass(8, { kbps: 200, up: "poor" }), []);
        uplink.interrupt();
        assert.deepEqual(pass(3, { kbps: 60, up: "poor" }), [], "what it guesses right after is a guess");
    }
});

test("one lost packet of few is chance", () => {
    assert.deepEqual(set().pass(60, { kbps: null, loss: 0.34, perSecond: 3, up: "poor" }), []);
});

test("it comes back by itself when the line has been good for ten seconds, not before", () => {
    const { pass } = set();
    pass(6, { kbps: 60 });
    assert.deepEqual(pass(20, { kbps: 60, loss: 0.2 }), []);
    assert.deepEqual(pass(20, { kbps: 60, up: "poor" }), [], "with the picture gone the estimate tells nothing, the gateway does");
    const [at] = pass(20, { kbps: 60 });
    assert.equal(at, 56);
});

test("a line that bears no picture sees it less and less often", () => {
    const { pass } = set();
    const changes = pass(600, { kbps: 60 });
    const waits = changes.flatMap((at, i) => (i % 2 === 1 ? [at - changes[i - 1]!] : []));
    assert.deepEqual(waits.slice(0, 5), [11, 21, 41, 81, 161]);
    assert.equal(Math.max(...waits), 161);
});

test("once the picture has stayed a minute, the next wait is short again", () => {
    const { pass } = set();
    pass(80, { kbps: 60 });
    pass(200, { kbps: 400 });
    const changes = pass(30, { kbps: 60 });
    assert.equal(changes[1]! - changes[0]!, 11);
});

test("who presses the button is seen at once, and for some seconds at least", () => {
    const { uplink, pass } = set();
    pass(10, { kbps: 60 });
    uplink.show(10_000);
    assert.equal(uplink.isOff, false);
    const [at] = pass(20, { kbps: 60 });
    assert.ok(at! >= 15, `at ${at}`);
});

test("without a picture nothing is slow, and the next one begins anew", () => {
    const { uplink, pass } = set();
    pass(10, { kbps: 60 });
    uplink.rest();
    assert.equal(uplink.isOff, false);
    assert.deepEqual(pass(2, { kbps: 60 }), []);
});

test("a reading is of the path in use, and of what the gateway has reported on", () => {
    const report = [
        { id: "T", type: "transport", selectedCandidatePairId: "P2" },
        { id: "P1", type: "candidate-pair", availableOutgoingBitrate: 1 },
        { id: "P2", type: "candidate-pair", availableOutgoingBitrate: 90_000 },
        { id: "A", type: "outbound-rtp", packetsSent: 500 },
        { id: "V", type: "outbound-rtp", packetsSent: 100 },
        { id: "X", type: "outbound-rtp", packetsSent: 7 },
        { id: "RA", type: "remote-inbound-rtp", localId: "A", packetsLost: 5 },
        { id: "RV", type: "remote-inbound-rtp", localId: "V", packetsLost: 20 },
    ];
    assert.deepEqual(readingOf(3, report), { atMs: 3, availableBps: 90_000, sent: 600, lost: 25 });
    assert.deepEqual(readingOf(3, []), { atMs: 3, availableBps: null, sent: 0, lost: 0 });
});

test("the watch looks each second while there is a picture, and tells changes only", async () => {
    const clock = new TestClock();
    const told: boolean[] = [];
    const held = { wanted: true, looks: 0 };
    const watch = new UplinkWatch({
        clock,
        read: async (): Promise<Reading | null> => (held.looks++, { atMs: clock.now, availableBps: 50_000, sent: 0, lost: 0 }),
        up: () => "good",
        isWanted: () => held.wanted,
        onSlow: (slow) => told.push(slow),
    });
    const pass = async (seconds: number) => {
        for (let i = 0; i < seconds; i++) {
            clock.pass(1000);
            await new Promise((done) => setImmediate(done));
        }
    };
    await pass(8);
    assert.deepEqual(told, [true]);
    watch.show();
    assert.deepEqual(told, [true, false]);
    await pass(8);
    assert.deepEqual(told, [true, false, true]);
    held.wanted = false;
    watch.wantChanged();
    assert.deepEqual(told, [true, false, true, false]);
    const { looks } = held;
    await pass(8);
    assert.equal(held.looks, looks, "nothing is looked at without a picture");
    held.wanted = true;
    watch.close();
    await pass(8);
    assert.equal(held.looks, looks, "nor after the end");
});
