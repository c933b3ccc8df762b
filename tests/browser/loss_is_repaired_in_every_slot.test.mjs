// SPDX-License-Identifier: AGPL-3.0-or-later
// loss_is_repaired_in_every_slot.test.mjs - one datagram in twelve is dropped; every picture line is repaired by retransmission.

import { execFileSync } from "node:child_process";
import { Gateway } from "./support/gateway.mjs";
import { gather } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

// Rules of the network these tests have for themselves.
function dropSome(port, percent) {
    execFileSync("nft", ["-f", "-"], {
        input: `table inet loss { chain in { type filter hook input priority 0;
            udp sport ${port} udp length 200-2000 numgen random mod 100 < ${percent} counter drop
            udp dport ${port} udp length 200-2000 numgen random mod 100 < ${percent} counter drop } }`,
    });
}

function dropNone() {
    execFileSync("nft", ["delete", "table", "inet", "loss"]);
}

claim("in every picture line lost packets are sent again, and everybody goes on seeing and hearing", async (t) => {
    const gateway = new Gateway();
    t.atEnd(() => gateway.remove());
    await gateway.start();
    await gateway.makeDoctor();
    const { meetup: _, ...people } = await gather(t, gateway);
    const all = Object.values(people);
    await Promise.all(all.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));

    dropSome(gateway.port, 8);
    t.atEnd(dropNone);
    for (const viewer of all)
        await until(
            viewer.page,
            `retransmission in three picture lines of ${viewer.name} (${viewer.which})`,
            async (lines) => {
                const pictures = (await window.__probe.stats()).filter((one) => one.type === "inbound-rtp" && one.kind === "video" && one.packetsReceived > 0);
                window.__pictures = pictures.map(({ mid, packetsReceived, retransmittedPacketsReceived }) => ({ mid, packetsReceived, retransmittedPacketsReceived }));
                return pictures.filter((one) => one.retransmittedPacketsReceived > 0).length === lines;
            },
            3,
        ).catch(async (error) => {
            throw new Error(`${error.message}\n${JSON.stringify(await viewer.page.evaluate(() => window.__pictures))}`);
        });
    await Promise.all(all.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));
    assert.ok(execFileSync("nft", ["list", "table", "inet", "loss"]).toString().match(/packets [1-9]/g).length === 2, "both ways lost some");
});
