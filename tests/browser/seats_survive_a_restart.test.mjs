// SPDX-License-Identifier: AGPL-3.0-or-later
// seats_survive_a_restart.test.mjs - the gateway is killed in the middle of a meetup and comes back; so does everybody, by themselves.

import { Gateway } from "./support/gateway.mjs";
import { gather, press, Person, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

claim("after a kill -9 everybody is back in their seat, waiting, muted or removed as before", async (t) => {
    const gateway = new Gateway();
    t.atEnd(() => gateway.remove());
    await gateway.start();
    await gateway.makeDoctor();
    const people = {
        sofia: new Person("Dr. Sofia Lind", 1, "chromium"),
        anna: new Person("Anna", 2, "firefox"),
        ben: new Person("Ben", 3, "chromium"),
        dan: new Person("Dan", 5, "chromium"),
    };
    const { meetup, sofia, anna, ben, dan } = await gather(t, gateway, { people });
    const carla = t.person(new Person("Carla", 4, "firefox"));
    await carla.arrive(await meetup.invite("Carla Costa"));
    await sofia.openPeople();
    await press(sofia.page, `[data-person="${await ben.member()}"] [data-action=mute]`);
    await untilThere(ben.page, "[data-notice=muted]");
    await press(sofia.page, `[data-person="${await dan.member()}"] [data-action=remove]`);
    await press(sofia.page, "[data-dialog=remove] [data-answer=yes]");
    await dan.untilOut("removed");
    const connections = await anna.page.evaluate(() => window.__probe.connections.length);

    await gateway.killAndStart();

    await Promise.all([
        sofia.untilMeets([anna, ben], { silent: [ben] }),
        anna.untilMeets([sofia, ben], { silent: [ben] }),
        ben.untilMeets([sofia, anna]),
        untilThere(carla.page, "[data-stage=waiting] [data-place='1']"),
    ]);
    await untilThere(ben.page, "[data-notice=muted]");
    assert.ok((await anna.page.evaluate(() => window.__probe.connections.length)) > connections, "a new connection was made");
    await dan.openLink(dan.invite.link);
    await dan.untilOut("removed");

    await sofia.admitAll(1);
    await carla.untilIn();
    await until(carla.page, "Carla to see the others", () => window.__probe.seen().filter(({ picture }) => picture).length === 3);
});
