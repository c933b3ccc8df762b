// SPDX-License-Identifier: AGPL-3.0-or-later
// support/launch.mjs - the two browsers, each started once per kind of setting and ended at the end.

import puppeteer from "puppeteer-core";

const chromiumFlags = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--metrics-recording-only",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
];

const firefoxSettings = {
    "media.peerconnection.ice.obfuscate_host_addresses": false,
    "media.autoplay.blocking_policy": 0,
    "app.update.enabled": false,
    "app.update.auto": false,
    "toolkit.telemetry.enabled": false,
    "datareporting.healthreport.uploadEnabled": false,
    "datareporting.policy.dataSubmissionEnabled": false,
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
    "browser.safebrowsing.malware.enabled": false,
    "browser.safebrowsing.phishing.enabled": false,
    "extensions.getAddons.cache.enabled": false,
    "media.gmp-manager.updateEnabled": false,
    "media.gmp-manager.url": "",
    "services.settings.server": "data:,",
    "browser.region.network.url": "",
    "browser.search.update": false,
    "network.http.http3.enable": false,
    // Pages of one room share the screen in turn: none is slowed down for being behind.
    "dom.min_background_timeout_value": 4,
    "dom.timeout.enable_budget_timer_throttling": false,
    "widget.windows.window_occlusion_tracking.enabled": false,
};

// What a browser can be asked to be like. Nothing said: devices are there and granted, sound plays.
const likings = {
    chromium: {
        devices: ["--use-fake-device-for-media-stream=fps=20"],
        granted: ["--use-fake-ui-for-media-stream"],
        sounding: ["--autoplay-policy=no-user-gesture-required"],
        silent: ["--autoplay-policy=document-user-activation-required"],
    },
    firefox: {
        devices: { "media.navigator.streams.fake": true },
        granted: { "media.navigator.permission.disabled": true },
        refused: { "permissions.default.camera": 2, "permissions.default.microphone": 2 },
        sounding: { "media.autoplay.default": 0 },
        silent: { "media.autoplay.default": 1 },
    },
};

const usual = ["devices", "granted", "sounding"];
const running = new Map();

function start(which, liked) {
    const extra = liked.map((name) => likings[which][name]).filter(Boolean);
    if (which === "chromium")
        return puppeteer.launch({
            browser: "chrome",
            executablePath: "/usr/bin/chromium",
            headless: true,
            acceptInsecureCerts: true,
            args: [...chromiumFlags, ...extra.flat()],
        });
    return puppeteer.launch({
        browser: "firefox",
        executablePath: "/usr/bin/firefox-esr",
        headless: true,
        acceptInsecureCerts: true,
        timeout: 60_000,
        extraPrefsFirefox: Object.assign({}, firefoxSettings, ...extra),
    });
}

// The one browser of this kind with these likings; started when first asked for.
export function browser(which, liked = usual) {
    const key = [which, ...liked].join(" ");
    if (!running.has(key)) running.set(key, start(which, liked));
    return running.get(key);
}

// A browser profile of its own: no cookie, no storage shared with any other.
export async function newDevice(which, liked) {
    const context = await (await browser(which, liked)).createBrowserContext();
    return { which, context, newPage: () => newPage(which, context) };
}

// Firefox shows one tab of a window at a time, and a hidden tab presents no frame: each page has its window.
async function newPage(which, context) {
    const page = await context.newPage(which === "firefox" ? { type: "window" } : undefined);
    page.setDefaultTimeout(30_000);
    return page;
}

export async function endBrowsers() {
    const all = await Promise.allSettled(running.values());
    running.clear();
    await Promise.allSettled(all.map(({ value }) => value?.close()));
}
