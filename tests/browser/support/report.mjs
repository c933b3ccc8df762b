// SPDX-License-Identifier: AGPL-3.0-or-later
// support/report.mjs - a line for each claim, and the count of all.

export default async function* report(events) {
    let passed = 0;
    let failed = 0;
    for await (const { type, data } of events) {
        if (type === "test:pass") {
            passed++;
            yield `passed  ${(data.details.duration_ms / 1000).toFixed(1).padStart(5)} s  ${data.name}\n`;
        } else if (type === "test:fail") {
            failed++;
            const { error } = data.details;
            yield `FAILED  ${(data.details.duration_ms / 1000).toFixed(1).padStart(5)} s  ${data.name}\n`;
            yield `${(error?.cause?.stack ?? error?.stack ?? String(error)).replace(/^/gm, "        ")}\n`;
        } else if (type === "test:stderr" || type === "test:stdout") {
            yield data.message;
        }
    }
    yield `${passed} passed, ${failed} failed\n`;
}
