// SPDX-License-Identifier: AGPL-3.0-or-later
// small.test.ts - the small pure parts: wants, covers, levels, problems, browsers, tones.

import assert from "node:assert/strict";
import test from "node:test";
import { engineOf, inAppBrowser } from "../../web/client/browser.ts";
import { Cover, latestOf } from "../../web/client/cover.ts";
import { levelOf, MutedSpeech, Silence } from "../../web/client/levels.ts";
import { problemOf } from "../../web/client/problem.ts";
import { chime, wavOf } from "../../web/client/tone.ts";
import { sameWants, wantsOf } from "../../web/client/wants.ts";

test("wants are in device pixels: screen, pinned, speaker, then the rest in their order", () => {
    const shown = [
        { source: 5, height: 200, rank: "other" },
        { source: 9, height: 200.4, rank: "speaker" },
        { source: 13, height: 0, rank: "other" },
        { source: 17, height: 100, rank: "other" },
        { source: 21, height: 300, rank: "pinned" },
        { source: 6, height: 600, rank: "screen" },
    ] as const;
    assert.deepEqual(wantsOf(shown, 2), [
        { source: 6, height: 1200 },
        { source: 21, height: 600, pinned: true },
        { source: 9, height: 401 },
        { source: 5, height: 400 },
        { source: 17, height: 200 },
    ]);
    assert.equal(wantsOf(Array.from({ length: 50 }, (_, i) => ({ source: i, height: 9, rank: "other" as const })), 1).length, 32);
});

test("the same wants are not sent again", () => {
    const a = [{ source: 5, height: 100 }];
    assert.ok(sameWants(a, [{ source: 5, height: 100 }]));
    assert.ok(!sameWants(a, [{ source: 5, height: 101 }]));
    assert.ok(!sameWants(a, [{ source: 5, height: 100, pinned: true }]));
    assert.ok(!sameWants(a, []));
});

const told = (source: number, rtpTimestamp: number) => ({ source, rtpTimestamp });
const shown = (rtpTimestamp: number, receiveTime = 1000) => ({ rtpTimestamp, receiveTime });
const given = 500; // when the slot was given to the source

test("a tile stays covered while the line still shows somebody else", () => {
    const cover = new Cover(9, given);
    assert.equal(cover.presented([], shown(100)), true);
    assert.equal(cover.presented([told(5, 100)], shown(100)), true);
    assert.equal(cover.presented([told(5, 100), told(5, 200)], shown(200)), true);
});

test("a tile is uncovered by a frame of its source on the screen, not by one that only arrived", () => {
    const cover = new Cover(9, given);
    assert.equal(cover.presented([told(9, 3000)], shown(1000)), true, "the frame on the screen is older");
    assert.equal(cover.presented([told(9, 6000)], shown(2999)), true);
    assert.equal(cover.presented([told(9, 6000)], shown(3000)), false);
});

test("an old report of the own source beside a newer one of another does not uncover", () => {
    const cover = new Cover(9, given);
    assert.equal(cover.presented([told(9, 1000), told(5, 2000)], shown(2000)), true);
    assert.equal(cover.presented([told(5, 2000), told(9, 1000)], shown(2000)), true);
});

test("a report that lags does not speak for the second of two turns in the same slot", () => {
    // The slot went from 9 to 5 and back to 9; the browser still reports 9's first turn while 5 is on the screen.
    const cover = new Cover(9, given);
    assert.equal(cover.presented([told(9, 100)], shown(200)), true);
    assert.equal(cover.presented([told(9, 140)], shown(230)), true);
    assert.equal(cover.presented([told(5, 240)], shown(240)), true);
    assert.equal(cover.presented([told(9, 260)], shown(250)), true);
    assert.equal(cover.presented([told(9, 300)], shown(260)), false);
});

test("a frame received before the slot was given proves nothing", () => {
    const cover = new Cover(9, given);
    assert.equal(cover.presented([told(9, 100)], shown(100, 499)), true);
    assert.equal(cover.presented([told(9, 120)], shown(120, 499)), true);
    assert.equal(cover.presented([told(9, 130)], shown(130, 500)), false);
});

test("a frame of another source covers again, and the proof starts anew", () => {
    const cover = new Cover(9, given);
    assert.equal(cover.presented([told(9, 1000)], shown(1000)), false);
    assert.equal(cover.presented([told(9, 1000), told(5, 3000)], shown(2000)), true);
    assert.equal(cover.presented([told(9, 5000)], shown(4000)), true);
    assert.equal(cover.presented([told(9, 6000)], shown(5000)), false);
});

