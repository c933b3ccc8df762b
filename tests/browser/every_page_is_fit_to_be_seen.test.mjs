// SPDX-License-Identifier: AGPL-3.0-or-later
// every_page_is_fit_to_be_seen.test.mjs - every page and state: no fault that axe finds, nothing cut off, a picture of each.

import { Gateway, doctor, sharedGateway } from "./support/gateway.mjs";
import { look } from "./support/look.mjs";
import { gather, Person, press, untilGone, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

const portrait = { media: { portrait: true, width: 640, height: 360, fps: 5 } };

// Collects the faults of each look; the claim fails at the end with all of them.
function album(prefix, options) {
    const faults = [];
    return {
        async add(page, name, more) {
            faults.push(...(await look(page, `${prefix}-${name}`, { ...options, ...more })));
        },
        close: () => assert.deepEqual(faults, []),
    };
}

claim("a doctor's pages from the first start on", async (t) => {
    const gateway = new Gateway();
    t.atEnd(() => gateway.remove());
    await gateway.start();
    const shots = album("doctor");
    const sofia = t.person(new Person(doctor.name, 1, "chromium", portrait));
    const page = await sofia.newPage();

    const [, token] = await gateway.untilPrinted(/\/welcome#([\w-]{22})/);
    await page.goto(gateway.origin);
    await untilThere(page, "[data-notice=setup-needed]");
    await shots.add(page, "1-before-setup");
    await page.goto(`${gateway.origin}/welcome#${token}`);
    await untilThere(page, "[data-step=welcome]");
    await page.type("input[name=name]", doctor.name);
    await page.type("input[name=email]", doctor.email);
    await page.type("input[name=password]", "12345");
    await press(page, "[data-action=setup]");
    await untilThere(page, ".error");
    await shots.add(page, "2-welcome");
    await page.type("input[name=password]", doctor.password);
    await press(page, "[data-action=setup]");
    await untilThere(page, "[data-action=new-meetup]");
    await shots.add(page, "3-no-meetups");

    await press(page, "[data-action=new-meetup]");
    await page.type("input[name=title]", "Knees in spring");
    await page.type("textarea[name=welcome]", "Good to see you all again. Please bring a chair without wheels: we shall try two exercises.");
    await shots.add(page, "4-new-meetup");
    await press(page, "[data-action=save-meetup]");
    await untilThere(page, "[data-form=invite]");
    await shots.add(page, "5-meetup");
    for (const name of ["Anna Andersson", "Ben Berg"]) {
        await page.type("input[name=roster-name]", name);
        await press(page, "[data-action=invite]");
        await until(page, `the link of ${name}`, (who) => [...document.querySelectorAll("[data-invite]")].some((row) => row.innerText.includes(who)), name);
    }
    await shots.add(page, "6-links");
    await press(page, "[data-action=revoke]");
    await untilThere(page, "[data-dialog=revoke]");
    await shots.add(page, "7-withdraw");
    await press(page, "[data-dialog=revoke] [data-answer=no]");
    await page.goto(`${gateway.origin}/`);
    await untilThere(page, "[data-meetup]");
    await shots.add(page, "8-meetups");
    await page.goto(gateway.origin);
    await press(page, "[data-action=sign-out]");
    await untilThere(page, "[data-step=sign-in]");
    await page.type("input[name=email]", doctor.email);
    await page.type("input[name=password]", "not the password");
    await press(page, "[data-action=sign-in]");
    await untilThere(page, ".error");
    await shots.add(page, "9-sign-in");
    shots.close();
}, { seconds: 180 });

claim("a patient's way in and out", async (t) => {
    const gateway = await sharedGateway();
    const meetup = await gateway.newMeetup({ welcome: "Good to see you all again. We begin in a few minutes." });
    const shots = album("patient");
    const anna = t.person(new Person("Anna", 2, "chromium", portrait));
    const invite = await meetup.invite("Anna Andersson");
    const wrong = new URL(invite.link);
    wrong.hash = "AAAAAAAAAAAAAAAAAAAAAA";
    await anna.openLink(wrong);
    const { page } = anna;
    await untilThere(page, "[data-step=trouble]");
    await shots.add(page, "0-wrong-link");
    await page.goto("about:blank");
    await page.goto(String(invite.link));
    await untilThere(page, "[data-step=name]");
    await shots.add(page, "1-name");
    await anna.giveName();
    await untilThere(page, "[data-action=allow-both]");
    await shots.add(page, "2-ask");
    await anna.passCheck();
    await page.evaluate(() => (document.querySelector("details.more").open = true));
    await shots.add(page, "3-check");
    await anna.join();
    await untilThere(page, "[data-stage=waiting] [data-place='1']");
    await shots.add(page, "4-waiting");
    await press(page, "[data-action=check-again]");
    await untilThere(page, "[data-dialog=check]");
    await shots.add(page, "5-waiting-check");
    await press(page, "[data-dialog=check] [data-answer=yes]");

    const sofia = t.person(new Person(doctor.name, 1, "firefox", portrait));
    await sofia.host(meetup);
    await sofia.admitAll(1);
    await anna.untilIn();
    await untilThere(page, "article [data-state=shown]");
    await shots.add(page, "6-room-of-two");
    await press(page, "[data-control=leave]");
    await untilThere(page, "[data-dialog=leave]");
    await shots.add(page, "7-leave");
    await press(page, "[data-dialog=leave] [data-answer=yes]");
    await anna.untilOut("left");
    await page.evaluate(() => document.querySelector("input[name=rating][value='5']").click());
    await page.type("[data-step=feedback] textarea", "It was good to see everybody walk again. My knee still hurts on stairs.");
    await shots.add(page, "8-goodbye");
    await press(page, "[data-action=send-feedback]");
    await untilThere(page, "[data-notice=feedback-sent]");
    await shots.add(page, "9-thanks");

    // The doctor reads it and makes it a follow-up.
    const desk = sofia.page;
    await desk.goto(`${gateway.origin}/meetup/${meetup.id}`);
    await press(desk, "[data-action=follow-up]");
    await untilThere(desk, "[data-dialog=follow-up]");
    await shots.add(desk, "10-follow-up", { which: "firefox" });
    await press(desk, "[data-action=save-follow-up]");
    await untilGone(desk, "[data-dialog=follow-up]");
    await until(desk, "the follow-up", () => document.querySelector("#follow-ups-heading") !== null);
    await shots.add(desk, "11-meetup-after", { which: "firefox" });
    shots.close();
}, { seconds: 180 });

claim("the room in its states", async (t) => {
    const people = {
        sofia: new Person(doctor.name, 1, "chromium", portrait),
        anna: new Person("Anna", 2, "firefox", portrait),
        ben: new Person("Ben", 3, "chromium", portrait),
        carla: new Person("Carla", 4, "firefox", portrait),
    };
    const { meetup, sofia, anna, ben } = await gather(t, await sharedGateway(), { people });
    const shots = album("room");
    const firefox = album("room", { which: "firefox" });
    const allShown = (page) => until(page, "three pictures", () => document.querySelectorAll("article [data-state=shown]").length === 3);
    await Promise.all([sofia, anna, ben].map(({ page }) => allShown(page)));
    await shots.add(ben.page, "1-patient");
    await firefox.add(anna.page, "1-patient");
    await sofia.openPeople();
    await shots.add(sofia.page, "2-people", { brief: true });
    await press(sofia.page, `[data-person="${await ben.member()}"] [data-action=remove]`);
    await untilThere(sofia.page, "[data-dialog=remove]");
    await shots.add(sofia.page, "3-remove", { brief: true });
    await press(sofia.page, "[data-dialog=remove] [data-answer=no]");
    await press(sofia.page, `[data-person="${await ben.member()}"] [data-action=mute]`);
    await untilThere(ben.page, "[data-notice=muted]");
    await shots.add(ben.page, "4-muted", { brief: true });
    await press(sofia.page, "[data-control=chat]");
    await untilThere(sofia.page, "[data-panel=chat]");
    await sofia.page.type("[data-chat-text]", "Anna, would you show us how you climb stairs now?");
    await press(sofia.page, "[data-action=send]");
    await until(sofia.page, "the words", () => document.querySelector("[role=log]").innerText.includes("stairs"));
    await shots.add(sofia.page, "5-chat", { brief: true });

    const dan = t.person(new Person("Dan", 5, "chromium", portrait));
    await dan.arrive(await meetup.invite("Dan Diaz"));
    await untilThere(sofia.page, "[data-notice=waiting]");
    await press(sofia.page, "[data-control=people]");
    await untilThere(sofia.page, "[data-waiting]");
    await shots.add(sofia.page, "6-somebody-waits", { brief: true });
    await press(ben.page, "[data-control=screen]");
    await untilThere(sofia.page, "article.screen [data-state=shown]");
    await shots.add(sofia.page, "7-screen", { brief: true });
    await shots.add(ben.page, "8-sharing", { brief: true });
    await ben.page.keyboard.press("Escape");
    await ben.page.evaluate(() => document.activeElement?.blur());
    await ben.page.keyboard.press("?");
    await untilThere(ben.page, "[data-dialog=help]");
    await shots.add(ben.page, "9-help", { brief: true });
    shots.close();
    firefox.close();
}, { seconds: 240 });

claim("longer words and the other direction: nothing is cut off", async (t) => {
    const gateway = await sharedGateway();
    const meetup = await gateway.newMeetup();
    const shots = album("words", { brief: true });
    for (const language of ["es", "en-XA", "ar-XB"]) {
        const anna = t.person(new Person("Anna", 2, "chromium", portrait));
        const { link } = await meetup.invite("Anna Andersson");
        link.searchParams.set("lang", language);
        await anna.openLink(link);
        const { page } = anna;
        await untilThere(page, "[data-step=name]");
        await shots.add(page, `${language}-1-name`);
        await anna.giveName(`Anna ${language}`);
        await anna.passCheck();
        await shots.add(page, `${language}-2-check`);
        await anna.join();
        await untilThere(page, "[data-stage=waiting]");
        await shots.add(page, `${language}-3-waiting`);
        const sofia = t.person(new Person(doctor.name, 1, "chromium", portrait));
        await sofia.signIn(gateway);
        await sofia.page.goto(`${gateway.origin}/room/${meetup.id}?lang=${language}`);
        await sofia.passCheck();
        await sofia.join();
        await sofia.untilIn();
        await shots.add(sofia.page, `${language}-4-room-waiting`);
        await sofia.openPeople();
        await press(sofia.page, "[data-waiting] [data-action=admit]");
        await anna.untilIn();
        await untilThere(page, "article [data-state=shown]");
        await shots.add(page, `${language}-5-room`);
        await sofia.away();
        await anna.away();
    }
    shots.close();
}, { seconds: 240 });
