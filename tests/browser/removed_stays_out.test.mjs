// SPDX-License-Identifier: AGPL-3.0-or-later
// removed_stays_out.test.mjs - whom a host removes is out in every tab and on every device, until the link is renewed.

import { sharedGateway } from "./support/gateway.mjs";
import { gather, Person, press } from "./support/room.mjs";
import { claim } from "./support/stage.mjs";

claim("a removed patient stays out: other tab, other device, other browser", async (t) => {
    const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
    const ben = new Person("Ben", 3, "chromium");
    const anna = new Person("Anna", 2, "firefox");
    const { meetup } = await gather(t, await sharedGateway(), { people: { sofia, ben, anna } });
    await sofia.untilMeets([ben, anna]);

    await sofia.openPeople();
    await press(sofia.page, `[data-person="${await ben.member()}"] [data-action=remove]`);
    await press(sofia.page, "[data-dialog=remove] [data-answer=yes]");
    await ben.untilOut("removed");
    await Promise.all([sofia.untilMeets([anna]), anna.untilMeets([sofia])]);

    const tab = t.person(new Person("Ben", 3, "chromium"));
    tab.device = ben.device;
    await tab.openLink(ben.invite.link);
    await tab.untilOut("removed");
    const phone = t.person(new Person("Ben", 3, "firefox"));
    await phone.openLink(ben.invite.link);
    await phone.untilOut("removed");
    await ben.page.reload();
    await ben.untilOut("removed");

    // The doctor's change of mind: a new link.
    const { link } = await meetup.gateway.client.call(`/api/invites/${ben.invite.id}/renew`, {});
    await phone.page.goto("about:blank");
    await phone.page.goto(link);
    await phone.giveName();
    await phone.passCheck();
    await phone.join();
    await sofia.admitAll(1);
    await phone.untilIn();
    await sofia.untilMeets([anna, phone]);
});
