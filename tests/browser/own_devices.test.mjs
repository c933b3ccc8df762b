// SPDX-License-Identifier: AGPL-3.0-or-later
// own_devices.test.mjs - the browser's own camera and microphone: there, refused, missing, taken away.

import { sharedGateway } from "./support/gateway.mjs";
import { Person, press, untilThere } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until, untilEvent } from "./support/wait.mjs";

async function atCheck(t, which, liked, prepare) {
    const meetup = await (await sharedGateway()).newMeetup();
    const anna = t.person(new Person("Anna", 2, which, { injected: false, liked }));
    anna.meetup = meetup;
    if (prepare) await prepare(anna, meetup.gateway.origin);
    await anna.openLink((await meetup.invite("Anna Andersson")).link);
    await anna.giveName();
    return anna;
}

// The sentence of a trouble, and the way in all the same.
async function toldAndLetOn(anna, notices, left = "neither") {
    const words = [];
    for (const notice of notices) {
        await untilThere(anna.page, `[data-notice=${notice}]`);
        words.push(await anna.page.$eval(`[data-notice=${notice}]`, (box) => box.innerText));
    }
    assert.ok(words.every((text) => text.length > 20), `says what is wrong: ${words}`);
    await untilThere(anna.page, `[data-summary=with_${left}]`);
    await anna.join();
    await untilThere(anna.page, "[data-stage=waiting]");
    return words;
}

for (const which of ["chromium", "firefox"]) {
    claim(`${which}: with its own devices a patient is seen and heard`, async (t) => {
        const sofia = t.person(new Person("Dr. Sofia Lind", 1, "chromium"));
        const anna = await atCheck(t, which);
        await sofia.host(anna.meetup);
        await anna.passCheck();
        await until(anna.page, "the level of a microphone", () => Number(document.querySelector(".level")?.dataset.level) > 0.01);
        await anna.join();
        await sofia.admitAll(1);
        await anna.untilIn();
        await untilThere(sofia.page, "article[data-member] [data-state=shown]");
        await until(sofia.page, "sound that is not silence", async () =>
            (await window.__probe.stats()).some((one) => one.type === "inbound-rtp" && one.kind === "audio" && one.totalAudioEnergy > 0.0001),
        );
    });

    claim(`${which}: without devices a patient reads so and comes in`, async (t) => {
        const anna = await atCheck(t, which, ["granted", "sounding"]);
        await press(anna.page, "[data-action=allow-both]");
        // Firefox takes the silent sound server for a microphone: the missing camera does not cost it.
        if (which === "firefox") await toldAndLetOn(anna, ["camera-missing"], "microphone");
        else await toldAndLetOn(anna, ["microphone-missing", "camera-missing"]);
    });

    claim(`${which}: who refuses the devices reads what to do and comes in`, async (t) => {
        const refuse = async (anna, origin) => {
            if (which === "firefox") return;
            anna.beforePage = async (page) => {
                const session = await page.createCDPSession();
                const context = page.browserContext().id;
                for (const name of ["camera", "microphone"])
                    await session.send("Browser.setPermission", { permission: { name }, setting: "denied", origin, browserContextId: context });
            };
        };
        const liked = which === "firefox" ? ["devices", "refused", "sounding"] : ["devices", "sounding"];
        const anna = await atCheck(t, which, liked, refuse);
        await press(anna.page, "[data-action=allow-both]");
        const [words] = await toldAndLetOn(anna, ["microphone-refused", "camera-refused"]);
        assert.match(words, /allow|remove the block/i);
    });

    claim(`${which}: a camera taken away is said, the room goes on, and it comes back`, async (t) => {
        const sofia = t.person(new Person("Dr. Sofia Lind", 1, "chromium"));
        const anna = await atCheck(t, which);
        await sofia.host(anna.meetup);
        await anna.passCheck();
        await anna.join();
        await sofia.admitAll(1);
        await anna.untilIn();
        await untilThere(sofia.page, "article[data-member] [data-state=shown]");

        // What a browser does when a device is pulled out: the list is shorter, the track ends.
        await anna.page.evaluate(() => {
            const { mediaDevices } = navigator;
            const list = mediaDevices.enumerateDevices.bind(mediaDevices);
            mediaDevices.enumerateDevices = async () => (await list()).filter(({ kind }) => kind !== "videoinput");
            window.__plugIn = () => {
                mediaDevices.enumerateDevices = list;
                mediaDevices.dispatchEvent(new Event("devicechange"));
            };
            const track = document.querySelector("[data-self] video").srcObject.getVideoTracks()[0];
            track.stop();
            track.dispatchEvent(new Event("ended"));
        });
        await untilThere(anna.page, "[data-notice=news-lost]");
        await untilThere(sofia.page, "article[data-member][data-state=off]");
        await anna.page.evaluate(() => window.__plugIn());
        await press(anna.page, "[data-control=camera]");
        await untilThere(sofia.page, "article[data-member] [data-state=shown]");
    });

    claim(`${which}: blocked sound shows one large "Tap to hear", and a tap brings the sound`, async (t) => {
        const sofia = t.person(new Person("Dr. Sofia Lind", 1, "chromium"));
        const liked = ["devices", "granted", "silent"];
        const anna = await atCheck(t, which, liked);
        await sofia.host(anna.meetup);
        await anna.passCheck("none");
        await anna.join();
        await sofia.admitAll(1);
        await anna.untilIn();
        // The browser is closed and brings its tabs back: nobody has touched this page, and it goes in by itself.
        const { address, memory } = await anna.page.evaluate(() => ({ address: location.href, memory: { ...sessionStorage } }));
        await anna.page.close();
        // It tells by itself what it shows, since asking a page counts as touching it.
        let asked;
        anna.beforePage = async (page) => {
            asked = untilEvent("the page to ask for a tap", (done) => void page.on("console", (line) => line.text() === "asks for a tap" && done()));
            await page.evaluateOnNewDocument((kept) => {
                Object.assign(sessionStorage, kept);
                const tells = new MutationObserver(() => document.querySelector("[data-action=hear]") && console.log("asks for a tap"));
                tells.observe(document, { childList: true, subtree: true });
            }, memory);
        };
        await anna.openLink(address);
        await asked;
        await press(anna.page, "[data-action=hear]");
        await until(anna.page, "sound to play", () => {
            const sounds = [...document.querySelectorAll(".sounds audio")];
            return !document.querySelector("[data-action=hear]") && sounds.length > 0 && sounds.every(({ paused }) => !paused);
        });
    });
}
