// SPDX-License-Identifier: AGPL-3.0-or-later
// slow_internet_is_said.test.mjs - what a slow line costs is said on the pages in words, and taken back when it is over.

import { sharedGateway } from "./support/gateway.mjs";
import { messagesTo, tell } from "./support/probe.mjs";
import { gather, Person, press, untilGone, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

async function three(t) {
    const people = { sofia: new Person("Dr. Sofia Lind", 1, "chromium"), anna: new Person("Anna", 2, "firefox"), ben: new Person("Ben", 3, "chromium") };
    await gather(t, await sharedGateway(), { people });
    const all = Object.values(people);
    const allMeet = () => Promise.all(all.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));
    await allMeet();
    return { ...people, allMeet };
}

function waitsOf(page) {
    return page.evaluate(() =>
        window.__probe.connections
            .at(-1)
            .getTransceivers()
            .filter(({ direction, receiver }) => direction === "recvonly" && receiver.track.kind === "audio")
            .map(({ receiver }) => receiver.jitterBufferTarget),
    );
}

function textOf(page, selector) {
    return page.$eval(selector, (found) => found.innerText.replace(/\s+/g, " "));
}

claim("a picture that the line does not carry is covered with the reason, and shown again by its own frames only", async (t) => {
    const { sofia, anna, ben, allMeet } = await three(t);
    const source = 4 * (await sofia.member()) + 1;
    const tile = `[data-member="${await sofia.member()}"]`;
    for (const { page } of [anna, ben]) {
        const mid = (await messagesTo(page, "slots")).flatMap(({ slots }) => slots).findLast((slot) => slot.source === source).mid;
        await tell(page, { type: "slots", slots: [{ mid, source, paused: true }] });
        await untilThere(page, `${tile}[data-state=paused] [data-state=covered]`);
        assert.match(await textOf(page, tile), /Your internet is slow\. Dr\. Sofia Lind's picture is paused so that you can hear everybody\./);

        await tell(page, { type: "line", up: "good", down: "poor", picturesOff: true, redundancy: true });
        await untilThere(page, "[data-notice=pictures-paused]");
        const waits = await waitsOf(page);
        assert.ok(waits.length >= 9 && waits.every((ms) => ms === 200), `sound is waited for: ${waits}`);

        await tell(page, { type: "line", up: "good", down: "good", picturesOff: false, redundancy: false });
        await untilGone(page, "[data-notice=pictures-paused]");
        assert.ok((await waitsOf(page)).every((ms) => ms === null), "sound is waited for no more");
        await tell(page, { type: "slots", slots: [{ mid, source, paused: false }] });
    }
    await allMeet();
});

// The browser's own guess of what passes, for those that make one and those that do not.
function pretend(page, bps) {
    return page.evaluate((guess) => {
        const real = (RTCPeerConnection.prototype.__stats ??= RTCPeerConnection.prototype.getStats);
        RTCPeerConnection.prototype.getStats = async function (...asked) {
            const report = new Map(await real.apply(this, asked));
            if (guess === 0) return report;
            report.set("line", { id: "line", type: "candidate-pair", availableOutgoingBitrate: guess });
            report.set("path", { id: "path", type: "transport", selectedCandidatePairId: "line" });
            return report;
        };
    }, bps);
}

function untilNoFrameLeaves(page) {
    return until(page, "no frame leaves for a second", async () => {
        let frames = 0;
        for (const one of await window.__probe.stats()) if (one.type === "outbound-rtp" && one.kind === "video") frames += one.framesSent ?? one.framesEncoded ?? 0;
        const now = performance.now();
        if (window.__frames?.count !== frames) window.__frames = { count: frames, at: now };
        return now - window.__frames.at >= 1000;
    });
}

claim("who cannot send a picture beside the voice is told so, and so are the others; the voice goes on", async (t) => {
    const { sofia, anna, ben, allMeet } = await three(t);
    const slow = [anna, ben];
    for (const { page } of slow) await pretend(page, 50_000);
    for (const { page } of slow) await untilThere(page, "[data-notice=picture-off]");
    await sofia.untilMeets(slow, { dark: slow });
    for (const person of slow) {
        const tile = `[data-member="${await person.member()}"]`;
        await untilThere(sofia.page, `${tile}[data-state=slow]`);
        const words = `${person.name}'s internet is slow. The picture is off, but you can hear ${person.name}.`;
        assert.ok((await textOf(sofia.page, tile)).includes(words), await textOf(sofia.page, tile));
        await untilNoFrameLeaves(person.page);
        assert.match(await textOf(person.page, "[data-notice=picture-off]"), /Your internet is slow; your picture is off so that they can hear you\./);
        await untilThere(person.page, "[data-self=shown][data-state=slow] video");
        assert.equal(await person.page.evaluate(() => window.__own.cameras), 1, "the camera stays at hand");
    }
    for (const { page } of slow) {
        await pretend(page, 0);
        await press(page, "[data-action=show-picture]");
        await untilGone(page, "[data-notice=picture-off]");
    }
    await allMeet();
});
