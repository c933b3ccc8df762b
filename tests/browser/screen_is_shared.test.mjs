// SPDX-License-Identifier: AGPL-3.0-or-later
// screen_is_shared.test.mjs - a shared screen reaches everybody on a line of its own, beside the camera.

import { sharedGateway } from "./support/gateway.mjs";
import { gather, press, untilGone, untilThere } from "./support/room.mjs";
import { claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

async function untilScreen(viewer, member, hue) {
    await until(
        viewer.page,
        `${viewer.name} (${viewer.which}) to see the screen`,
        (whose, wanted) => {
            const tile = window.__probe.seen().find(({ member, source }) => member === whose && source === 4 * whose + 2);
            return tile?.picture && (wanted === null || (tile.picture.hue !== null && Math.abs(((tile.picture.hue - wanted + 540) % 360) - 180) <= 12));
        },
        member,
        hue,
    );
}

claim("a shared screen is seen by all beside the cameras, and is gone when sharing stops", async (t) => {
    const { meetup: _, sofia, anna, ben, carla } = await gather(t, await sharedGateway());
    const all = [sofia, anna, ben, carla];

    // Chromium has a screen to give even without a display.
    await press(ben.page, "[data-control=screen]");
    await untilThere(ben.page, "[data-notice=sharing]");
    const bens = await ben.member();
    await Promise.all([sofia, anna, carla].map((viewer) => untilScreen(viewer, bens, null)));
    await Promise.all([sofia, anna, carla].map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));
    await press(ben.page, "[data-action=stop-sharing]");
    await Promise.all([sofia, anna, carla].map((viewer) => untilGone(viewer.page, "article.screen")));

    // Firefox has none here: a canvas stands in.
    await anna.page.evaluate(() => window.__own.screen());
    await press(anna.page, "[data-control=screen]");
    const annas = await anna.member();
    await Promise.all([sofia, ben, carla].map((viewer) => untilScreen(viewer, annas, anna.hue)));
    await press(anna.page, "[data-control=screen]");
    await Promise.all([sofia, ben, carla].map((viewer) => untilGone(viewer.page, "article.screen")));
    await Promise.all(all.map((viewer) => viewer.untilMeets(all.filter((other) => other !== viewer))));
});
