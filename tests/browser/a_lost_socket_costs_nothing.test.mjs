// SPDX-License-Identifier: AGPL-3.0-or-later
// a_lost_socket_costs_nothing.test.mjs - the WebSocket goes; sound and picture stay; it comes back by itself.

import { sharedGateway } from "./support/gateway.mjs";
import { messagesTo } from "./support/probe.mjs";
import { gather, Person } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

for (const which of ["chromium", "firefox"])
    claim(`${which}: a lost WebSocket is dialled again and the media go on meanwhile`, async (t) => {
        const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
        const anna = new Person("Anna", 2, which);
        await gather(t, await sharedGateway(), { people: { sofia, anna } });
        await Promise.all([sofia.untilMeets([anna]), anna.untilMeets([sofia])]);

        await anna.page.evaluate(() => window.__probe.sockets.at(-1).close());
        await until(anna.page, "a second joined", () => window.__probe.got.filter((text) => JSON.parse(text).type === "joined").length === 2);
        const joined = (await messagesTo(anna.page, "joined")).at(-1);
        assert.equal(joined.media, "kept");
        assert.equal(joined.stage, "in");
        await Promise.all([sofia.untilMeets([anna]), anna.untilMeets([sofia])]);
        const made = await anna.page.evaluate(() => window.__probe.connections.map(({ offers }) => offers));
        assert.deepEqual(made, [1], "the media ran on");
        assert.deepEqual(await messagesTo(sofia.page, "member-left"), []);
    });
