// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/rounds.mjs - the same few runs again and again, interleaved, so that a slow minute of the machine meets them all.

import { quantile } from "../support/figures.mjs";

export const roundCount = Number(process.env.AFTERCARE_SPEED_ROUNDS ?? 5);
export const windowSeconds = Number(process.env.AFTERCARE_SPEED_SECONDS ?? 10);
// Crowds of a hundredth of their size are enough to try the bench itself.
const percent = Number(process.env.AFTERCARE_SPEED_PERCENT ?? 100);
export const sized = (count) => Math.max(1, Math.round((count * percent) / 100));

// A run that lost more than this forwarded less than it was to: its CPU per packet is no figure.
export const lossMost = 0.001;

// cases: name -> async () => result. Each round begins with another case. Gives name -> results, null for a run that failed: the
// others go on, and `complaints` has why.
export const complaints = [];
export async function interleave(cases, log, count = roundCount) {
    const names = Object.keys(cases);
    const results = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round < count; round++)
        for (let i = 0; i < names.length; i++) {
            const name = names[(round + i) % names.length];
            const result = await cases[name]().catch((error) => {
                complaints.push(`${name}, round ${round + 1}: ${error.message}`);
                log(`round ${round + 1} of ${count}, ${name} could not be measured: ${error.message}`);
                return null;
            });
            results[name].push(result);
            if (result) log(`round ${round + 1} of ${count}, ${name}: ${JSON.stringify(result)}`);
        }
    return results;
}

export function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// A row for the middle of what `of` says of each run that did not fail; no run, no row.
export function addMiddle(figures, name, results, of, unit, target = null, more = {}) {
    const values = results.filter(Boolean).map(of).filter(Number.isFinite);
    if (!values.length) return console.log(`${name}: no run`);
    figures.add(name, median(values), unit, target, { rounds: values.length, least: Math.min(...values), most: Math.max(...values), ...more });
}

// The same for one over another, of runs of the same round.
export function addRatio(figures, name, above, below, of, target = null) {
    const pairs = above.map((one, i) => one && below[i] && of(one) / of(below[i]));
    addMiddle(figures, name, pairs, (one) => one, "x", target);
}
