// SPDX-License-Identifier: AGPL-3.0-or-later
// support/look.mjs - a page in all its looks: pictures of each, and what a tool finds wrong for those who cannot see it.

import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../build/screenshots/", import.meta.url));
const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

// Faults axe finds on the page as it is now, one text each.
export async function faultsOf(page) {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
}

// What is wider than the window, or cut off so that it cannot be scrolled to.
async function overflowOf(page) {
    return page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth > clientWidth + 1 ? [`wider than the window: ${scrollWidth} in ${clientWidth}`] : [];
    });
}

// Runs in the page: new styles are in force, and colours have faded to where they go.
async function settled() {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    for (const fading of document.getAnimations()) if (fading instanceof CSSTransition) fading.finish();
    await frame();
}

// Pictures at desk and phone size, light and dark where the browser can be told; all faults found on the way.
// brief: each size and each theme, but not each pair.
export async function look(page, name, { sizes = { desk, phone }, which = "chromium", brief = false } = {}) {
    await mkdir(folder, { recursive: true });
    const faults = [];
    const themes = which === "chromium" ? ["light", "dark"] : ["light"];
    for (const [size, viewport] of Object.entries(sizes)) {
        await page.setViewport(viewport);
        for (const theme of themes) {
            // Each size and each theme is judged once; what is wrong in one of the other pairs is wrong in these too.
            const judged = which !== "chromium" || (size === "desk") === (theme === "light");
            if (brief && !judged) continue;
            if (which === "chromium") await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
            await page.evaluate(settled);
            const found = [...(judged ? await faultsOf(page) : []), ...(await overflowOf(page))];
            faults.push(...found.map((fault) => `${name} (${size}, ${theme}): ${fault}`));
            await page.screenshot({ path: `${folder}${name}-${size}-${theme}${which === "firefox" ? "-firefox" : ""}.png` });
        }
    }
    await page.setViewport(desk);
    if (which === "chromium") await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
    return faults;
}
