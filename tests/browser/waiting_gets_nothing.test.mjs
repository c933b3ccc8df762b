// SPDX-License-Identifier: AGPL-3.0-or-later
// waiting_gets_nothing.test.mjs - who waits is sent no media and no name, and sends nobody anything.

import { sharedGateway } from "./support/gateway.mjs";
import { messagesTo, statsOf } from "./support/probe.mjs";
import { gather, Person } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

const allowed = new Set(["joined", "stage", "waiting-place", "media", "error", "pong", "chat"]);

// A page that does not keep to the rules: it sends sound from the waiting room.
async function smuggle(page) {
    await page.evaluate(async () => {
        const track = (await navigator.mediaDevices.getUserMedia({ audio: true })).getAudioTracks()[0];
        await window.__probe.connections.at(-1).getTransceivers()[0].sender.replaceTrack(track);
    });
    await until(page, "the waiting page to send", async () => {
        const sent = (await window.__probe.stats()).filter((one) => one.type === "outbound-rtp" && one.kind === "audio");
        return sent.some(({ packetsSent }) => packetsSent > 100);
    });
}

claim("who waits receives no packet of media and no name, and is heard by nobody", async (t) => {
    const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
    const anna = new Person("Anna", 2, "firefox");
    const { meetup } = await gather(t, await sharedGateway(), { people: { sofia, anna } });
    const waiting = [t.person(new Person("Ben", 3, "chromium")), t.person(new Person("Carla", 4, "firefox"))];
    for (const one of waiting) {
        await one.arrive(await meetup.invite(`${one.name} of the roster`));
        await until(one.page, "its transport to connect while it waits", () => window.__probe.connections.at(-1)?.connectionState === "connected");
    }
    await Promise.all(waiting.map(({ page }) => smuggle(page)));

    await Promise.all([sofia.untilMeets([anna]), anna.untilMeets([sofia])]);
    for (const { name, page } of waiting) {
        const media = (await statsOf(page)).filter(({ type }) => type === "inbound-rtp" || type === "remote-outbound-rtp");
        assert.deepEqual(media.filter(({ packetsReceived, packetsSent }) => packetsReceived || packetsSent), [], `media at ${name}`);
        const types = (await messagesTo(page)).map(({ type }) => type);
        assert.deepEqual(types.filter((type) => !allowed.has(type)), [], `messages to ${name}`);
        const told = await page.evaluate(() => window.__probe.got.join() + document.documentElement.outerHTML);
        for (const other of ["Anna", "Ben", "Carla"].filter((other) => other !== name)) assert.ok(!told.includes(other), `${name} was told of ${other}`);
    }
});
