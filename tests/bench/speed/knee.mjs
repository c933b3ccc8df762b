// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/knee.mjs - how many packets one core forwards before it loses one in a thousand.

import { figuresOf, load } from "./crowd.mjs";
import { lossMost, sized } from "./rounds.mjs";
import { withGateway, withJanus } from "./server.mjs";

const step = 1.25;
const firstViewers = { gateway: sized(400), janus: sized(100) };
const mostViewers = sized(6000);
const pictures = ["--layers", 1, "--height", 720, "--no-microphone", "--open-share", 0, "--ramp", 100];

// More and more viewers, each time at a fresh server, until it loses; the last count that did not is the knee. `bound`: the
// crowd gave out before the server did.
async function climb(name, withServer, log) {
    let good = null;
    for (let viewers = firstViewers[name]; viewers <= mostViewers; viewers = Math.round(viewers * step)) {
        const report = await withServer((server) => load(server, "fan-out", [...pictures, "--viewers", viewers], { anyway: true, seconds: 5 })).catch((error) => {
            log(`${name}, ${viewers} viewers: ${error.message}`);
            return null;
        });
        if (!report) return good; // people were given up: far beyond
        const digest = { viewers, ...figuresOf(report), bottleneck: report.tool.bottleneck };
        log(`${name}: ${JSON.stringify(digest)}`);
        if (digest.bottleneck) return { ...good, bound: digest.bottleneck };
        if (digest.lost > lossMost) return good;
        good = digest;
    }
    return { ...good, bound: "as many viewers as this crowd has" };
}

export async function knee(figures, log) {
    const gateway = await climb("gateway", withGateway, log);
    const janus = await climb("janus", withJanus, log);
    if (!gateway || !janus) throw new Error("the first step was lost already");
    const limit = (one) => (one.bound ? { bound: one.bound } : {});
    figures.add(`gateway: packets per core before 0.1 % loss${gateway.bound ? ", at least" : ""}`, gateway.perSecond, "/s", null, limit(gateway));
    figures.add(`Janus: packets per core before 0.1 % loss${janus.bound ? ", at least" : ""}`, janus.perSecond, "/s", null, limit(janus));
    figures.add("packets per core, over Janus", gateway.perSecond / janus.perSecond, "x", 4, { atLeast: true });
}
