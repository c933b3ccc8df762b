// SPDX-License-Identifier: AGPL-3.0-or-later
// client/tone.ts - our own sounds, drawn as numbers: a chime to test a loudspeaker, a knock when let in.

export interface Note {
    hz: number;
    atMs: number;
    forMs: number;
}

export const chime: readonly Note[] = [
    { hz: 523.25, atMs: 0, forMs: 700 },
    { hz: 659.25, atMs: 260, forMs: 800 },
    { hz: 783.99, atMs: 520, forMs: 1100 },
];
export const welcomeIn: readonly Note[] = [
    { hz: 587.33, atMs: 0, forMs: 350 },
    { hz: 880, atMs: 180, forMs: 700 },
];
export const knock: readonly Note[] = [
    { hz: 392, atMs: 0, forMs: 160 },
    { hz: 392, atMs: 200, forMs: 260 },
];

const rate = 24_000;

// A WAV file of soft bell-like notes: 16 bit, one channel.
export function wavOf(notes: readonly Note[]): Uint8Array<ArrayBuffer> {
    const lastMs = Math.max(0, ...notes.map((note) => note.atMs + note.forMs));
    const count = Math.ceil((lastMs * rate) / 1000);
    const sums = new Float32Array(count);
    for (const { hz, atMs, forMs } of notes) {
        const start = Math.floor((atMs * rate) / 1000);
        const length = Math.floor((forMs * rate) / 1000);
        for (let i = 0; i < length && start + i < count; i++) {
            const t = i / rate;
            const swell = Math.min(1, t / 0.012) * Math.exp(-4.5 * (i / length));
            const wave = Math.sin(2 * Math.PI * hz * t) + 0.25 * Math.sin(4 * Math.PI * hz * t);
            sums[start + i]! += 0.28 * swell * wave;
        }
    }
    const file = new DataView(new ArrayBuffer(44 + 2 * count));
    const word = (at: number, letters: string) =>
        [...letters].forEach((letter, i) => file.setUint8(at + i, letter.charCodeAt(0)));
    word(0, "RIFF");
    file.setUint32(4, 36 + 2 * count, true);
    word(8, "WAVEfmt ");
    file.setUint32(16, 16, true);
    file.setUint16(20, 1, true);
    file.setUint16(22, 1, true);
    file.setUint32(24, rate, true);
    file.setUint32(28, 2 * rate, true);
    file.setUint16(32, 2, true);
    file.setUint16(34, 16, true);
    word(36, "data");
    file.setUint32(40, 2 * count, true);
    sums.forEach((sum, i) => file.setInt16(44 + 2 * i, Math.max(-1, Math.min(1, sum)) * 32767, true));
    return new Uint8Array(file.buffer);
}
