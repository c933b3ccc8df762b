// SPDX-License-Identifier: AGPL-3.0-or-later
// mute_is_the_gateways_doing.test.mjs - a host's mute holds though the muted page goes on sending.

import { sharedGateway } from "./support/gateway.mjs";
import { statsOf } from "./support/probe.mjs";
import { gather, press, untilThere, usualPeople } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

// This page will not fall silent when it is told to.
async function deafen(page) {
    await page.evaluateOnNewDocument(() => {
        Object.defineProperty(MediaStreamTrack.prototype, "enabled", { get: () => true, set() {} });
    });
}

async function soundSent(page) {
    const sent = (await statsOf(page, "outbound-rtp")).filter(({ kind }) => kind === "audio");
    return sent.reduce((sum, one) => sum + one.packetsSent, 0);
}

claim("a muted patient is heard by nobody, though their page goes on sending", async (t) => {
    const people = usualPeople();
    people.ben.beforePage = deafen;
    const { sofia, anna, ben, carla } = await gather(t, await sharedGateway(), { people });
    const all = [sofia, anna, ben, carla];
    const others = all.filter((one) => one !== ben);
    await Promise.all(all.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));

    await sofia.openPeople();
    await press(sofia.page, `[data-person="${await ben.member()}"] [data-action=mute]`);
    await untilThere(ben.page, "[data-notice=muted]");
    await Promise.all(others.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer), { silent: [ben] })));

    const before = await soundSent(ben.page);
    await until(
        ben.page,
        "the muted page to go on sending",
        async (least) => {
            let sent = 0;
            for (const one of await window.__probe.stats()) if (one.type === "outbound-rtp" && one.kind === "audio") sent += one.packetsSent;
            return sent > least;
        },
        before + 50,
    );
    await Promise.all(others.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer), { silent: [ben] })));

    await press(ben.page, "[data-action=unmute]");
    await Promise.all(others.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));
    assert.ok((await soundSent(ben.page)) > before);
});
