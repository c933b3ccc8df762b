// SPDX-License-Identifier: AGPL-3.0-or-later
// lines.test.ts - what is said aloud of people's lines, and what is not.

import assert from "node:assert/strict";
import test from "node:test";
import { LineTeller } from "../../web/client/lines.ts";
import type { Member, Quality } from "../../web/client/protocol.ts";

const person = (member: number, line: Quality) => ({ member, line }) as Member;

// What is said of one person whose line goes this way, a second each.
function said(...lines: Quality[]): string[] {
    const teller = new LineTeller();
    return lines.flatMap((line, i) => teller.look([person(3, line)], i * 1000).map((news) => `${i} ${news.line}`));
}

test("a line that gets poor or lost is said, one that gets better or only fair is not", () => {
    assert.deepEqual(said("good", "fair", "poor", "poor", "good", "fair"), ["2 poor"]);
    assert.deepEqual(said("good", "lost", "good"), ["1 lost"]);
    assert.deepEqual(said("poor"), ["0 poor"], "of somebody who was so when one came");
});

test("a line that flaps is said once in half a minute, unless it gets worse than was said", () => {
    const flapping = Array.from({ length: 60 }, (_, i): Quality => (i % 2 ? "poor" : "good"));
    assert.deepEqual(said(...flapping), ["1 poor", "31 poor"]);
    assert.deepEqual(said("poor", "good", "lost", "good", "poor", "lost"), ["0 poor", "2 lost"]);
});

test("each person's line is said for itself, and forgotten with the person", () => {
    const teller = new LineTeller();
    assert.equal(teller.look([person(3, "poor"), person(4, "lost"), person(5, "good")], 0).length, 2);
    assert.equal(teller.look([person(4, "lost")], 1000).length, 0);
    assert.equal(teller.look([person(3, "poor"), person(4, "lost")], 40_000).length, 1);
});
