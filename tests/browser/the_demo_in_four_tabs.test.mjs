// SPDX-License-Identifier: AGPL-3.0-or-later
// the_demo_in_four_tabs.test.mjs - as a new user tries it: the printed links, four tabs of one browser, its own fake devices.

import { Gateway } from "./support/gateway.mjs";
import { newDevice } from "./support/launch.mjs";
import { Person, press, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

for (const which of ["chromium", "firefox"])
    claim(`${which}: doctor and three patients meet in four tabs of one browser`, async (t) => {
        const gateway = new Gateway({ flags: ["--demo"] });
        t.atEnd(() => gateway.remove());
        await gateway.start();
        const [, path] = await gateway.untilPrinted(/doctor\s+https:\/\/[^/]+(\/meetup\/\S+)/);
        const [, email, password] = await gateway.untilPrinted(/e-mail (\S+), password (\S+)/);
        const links = [...gateway.printed.matchAll(/patient\s+https:\/\/[^/]+(\/join#\S+)/g)].map(([, link]) => link);
        assert.equal(links.length, 3);

        const device = await newDevice(which);
        const names = ["Dr. Demo", "Anna", "Ben", "Carla"];
        const [doctor, ...patients] = names.map((name, i) => t.person(new Person(name, i + 1, which)));
        for (const person of [doctor, ...patients]) person.device = device;

        const page = await doctor.newPage();
        await page.goto(gateway.origin + path);
        await untilThere(page, "[data-step=sign-in]");
        await page.type("input[name=email]", email);
        await page.type("input[name=password]", password);
        await press(page, "[data-action=sign-in]");
        await press(page, "[data-action=enter]");
        await doctor.passCheck();
        await doctor.join();
        await doctor.untilIn();

        for (const [i, patient] of patients.entries()) {
            await patient.openLink(gateway.origin + links[i]);
            await patient.giveName();
            await patient.passCheck();
            await patient.join();
            await untilThere(patient.page, "[data-stage=waiting]");
        }
        await page.bringToFront();
        await doctor.admitAll(3);
        // A tab behind others shows nothing: each is looked at in front.
        for (const viewer of [doctor, ...patients]) {
            await viewer.page.bringToFront();
            await viewer.untilIn();
            await viewer.untilMeets([doctor, ...patients].filter((other) => other !== viewer));
        }
        const cookies = await until(page, "cookies out of reach", () => document.cookie === "");
        assert.ok(cookies);
    });
