// SPDX-License-Identifier: AGPL-3.0-or-later
// support/browser.mjs - a Chromium for tests of the pages: launched, waited for by events, looked at.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { requireFromWeb, root, web } from "./bundle.mjs";

export const ceilingMs = 30_000;

const flags = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
];

export async function launchChromium(options = {}) {
    const { default: puppeteer } = requireFromWeb("puppeteer-core");
    return puppeteer.launch({
        browser: "chrome",
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        headless: true,
        acceptInsecureCerts: true,
        ...options,
        args: [...flags, ...(options.args ?? [])],
    });
}

// A page of its own context (own cookies and memory); its faults are collected, third-party requests too.
export async function openPage(browser, { fakeMedia = true, origin, permissions } = {}) {
    const context = await browser.createBrowserContext();
    if (permissions && origin) await context.overridePermissions(origin, permissions);
    const page = await context.newPage();
    page.setDefaultTimeout(ceilingMs);
    const faults = [];
    page.on("pageerror", (error) => faults.push(`error: ${error.message ?? error}`));
    page.on("console", (line) => {
        if (["error", "warn"].includes(line.type()) && !/status of 4\d\d|WebSocket connection to/.test(line.text()))
            faults.push(`console: ${line.text()}`);
    });
    page.on("request", (request) => {
        const url = request.url();
        if (origin && !url.startsWith(origin) && !/^(data|blob):/.test(url)) faults.push(`foreign request: ${url}`);
    });
    if (fakeMedia) await page.evaluateOnNewDocument(await readFile(join(root, "tests/web/support/fake-media.js"), "utf8"));
    return { page, context, faults };
}

export const see = (page, selector) => page.waitForSelector(selector, { visible: true });
export const gone = (page, selector) => page.waitForSelector(selector, { hidden: true });

export async function press(page, selector) {
    const element = await see(page, selector);
    await element.evaluate((one) => one.scrollIntoView({ block: "center" }));
    await element.click();
}

export async function type(page, selector, text) {
    const element = await see(page, selector);
    await element.evaluate((one) => (one.value = ""));
    await element.type(text);
}

let axe;

// The rules of axe-core that the page breaks, each with the first element that breaks it.
export async function axeFaults(page) {
    axe ??= await readFile(join(web, "node_modules/axe-core/axe.min.js"), "utf8");
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    return violations.map((one) => `${one.id}: ${one.nodes.length}x ${one.nodes[0].html.slice(0, 160)} :: ${one.nodes[0].failureSummary?.split("\n")[1]?.trim() ?? ""}`);
}

// No tile or button may push the page sideways, and the room not out of its window at all.
export function overflow(page) {
    return page.evaluate(() => {
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
        const below = document.querySelector(".room") ? scrollHeight - clientHeight : 0;
        return Math.max(scrollWidth - clientWidth, below);
    });
}
