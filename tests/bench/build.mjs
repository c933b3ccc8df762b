// SPDX-License-Identifier: AGPL-3.0-or-later
// build.mjs - how long a clean checkout takes to build.

import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Figures } from "./support/figures.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const figures = new Figures("build");
const folder = await mkdtemp(join(tmpdir(), "aftercare-build-"));
try {
    // What is committed, and no cache of compiled files.
    execFileSync("sh", ["-c", `git -C "${root}" archive HEAD | tar -x -C "${folder}"`]);
    const started = performance.now();
    execFileSync(join(folder, "gateway/run"), ["--build"], {
        env: { ...process.env, CCACHE_DISABLE: "1" },
        stdio: ["ignore", "ignore", "inherit"],
    });
    figures.add("build from a clean checkout", (performance.now() - started) / 1000, "s", 90);
} finally {
    await rm(folder, { recursive: true, force: true });
}
await figures.write();
