// SPDX-License-Identifier: AGPL-3.0-or-later
// support/media.mjs - a camera with a colour and a microphone with a tone of its own, put in the place of a page's real ones.

import { paintPortrait } from "./portrait.mjs";

export function hueOf(number) {
    return (number * 67) % 360;
}

export function toneOf(number) {
    return 300 + 200 * number;
}

// Runs in the page, before its own scripts.
function takePlace({ hue, hz, number, width, height, fps }, portrait) {
    const devices = navigator.mediaDevices;
    if (!devices) return;
    const own = { frames: 0, loud: null, cameras: 0, microphones: 0 };
    Object.defineProperty(window, "__own", { value: own });

    const draw = (x) => {
        if (portrait) return portrait(x, width, height, number, own.frames++ / fps);
        x.fillStyle = `hsl(${hue},100%,50%)`;
        x.fillRect(0, 0, width, height);
        x.fillStyle = "#fff";
        x.font = `${height / 2.5}px sans-serif`;
        x.fillText(String(number), width * 0.42, height * 0.65);
        // A counter of 16 bits in black and white cells.
        const cell = height / 18;
        for (let bit = 0; bit < 16; bit++) {
            x.fillStyle = (own.frames >> bit) & 1 ? "#fff" : "#000";
            x.fillRect(width / 2 - 8 * cell + bit * cell, 0, cell, cell);
        }
        own.frames++;
    };
    const picture = () => {
        const canvas = document.createElement("canvas");
        canvas.width = width;
        canvas.height = height;
        const x = canvas.getContext("2d");
        draw(x);
        const timer = setInterval(() => draw(x), 1000 / fps);
        const track = canvas.captureStream(fps).getVideoTracks()[0];
        const stop = track.stop.bind(track);
        track.stop = () => (clearInterval(timer), stop());
        own.cameras++;
        return track;
    };
    const sound = async () => {
        const context = new AudioContext();
        await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 1500))]);
        const tone = new OscillatorNode(context, { frequency: hz });
        const gain = new GainNode(context, { gain: 0.25 });
        const end = context.createMediaStreamDestination();
        tone.connect(gain).connect(end);
        tone.start();
        own.loud = (on) => (gain.gain.value = on ? 0.25 : 0);
        own.microphones++;
        return end.stream.getAudioTracks()[0];
    };
    devices.getUserMedia = async (wanted) => {
        const tracks = [];
        if (wanted.video) tracks.push(picture());
        if (wanted.audio) tracks.push(await sound());
        return new MediaStream(tracks);
    };
    // A screen is a canvas too where the browser has none to give.
    own.screen = () => {
        devices.getDisplayMedia = async () => new MediaStream([picture()]);
    };
}

// portrait: a drawn person instead of a colour, for pictures people look at.
export async function giveMedia(page, number, { width = 640, height = 360, fps = 15, portrait = false } = {}) {
    const wanted = JSON.stringify({ hue: hueOf(number), hz: toneOf(number), number, width, height, fps });
    await page.evaluateOnNewDocument(`(${takePlace})(${wanted}, ${portrait ? paintPortrait : "null"})`);
}
