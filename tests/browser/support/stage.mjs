// SPDX-License-Identifier: AGPL-3.0-or-later
// support/stage.mjs - what every test file begins with: its claims, and the end of all it started.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { removeSharedGateway } from "./gateway.mjs";
import { endBrowsers } from "./launch.mjs";

const pictures = fileURLToPath(new URL("../../../build/browser/", import.meta.url));

after(async () => {
    await endBrowsers();
    await removeSharedGateway();
});

// What a person's page looked like and was told, for whoever reads the failure.
async function keep(claimed, person) {
    const { page } = person;
    if (!page || page.isClosed()) return;
    const name = `${claimed}-${person.name}`.replace(/\W+/g, "-").toLowerCase();
    await mkdir(pictures, { recursive: true });
    await page.screenshot({ path: `${pictures}${name}.png` }).catch(() => {});
    const told = await page.evaluate(() => ({ said: window.__probe.said, got: window.__probe.got }));
    await writeFile(`${pictures}${name}.json`, JSON.stringify(told, null, 1));
}

// A claim, and what shows it. `t.atEnd(f)` gives back what the claim alone used; `t.person(p)` is sent away.
export function claim(words, show, { seconds = 90 } = {}) {
    test(words, { timeout: (seconds + 60) * 1000 }, async (t) => {
        const ends = [];
        const people = [];
        t.atEnd = (end) => ends.push(end);
        t.person = (person) => {
            people.push(person);
            ends.push(() => person.away());
            return person;
        };
        const started = performance.now();
        t.step = (step) => process.env.AFTERCARE_STEPS && console.log(`        ${((performance.now() - started) / 1000).toFixed(1)} s: ${step}`);
        // A claim that takes too long still gives back what it used.
        let timer;
        const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`not shown within ${seconds} s`)), seconds * 1000)));
        try {
            await Promise.race([show(t), late]);
        } catch (error) {
            for (const person of people) await keep(words, person).catch(() => {});
            throw error;
        } finally {
            clearTimeout(timer);
            for (const end of ends.reverse()) await Promise.resolve(end()).catch(() => {});
        }
    });
}

export { assert };
