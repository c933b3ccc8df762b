// SPDX-License-Identifier: AGPL-3.0-or-later
// layers_nobody_needs_are_not_sent.test.mjs - a sender stops what no viewer's page has room for, and starts again at once.

import { sharedGateway } from "./support/gateway.mjs";
import { gather, Person } from "./support/room.mjs";
import { claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

// Which of the camera's layers have sent a frame within the last second, lowest first.
function untilLayersSent(page, expected) {
    return until(
        page,
        `the layers sent to be ${expected}`,
        async (wanted) => {
            const now = performance.now();
            const held = (window.__layers ??= new Map());
            for (const one of await window.__probe.stats()) {
                if (one.type !== "outbound-rtp" || one.kind !== "video" || !one.rid) continue;
                const frames = one.framesSent ?? one.framesEncoded ?? 0;
                if (held.get(one.rid)?.frames !== frames) held.set(one.rid, { frames, at: now });
            }
            const sent = ["q", "h", "f"].filter((rid) => now - (held.get(rid)?.at ?? -Infinity) < 1000 && held.get(rid).frames > 0).join("");
            return sent === wanted;
        },
        expected,
    );
}

claim("layers for which no page has room are stopped at their sender, and sent again when one has", async (t) => {
    const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
    const ben = new Person("Ben", 3, "chromium", { media: { width: 960, height: 540 } });
    await gather(t, await sharedGateway(), { people: { sofia, ben } });
    await sofia.page.setViewport({ width: 1280, height: 800 });
    await sofia.untilMeets([ben]);
    await untilLayersSent(ben.page, "qf");
    t.step("large");
    await sofia.page.setViewport({ width: 360, height: 420 });
    await untilLayersSent(ben.page, "qh");
    t.step("small");
    await sofia.page.setViewport({ width: 1280, height: 800 });
    await untilLayersSent(ben.page, "qf");
    t.step("large again");
    await sofia.untilMeets([ben]);
});
