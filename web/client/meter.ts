// SPDX-License-Identifier: AGPL-3.0-or-later
// client/meter.ts - reads how loud a track is, through Web Audio.

import { levelOf } from "./levels.ts";

let shared: AudioContext | null = null;

// Firefox without a sound server never settles resume(), so nobody waits for it.
function audioContext(): AudioContext {
    shared ??= new AudioContext();
    if (shared.state === "suspended") void shared.resume().catch(() => {});
    return shared;
}

export interface Meter {
    level(): number;
    close(): void;
}

export function meterOf(track: MediaStreamTrack): Meter {
    const context = audioContext();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return {
        level() {
            if (context.state === "suspended") void context.resume().catch(() => {});
            analyser.getFloatTimeDomainData(samples);
            return levelOf(samples);
        },
        close: () => source.disconnect(),
    };
}
