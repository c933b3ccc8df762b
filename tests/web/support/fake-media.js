// SPDX-License-Identifier: AGPL-3.0-or-later
// support/fake-media.js - runs in a page before its scripts: people drawn on canvases in place of a real connection.

(() => {
    const slots = new Map(); // mid -> source, as the gateway says
    const RealSocket = window.WebSocket;
    window.WebSocket = class extends RealSocket {
        constructor(...given) {
            super(...given);
            this.addEventListener("message", (event) => {
                const message = JSON.parse(event.data);
                if (message.type === "slots") for (const { mid, source } of message.slots) slots.set(mid, source);
            });
        }
    };

    const rooms = [["#e8d9c4", "#cdb89b"], ["#cfe0dc", "#a9c6be"], ["#ead1c6", "#cfa896"], ["#d8dcea", "#b4bcd6"], ["#e5e3c8", "#c6c294"], ["#e6d3e2", "#c4a6be"]];
    const skins = ["#f0c7a2", "#8d5a3c", "#e2ab82", "#c98f68", "#f4d6bd", "#6f4630"];
    const hairs = ["#4a3527", "#201814", "#b9b3ac", "#7a4a26", "#d9d4cc", "#2d2320"];
    const coats = ["#c6764a", "#1d6b5f", "#7a6aa8", "#b0524a", "#3f6d94", "#8c8a3c"];

    function drawPerson(x, w, h, n, tick) {
        const at = (list) => list[n % list.length];
        const [light, dark] = at(rooms);
        const back = x.createLinearGradient(0, 0, w, h);
        back.addColorStop(0, light);
        back.addColorStop(1, dark);
        x.fillStyle = back;
        x.fillRect(0, 0, w, h);
        x.fillStyle = "rgb(255 255 255 / 35%)";
        x.fillRect(w * 0.08, h * 0.1, w * 0.2, h * 0.42);
        x.fillRect(w * (0.68 + 0.04 * (n % 3)), h * 0.16, w * 0.2, h * 0.06);
        const cx = w * (0.5 + 0.03 * Math.sin(n)) + Math.sin(tick / 20 + n) * 3;
        const r = h * 0.19;
        x.fillStyle = at(coats);
        x.beginPath();
        x.ellipse(cx, h * 1.06, h * 0.46, h * 0.43, 0, 0, 7);
        x.fill();
        x.fillStyle = at(skins);
        x.fillRect(cx - r * 0.35, h * 0.5, r * 0.7, h * 0.2);
        x.fillStyle = at(hairs);
        x.beginPath();
        x.ellipse(cx, h * 0.385, r * 1.1, r * 1.22, 0, 0, 7);
        x.fill();
        x.fillStyle = at(skins);
        x.beginPath();
        x.ellipse(cx, h * 0.44, r * 0.9, r * 1.05, 0, 0, 7);
        x.fill();
        x.fillStyle = "#2b2622";
        for (const side of [-1, 1]) x.fillRect(cx + side * r * 0.36 - r * 0.07, h * 0.42, r * 0.14, r * 0.16);
        x.strokeStyle = "#2b2622";
        x.lineWidth = r * 0.07;
        x.beginPath();
        x.arc(cx, h * 0.49, r * 0.3, 0.3, 2.84);
        x.stroke();
    }

    function drawScreen(x, w, h, tick) {
        x.fillStyle = "#fff";
        x.fillRect(0, 0, w, h);
        x.fillStyle = "#1d6b5f";
        x.font = "bold 44px sans-serif";
        x.fillText("Week by week", 60, 90);
        for (let i = 0; i < 7; i++) x.fillRect(80 + i * 150, h - 80 - (i + 1.5) * 55, 90, (i + 1.5) * 55);
        x.fillStyle = "#d98a5b";
        x.fillRect((tick * 3) % w, h - 20, 40, 8);
    }

    function canvasTrack(sourceOf, w, h) {
        const canvas = document.createElement("canvas");
        canvas.width = w;
        canvas.height = h;
        const x = canvas.getContext("2d");
        let tick = 0;
        setInterval(() => {
            tick++;
            const source = sourceOf();
            if (source % 4 === 2) drawScreen(x, w, h, tick);
            else drawPerson(x, w, h, Math.floor(source / 4), tick);
        }, 100);
        return canvas.captureStream(10).getVideoTracks()[0];
    }

    const silence = () => new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0];
    let shared;

    class Transceiver {
        constructor(kind, mid, { direction, sendEncodings }) {
            Object.assign(this, { mid, direction, kind });
            let encodings = (sendEncodings ?? [{}]).map((one) => ({ active: true, ...one }));
            this.sender = {
                track: null,
                replaceTrack: async (track) => void (this.sender.track = track),
                getParameters: () => structuredClone({ encodings, codecs: [] }),
                setParameters: async (next) => void (encodings = next.encodings),
            };
            const source = () => slots.get(mid) ?? 0;
            const track = direction !== "recvonly" ? null : kind === "video" ? canvasTrack(source, 1280, 720) : (shared ??= silence());
            this.receiver = {
                track,
                jitterBufferTarget: null,
                getContributingSources: () => [{ source: source(), rtpTimestamp: 0, timestamp: performance.now() }],
                getSynchronizationSources: () => [],
            };
        }
        setCodecPreferences() {}
    }

    // What tests turn: window.__connection.path("disconnected"), .availableBps = 40_000
    window.RTCPeerConnection = class extends EventTarget {
        availableBps = 4_000_000;
        constructor() {
            super();
            window.__connection = this;
        }
        path(state) {
            this.connectionState = this.iceConnectionState = state;
            this.onconnectionstatechange?.();
        }
        async getStats() {
            return new Map([
                ["T", { id: "T", type: "transport", selectedCandidatePairId: "P" }],
                ["P", { id: "P", type: "candidate-pair", availableOutgoingBitrate: this.availableBps }],
            ]);
        }
        connectionState = "new";
        iceConnectionState = "new";
        signalingState = "stable";
        localDescription = null;
        remoteDescription = null;
        lines = [];
        addTransceiver(kind, init) {
            const line = new Transceiver(kind, String(this.lines.length), init);
            this.lines.push(line);
            return line;
        }
        async createOffer() {
            const lines = this.lines.map((line) => `m=${line.kind} 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:${line.mid}\r\na=${line.direction}`);
            return { type: "offer", sdp: `v=0\r\n${lines.join("\r\n")}\r\n` };
        }
        async setLocalDescription(description) {
            this.localDescription = description;
        }
        async setRemoteDescription(description) {
            this.remoteDescription = description;
            this.connectionState = this.iceConnectionState = "connected";
            this.onconnectionstatechange?.();
        }
        close() {}
    };

    if (new URLSearchParams(location.search).has("real-camera") || !navigator.mediaDevices) return;
    navigator.mediaDevices.getUserMedia = async ({ audio, video }) => {
        const tracks = [];
        if (video) tracks.push(canvasTrack(() => 4 * 11 + 1, 1280, 720));
        if (audio) tracks.push(silence());
        return new MediaStream(tracks);
    };
})();
