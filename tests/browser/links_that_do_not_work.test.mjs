// SPDX-License-Identifier: AGPL-3.0-or-later
// links_that_do_not_work.test.mjs - wrong, expired, withdrawn, over: each says what to do, and none asks for a camera.

import { sharedGateway } from "./support/gateway.mjs";
import { Person, press, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

async function opened(t, link, which) {
    const anna = t.person(new Person("Anna", 2, which));
    await anna.openLink(link);
    return anna;
}

for (const which of ["chromium", "firefox"])
    claim(`${which}: wrong, expired and withdrawn links say so in words of their own`, async (t) => {
        const meetup = await (await sharedGateway()).newMeetup();
        const { client } = meetup.gateway;
        const titles = new Set();
        const trouble = async (link, code) => {
            const anna = await opened(t, link, which);
            await untilThere(anna.page, `[data-step=trouble][data-code=${code}]`);
            titles.add(await anna.page.$eval("h1", (heading) => heading.textContent));
            assert.equal(await anna.page.evaluate(() => window.__own.cameras + window.__own.microphones), 0);
        };
        const { link } = await meetup.invite("Anna Andersson");
        const wrong = new URL(link);
        wrong.hash = "AAAAAAAAAAAAAAAAAAAAAA";
        await trouble(wrong, "not_found");
        const gone = await meetup.invite("Ben Berg");
        await client.call(`/api/invites/${gone.id}/revoke`, {});
        await trouble(gone.link, "revoked");
        const expiresAt = Math.floor(Date.now() / 1000) + 1;
        const short = await meetup.invite("Carla Costa", expiresAt);
        const works = await opened(t, link, which);
        await untilThere(works.page, "[data-step=name]");
        assert.equal(await works.page.evaluate(() => location.hash), "", "the token is gone from the address bar");
        await until(works.page, "the short link's time to be over", (at) => Date.now() / 1000 > at + 1, expiresAt);
        await trouble(short.link, "expired");
        assert.equal(titles.size, 3, [...titles].join(" / "));
    });

claim("who holds a withdrawn link is taken out of the room; a meetup that is over says goodbye", async (t) => {
    const meetup = await (await sharedGateway()).newMeetup();
    const sofia = t.person(new Person("Dr. Sofia Lind", 1, "chromium"));
    const anna = t.person(new Person("Anna", 2, "firefox"));
    await sofia.host(meetup);
    await anna.arrive(await meetup.invite("Anna Andersson"));
    await sofia.admitAll(1);
    await anna.untilIn();
    await meetup.gateway.client.call(`/api/invites/${anna.invite.id}/revoke`, {});
    await anna.untilOut("revoked");

    const ben = t.person(new Person("Ben", 3, "chromium"));
    await ben.arrive(await meetup.invite("Ben Berg"));
    await sofia.admitAll(1);
    await ben.untilIn();
    await press(sofia.page, "[data-control=leave]");
    await press(sofia.page, "[data-dialog=leave] [data-answer=end]");
    await press(sofia.page, "[data-dialog=end] [data-answer=yes]");
    await Promise.all([ben.untilOut("ended"), sofia.untilOut("ended")]);
    await ben.page.reload();
    await ben.untilOut("ended");
    await until(ben.page, "the question at the end", () => document.querySelector("[data-step=feedback]") !== null);
});
