// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/announce.tsx - says to screen readers what happens, politely, at most once in three seconds.

import { signal } from "@preact/signals";

const said = signal("");
const queue: string[] = [];
const everyMs = 3000;
let timer: ReturnType<typeof setTimeout> | undefined;

function next(): void {
    timer = undefined;
    if (queue.length === 0) return;
    // What piled up meanwhile is said in one breath.
    said.value = queue.splice(0, queue.length).slice(-4).join(" ");
    timer = setTimeout(next, everyMs);
}

export function announce(text: string): void {
    if (queue.at(-1) !== text) queue.push(text);
    if (timer === undefined) next();
}

const seldomMs = 30_000;
const saidAt = new Map<string, number>();

// For what comes and goes with a bad line: not again within half a minute.
export function announceSeldom(text: string): void {
    const now = performance.now();
    if (now - (saidAt.get(text) ?? -Infinity) < seldomMs) return;
    saidAt.set(text, now);
    announce(text);
}

export function LiveRegion() {
    return (
        <div class="unseen" role="status" aria-live="polite" data-live>
            {said.value}
        </div>
    );
}
