// SPDX-License-Identifier: AGPL-3.0-or-later
// speed.mjs - what forwarding costs, how long it takes and what it holds, beside the floor and beside Janus.
//
// AFTERCARE_SPEED="video latency" runs those parts only; AFTERCARE_SPEED_ROUNDS=1, AFTERCARE_SPEED_SECONDS=3 and
// AFTERCARE_SPEED_PERCENT=10 (of the people) are for a quick look, AFTERCARE_SPEED_ANYWAY=1 for one on a busy machine;
// AFTERCARE_SPEED_STALL_MINUTES=60 is the hour of stalls. Nothing else should run beside it.

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { audio, video } from "./speed/fanout.mjs";
import { floor } from "./speed/floor.mjs";
import { knee } from "./speed/knee.mjs";
import { latency } from "./speed/latency.mjs";
import { endAll, machine } from "./speed/place.mjs";
import { complaints } from "./speed/rounds.mjs";
import { idle, memory, storm } from "./speed/scale.mjs";
import { stall } from "./speed/stall.mjs";
import { threads } from "./speed/threads.mjs";
import { Figures } from "./support/figures.mjs";

const parts = { floor, video, audio, latency, knee, memory, storm, idle, stall, threads };
const wanted = process.env.AFTERCARE_SPEED?.split(/[\s,]+/).filter(Boolean) ?? Object.keys(parts);

const figures = new Figures("speed");
const lines = [];
const log = (words) => {
    lines.push(words);
    console.log(`    ${words}`);
};
let failed = 0;
log(JSON.stringify(machine()));
for (const name of wanted) {
    if (!parts[name]) throw new Error(`there is no part "${name}"; there are ${Object.keys(parts).join(", ")}`);
    console.log(`-- ${name}`);
    try {
        await parts[name](figures, log);
    } catch (error) {
        failed++;
        console.log(`${name} could not be measured: ${error.stack}`);
    } finally {
        await endAll();
    }
    await figures.write(); // what was measured so far is kept
    await writeFile(fileURLToPath(new URL("../../build/bench/speed.log", import.meta.url)), `${lines.join("\n")}\n`);
}
if (complaints.length) console.log(`${complaints.length} runs failed; build/bench/speed.log says why`);
process.exitCode = failed || complaints.length ? 1 : 0;
