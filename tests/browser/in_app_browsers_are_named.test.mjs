// SPDX-License-Identifier: AGPL-3.0-or-later
// in_app_browsers_are_named.test.mjs - an app's built-in browser without a camera: its name, where to go, and the link to take along.

import { sharedGateway } from "./support/gateway.mjs";
import { look } from "./support/look.mjs";
import { Person, press, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

const phone =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]";

claim("an in-app browser without a camera is named, and the link is copied for Safari", async (t) => {
    const meetup = await (await sharedGateway()).newMeetup();
    const anna = t.person(new Person("Anna", 2, "chromium", { injected: false }));
    // Text copied lands here: this page has no clipboard of its own.
    anna.beforePage = (page) =>
        page.evaluateOnNewDocument((agent) => {
            Object.defineProperty(navigator, "mediaDevices", { value: undefined });
            Object.defineProperty(navigator, "userAgent", { value: agent });
            Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => void (window.__copied = text) } });
        }, phone);
    const { link } = await meetup.invite("Anna Andersson");
    await anna.openLink(link);
    await untilThere(anna.page, "[data-step=in-app][data-app=Facebook][data-open=Safari]");
    await press(anna.page, "[data-action=copy-link]");
    assert.equal(await until(anna.page, "the link copied", () => window.__copied), String(link));
    assert.deepEqual(await look(anna.page, "patient-0-in-app"), []);

    // Those who stay come in all the same, without a camera.
    await press(anna.page, "[data-action=anyway]");
    await anna.giveName();
    await press(anna.page, "[data-action=allow-both]");
    await untilThere(anna.page, "[data-notice=camera-insecure]");
    await anna.join();
});
