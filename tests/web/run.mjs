// SPDX-License-Identifier: AGPL-3.0-or-later
// run.mjs - makes modules of the tests beside it and runs them all with node's own test runner.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, root } from "./support/bundle.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "aftercare-web-tests-"));
try {
    const tests = (await readdir(here)).filter((name) => name.endsWith(".test.ts"));
    await bundle(
        Object.fromEntries(tests.map((name) => [name.replace(/\.ts$/, ""), join(here, name)])),
        folder,
        { define: { __ROOT__: JSON.stringify(root) } },
    );
    const files = (await readdir(folder)).map((name) => join(folder, name));
    const runner = spawn(process.execPath, ["--test", ...files], { stdio: "inherit" });
    process.exitCode = await new Promise((done) => runner.on("exit", (code) => done(code ?? 1)));
} finally {
    await rm(folder, { recursive: true, force: true });
}
