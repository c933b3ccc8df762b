// SPDX-License-Identifier: AGPL-3.0-or-later
// reload_keeps_the_seat.test.mjs - a reload, in the room and in the waiting room, loses nothing.

import { sharedGateway } from "./support/gateway.mjs";
import { messagesTo } from "./support/probe.mjs";
import { gather, Person, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

// The page finds its devices again by itself only where the browser says they are granted; the injected ones are.
async function sayGranted(page) {
    await page.evaluateOnNewDocument(() => {
        navigator.permissions.query = async () => Object.assign(new EventTarget(), { state: "granted" });
    });
}

for (const which of ["chromium", "firefox"])
    claim(`${which}: a reload keeps seat, name, number and devices`, async (t) => {
        const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
        const anna = new Person("Anna", 2, which);
        anna.beforePage = sayGranted;
        await gather(t, await sharedGateway(), { people: { sofia, anna } });
        await Promise.all([sofia.untilMeets([anna]), anna.untilMeets([sofia])]);
        const before = await anna.member();

        await anna.page.reload();
        await anna.untilIn();
        assert.equal(await anna.member(), before);
        await Promise.all([sofia.untilMeets([anna]), anna.untilMeets([sofia])]);
        const left = await messagesTo(sofia.page, "member-left");
        assert.deepEqual(left, [], "nobody was told that she left");
    });

claim("a reload in the waiting room keeps one's turn", async (t) => {
    const gateway = await sharedGateway();
    const meetup = await gateway.newMeetup();
    const anna = t.person(new Person("Anna", 2, "firefox"));
    const ben = t.person(new Person("Ben", 3, "chromium"));
    await anna.arrive(await meetup.invite("Anna Andersson"), "none");
    await ben.arrive(await meetup.invite("Ben Berg"), "none");
    await untilThere(ben.page, "[data-place='2']");

    await anna.page.reload();
    await untilThere(anna.page, "[data-stage=waiting] [data-place='1']");
    await until(ben.page, "Ben's turn as before", () => document.querySelector("[data-place='2']") !== null);
});
