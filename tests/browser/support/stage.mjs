// SPDX-License-Identifier: AGPL-3.0-or-later
// support/stage.mjs - what every test file begins with: its claims, and the end of all it started.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { endBrowsers } from "./launch.mjs";

const endings = [];

// Called at the very end, the last one first.
export function atEnd(end) {
    endings.push(end);
}

after(async () => {
    for (const end of endings.reverse()) await end();
    await endBrowsers();
});

// A claim, and what shows it. `t.atEnd(f)` gives back what the claim alone used.
export function claim(words, show, { seconds = 90 } = {}) {
    test(words, { timeout: seconds * 1000 }, async (t) => {
        const ends = [];
        t.atEnd = (end) => ends.push(end);
        try {
            await show(t);
        } finally {
            for (const end of ends.reverse()) await end().catch(() => {});
        }
    });
}

export { assert };
