// SPDX-License-Identifier: AGPL-3.0-or-later
// figures_are_worked_out_right.test.mjs - how the bench of bad lines reads what it wrote down.

import { allLayers, bestFeasible, ipRate, jain, layersOf } from "../bench/support/feasible.mjs";
import { longestGap, reached, second, switches } from "../bench/support/film.mjs";
import { rate, settled } from "../bench/support/flow.mjs";
import { assert, claim } from "./support/stage.mjs";

const layers = [
    { height: 180, fps: 20, bps: 150_000 },
    { height: 360, fps: 20, bps: 500_000 },
    { height: 720, fps: 20, bps: 1_500_000 },
];

// Pictures from `from` to `to`, each `step`-th of those sent every 50 ms.
function filmed(from, to, height, step = 1) {
    const film = [];
    for (let at = from; at < to; at += 50 * step) film.push([at, at / 50, height]);
    return film;
}

claim("the best that fits is the highest layer, then the most pictures, but never a quarter of them", () => {
    assert.deepEqual(bestFeasible(5_000_000, layers, 60_000), { height: 720, level: 2, fps: 20, bps: 1_500_000 });
    assert.deepEqual(bestFeasible(1_100_000, layers, 60_000), { height: 720, level: 1, fps: 10, bps: 900_000 });
    assert.deepEqual(bestFeasible(1_000_000, layers, 60_000), { height: 360, level: 2, fps: 20, bps: 500_000 });
    assert.deepEqual(bestFeasible(200_000, layers, 60_000), { height: 180, level: 1, fps: 10, bps: 90_000 });
    assert.deepEqual(bestFeasible(140_000, layers, 60_000), { height: 180, level: 0, fps: 5, bps: 60_000 });
    assert.equal(bestFeasible(100_000, layers, 60_000), null);
    assert.deepEqual(allLayers(layers.slice(1), [{ ...layers[0] }, { ...layers[1], bps: 7 }]), layers);
});

claim("rates count IP bytes, and nothing that was sent again", () => {
    const before = { id: "f", kind: "video", timestamp: 1000, packetsSent: 100, bytesSent: 1000, headerBytesSent: 100, framesEncoded: 10, frameHeight: 720 };
    const after = { ...before, timestamp: 3000, packetsSent: 220, retransmittedPacketsSent: 20, bytesSent: 121_000, retransmittedBytesSent: 20_000, headerBytesSent: 2500, framesEncoded: 50 };
    assert.equal(ipRate(before, after), ((100_000 + 2400 + 100 * 44) * 8) / 2);
    assert.deepEqual(layersOf([before], [after, { ...after, id: "q", packetsSent: 0 }]), [{ height: 720, fps: 20, bps: 427_200 }]);
});

claim("a layer is reached when a whole second of it begins", () => {
    const film = [...filmed(0, 1000, 180), ...filmed(1000, 2000, 720, 4), ...filmed(2000, 5000, 720)];
    const whole = reached(film, 0, { height: 720, fps: 19 });
    assert.ok(whole > 1800 && whole <= 2000, `${whole}`);
    assert.equal(reached(film, 0, { height: 720, fps: 4 }), 1000);
    assert.equal(reached(film, 0, { height: 1080, fps: 4 }), null);
    assert.deepEqual(second(film, 1000), { height: 720, fps: 5 });
});

claim("changes of layer are counted, hiccups are not", () => {
    const all = filmed(0, 20_000, 720);
    const steady = all.filter((_, i) => i % 37 !== 0);
    assert.deepEqual(switches(steady, 0, 20_000, all), { spatial: 0, temporal: 0 });
    const slow = filmed(0, 20_000, 720, 3); // as is the one beside it
    assert.deepEqual(switches(slow, 0, 20_000, slow), { spatial: 0, temporal: 0 });
    const film = [...filmed(0, 4000, 720), ...filmed(4000, 8000, 720, 2), ...filmed(8000, 12_000, 360), ...filmed(12_000, 20_000, 720)];
    assert.deepEqual(switches(film, 0, 20_000, all), { spatial: 2, temporal: 2 });
});

claim("a gap is the time without a new picture, at the ends too", () => {
    const film = [...filmed(0, 1000, 720), [1500, 19, 720], [1900, 19, 720], ...filmed(3000, 4000, 720)];
    assert.equal(longestGap(film, 0, 4000), 2050);
    assert.equal(longestGap(film, 0, 7000), 3050);
    assert.equal(longestGap([], 0, 500), 500);
});

claim("a rate has settled when it keeps within its bounds", () => {
    const flow = [];
    for (let at = 0, bytes = 0; at <= 10_000; at += 50) {
        flow.push([at, bytes]);
        bytes += (at < 1000 ? 200_000 : at < 1500 ? 20_000 : 100_000) / 20;
    }
    assert.equal(Math.round(rate(flow, 2000, 3000)), 800_000);
    const at = settled(flow, 0, { least: 700_000, most: 1_000_000 });
    assert.ok(at > 1000 && at < 1500, `${at}`); // neither the flood before nor the dip after it fits
    assert.equal(settled(flow, 0, { least: 900_000, most: 1_000_000 }), null);
    assert.equal(settled(flow, 2000, { least: 700_000, most: 1_000_000 }), 0);
});

claim("fairness is one for equals", () => {
    assert.equal(jain([3, 3]), 1);
    assert.equal(jain([1, 0]), 0.5);
    assert.ok(Math.abs(jain([1, 3]) - 0.8) < 1e-9);
});
