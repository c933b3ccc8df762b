// SPDX-License-Identifier: AGPL-3.0-or-later
// everybody_sees_and_hears_everybody.test.mjs - all pairs of a room of four, proved by pixels and spectrum.

import { sharedGateway } from "./support/gateway.mjs";
import { gather } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";

claim("everybody sees and hears everybody else, and nobody themselves", async (t) => {
    const { meetup, ...people } = await gather(t, await sharedGateway());
    const all = Object.values(people);

    await Promise.all(all.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));
    // The doctor's page knows the roster; nobody else was ever told a roster name.
    const { invites } = await meetup.whole();
    assert.deepEqual(invites.map(({ roomName }) => roomName).sort(), ["Anna", "Ben", "Carla"]);
    for (const patient of all.filter(({ isDoctor }) => !isDoctor)) {
        const got = await patient.page.evaluate(() => window.__probe.got.join());
        assert.ok(!got.includes("of the roster"), `${patient.name} was told a roster name`);
    }
});
