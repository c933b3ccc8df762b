// SPDX-License-Identifier: AGPL-3.0-or-later
// support/studio.mjs - a camera whose picture costs bits and counts its frames, and a microphone that speaks.

// The picture's height is 18 cells; the counter is 16 of them in its first row, from the middle outwards.
export const cells = 16;

// Runs in the page, before its own scripts.
function takePlace({ width, height, fps, cells, restless }, speech) {
    const devices = navigator.mediaDevices;
    if (!devices) return;
    const own = { frames: 0, loud: null, microphones: 0 };
    Object.defineProperty(window, "__own", { value: own });

    // Soft random patches: what a room behind a person costs an encoder when the camera moves.
    const noise = (columns, rows) => {
        const small = new OffscreenCanvas(columns, rows);
        const x = small.getContext("2d");
        const image = x.createImageData(columns, rows);
        for (let at = 0; at < image.data.length; at += 4) {
            for (let part = 0; part < 3; part++) image.data[at + part] = 60 + 150 * Math.random();
            image.data[at + 3] = 255;
        }
        x.putImageData(image, 0, 0);
        return small;
    };
    const picture = () => {
        const canvas = document.createElement("canvas");
        canvas.width = width;
        canvas.height = height;
        const x = canvas.getContext("2d", { alpha: false });
        const room = new OffscreenCanvas(2 * width, height);
        room.getContext("2d").drawImage(noise(320, 90), 0, 0, 2 * width, height);
        const grains = Array.from({ length: 12 }, () => noise(width / 8, height / 8));
        const cell = height / 18;
        const draw = () => {
            const k = own.frames++;
            x.drawImage(room, -((k * 3) % width), 0);
            // A part of the picture is new in every frame.
            const tall = height * restless;
            x.drawImage(grains[k % grains.length], 0, 0, width / 8, tall / 8, 0, height - tall, width, tall);
            for (let bit = 0; bit < cells; bit++) {
                x.fillStyle = (k >> bit) & 1 ? "#fff" : "#000";
                x.fillRect(width / 2 + (bit - cells / 2) * cell, 0, cell, cell);
            }
        };
        draw();
        const timer = setInterval(draw, 1000 / fps);
        const track = canvas.captureStream(fps).getVideoTracks()[0];
        const stop = track.stop.bind(track);
        track.stop = () => (clearInterval(timer), stop());
        return track;
    };
    const sound = async () => {
        const context = new AudioContext();
        await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 1500))]);
        const samples = new Int16Array(Uint8Array.from(atob(speech.samples), (letter) => letter.charCodeAt(0)).buffer);
        const buffer = context.createBuffer(1, samples.length, speech.rate);
        buffer.getChannelData(0).forEach((_, at, channel) => (channel[at] = samples[at] / 32768));
        const voice = new AudioBufferSourceNode(context, { buffer, loop: true });
        const gain = new GainNode(context, { gain: 1 });
        const end = context.createMediaStreamDestination();
        voice.connect(gain).connect(end);
        voice.start();
        own.context = context;
        own.gain = gain;
        own.microphones++;
        return end.stream.getAudioTracks()[0];
    };
    devices.getUserMedia = async (wanted) => {
        const tracks = [];
        if (wanted.video) tracks.push(picture());
        if (wanted.audio) tracks.push(await sound());
        return new MediaStream(tracks);
    };
}

// restless: the share of the picture that is new in every frame.
export async function giveStudio(page, speech, { width = 1280, height = 720, fps = 20, restless = 0.3 } = {}) {
    const wanted = JSON.stringify({ width, height, fps, cells, restless });
    await page.evaluateOnNewDocument(`(${takePlace})(${wanted}, ${JSON.stringify(speech)})`);
}
