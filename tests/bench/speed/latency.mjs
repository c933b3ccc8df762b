// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/latency.mjs - how much later a packet leaves than it came: one-way delay between the crowd's own sockets.

import { checked, figuresOf, load } from "./crowd.mjs";
import { floorRun } from "./floor.mjs";
import { addMiddle, interleave, median, sized } from "./rounds.mjs";
import { withGateway, withJanus } from "./server.mjs";

const viewers = sized(200);
const meetup = ["--rooms", 1, "--members", 10, "--height", 360, "--open-share", 1];
const hall = ["--viewers", viewers, "--layers", 1, "--height", 720, "--no-microphone", "--open-share", 10];

const delays = (name, withServer, scenario, words) => () =>
    withServer(async (server) => {
        const report = await load(server, scenario, words);
        const { sound, pictures } = report.stayed.delay;
        return { ...checked(name, figuresOf(report)), sound: { p50: sound.p50Us, p99: sound.p99Us }, pictures: { p50: pictures.p50Us, p99: pictures.p99Us } };
    });

export async function latency(figures, log) {
    const all = await interleave(
        {
            gateway: delays("the gateway", withGateway, "rooms", meetup),
            janus: delays("Janus", withJanus, "rooms", meetup),
            "gateway hall": delays("the gateway", withGateway, "fan-out", hall),
            "janus hall": delays("Janus", withJanus, "fan-out", hall),
            "floor hall": () => floorRun({ viewers }),
        },
        log,
    );
    for (const kind of ["sound", "pictures"]) {
        addMiddle(figures, `added latency, 10-way meetup, ${kind}, p50`, all.gateway, (one) => one[kind].p50, "us", 150);
        addMiddle(figures, `added latency, 10-way meetup, ${kind}, p99`, all.gateway, (one) => one[kind].p99, "us", 1000);
        addMiddle(figures, `Janus: added latency, 10-way meetup, ${kind}, p50`, all.janus, (one) => one[kind].p50, "us");
    }
    // The time to walk the list: what a viewer waits for those before it. A packet's burst is the frame it belongs to.
    const runs = all["gateway hall"].filter(Boolean);
    const floors = all["floor hall"].filter(Boolean);
    if (!runs.length || !floors.length) return;
    const burst = median(floors.map((one) => one.burst));
    const walk = burst * viewers * median(runs.map((one) => one.us));
    const formula = { burst, viewers, walkUs: walk };
    addMiddle(figures, `added latency, 1 -> ${viewers}, p50, of 0.6 x burst x viewers x CPU per packet`, runs, (one) => one.pictures.p50, "us", 0.6 * walk, formula);
    addMiddle(figures, `added latency, 1 -> ${viewers}, p99, of 1.5 x burst x viewers x CPU per packet`, runs, (one) => one.pictures.p99, "us", 1.5 * walk, formula);
    addMiddle(figures, `the floor: added latency, 1 -> ${viewers}, p50`, floors, (one) => one.delayUs.p50, "us");
    addMiddle(figures, `the floor: added latency, 1 -> ${viewers}, p99`, floors, (one) => one.delayUs.p99, "us");
    addMiddle(figures, `Janus: added latency, 1 -> ${viewers}, p50`, all["janus hall"], (one) => one.pictures.p50, "us");
}
