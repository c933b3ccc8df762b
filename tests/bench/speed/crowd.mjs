// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/crowd.mjs - drives aftercare-load at a server, and reads what it reports.

import { loadProgram, onCrowd, Program } from "./place.mjs";
import { lossMost, windowSeconds } from "./rounds.mjs";

const bottleneck = 75;
// To try the bench itself on a busy machine: nothing it then says is to be believed.
const alwaysAnyway = Boolean(process.env.AFTERCARE_SPEED_ANYWAY);

// The report as JSON. Where the load generator was itself the bottleneck there is none but an error, unless
// `anyway`: then its `tool.bottleneck` says so. People who failed are no error with `evenFailed`.
export async function load(server, scenario, words, { anyway = alwaysAnyway, evenFailed = false, seconds = windowSeconds, warmUp = 8 } = {}) {
    const all = [scenario, server.url, ...server.words, ...words, "--warm-up", warmUp, "--seconds", seconds, "--server-pid", server.pid, "--json", "-", "--quiet", ...(anyway ? ["--anyway"] : [])];
    const program = new Program(onCrowd, loadProgram, all, { environment: server.environment });
    const how = await program.ended;
    const reported = program.printed.startsWith("{") && (evenFailed || (anyway && how === bottleneck));
    if (how !== 0 && !reported) throw program.fail(`ended with ${how}`);
    return JSON.parse(program.printed);
}

// What the rows are made of.
export function figuresOf(report) {
    const { sound, pictures } = report.stayed.received;
    const packets = sound.packets + pictures.packets;
    const expected = sound.expected + pictures.expected;
    return {
        us: report.processUse.usPerPacket,
        mediaUs: mediaUs(report.processUse.threadsUs, packets),
        packets,
        perSecond: packets / report.seconds,
        lost: expected ? (sound.lost + pictures.lost) / expected : 1,
        feedbacksPerPacket: report.stayed.control.feedbackSent / packets,
        busy: report.processUse.busy,
        toolBusy: report.tool.mediaBusy,
    };
}

// Of the threads that forward, where they have a name (ours are "media...").
function mediaUs(threads, packets) {
    const media = Object.entries(threads).filter(([name]) => /media/.test(name));
    return media.length ? media.reduce((sum, [, us]) => sum + us, 0) / packets : null;
}

export function checked(name, digest) {
    if (digest.lost > lossMost) throw new Error(`${name} lost ${(100 * digest.lost).toFixed(2)} % of what it should have forwarded`);
    return digest;
}
