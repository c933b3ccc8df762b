// SPDX-License-Identifier: AGPL-3.0-or-later
// offer.test.ts - what is written into a browser's offer and its answer, and what is left as it is.

import assert from "node:assert/strict";
import test from "node:test";
import { withRedundantVoice, withSoundRepair } from "../../web/client/offer.ts";

const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join("");
const chromium = lines("v=0", "m=audio 9 X 111 63", "a=mid:0", "a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 transport-cc", "a=rtpmap:63 red/48000/2");
const video = lines("m=video 9 X 96", "a=mid:1", "a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 nack pli");
const firefox = lines("m=audio 0 X 109", "a=rtcp-fb:109 transport-cc", "a=rtpmap:109 opus/48000/2", "a=mid:2");

test("each line of sound offers to have lost packets sent again, under its own payload type", () => {
    const offer = withSoundRepair(chromium + video + firefox);
    assert.deepEqual(offer.match(/a=rtcp-fb:\d+ nack\r\n/g), ["a=rtcp-fb:111 nack\r\n", "a=rtcp-fb:109 nack\r\n"]);
    assert.ok(offer.includes(video), "pictures are left alone");
    assert.equal(offer.replace(/a=rtcp-fb:1\d\d nack\r\n/g, ""), chromium + video + firefox);
});

test("an offer that says so already is left as it is", () => {
    const offer = withSoundRepair(chromium + video + firefox);
    assert.equal(withSoundRepair(offer), offer);
});

test("sound without Opus is left as it is", () => {
    const other = lines("m=audio 9 X 0", "a=rtpmap:0 PCMU/8000");
    assert.equal(withSoundRepair(other), other);
});

test("a redundant voice has RED in front on the first line of sound, and nowhere else", () => {
    const sound = lines("m=audio 9 X 111 63", "a=mid:3", "a=rtpmap:111 opus/48000/2", "a=rtpmap:63 red/48000/2");
    assert.equal(withRedundantVoice(chromium + video + sound), chromium.replace("X 111 63", "X 63 111") + video + sound);
});

test("an answer without RED on the line of the voice is left as it is", () => {
    for (const answer of [firefox, firefox + chromium, video, ""]) assert.equal(withRedundantVoice(answer), answer);
});
