// SPDX-License-Identifier: AGPL-3.0-or-later
// support/studio.mjs - a camera whose picture costs bits and counts its frames, and a microphone that speaks.

// The picture's height is 18 cells; the counter is 16 of them in its first row, from the middle outwards.
export const cells = 16;

// Runs in the page, before its own scripts.
function takePlace({ width, height, fps, cells, restless, voice, hz }, speech) {
    const devices = navigator.mediaDevices;
    if (!devices) return;
    const own = { frames: 0 };
    Object.defineProperty(window, "__own", { value: own });
    const wall = () => performance.timeOrigin + performance.now();

    // --- the camera --------------------------------------------------------------------------------

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
        // Twice the same, side by side: it goes round without a cut, at which encoders drop pictures.
        const room = new OffscreenCanvas(2 * width, height);
        const paper = noise(160, 90);
        for (const left of [0, width]) room.getContext("2d").drawImage(paper, left, 0, width, height);
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
            // Clapped at the same moment as it is heard.
            if (voice !== "claps") return;
            const clapping = k % (2 * fps) < fps / 3;
            x.fillStyle = clapping ? "#fff" : "#000";
            x.fillRect(width / 4, height / 4, width / 2, height / 2);
            if (k % (2 * fps) === 0) own.clap?.();
        };
        draw();
        const track = canvas.captureStream(0).getVideoTracks()[0];
        const timer = setInterval(() => (draw(), track.requestFrame()), 1000 / fps);
        const stop = track.stop.bind(track);
        track.stop = () => (clearInterval(timer), stop());
        return track;
    };

    // --- the microphone ----------------------------------------------------------------------------

    const speechOf = (context) => {
        const samples = new Int16Array(Uint8Array.from(atob(speech.samples), (letter) => letter.charCodeAt(0)).buffer);
        const buffer = context.createBuffer(1, samples.length, speech.rate);
        buffer.getChannelData(0).forEach((_, at, channel) => (channel[at] = samples[at] / 32768));
        return buffer;
    };
    const noiseOf = (context, seconds) => {
        const buffer = context.createBuffer(1, seconds * context.sampleRate, context.sampleRate);
        buffer.getChannelData(0).forEach((_, at, channel) => (channel[at] = 2 * Math.random() - 1));
        return buffer;
    };
    // A microphone is never quite silent.
    const roomOf = (context, end) => {
        const room = new AudioBufferSourceNode(context, { buffer: noiseOf(context, 2), loop: true });
        room.connect(new GainNode(context, { gain: 0.001 })).connect(end);
        room.start();
    };
    const voices = {
        // Never pauses.
        always: (context, end) => {
            const source = new AudioBufferSourceNode(context, { buffer: speechOf(context), loop: true });
            source.connect(end);
            source.start();
        },
        // The quiet of a room, and what the test asks for: both give the wall time at which they begin.
        asked: (context, end) => {
            roomOf(context, end);
            const hiss = noiseOf(context, 1);
            const buffer = speechOf(context);
            const play = (given, seconds, gain) => {
                const source = new AudioBufferSourceNode(context, { buffer: given });
                source.connect(new GainNode(context, { gain })).connect(end);
                source.start(0, 0, seconds);
                return wall();
            };
            own.say = (seconds) => play(buffer, seconds, 1);
            own.cough = () => play(hiss, 0.25, 0.5);
        },
        // A tone that is told apart from other sounds.
        hum: (context, end) => {
            const tone = new OscillatorNode(context, { frequency: hz });
            tone.connect(new GainNode(context, { gain: 0.25 })).connect(end);
            tone.start();
        },
        claps: (context, end) => {
            roomOf(context, end);
            own.clap = () => {
                const tone = new OscillatorNode(context, { frequency: 1000 });
                tone.connect(new GainNode(context, { gain: 0.5 })).connect(end);
                tone.start();
                tone.stop(context.currentTime + 0.3);
            };
        },
    };
    const sound = async () => {
        const context = new AudioContext();
        await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 1500))]);
        const end = context.createMediaStreamDestination();
        voices[voice](context, end);
        own.context = context; // as long as the page
        return end.stream.getAudioTracks()[0];
    };
    devices.getUserMedia = async (wanted) => {
        const tracks = [];
        if (wanted.video) tracks.push(picture());
        if (wanted.audio) tracks.push(await sound());
        return new MediaStream(tracks);
    };
}

// restless: the share of the picture that is new in every frame. voice: "hum", a tone of `hz`; "claps", with the picture;
// "always" and "asked" speak what `speech` holds: {rate, samples}, 16 bits in base64.
export async function giveStudio(page, { width = 960, height = 540, fps = 15, restless = 0.15, voice = "hum", hz = 500, speech = null } = {}) {
    const wanted = JSON.stringify({ width, height, fps, cells, restless, voice, hz });
    await page.evaluateOnNewDocument(`(${takePlace})(${wanted}, ${JSON.stringify(speech)})`);
}
