// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/floor.mjs - the least a fan-out can cost: the floor program alone, and in the server's place.

import { crowdIp, firstPort, floorProgram, onCrowd, onServer, onSink, pause, Program, segmentBy, serverIp, sinkIp } from "./place.mjs";
import { lossMost, roundCount, windowSeconds } from "./rounds.mjs";

const warmSeconds = 2;

// One camera or three talkers to so many viewers, through the server's network. `us` is CPU of the fan-out per packet sent.
export async function floorRun({ kind = "video", viewers = 200, feedbackMs = 100, phase = "apart", seconds = windowSeconds } = {}) {
    const both = ["--kind", kind, "--viewers", viewers, "--feedback", feedbackMs, "--phase", phase, "--warm", warmSeconds, "--json", "on"];
    const server = `${serverIp}:${firstPort}`;
    const crowd = `${crowdIp}:${firstPort + 100}`;
    const forward = new Program(onServer, floorProgram, ["forward", "--from", server, "--to", crowd, ...both]);
    const receive = new Program(onCrowd, floorProgram, ["receive", "--from", crowd, "--to", server, ...both]);
    try {
        await Promise.all([forward.untilPrinted(/ready/), receive.untilPrinted(/ready/)]);
        const send = new Program(onCrowd, floorProgram, ["send", "--from", crowdIp, "--to", server, "--seconds", warmSeconds + seconds, ...both]);
        const sent = JSON.parse(await send.output());
        await pause(100); // the last of it arrives
        await Promise.all([forward.end(), receive.end()]);
        const said = async (program) => JSON.parse((await program.output()).split("\n").at(-2));
        const forwarded = await said(forward);
        const received = await said(receive);
        if (received.lost > lossMost * received.received || forwarded.full > 0) throw forward.fail(`lost ${received.lost} packets of ${received.received}`);
        return {
            us: forwarded.nsPerPacket / 1000,
            packets: forwarded.sent,
            packetsPerSend: forwarded.packetsPerSend,
            feedbacksPerPacket: forwarded.feedbacks / forwarded.sent,
            busy: forwarded.busy,
            delayUs: received.delayUs,
            burst: sent.burst,
            late: sent.late,
        };
    } finally {
        await Promise.all([forward.end("SIGKILL"), receive.end("SIGKILL")]);
    }
}

async function sinkRun(words) {
    const rounds = Math.max(5, roundCount);
    const program = new Program(onSink, floorProgram, ["sink", "--to", `${sinkIp}:${firstPort}`, "--rounds", rounds, "--json", "on", ...words]);
    const said = JSON.parse(await program.output());
    const { sealsNs, sendsNs, packetsPerSend } = said;
    return { us: said.nsPerPacket / 1000, least: said.least / 1000, most: said.most / 1000, seals: sealsNs / 1000, sends: sendsNs / 1000, packetsPerSend, rounds };
}

// The limit line: one thread, EVP GCM, runs of 4, 100 viewers, 1200 bytes. It is 1.03 and 1.42 us on an EPYC of family 26; a
// slower processor has a slower line, so that the sum of what sealing and sending cost by themselves here is the target.
const limits = { offload: 1.03, software: 1.42 };
const tolerance = 1.1;

export async function floor(figures, log) {
    const line = ["--viewers", 100, "--packets", 4, "--feedback", 0];
    for (const [how, us] of Object.entries(limits)) {
        segmentBy("sink", "sink", how === "offload");
        const run = await sinkRun(line);
        figures.add(`the floor alone: us per packet, runs of 4, 100 viewers, ${how} segmentation`, run.us, "us", null, { ...run, limit: us });
        figures.add(`  over what seals (${run.seals} us) and sends (${run.sends} us) cost by themselves`, run.us / (run.seals + run.sends), "x", tolerance);
    }
    segmentBy("sink", "sink", true);
    const others = {
        "single packets": ["--viewers", 100, "--packets", 1, "--feedback", 0],
        "a camera's frames": ["--feedback", 0],
        "a camera's frames, feedback": [],
        "a talker at a time": ["--kind", "audio", "--feedback", 0],
        "three talkers in step": ["--kind", "audio", "--feedback", 0, "--phase", "together"],
    };
    for (const [name, words] of Object.entries(others)) {
        const run = await sinkRun(words);
        figures.add(`the floor alone: us per packet, ${name}, ${run.packetsPerSend.toFixed(1)} a send`, run.us, "us", null, run);
    }
    log("feedback in the floor alone comes in one batch; in the rows beside the gateway at its own times");
}
