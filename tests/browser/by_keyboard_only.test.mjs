// SPDX-License-Identifier: AGPL-3.0-or-later
// by_keyboard_only.test.mjs - from the link to the goodbye page without a mouse.

import { sharedGateway } from "./support/gateway.mjs";
import { Person, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

// Tab until the focus is there; where it is must be visible on the way.
async function tabTo(page, selector, { back = false } = {}) {
    await untilThere(page, selector);
    for (let steps = 0; steps < 60; steps++) {
        const found = await page.evaluate((sought) => {
            const at = document.activeElement;
            if (!at?.matches(sought)) return null;
            const style = getComputedStyle(at);
            return { outline: parseFloat(style.outlineWidth), kind: style.outlineStyle, shadow: style.boxShadow };
        }, selector);
        if (found) {
            assert.ok((found.kind !== "none" && found.outline >= 2) || found.shadow !== "none", `the focus on ${selector} is visible`);
            return;
        }
        if (back) await page.keyboard.down("Shift");
        await page.keyboard.press("Tab");
        if (back) await page.keyboard.up("Shift");
    }
    throw new Error(`${selector} is not reached by Tab`);
}

async function go(page, selector, key = "Enter") {
    await tabTo(page, selector);
    await page.keyboard.press(key);
}

for (const which of ["chromium", "firefox"])
    claim(`${which}: a patient joins, talks, writes and leaves by keyboard only; the doctor admits by keyboard only`, async (t) => {
        const meetup = await (await sharedGateway()).newMeetup();
        const sofia = t.person(new Person("Dr. Sofia Lind", 1, which === "chromium" ? "firefox" : "chromium"));
        const anna = t.person(new Person("Anna", 2, which));
        await sofia.host(meetup);
        await anna.openLink((await meetup.invite("Anna Andersson")).link);
        const { page } = anna;
        await tabTo(page, "input[name=room-name]");
        await page.keyboard.type("Anna");
        await go(page, "[data-action=continue]");
        await go(page, "[data-action=allow-both]");
        await untilThere(page, "[data-summary=with_both]");
        await go(page, "[data-action=join]");
        await untilThere(page, "[data-stage=waiting]");

        await go(sofia.page, "[data-notice=waiting] [data-action=admit]");
        await anna.untilIn();
        await sofia.untilMeets([anna]);

        await go(page, "[data-control=microphone]", " ");
        await sofia.untilMeets([anna], { silent: [anna] });
        await go(page, "[data-control=microphone]", " ");
        await sofia.untilMeets([anna]);
        await go(page, "[data-control=chat]");
        await tabTo(page, "[data-chat-text]", { back: true }); // the panel stands before its button
        await page.keyboard.type("Hello");
        await page.keyboard.press("Enter");
        await until(page, "the word written", () => document.querySelector("[role=log]")?.innerText.includes("Hello"));

        await go(page, "[data-control=leave]");
        await go(page, "[data-dialog=leave] [data-answer=yes]");
        await anna.untilOut("left");
        await tabTo(page, "input[name=rating]");
        await page.keyboard.press("ArrowRight");
        await go(page, "[data-action=send-feedback]");
        await untilThere(page, "[data-notice=feedback-sent]");
    });
