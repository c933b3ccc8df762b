// SPDX-License-Identifier: AGPL-3.0-or-later
// loss_is_repaired_in_every_slot.test.mjs - one datagram in twelve is dropped; every picture line is repaired by retransmission.

import { execFileSync } from "node:child_process";
import { Gateway } from "./support/gateway.mjs";
import { messagesTo, statsOf } from "./support/probe.mjs";
import { gather } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

// Rules of the network these tests have for themselves. What is left after the loss is counted by its SSRC, which
// SRTP leaves readable: bytes 8 to 11 of the RTP header, behind the 8 of UDP.
function dropSome(port, percent, ssrcs) {
    const drop = `udp length 200-2000 numgen random mod 100 < ${percent} counter drop`;
    const rules = [
        "table inet loss {",
        "chain in {",
        "type filter hook input priority 0;",
        `udp sport ${port} ${drop};`,
        `udp dport ${port} ${drop};`,
        ...ssrcs.map((ssrc) => `udp sport ${port} @th,128,32 ${ssrc} counter comment "repair ${ssrc}";`),
        "}",
        "}",
        "",
    ];
    execFileSync("nft", ["-f", "-"], { input: rules.join("\n") });
}

function dropNone() {
    execFileSync("nft", ["delete", "table", "inet", "loss"]);
}

function arrived(ssrc) {
    const listed = execFileSync("nft", ["list", "table", "inet", "loss"]).toString();
    return Number(new RegExp(`packets (\\d+) bytes \\d+ comment "repair ${ssrc}"`).exec(listed)[1]);
}

// The retransmission SSRC of each picture line that is in use.
async function repairsOf(viewer) {
    const { answer } = (await messagesTo(viewer.page, "joined")).at(-1);
    const used = (await statsOf(viewer.page, "inbound-rtp")).filter(({ kind, packetsReceived }) => kind === "video" && packetsReceived > 0);
    return used.map(({ mid }) => {
        const line = answer.split("\r\nm=").find((part) => part.includes(`\r\na=mid:${mid}\r\n`));
        return { mid, ssrc: Number(/a=ssrc-group:FID \d+ (\d+)/.exec(line)[1]) };
    });
}

function nacks(page, atLeast) {
    return until(
        page,
        `at least ${atLeast} requests for lost packets`,
        async (least) => {
            let count = 0;
            for (const one of await window.__probe.stats()) if (one.type === "inbound-rtp" && one.kind === "video") count += one.nackCount;
            return count >= least && count;
        },
        atLeast,
    );
}

claim(
    "in every picture line lost packets are sent again, and everybody goes on seeing and hearing",
    async (t) => {
        const gateway = new Gateway();
        t.atEnd(() => gateway.remove());
        await gateway.start();
        await gateway.makeDoctor();
        const { meetup: _, ...people } = await gather(t, gateway);
        const all = Object.values(people);
        const meet = () => Promise.all(all.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));
        await meet();
        const repairs = new Map();
        for (const viewer of all) repairs.set(viewer, await repairsOf(viewer));
        for (const [{ name }, lines] of repairs) assert.equal(lines.length, 3, `picture lines of ${name}`);

        dropSome(gateway.port, 8, [...repairs.values()].flat().map(({ ssrc }) => ssrc));
        t.atEnd(dropNone);
        for (const viewer of all) {
            // Firefox does not count what is sent again; that it asked, and that it arrived on the line's own SSRC, is counted.
            let asked = 1;
            for (const { ssrc } of repairs.get(viewer)) while (arrived(ssrc) === 0) asked = 1 + (await nacks(viewer.page, asked));
            if (viewer.which === "firefox") continue;
            await until(viewer.page, `retransmission counted in three picture lines of ${viewer.name}`, async () => {
                const lines = (await window.__probe.stats()).filter((one) => one.type === "inbound-rtp" && one.kind === "video" && one.packetsReceived > 0);
                return lines.length === 3 && lines.every(({ retransmittedPacketsReceived }) => retransmittedPacketsReceived > 0);
            });
        }
        await meet();
    },
    { seconds: 150 },
);
