// SPDX-License-Identifier: AGPL-3.0-or-later
// who_comes_late_meets_all.test.mjs - somebody comes later, somebody leaves; the others go on undisturbed.

import { sharedGateway } from "./support/gateway.mjs";
import { gather, Person, untilThere, usualPeople } from "./support/room.mjs";
import { claim } from "./support/stage.mjs";

claim("who comes late meets everybody, and who leaves is gone for everybody", async (t) => {
    const { anna, carla: _, ...others } = usualPeople();
    const { meetup, sofia, ben } = await gather(t, await sharedGateway(), { people: others });
    await Promise.all([sofia.untilMeets([ben]), ben.untilMeets([sofia])]);

    await t.person(anna).arrive(await meetup.invite("Anna Andersson"));
    await sofia.admitAll(1);
    await anna.untilIn();
    const all = [sofia, ben, anna];
    await Promise.all(all.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));

    await ben.leave();
    await Promise.all([sofia.untilMeets([anna]), anna.untilMeets([sofia])]);

    // He left by himself: the same link brings him back without asking anybody.
    const again = t.person(new Person("Ben", 3, "chromium"));
    again.device = ben.device;
    await again.openLink(ben.invite.link);
    await untilThere(again.page, "input[name=room-name]");
    await again.page.click("[data-action=continue]");
    await again.passCheck();
    await again.join();
    await again.untilIn();
    await Promise.all([sofia.untilMeets([anna, again]), anna.untilMeets([sofia, again])]);
});
