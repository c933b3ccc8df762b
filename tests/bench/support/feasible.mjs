// SPDX-License-Identifier: AGPL-3.0-or-later
// support/feasible.mjs - the best that fits through a line: from its capacity and the rates a sender's layers were measured at.
//
// Knows nothing of the gateway and how it chooses.

const headers = 28; // IPv4 and UDP
const tag = 16; // of SRTP with AES-GCM

// Of a line's rate, what the temporal layers up to 0, 1 and 2 take, and of its pictures, what they show (L1T3 of libvpx).
export const temporal = [
    { of: 0.4, shows: 1 / 4 },
    { of: 0.6, shows: 1 / 2 },
    { of: 1, shows: 1 },
];

// From two readings of a sender's counters ("outbound-rtp" of one layer): bit/s of IP bytes, without what was sent again.
export function ipRate(before, after) {
    const grown = (name) => (after[name] ?? 0) - (before?.[name] ?? 0);
    const packets = grown("packetsSent") - grown("retransmittedPacketsSent");
    const bytes = grown("bytesSent") - grown("retransmittedBytesSent") + grown("headerBytesSent") + packets * (tag + headers);
    return (8000 * bytes) / grown("timestamp");
}

// [{height, fps, bps}...] of the layers that sent, lowest first.
export function layersOf(before, after) {
    return after
        .filter(({ kind, packetsSent, frameHeight }) => kind === "video" && packetsSent > 0 && frameHeight)
        .map((now) => {
            const then = before.find(({ id }) => id === now.id);
            const seconds = (now.timestamp - (then?.timestamp ?? 0)) / 1000;
            return { height: now.frameHeight, fps: (now.framesEncoded - (then?.framesEncoded ?? 0)) / seconds, bps: ipRate(then, now) };
        })
        .filter(({ bps }) => bps > 0)
        .sort((a, b) => a.height - b.height);
}

// Everything one picture can be sent as, worst first: the spatial layer counts more than the temporal one, but a quarter
// of a layer's pictures is worth less than all of the one below it.
function choices(layers) {
    return layers.flatMap(({ height, fps, bps }, layer) =>
        temporal.map(({ of, shows }, level) => ({ height, level, fps: fps * shows, bps: bps * of })).filter(({ level }) => layer === 0 || level > 0),
    );
}

// The rest is for feedback, for what is sent again, and for trying whether there is more.
const usable = 0.95;

// The best choice whose rate fits beside the sound, or null: then there is no picture.
export function bestFeasible(capacity, layers, soundBps) {
    return choices(layers).findLast(({ bps }) => bps + soundBps <= usable * capacity) ?? null;
}

// Two measurements as one: of a layer that was asleep in one of them, the other counts.
export function allLayers(...measured) {
    const best = new Map();
    for (const layer of measured.flat()) if (!(best.get(layer.height)?.bps > layer.bps)) best.set(layer.height, layer);
    return [...best.values()].sort((a, b) => a.height - b.height);
}

// Jain's index: 1 when all have the same, 1/n when one has all.
export function jain(shares) {
    const sum = shares.reduce((a, b) => a + b, 0);
    return (sum * sum) / (shares.length * shares.reduce((a, b) => a + b * b, 0));
}
