// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/figures_page.mjs - the figures a running gateway shows of itself, from the socket in its data folder.

import http from "node:http";
import { join } from "node:path";

// name{labels} -> number.
export function figuresPage(gateway) {
    return new Promise((done, failed) => {
        const asked = http.get({ socketPath: join(gateway.folder, "metrics"), path: "/metrics", timeout: 30_000 }, async (reply) => {
            let text = "";
            for await (const part of reply) text += part;
            done(new Map([...text.matchAll(/^aftercare_(\S+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)])));
        });
        asked.on("error", failed);
    });
}

// Of all media threads.
export function sumOf(page, name) {
    return [...page].filter(([key]) => key.startsWith(`${name}{thread="`)).reduce((sum, [, value]) => sum + value, 0);
}
