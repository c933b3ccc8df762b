// SPDX-License-Identifier: AGPL-3.0-or-later
// joining_with_less.test.mjs - with a microphone only, a camera only, or neither; and words for those.

import { sharedGateway } from "./support/gateway.mjs";
import { gather, Person, press, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

async function write(page, text, to) {
    if (!(await page.$("[data-panel=chat]"))) await press(page, "[data-control=chat]");
    await untilThere(page, "[data-panel=chat] [data-chat-text]");
    if (to) await page.select("[data-chat-to]", to);
    await page.type("[data-panel=chat] [data-chat-text]", text);
    await press(page, "[data-panel=chat] [data-action=send]");
}

function untilRead(page, text) {
    return until(page, `"${text}" in the chat`, (sought) => document.querySelector("[data-panel=chat] [role=log]")?.innerText.includes(sought), text);
}

claim("microphone only, camera only, neither: each is in, and takes part in words", async (t) => {
    const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
    const { meetup } = await gather(t, await sharedGateway(), { people: { sofia, anna: new Person("Anna", 2, "firefox") } });
    await sofia.page.evaluate(() => {});
    const ben = t.person(new Person("Ben", 3, "chromium"));
    const carla = t.person(new Person("Carla", 4, "firefox"));
    const dan = t.person(new Person("Dan", 5, "chromium"));
    await Promise.all([
        ben.arrive(await meetup.invite("Ben Berg"), "camera"),
        carla.arrive(await meetup.invite("Carla Costa"), "none"),
        dan.arrive(await meetup.invite("Dan Diaz"), "microphone"),
    ]);
    await sofia.admitAll(3);
    await Promise.all([ben, carla, dan].map((one) => one.untilIn()));
    const anna = { name: "Anna", hue: new Person("Anna", 2).hue, tone: new Person("Anna", 2).tone };
    const less = { silent: [ben, carla], dark: [carla, dan] };
    await Promise.all([
        sofia.untilMeets([anna, ben, carla, dan], less),
        carla.untilMeets([sofia, anna, ben, dan], less),
        dan.untilMeets([sofia, anna, ben, carla], less),
    ]);

    await press(sofia.page, "[data-control=chat]");
    await write(carla.page, "Hello from me, without a camera.");
    await untilRead(sofia.page, "Hello from me, without a camera.");
    await press(ben.page, "[data-control=chat]");
    await untilRead(carla.page, "Hello from me, without a camera.");
    await write(carla.page, "Only for the doctor.", "hosts");
    await untilRead(sofia.page, "Only for the doctor.");
    await write(carla.page, "For all again.", "all");
    await untilRead(ben.page, "For all again.");
    const bens = await ben.page.evaluate(() => window.__probe.got.join());
    assert.ok(!bens.includes("Only for the doctor."), "a word for the doctor reached a patient");
});
