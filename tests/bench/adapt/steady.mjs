// SPDX-License-Identifier: AGPL-3.0-or-later
// adapt/steady.mjs - lines that stay as they are: nothing may change on the screen; and what is shared is shared.

import { jain } from "../support/feasible.mjs";
import { longestGap, switches } from "../support/film.mjs";
import { now, pass, Viewer, Ward } from "../support/ward.mjs";

export async function steady(figures, log, { minutes, short }) {
    const ward = await Ward.open(log);
    try {
        const viewer = new Viewer("Anna", "chromium", await ward.line({ both: { capacity: 2_000_000, delay: 25 } }));
        // Beside it one on a perfect line: what this one suffers is the machine's doing.
        const beside = new Viewer("Ben", "chromium", await ward.line({}));
        await ward.wait(viewer, beside);
        await ward.admit(viewer, beside);
        await pass(15_000);
        await Promise.all([viewer.collect(), beside.collect()]);
        const from = now();
        const before = await ward.outbound();
        await Promise.all([viewer.watch(minutes(5)), beside.watch(minutes(5))]);
        const to = now();
        ward.sending(before, await ward.outbound());
        const changes = switches(viewer.film, from, to, beside.film);
        for (const one of [viewer, beside]) {
            const gap = Math.round(longestGap(one.film, from, to));
            log(`${one.name}: longest without a new picture ${gap} ms; shown in the first minute: ${one.shown(from, Math.min(60, (to - from) / 1000))}`);
        }
        log(`changes of height ${changes.spatial}, of pictures a second ${changes.temporal}`);
        const more = { browser: "chromium", short };
        figures.add("constant 2 Mbit/s, 5 min: changes of layer a minute, chromium", (60_000 * (changes.spatial + changes.temporal)) / (to - from), "/min", 2, more);
        figures.add("constant 2 Mbit/s, 5 min: freezes, chromium", viewer.grown("video", "freezeCount", from, to), "", 0, more);
        figures.add("the same on a perfect line beside it: freezes", beside.grown("video", "freezeCount", from, to), "");
    } finally {
        await ward.close();
    }
}

export async function fair(figures, log, { minutes, short }) {
    const ward = await Ward.open(log);
    try {
        const relay = await ward.line({ both: { capacity: 2_000_000, delay: 25 } });
        const viewers = [new Viewer("Anna", "chromium", relay), new Viewer("Ben", "chromium", relay)];
        await ward.wait(...viewers);
        await ward.admit(...viewers);
        await pass(20_000);
        await Promise.all(viewers.map((viewer) => viewer.collect()));
        await relay.anew();
        const from = now();
        await Promise.all(viewers.map((viewer) => viewer.watch(minutes(2))));
        const to = now();
        const { down } = await relay.count();
        const counted = (viewer, kind) => viewer.grown(kind, "bytesReceived", from, to) + viewer.grown(kind, "headerBytesReceived", from, to);
        const bytes = viewers.map((viewer) => counted(viewer, "audio") + counted(viewer, "video"));
        log(`they received ${bytes.map((count) => Math.round((8 * count) / (to - from))).join(" and ")} kbit/s; wait p95 ${down.wait.p95} ms`);
        figures.add("two behind 2 Mbit/s: Jain's index, chromium", jain(bytes), "", 0.9, { atLeast: true, browser: "chromium", short });
    } finally {
        await ward.close();
    }
}
