// SPDX-License-Identifier: AGPL-3.0-or-later
// speaker_is_marked.test.mjs - who speaks is marked, by a ring and in words, and the mark moves.

import { sharedGateway } from "./support/gateway.mjs";
import { gather } from "./support/room.mjs";
import { claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

function untilMarked(viewer, names) {
    return until(
        viewer.page,
        `${viewer.name} (${viewer.which}) to see ${names.join() || "nobody"} marked as speaking`,
        (wanted) => {
            const marked = [...document.querySelectorAll("article[data-speaking=true]")]
                .filter((tile) => tile.querySelector(".speaking-mark")?.textContent.trim() && tile.classList.contains("speaking"))
                .map((tile) => tile.querySelector(".name").textContent);
            return marked.sort().join() === wanted;
        },
        names.sort().join(),
    );
}

claim("the mark of who speaks follows the voice", async (t) => {
    const { meetup: _, ...people } = await gather(t, await sharedGateway());
    const { sofia, anna, ben, carla } = people;
    const all = Object.values(people);
    const speak = (who) => Promise.all(all.map((one) => one.page.evaluate((on) => window.__own.loud(on), one === who)));

    for (const who of [ben, anna]) {
        await speak(who);
        await Promise.all([sofia, anna, ben, carla].filter((viewer) => viewer !== who).map((viewer) => untilMarked(viewer, [who.name])));
    }
    await speak(null);
    await Promise.all([sofia, ben].map((viewer) => untilMarked(viewer, [])));
});
