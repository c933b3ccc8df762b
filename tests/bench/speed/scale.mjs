// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/scale.mjs - what many people hold: memory, joins in a storm, sockets that only wait.

import { load } from "./crowd.mjs";
import { sized } from "./rounds.mjs";
import { withGateway } from "./server.mjs";

const kB = 1000;

// A small crowd first, for what is needed once; what a large one takes beyond that is its members', and is to be given back.
export async function memory(figures, log) {
    const viewers = sized(300);
    const words = (count) => ["--viewers", count, "--layers", 1, "--height", 720, "--open-share", 0];
    await withGateway(async (server) => {
        const small = await load(server, "fan-out", words(10), { seconds: 5 });
        const large = await load(server, "fan-out", words(viewers), { seconds: 5 });
        const [a, b] = [small, large].map((one) => one.processUse.memory);
        log(`memory, small crowd: ${JSON.stringify(a)}; large: ${JSON.stringify(b)}`);
        const taken = b.pss - b.pssBefore;
        figures.add(`memory of each receive-only member, of ${viewers}, all included`, taken / viewers / kB, "kB", 100, { memory: b });
        figures.add("memory kept after all left, of what they took", (100 * Math.max(0, b.pssAfter - b.pssBefore)) / taken, "%", 5);
        figures.add("memory of a gateway that had a small crowd, over a fresh one", (a.pssAfter - a.pssBefore) / kB, "kB");
    });
}

export async function storm(figures, log) {
    const joins = sized(500);
    const rooms = sized(100);
    await withGateway(async (server) => {
        const report = await load(server, "storm", ["--joins", joins, "--per-second", joins / 5, "--rooms", rooms, "--members", 2, "--open-share", 0], { seconds: 15, anyway: true, evenFailed: true });
        log(JSON.stringify({ people: report.people, joins: report.joins, tool: report.tool }));
        const { toFirstPacket, withoutMedia } = report.joins;
        const { expected, lost } = ["sound", "pictures"].reduce(
            (sum, kind) => ({ expected: sum.expected + report.stayed.received[kind].expected, lost: sum.lost + report.stayed.received[kind].lost }),
            { expected: 0, lost: 0 },
        );
        const bound = report.tool.bottleneck ? { bound: report.tool.bottleneck } : {};
        figures.add(`${joins} joins in 5 s into ${rooms} rooms: failures`, report.people.failed + withoutMedia + joins - toFirstPacket.count, "", 0, bound);
        figures.add(`${joins} joins in 5 s: p95 to first media`, toFirstPacket.p95Us / 1000, "ms", 1500, bound);
        figures.add(`${joins} joins in 5 s: what running rooms lost`, (100 * lost) / expected, "%", 0.1, bound);
    });
}

export async function idle(figures, log) {
    const sockets = sized(10_000);
    await withGateway(
        async (server) => {
            const report = await load(server, "idle", ["--sockets", sockets, "--joins", 50, "--per-second", 5, "--ramp", 200, "--open-share", 0], { seconds: 15, anyway: true });
            log(JSON.stringify({ people: report.people, joins: report.joins, use: report.processUse, tool: report.tool }));
            const { memory } = report.processUse;
            const bound = report.tool.bottleneck ? { bound: report.tool.bottleneck } : {};
            figures.add(`${sockets} idle WebSockets: memory each`, (memory.pss - memory.pssBefore) / (report.people.idle || sockets) / kB, "kB", 48, { memory, ...bound });
            figures.add(`${sockets} idle WebSockets: p95 of a new join to first media`, report.joins.toFirstPacket.p95Us / 1000, "ms", 500, bound);
            figures.add(`${sockets} idle WebSockets: gateway's share of one core`, 100 * report.processUse.busy, "%", null, bound);
        },
        { settings: { "meetup.members": 512 } },
    );
}
