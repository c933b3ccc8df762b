// SPDX-License-Identifier: AGPL-3.0-or-later
// one_offer_per_connection.test.mjs - joining, leaving, sharing, a camera allowed late, another device: nobody makes a second offer.

import { sharedGateway } from "./support/gateway.mjs";
import { messagesTo } from "./support/probe.mjs";
import { gather, Person, press, untilGone, untilThere, usualPeople } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";

claim("one offer and one answer per connection, whatever happens in the room", async (t) => {
    const { carla, ...first } = usualPeople();
    const { meetup, sofia, anna, ben } = await gather(t, await sharedGateway(), { people: first });

    // Joining, with a microphone only; then the camera.
    t.person(carla);
    await carla.arrive(await meetup.invite("Carla Costa"), "microphone");
    await sofia.admitAll(1);
    await carla.untilIn();
    const all = [sofia, anna, ben, carla];
    await sofia.untilMeets([anna, ben, carla], { dark: [carla] });
    await press(carla.page, "[data-control=camera]");
    await Promise.all(all.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));

    // The camera off and on again opens another device; then a screen; then somebody leaves.
    await press(anna.page, "[data-control=camera]");
    await sofia.untilMeets([anna, ben, carla], { dark: [anna] });
    await press(anna.page, "[data-control=camera]");
    await sofia.untilMeets([anna, ben, carla]);
    await press(ben.page, "[data-control=screen]");
    await untilThere(sofia.page, "article.screen [data-state=shown]");
    await press(ben.page, "[data-control=screen]");
    await untilGone(sofia.page, "article.screen");
    await anna.leave();
    await Promise.all([sofia.untilMeets([ben, carla]), ben.untilMeets([sofia, carla]), carla.untilMeets([sofia, ben])]);

    for (const { name, page } of [sofia, ben, carla]) {
        const made = await page.evaluate(() => window.__probe.connections.map(({ offers, locals }) => ({ offers, locals })));
        assert.deepEqual(made, [{ offers: 1, locals: 1 }], `offers of ${name}`);
    }
    assert.equal((await messagesTo(carla.page, "answer")).length, 0, "no second answer was needed");
});

claim("another microphone in the waiting room makes no second offer", async (t) => {
    const meetup = await (await sharedGateway()).newMeetup();
    const anna = t.person(new Person("Anna", 2, "firefox"));
    await anna.arrive(await meetup.invite("Anna Andersson"));
    await press(anna.page, "[data-action=check-again]");
    await untilThere(anna.page, "[data-dialog=check] [data-summary=with_both]");
    const before = await anna.page.evaluate(() => window.__own.microphones);
    await press(anna.page, "[data-dialog=check] [data-toggle=camera]");
    await untilThere(anna.page, "[data-dialog=check] [data-summary=with_microphone]");
    await press(anna.page, "[data-dialog=check] [data-toggle=camera]");
    await untilThere(anna.page, "[data-dialog=check] [data-summary=with_both]");
    assert.ok(before > 0);
    assert.deepEqual(await anna.page.evaluate(() => window.__probe.connections.map(({ offers }) => offers)), [1]);
});
