// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/fanout.mjs - CPU per forwarded packet, of pictures and of sound, beside the floor and beside Janus.

import { checked, figuresOf, load } from "./crowd.mjs";
import { floorRun } from "./floor.mjs";
import { addMiddle, addRatio, interleave, sized } from "./rounds.mjs";
import { withGateway, withJanus } from "./server.mjs";

const viewers = sized(200);
const pictures = ["--viewers", viewers, "--layers", 1, "--height", 720, "--no-microphone"];
const sound = ["--talkers", 3, "--viewers", viewers, "--always-talk"];

const run = (name, withServer, scenario, words, settings) => () =>
    withServer(async (server) => checked(name, figuresOf(await load(server, scenario, words))), settings);

const us = (one) => one.us;

export async function video(figures, log) {
    const all = await interleave(
        {
            floor: () => floorRun({ viewers }),
            "floor without feedback": () => floorRun({ viewers, feedbackMs: 0 }),
            gateway: run("the gateway", withGateway, "fan-out", pictures),
            "gateway without feedback": run("the gateway", withGateway, "fan-out", [...pictures, "--no-transport-cc"]),
            "gateway on loopback": run("the gateway", withGateway, "fan-out", [...pictures, "--viewers", sized(100)], { loopback: true }),
            janus: run("Janus", withJanus, "fan-out", pictures),
            "janus without feedback": run("Janus", withJanus, "fan-out", [...pictures, "--no-transport-cc"]),
        },
        log,
    );
    const add = (name, results, target) => addMiddle(figures, `us per picture packet, 1 -> ${viewers}: ${name}`, results, us, "us", target);
    add("the floor", all.floor);
    add("the floor, no feedback", all["floor without feedback"]);
    add("the gateway", all.gateway);
    add("the gateway, no feedback", all["gateway without feedback"]);
    add("Janus", all.janus);
    add("Janus, no feedback", all["janus without feedback"]);
    addMiddle(figures, `us per picture packet, 1 -> ${sized(100)} on loopback: the gateway`, all["gateway on loopback"], us, "us", 2.5);
    addRatio(figures, "pictures: gateway over floor", all.gateway, all.floor, us, 1.3);
    addRatio(figures, "pictures: gateway over floor, no feedback", all["gateway without feedback"], all["floor without feedback"], us);
    addRatio(figures, "pictures: gateway over Janus", all.gateway, all.janus, us, 0.2);
    addRatio(figures, "pictures: gateway over Janus, no feedback", all["gateway without feedback"], all["janus without feedback"], us);
}

export async function audio(figures, log) {
    const all = await interleave(
        {
            floor: () => floorRun({ viewers, kind: "audio" }),
            "floor in step": () => floorRun({ viewers, kind: "audio", phase: "together" }),
            gateway: run("the gateway", withGateway, "talkers", sound),
            janus: run("Janus", withJanus, "talkers", sound),
        },
        log,
    );
    const add = (name, results) => addMiddle(figures, `us per sound packet, 3 talkers -> ${viewers}: ${name}`, results, us, "us");
    add("the floor, each at its own time", all.floor);
    add("the floor, all in step", all["floor in step"]);
    add("the gateway", all.gateway);
    add("Janus", all.janus);
    addRatio(figures, "sound: gateway over floor", all.gateway, all.floor, us, 1.3);
    addRatio(figures, "sound: gateway over Janus", all.gateway, all.janus, us, 0.5);
}
