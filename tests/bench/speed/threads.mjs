// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/threads.mjs - instructions per forwarded packet with one media thread and with two, counted under callgrind.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { load } from "./crowd.mjs";
import { figuresPage, sumOf } from "./figures_page.mjs";
import { onServer, pause } from "./place.mjs";
import { addMiddle, addRatio, interleave, roundCount } from "./rounds.mjs";
import { withGateway } from "./server.mjs";

const warmUp = 20; // everything is slow under callgrind
const counted = 10;
const call = promisify(execFile);

// What callgrind wrote: instructions of everything since it was told to look.
async function instructions(folder) {
    let sum = 0;
    for (const name of await readdir(folder)) {
        const text = await readFile(join(folder, name), "utf8");
        sum += Number(/^totals: (\d+)/m.exec(text)?.[1] ?? 0);
    }
    if (!sum) throw new Error("callgrind counted nothing");
    return sum;
}

// Two meetups of four, so that with two threads each has one.
async function count(threads) {
    const folder = await mkdtemp(join(tmpdir(), "aftercare-callgrind-"));
    const under = [...onServer, "valgrind", "--tool=callgrind", "--instr-atstart=no", `--callgrind-out-file=${folder}/out`];
    try {
        const packets = await withGateway(
            async (server) => {
                const look = (on) => call("callgrind_control", [`--instr=${on}`, String(server.pid)]);
                const words = ["--rooms", 2, "--members", 4, "--layers", 1, "--height", 720, "--ramp", 1, "--open-share", 0, "--always-talk"];
                const crowd = load(server, "rooms", words, { anyway: true, warmUp, seconds: counted + 10 });
                await Promise.race([pause((8 + warmUp) * 1000), crowd]); // it only ends first when it fails
                const before = await figuresPage(server.gateway);
                await look("on");
                await Promise.race([pause(counted * 1000), crowd]);
                await look("off");
                const after = await figuresPage(server.gateway);
                await crowd;
                return sumOf(after, "media_rtp_out_total") - sumOf(before, "media_rtp_out_total");
            },
            { settings: { "media.threads": threads }, under },
        );
        return { packets, perPacket: (await instructions(folder)) / packets };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

export async function threads(figures, log) {
    const all = await interleave({ one: () => count(1), two: () => count(2) }, log, Math.min(roundCount, 3));
    const per = (one) => one.perPacket;
    addMiddle(figures, "instructions per forwarded packet, one media thread", all.one, per, "");
    addMiddle(figures, "instructions per forwarded packet, two media threads", all.two, per, "");
    addRatio(figures, "instructions per forwarded packet, two threads over one", all.two, all.one, per, 1.05);
}
