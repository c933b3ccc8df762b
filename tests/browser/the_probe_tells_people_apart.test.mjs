// SPDX-License-Identifier: AGPL-3.0-or-later
// the_probe_tells_people_apart.test.mjs - the sources and the probe of these tests, without a gateway between.

import { createServer } from "node:http";
import { once } from "node:events";
import { newDevice } from "./support/launch.mjs";
import { giveMedia, hueOf, toneOf } from "./support/media.mjs";
import { layProbe } from "./support/probe.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

async function emptyPage(t) {
    const server = createServer((_, reply) => reply.setHeader("content-type", "text/html").end("<!doctype html>"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.atEnd(async () => server.close());
    return `http://localhost:${server.address().port}/`;
}

// Both ends of a connection in one page; what arrives lies in a tile of member 7.
async function talkToItself() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
    from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate);
    to.onicecandidate = ({ candidate }) => candidate && from.addIceCandidate(candidate);
    to.ontrack = ({ track }) => {
        const element = document.createElement(track.kind);
        element.dataset.source = track.kind === "audio" ? 28 : 29;
        element.srcObject = new MediaStream([track]);
        const box = document.createElement("div");
        box.dataset.state = "shown";
        box.append(element);
        const tile = document.createElement("article");
        if (track.kind === "video") tile.dataset.member = 7;
        tile.append(box);
        document.body.append(tile);
        void element.play();
    };
    for (const track of stream.getTracks()) from.addTrack(track, stream);
    await from.setLocalDescription(await from.createOffer());
    await to.setRemoteDescription(from.localDescription);
    await to.setLocalDescription(await to.createAnswer());
    await from.setRemoteDescription(to.localDescription);
}

for (const which of ["chromium", "firefox"])
    claim(`${which}: colour and tone of one person are told from those of another`, async (t) => {
        const device = await newDevice(which);
        t.atEnd(() => device.context.close());
        const page = await device.newPage();
        await giveMedia(page, 2);
        await layProbe(page);
        await page.goto(await emptyPage(t));
        await page.evaluate(talkToItself);

        const picture = await until(page, "a picture", () => window.__probe.seen()[0]?.picture);
        assert.ok(Math.abs(picture.hue - hueOf(2)) <= 6, `hue ${picture.hue} instead of ${hueOf(2)}`);
        const tones = [1, 2, 3, 4].map(toneOf);
        const heard = await until(page, "a tone", (all) => window.__probe.heard(all)[0], tones);
        assert.deepEqual(heard, { source: 28, tones: [toneOf(2)] });

        await page.evaluate(() => window.__own.loud(false));
        await until(page, "silence", (all) => window.__probe.heard(all).length === 0, tones);
        assert.equal(await page.evaluate(() => window.__probe.connections[0].offers), 1);
    });
