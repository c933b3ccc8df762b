// SPDX-License-Identifier: AGPL-3.0-or-later
// support/figures.mjs - figures beside what they should be: a table to read and a file to keep.

import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../build/bench/", import.meta.url));

// The value that p of all are not above (nearest rank).
export function quantile(values, p) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
}

export class Figures {
    constructor(name) {
        this.name = name;
        this.all = [];
    }

    // A figure should be at most its target, or `atLeast` it; one without a target only informs, as does one measured in
    // less time than it should be (`short`). A value of null was never reached. `more` goes into the file.
    add(figure, value, unit, target = null, { atLeast = false, short = false, ...more } = {}) {
        const fits = value !== null && (atLeast ? value >= target : value <= target);
        const met = target === null || (short && fits) ? null : fits;
        const rounded = value === null ? null : Math.round(value * 1000) / 1000;
        this.all.push({ figure, value: rounded, unit, target, met, ...(short && { short }), ...more });
        const bound = `${target} ${unit}`;
        const wanted = target === null ? "" : met === null ? `of ${bound}, but measured too short` : `${met ? "within" : "MISSES"} ${bound}`;
        const each = more.each ? ` (${more.each.map((one) => one ?? "never").join(", ")})` : "";
        console.log(`${figure.padEnd(80)} ${String(rounded ?? "never").padStart(9)} ${unit.padEnd(5)} ${wanted}${each}`);
    }

    async write() {
        await mkdir(folder, { recursive: true });
        await writeFile(`${folder}${this.name}.json`, `${JSON.stringify(this.all, null, 2)}\n`);
        const asked = this.all.filter(({ met }) => met !== null);
        console.log(`${asked.filter(({ met }) => met).length} of ${asked.length} figures within their targets; build/bench/${this.name}.json`);
    }
}
