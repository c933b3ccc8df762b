// SPDX-License-Identifier: AGPL-3.0-or-later
// adapt.mjs - real browsers behind bad lines: what they are sent, how soon, and what is lost of it.
//
// AFTERCARE_ADAPT="steps lossy" runs those scenarios only; AFTERCARE_ADAPT_MINUTES=0.5 makes every long span that long,
// and then no figure of it counts as reached.

import { endBrowsers } from "../browser/support/launch.mjs";
import { lossy, sound, thin } from "./adapt/loss.mjs";
import { simulated } from "./adapt/simulated.mjs";
import { fair, steady } from "./adapt/steady.mjs";
import { steps } from "./adapt/steps.mjs";
import { lips, speaker } from "./adapt/talk.mjs";
import { Figures } from "./support/figures.mjs";

const scenarios = { simulated, steps, lossy, sound, thin, steady, fair, speaker, lips };
const wanted = process.env.AFTERCARE_ADAPT?.split(/[\s,]+/).filter(Boolean) ?? Object.keys(scenarios);
const most = Number(process.env.AFTERCARE_ADAPT_MINUTES ?? Infinity);

const figures = new Figures("adapt");
const log = (words) => console.log(`    ${words}`);
let failed = 0;
for (const name of wanted) {
    if (!scenarios[name]) throw new Error(`there is no scenario "${name}"; there are ${Object.keys(scenarios).join(", ")}`);
    console.log(`-- ${name}`);
    const minutes = (count) => 60_000 * Math.min(count, most);
    try {
        await scenarios[name](figures, log, { minutes, short: most < 10 });
    } catch (error) {
        failed++;
        console.log(`${name} could not be measured: ${error.stack}`);
    } finally {
        await endBrowsers();
    }
    await figures.write(); // half an hour is long: what was measured so far is kept
}
process.exitCode = failed ? 1 : 0;
