// SPDX-License-Identifier: AGPL-3.0-or-later
// one_seat_one_place.test.mjs - a second tab takes the seat over; a second device asks the host and then moves it.

import { sharedGateway } from "./support/gateway.mjs";
import { gather, Person, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

claim("a second tab takes the seat over, and the old one says so", async (t) => {
    const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
    const anna = new Person("Anna", 2, "firefox");
    await gather(t, await sharedGateway(), { people: { sofia, anna } });
    await sofia.untilMeets([anna]);

    const tab = t.person(new Person("Anna", 6, "firefox"));
    tab.device = anna.device;
    await tab.openLink(anna.invite.link);
    const filled = await until(tab.page, "the name chosen before", () => document.querySelector("input[name=room-name]")?.value);
    assert.equal(filled, "Anna");
    await tab.page.click("[data-action=continue]");
    await tab.passCheck();
    await tab.join();
    await tab.untilIn();
    await anna.untilOut("taken-over");
    await Promise.all([sofia.untilMeets([tab]), tab.untilMeets([sofia])]);
});

claim("a second device waits, the host reads so, and being let in moves the seat", async (t) => {
    const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
    const anna = new Person("Anna", 2, "firefox");
    const { meetup: _, ...people } = await gather(t, await sharedGateway(), { people: { sofia, anna } });
    await Promise.all([sofia.untilMeets([anna]), anna.untilMeets([sofia])]);

    const phone = t.person(new Person("Anna", 5, "chromium"));
    await phone.openLink(people.anna.invite.link);
    await untilThere(phone.page, "[data-notice=elsewhere]");
    const before = await phone.page.$eval("input[name=room-name]", (input) => input.value);
    assert.equal(before, "", "another device is not told the name");
    await phone.giveName();
    await phone.passCheck();
    await phone.join();
    await untilThere(phone.page, "[data-stage=waiting]");
    const words = await until(sofia.page, "the host to read of a second device", () => document.querySelector("[data-notice=waiting]")?.innerText);
    assert.match(words, /second device/);
    await anna.untilMeets([sofia]);

    await sofia.admitAll(1);
    await phone.untilIn();
    await anna.untilOut("moved");
    await Promise.all([sofia.untilMeets([phone]), phone.untilMeets([sofia])]);
});
