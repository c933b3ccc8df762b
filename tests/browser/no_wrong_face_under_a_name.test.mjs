// SPDX-License-Identifier: AGPL-3.0-or-later
// no_wrong_face_under_a_name.test.mjs - one picture line, three people in turn: no frame of one is ever shown under the name of another.

import { sharedGateway } from "./support/gateway.mjs";
import { gather, usualPeople } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";

// This page offers one line to receive pictures, so that it shows one person at a time.
async function oneLine(page) {
    await page.evaluateOnNewDocument(() => {
        const real = RTCPeerConnection.prototype.addTransceiver;
        RTCPeerConnection.prototype.addTransceiver = function (kind, init) {
            this.pictures ??= 0;
            if (init.direction === "recvonly" && kind === "video" && this.pictures++ > 0) return { mid: null, receiver: null };
            return real.call(this, kind, init);
        };
    });
}

// Runs in the page: asks for each in turn as soon as the one before is shown; looks at every frame.
async function switchAround(wanted, switches) {
    const socket = window.__probe.sockets.at(-1);
    const far = (a, b) => Math.abs(((a - b + 540) % 360) - 180) > 25;
    const wrong = [];
    let shown = 0;
    let frames = 0;
    const ask = () => {
        const { source } = wanted[shown % wanted.length];
        socket.send(JSON.stringify({ type: "want", pictures: [{ source, height: 180 }] }));
    };
    ask();
    return new Promise((resolve) => {
        const ends = performance.now() + 60_000;
        const look = () => {
            for (const tile of window.__probe.seen()) {
                if (!tile.picture || tile.picture.hue === null) continue;
                frames++;
                const { hue } = wanted.find(({ source }) => source === tile.source);
                if (far(tile.picture.hue, hue)) wrong.push({ name: tile.name, hue, seen: tile.picture.hue, shown });
                else if (tile.source === wanted[shown % wanted.length].source) {
                    shown++;
                    ask();
                }
            }
            if (shown >= switches || performance.now() > ends) resolve({ shown, frames, wrong });
            else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    });
}

claim(
    "through 200 forced switches no frame appears under another's name",
    async (t) => {
        const people = usualPeople();
        people.sofia.beforePage = oneLine;
        people.anna.beforePage = oneLine;
        const { meetup: _, sofia, anna, ben, carla } = await gather(t, await sharedGateway(), { people });
        // Nobody speaks: the pages have no reason of their own to ask for other pictures meanwhile.
        await Promise.all([sofia, anna, ben, carla].map(({ page }) => page.evaluate(() => window.__own.loud(false))));
        const run = async (viewer, others) => {
            const wanted = await Promise.all(others.map(async (other) => ({ source: 4 * (await other.member()) + 1, hue: other.hue })));
            return viewer.page.evaluate(switchAround, wanted, 100);
        };
        const results = await Promise.all([run(sofia, [anna, ben, carla]), run(anna, [sofia, ben, carla])]);
        for (const { shown, frames, wrong } of results) {
            assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} of ${frames} frames under a wrong name`);
            assert.ok(shown >= 100, `${shown} switches in a minute`);
        }
    },
    { seconds: 120 },
);
