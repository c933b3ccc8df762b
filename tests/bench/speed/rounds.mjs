// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/rounds.mjs - the same few runs again and again, interleaved, so that a slow minute of the machine meets them all.

import { quantile } from "../support/figures.mjs";

export const roundCount = Number(process.env.AFTERCARE_SPEED_ROUNDS ?? 5);
export const windowSeconds = Number(process.env.AFTERCARE_SPEED_SECONDS ?? 10);

// cases: name -> async () => result. Each round begins with another case. Gives name -> results.
export async function interleave(cases, log, count = roundCount) {
    const names = Object.keys(cases);
    const results = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round < count; round++)
        for (let i = 0; i < names.length; i++) {
            const name = names[(round + i) % names.length];
            const result = await cases[name]();
            results[name].push(result);
            log(`round ${round + 1} of ${count}, ${name}: ${JSON.stringify(result)}`);
        }
    return results;
}

export const median = (values) => {
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

// For Figures.add: the middle, and what it lies between.
export const spread = (values) => ({ rounds: values.length, least: Math.min(...values), most: Math.max(...values) });

// Of runs of the same round, one over the other.
export const ratios = (above, below) => above.map((value, i) => value / below[i]);

export { quantile };
