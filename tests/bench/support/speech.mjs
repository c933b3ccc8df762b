// SPDX-License-Identifier: AGPL-3.0-or-later
// support/speech.mjs - a voice that never pauses, for measuring what of it arrives.

import { execFileSync } from "node:child_process";

// No full stop, no comma: nothing in it may be taken for silence.
const words =
    "good morning and welcome to all of you it is three weeks since your knee was operated on and today we look together at how far " +
    "each of you can bend it again then we talk about walking on stairs about the pain that some of you still feel at night and about " +
    "what you may lift and carry now please do not worry when one side takes longer than the other that is usual after such a surgery";

// Mono samples of 16 bits as base64, and their rate.
export function speak() {
    const wav = execFileSync("espeak-ng", ["-v", "en-us", "-s", "165", "-g", "0", "--stdout", words], { maxBuffer: 1 << 26 });
    const at = wav.indexOf("data");
    const bytes = wav.subarray(at + 8);
    const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~1)));
    const loud = (sample) => Math.abs(sample) > 600;
    const first = samples.findIndex(loud);
    const last = samples.findLastIndex(loud);
    const trimmed = samples.slice(first, last);
    return { rate: wav.readUInt32LE(24), samples: Buffer.from(trimmed.buffer, 0, trimmed.byteLength).toString("base64") };
}
