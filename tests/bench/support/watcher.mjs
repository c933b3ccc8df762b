// SPDX-License-Identifier: AGPL-3.0-or-later
// support/watcher.mjs - writes down, in a viewer's page, every picture that is shown and what the browser counts.

import { cells } from "../../browser/support/studio.mjs";

// Runs in the page, before its own scripts.
function lay(cells) {
    const seen = { frames: [], counts: [], firstPacket: 0 };
    Object.defineProperty(window, "__watched", { value: seen });
    const wall = () => performance.timeOrigin + performance.now();

    // --- pictures: when shown, the counter in it, how high it is -------------------------------------

    const strip = new OffscreenCanvas(cells * 2, 2);
    const pen = strip.getContext("2d", { willReadFrequently: true });
    const counterOf = (video) => {
        const { videoWidth: width, videoHeight: height } = video;
        const cell = height / 18;
        pen.drawImage(video, width / 2 - (cells / 2) * cell, cell * 0.25, cells * cell, cell * 0.5, 0, 0, cells * 2, 2);
        const { data } = pen.getImageData(0, 0, cells * 2, 1);
        let counter = 0;
        for (let bit = 0; bit < cells; bit++) if (data[bit * 8] + data[bit * 8 + 4] > 255) counter |= 1 << bit;
        return counter;
    };
    const watched = new WeakSet();
    const watch = (video) => {
        if (watched.has(video)) return;
        watched.add(video);
        const shown = (_, { height }) => {
            video.requestVideoFrameCallback(shown);
            if (video.videoHeight) seen.frames.push([wall(), counterOf(video), height]);
        };
        video.requestVideoFrameCallback(shown);
    };

    // --- counters, as the browser keeps them -----------------------------------------------------

    const kept = ["kind", "mid", "packetsReceived", "packetsLost", "bytesReceived", "headerBytesReceived", "frameHeight", "framesDecoded", "keyFramesDecoded", "freezeCount", "totalFreezesDuration", "concealedSamples", "silentConcealedSamples", "totalSamplesReceived", "estimatedPlayoutTimestamp", "jitterBufferDelay", "jitterBufferEmittedCount", "nackCount", "fecPacketsReceived", "retransmittedPacketsReceived", "timestamp", "audioLevel"];
    const look = async () => {
        const connection = window.__probe.connections.at(-1);
        if (!connection || connection.connectionState === "closed") return;
        const at = wall();
        const lines = [];
        for (const one of (await connection.getStats()).values()) {
            if (one.type !== "inbound-rtp" || !one.packetsReceived) continue;
            if (!seen.firstPacket) seen.firstPacket = at;
            lines.push(Object.fromEntries(kept.filter((name) => one[name] !== undefined).map((name) => [name, one[name]])));
        }
        if (lines.length > 0) seen.counts.push([at, lines]);
    };
    // Often until the first packet, then now and then.
    let turn = 0;
    let looking = false;
    setInterval(() => {
        if (!window.__probe) return;
        for (const video of document.querySelectorAll("article[data-member] video")) watch(video);
        if (looking || (seen.firstPacket && turn++ % 10)) return;
        looking = true;
        look().finally(() => (looking = false));
    }, 25);
}

export async function layWatcher(page) {
    await page.evaluateOnNewDocument(lay, cells);
}

// {frames: [[wall ms, counter, height]...], counts: [[wall ms, lines]...], firstPacket} since it was last asked.
export async function takeWatched(page) {
    return page.evaluate(() => {
        const { frames, counts, firstPacket } = window.__watched;
        return { frames: frames.splice(0), counts: counts.splice(0), firstPacket };
    });
}
