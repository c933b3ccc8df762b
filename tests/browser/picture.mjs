// SPDX-License-Identifier: AGPL-3.0-or-later
// picture.mjs - the picture of a running meetup in the README, taken from the real thing with drawn people.
//
// support/namespace support/sound node picture.mjs [FILE]     in this folder; FILE is build/screenshots/picture.jpg unless told

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { doctor, removeSharedGateway, sharedGateway } from "./support/gateway.mjs";
import { endBrowsers } from "./support/launch.mjs";
import { Person } from "./support/room.mjs";
import { until } from "./support/wait.mjs";

const file = process.argv[2] ?? fileURLToPath(new URL("../../build/screenshots/picture.jpg", import.meta.url));
const media = { media: { portrait: true, width: 1280, height: 720, fps: 10 } };

try {
    const meetup = await (await sharedGateway()).newMeetup({ title: "Knees in spring" });
    const names = [doctor.name, "Anna", "Ben", "Carla", "Emil"];
    const [sofia, ...patients] = names.map((name, i) => new Person(name, i + 1, "chromium", media));
    await sofia.host(meetup);
    for (const patient of patients) await patient.arrive(await meetup.invite(`${patient.name} of the roster`));
    await sofia.admitAll(patients.length);
    const viewer = patients.at(-1);
    await Promise.all(patients.map((patient) => patient.untilIn()));
    await viewer.page.setViewport({ width: 1280, height: 800 });
    for (const person of [sofia, ...patients]) await person.page.evaluate((loud) => window.__own.loud(loud), person.name === "Anna");
    await until(viewer.page, "sharp pictures of all, and one who speaks", () => {
        const pictures = [...document.querySelectorAll("article [data-state=shown] video")];
        const marked = [...document.querySelectorAll("article[data-speaking=true]")];
        return pictures.length === 4 && pictures.every(({ videoWidth }) => videoWidth >= 640) && marked.length === 1 && marked[0].textContent.includes("Anna");
    });
    await mkdir(dirname(file), { recursive: true });
    await viewer.page.screenshot({ path: file, type: "jpeg", quality: 86 });
    console.log(file);
} finally {
    await endBrowsers();
    await removeSharedGateway();
}
