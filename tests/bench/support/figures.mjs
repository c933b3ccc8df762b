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

    // A figure should be at most its target; one without a target only informs.
    add(figure, value, unit, target = null) {
        const met = target === null ? null : value <= target;
        this.all.push({ figure, value: Math.round(value * 1000) / 1000, unit, target, met });
        const wanted = target === null ? "" : `${met ? "within" : "ABOVE "} ${target} ${unit}`;
        console.log(`${figure.padEnd(64)} ${String(this.all.at(-1).value).padStart(9)} ${unit.padEnd(6)} ${wanted}`);
    }

    async write() {
        await mkdir(folder, { recursive: true });
        await writeFile(`${folder}${this.name}.json`, `${JSON.stringify(this.all, null, 2)}\n`);
        const asked = this.all.filter(({ met }) => met !== null);
        console.log(`${asked.filter(({ met }) => met).length} of ${asked.length} figures within their targets; build/bench/${this.name}.json`);
    }
}
