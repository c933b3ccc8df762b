// SPDX-License-Identifier: AGPL-3.0-or-later
// over_ipv6.test.mjs - the same over IPv6 alone.

import { Gateway } from "./support/gateway.mjs";
import { statsOf } from "./support/probe.mjs";
import { gather, Person } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";

claim("pages, signaling and media go over IPv6", async (t) => {
    const gateway = new Gateway({ host: "[fd00:77::1]", settings: { "media.addresses": "fd00:77::1" } });
    t.atEnd(() => gateway.remove());
    await gateway.start();
    await gateway.makeDoctor();
    const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
    const anna = new Person("Anna", 2, "firefox");
    await gather(t, gateway, { people: { sofia, anna } });
    await Promise.all([sofia.untilMeets([anna]), anna.untilMeets([sofia])]);
    for (const { name, page } of [sofia, anna]) {
        const stats = await statsOf(page);
        const pair = stats.find(({ type, state, nominated }) => type === "candidate-pair" && state === "succeeded" && nominated);
        const { address, ip } = stats.find(({ id }) => id === pair.remoteCandidateId);
        assert.equal(address ?? ip, "fd00:77::1", `the way of ${name}`);
    }
});
