// SPDX-License-Identifier: AGPL-3.0-or-later
// a_bad_line_is_adapted_to.test.mjs - a narrow line gets a smaller picture, a wide one the large one again, a lossy one sound.

import { doctor, Gateway } from "./support/gateway.mjs";
import { Relay } from "./support/relay.mjs";
import { Person } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { giveStudio } from "./support/studio.mjs";
import { until } from "./support/wait.mjs";

const wide = { capacity: 5_000_000, delay: 25 };
const narrow = { capacity: 400_000, delay: 25 };
const lossy = { capacity: 5_000_000, delay: 25, loss: 0.15 };

// The doctor's picture as it is shown, once it is as high as that or (`below`) lower.
function untilHeight(viewer, height, below = false) {
    return until(
        viewer.page,
        `a picture ${below ? "lower than" : "of"} ${height} lines`,
        (wanted, lower) => {
            const shown = document.querySelector("article[data-member] [data-state=shown] video")?.videoHeight;
            return shown > 0 && (lower ? shown < wanted : shown >= wanted) && shown;
        },
        height,
        below,
    );
}

// A counter of the browser's for what comes in, as soon as it is that high.
function untilCounted(viewer, kind, name, least) {
    return until(
        viewer.page,
        `${name} of ${kind} to reach ${least}`,
        async (kind, name, least) => {
            let count = 0;
            for (const one of await window.__probe.stats()) if (one.type === "inbound-rtp" && one.kind === kind) count += one[name] ?? 0;
            return count >= least && count;
        },
        kind,
        name,
        least,
    );
}

function untilHeard(viewer, tone) {
    return until(viewer.page, `a tone of ${tone} Hz`, (hz) => window.__probe.heard([hz]).length > 0, tone);
}

claim(
    "a narrow line gets a smaller picture that goes on, a wide one the large one again, and a lossy one is still heard over",
    async (t) => {
        const gateway = new Gateway();
        t.atEnd(() => gateway.remove());
        await gateway.start();
        await gateway.makeDoctor();
        const meetup = await gateway.newMeetup();
        const relay = await Relay.start(gateway);
        t.atEnd(() => relay.stop());
        await relay.both(wide);

        const sofia = t.person(new Person(doctor.name, 1, "chromium", { injected: false }));
        sofia.beforePage = (page) => giveStudio(page, { hz: sofia.tone });
        const anna = t.person(new Person("Anna", 2, "chromium", { injected: false }));
        anna.beforePage = async (page) => {
            await page.setViewport({ width: 1280, height: 800 });
            await relay.lead(page);
        };
        await sofia.host(meetup);
        await anna.arrive(await meetup.invite("Anna of the roster"), "none");
        await sofia.admitAll(1);
        await anna.untilIn();
        const full = await untilHeight(anna, 540);
        await untilHeard(anna, sofia.tone);
        t.step("the large picture is there");

        await relay.down(narrow);
        const small = await untilHeight(anna, full, true);
        t.step(`the picture has ${small} lines`);
        const decoded = await untilCounted(anna, "video", "framesDecoded", 1);
        await untilCounted(anna, "video", "framesDecoded", decoded + 30);
        assert.ok((await untilHeight(anna, full, true)) < full);
        await untilHeard(anna, sofia.tone);

        await relay.down(wide);
        await untilHeight(anna, full);
        t.step("the large picture is back");

        await relay.both(lossy);
        await relay.anew();
        const received = await untilCounted(anna, "audio", "packetsReceived", 1);
        await untilCounted(anna, "audio", "packetsReceived", received + 200);
        await untilHeard(anna, sofia.tone);
        const { down } = await relay.count();
        assert.ok(down.lost > 20, `${down.lost} lost on the way down`);
    },
    { seconds: 120 },
);
