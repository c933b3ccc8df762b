// SPDX-License-Identifier: AGPL-3.0-or-later
// the_media_come_back.test.mjs - another network, then a dead line: said on the page, mended by it, nobody loses the seat.

import { sharedGateway } from "./support/gateway.mjs";
import { messagesTo } from "./support/probe.mjs";
import { Relay } from "./support/relay.mjs";
import { gather, Person, untilGone, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

const blackoutMs = 8_000;
const backWithinMs = 5_000;

claim("another network costs nothing; eight seconds without a line are said, and the media are back within five", async (t) => {
    const gateway = await sharedGateway();
    const relay = await Relay.start(gateway);
    t.atEnd(() => relay.stop());
    const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
    const anna = new Person("Anna", 2, "firefox");
    const ben = new Person("Ben", 3, "chromium");
    const behind = [anna, ben];
    for (const person of behind) person.beforePage = (page) => relay.lead(page);
    await gather(t, gateway, { people: { sofia, anna, ben } });
    const all = [sofia, anna, ben];
    const allMeet = () => Promise.all(all.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));
    await allMeet();
    t.step("all meet");

    // Another network, as far as the page can tell: new credentials for the same connection, while everything goes on.
    for (const { page } of behind) await page.evaluate(() => void (window.__same = true));
    for (const { page } of behind) await page.evaluate(() => void window.dispatchEvent(new Event("online")));
    for (const { name, page } of behind) {
        const [joined] = await messagesTo(page, "joined");
        const answer = await until(page, "an answer", () => window.__probe.got.map((text) => JSON.parse(text)).find(({ type }) => type === "answer"));
        assert.equal(answer.connection, joined.connection, `${name}'s connection is the same`);
    }
    await allMeet();
    t.step("all meet on new paths");

    await relay.black();
    const ends = behind.map(({ page }) =>
        until(page, "the blackout to end", (ms) => performance.now() - (window.__blackAt ??= performance.now()) >= ms, blackoutMs),
    );
    await Promise.all(behind.map(({ page }) => untilThere(page, "[data-notice=media-away]")));
    t.step("it is said");
    await Promise.all(ends);
    await relay.clear();
    const clearedAt = performance.now();
    await allMeet();
    const took = performance.now() - clearedAt;
    t.step(`all meet again after ${Math.round(took)} ms`);
    await Promise.all(behind.map(({ page }) => untilGone(page, "[data-notice=media-away]")));

    assert.ok(took < backWithinMs, `back after ${Math.round(took)} ms`);
    for (const { name, page } of behind) assert.equal(await page.evaluate(() => window.__same), true, `${name}'s page was not loaded again`);
    for (const { name, page } of behind) assert.equal((await messagesTo(page, "joined")).length, 1, `${name}'s socket stood`);
    assert.deepEqual(await messagesTo(sofia.page, "member-left"), []);
});
