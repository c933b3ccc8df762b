// SPDX-License-Identifier: AGPL-3.0-or-later
// adapt/simulated.mjs - the same lines in virtual time, with scripted browsers: what tests/sim claims, as figures.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("../../../build/release/tests/bench_adapt", import.meta.url));

export async function simulated(figures) {
    const { stdout } = await promisify(execFile)(program);
    for (const line of stdout.split("\n").filter(Boolean)) {
        const { figure, value, unit, target, atLeast } = JSON.parse(line);
        figures.add(figure, value, unit, target, { atLeast });
    }
}
