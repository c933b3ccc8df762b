// SPDX-License-Identifier: AGPL-3.0-or-later
// support/probe.mjs - what a page sees, hears, sends and says, read out of the page itself.

// Runs in the page, before its own scripts.
function lay() {
    const probe = { connections: [], offers: [], said: [], got: [], sockets: [], refusals: [] };
    Object.defineProperty(window, "__probe", { value: probe });

    // --- what it says ----------------------------------------------------------------------------

    const RealSocket = window.WebSocket;
    window.WebSocket = class extends RealSocket {
        constructor(...args) {
            super(...args);
            probe.sockets.push(this);
            this.addEventListener("message", (event) => probe.got.push(String(event.data)));
        }
        send(text) {
            probe.said.push(String(text));
            super.send(text);
        }
    };

    const RealConnection = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends RealConnection {
        constructor(...args) {
            super(...args);
            this.offers = 0;
            probe.connections.push(this);
        }
        createOffer(...args) {
            this.offers++;
            probe.offers.push({ restart: !!args[0]?.iceRestart });
            return super.createOffer(...args);
        }
    };
    const locally = RealConnection.prototype.setLocalDescription;
    RealConnection.prototype.setLocalDescription = function (...args) {
        this.locals = (this.locals ?? 0) + 1;
        return locally.apply(this, args);
    };
    document.addEventListener("securitypolicyviolation", (event) =>
        probe.refusals.push(`${event.violatedDirective} ${event.blockedURI}`),
    );

    // --- what it sees ----------------------------------------------------------------------------

    const canvas = new OffscreenCanvas(64, 36);
    const pen = canvas.getContext("2d", { willReadFrequently: true });

    // Colour of the picture's middle left, and the counter in its cells.
    probe.look = (video) => {
        if (!video?.videoWidth || video.readyState < 2) return null;
        pen.drawImage(video, 0, 0, 64, 36);
        const { data } = pen.getImageData(8, 12, 8, 8);
        let [r, g, b] = [0, 0, 0];
        for (let at = 0; at < data.length; at += 4) {
            r += data[at];
            g += data[at + 1];
            b += data[at + 2];
        }
        const most = Math.max(r, g, b);
        const span = most - Math.min(r, g, b);
        const strong = span / 64 > 60;
        let hue = 0;
        if (most === r) hue = (g - b) / (span || 1);
        else if (most === g) hue = 2 + (b - r) / span;
        else hue = 4 + (r - g) / span;
        return {
            hue: strong ? Math.round((hue * 60 + 360) % 360) : null,
            width: video.videoWidth,
            height: video.videoHeight,
        };
    };
    // Each tile with what is really on it; a covered picture is no picture.
    probe.seen = () =>
        [...document.querySelectorAll("article[data-member]")].map((tile) => {
            const shown = tile.querySelector("[data-state=shown] video");
            return {
                member: Number(tile.dataset.member),
                name: tile.querySelector(".name")?.textContent ?? tile.getAttribute("aria-label"),
                source: Number(tile.dataset.source ?? 0),
                state: tile.dataset.state,
                speaking: tile.dataset.speaking === "true",
                picture: shown ? probe.look(shown) : null,
            };
        });

    // --- what it hears ---------------------------------------------------------------------------

    let context = null;
    const ears = new Map();
    const ear = (track) => {
        if (ears.has(track)) return ears.get(track);
        context ??= new AudioContext({ sampleRate: 48000 });
        void context.resume();
        const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
        context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
        ears.set(track, analyser);
        return analyser;
    };
    // The tones of one track: those of `wanted` that stand out in it.
    probe.tonesOf = (track, wanted) => {
        const analyser = ear(track);
        const bins = new Float32Array(analyser.frequencyBinCount);
        analyser.getFloatFrequencyData(bins);
        const width = context.sampleRate / analyser.fftSize;
        const at = (hz) => Math.max(...bins.slice(Math.round(hz / width) - 1, Math.round(hz / width) + 2));
        return wanted.filter((hz) => at(hz) > -60 && at(hz) > at(hz + 100) + 15 && at(hz) > at(hz - 100) + 15);
    };
    probe.heard = (wanted) =>
        [...document.querySelectorAll("audio[data-source]")]
            .filter((audio) => audio.srcObject && !audio.paused)
            .map((audio) => ({
                source: Number(audio.dataset.source),
                tones: probe.tonesOf(audio.srcObject.getAudioTracks()[0], wanted),
            }))
            .filter(({ tones }) => tones.length > 0);

    // --- what it sends and receives --------------------------------------------------------------

    probe.stats = async () => {
        const all = [];
        for (const connection of probe.connections) {
            if (connection.connectionState === "closed") continue;
            for (const one of (await connection.getStats()).values()) all.push({ ...one });
        }
        return all;
    };
}

export async function layProbe(page) {
    await page.evaluateOnNewDocument(lay);
}

// Counters of a page's connection, of one type ("inbound-rtp") or all.
export async function statsOf(page, type) {
    const all = await page.evaluate(() => window.__probe.stats());
    return type ? all.filter((one) => one.type === type) : all;
}

// All messages of one type the gateway has sent this page.
export async function messagesTo(page, type) {
    const got = await page.evaluate(() => window.__probe.got);
    return got.map((text) => JSON.parse(text)).filter((message) => !type || message.type === type);
}

// As if the gateway had said it; what it says itself about the line and the voice is not heard from then on.
export function tell(page, message) {
    return page.evaluate((text) => {
        const socket = window.__probe.sockets.at(-1);
        const hear = (socket.__hear ??= socket.onmessage);
        socket.onmessage = (event) => {
            if (!event.isTrusted || !["line", "voice"].includes(JSON.parse(event.data).type)) hear(event);
        };
        socket.dispatchEvent(new MessageEvent("message", { data: text }));
    }, JSON.stringify(message));
}