test("between frames a report of another source covers, and none uncovers", () => {
    const cover = new Cover(9, given);
    assert.equal(cover.arrived([told(9, 1000)]), true);
    cover.presented([told(9, 1000)], shown(1000));
    assert.equal(cover.arrived([told(9, 2000)]), false);
    assert.equal(cover.arrived([told(5, 3000)]), true);
    assert.equal(cover.arrived([told(9, 4000)]), true);
});

test("RTP time goes round", () => {
    const cover = new Cover(9, given);
    assert.equal(cover.presented([told(9, 0xffffff00)], shown(0xfffffe00)), true);
    assert.equal(cover.presented([told(9, 0x00000100)], shown(0x00000010)), false);
    assert.equal(latestOf([told(1, 0x10), told(2, 0xfffffff0)])?.source, 1);
});

test("where frames tell no time, the second frame is the proof", () => {
    const cover = new Cover(9, given);
    assert.equal(cover.presented([told(9, 1000)], {}), true);
    assert.equal(cover.presented([told(9, 2000)], {}), false);
    assert.equal(cover.presented([told(5, 3000)], {}), true);
});

test("the latest of several arrivals is the one that counts", () => {
    assert.equal(latestOf([told(1, 5), told(2, 9), told(3, 7)])?.source, 2);
    assert.equal(latestOf([]), undefined);
});

const tone = (gain: number) => Float32Array.from({ length: 1024 }, (_, i) => gain * Math.sin(i / 3));

test("levels go from silence to loud", () => {
    assert.equal(levelOf(new Float32Array(1024)), 0);
    assert.ok(levelOf(tone(0.02)) < levelOf(tone(0.2)));
    assert.equal(levelOf(tone(1)), 1);
});

test("speaking while muted is told within a second, once in half a minute", () => {
    const speech = new MutedSpeech();
    const told: number[] = [];
    for (let ms = 0; ms < 70_000; ms += 100) if (speech.heard(0.8, ms)) told.push(ms);
    assert.equal(told.length, 3);
    assert.ok(told[0]! <= 1000);
    assert.ok(told[1]! - told[0]! >= 30_000);
});

test("a cough is not speaking", () => {
    const speech = new MutedSpeech();
    for (let ms = 0; ms < 20_000; ms += 100) assert.equal(speech.heard(ms % 5000 < 200 ? 0.9 : 0, ms), false);
});

test("silence is said after five seconds and taken back by a word", () => {
    const silence = new Silence();
    assert.equal(silence.isLong(0, 0), false);
    assert.equal(silence.isLong(0, 4999), false);
    assert.equal(silence.isLong(0, 5000), true);
    assert.equal(silence.isLong(0.5, 5100), false);
    assert.equal(silence.isLong(0, 9000), false);
});

test("four refusals of a browser are four different things", () => {
    const problem = (name: string) => problemOf(new DOMException("", name));
    assert.deepEqual(
        ["NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError"].map(problem),
        ["refused", "missing", "busy", "unsuitable"],
    );
});

const agents = {
    facebook: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]",
    line: "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0 Mobile Safari/537.36 Line/14.0",
    google: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/330.0 Mobile/15E148 Safari/604.1",
    nameless: "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0 Mobile Safari/537.36",
    safari: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    chrome: "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36",
};

test("browsers inside apps are named with the browser to go to, real ones are not", () => {
    assert.deepEqual(inAppBrowser(agents.facebook), { app: "Facebook", open: "Safari" });
    assert.deepEqual(inAppBrowser(agents.line), { app: "LINE", open: "Chrome" });
    assert.deepEqual(inAppBrowser(agents.google), { app: "Google", open: "Safari" });
    assert.deepEqual(inAppBrowser(agents.nameless), { app: "", open: "Chrome" });
    assert.equal(inAppBrowser(agents.safari), undefined);
    assert.equal(inAppBrowser(agents.chrome), undefined);
    assert.deepEqual([agents.safari, agents.chrome].map(engineOf), ["safari", "chrome"]);
});

test("our sounds are WAV files that do not clip", () => {
    const file = wavOf(chime);
    const view = new DataView(file.buffer);
    assert.equal(String.fromCharCode(...file.slice(0, 4)), "RIFF");
    assert.equal(view.getUint32(40, true), file.length - 44);
    let peak = 0;
    for (let i = 44; i < file.length; i += 2) peak = Math.max(peak, Math.abs(view.getInt16(i, true)));
    assert.ok(peak > 5000 && peak < 32767, `peak ${peak}`);
});
