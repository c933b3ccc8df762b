// SPDX-License-Identifier: AGPL-3.0-or-later
// support/bundle.mjs - makes plain modules of TypeScript sources, for tests to import.

import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
export const web = join(root, "web");

// The dependencies of tests live beside those of the pages.
export const requireFromWeb = createRequire(join(web, "package.json"));

export async function bundle(entryPoints, outdir, extra = {}) {
    const esbuild = requireFromWeb("esbuild");
    await esbuild.build({
        absWorkingDir: root,
        entryPoints,
        outdir,
        bundle: true,
        format: "esm",
        platform: "node",
        target: "node18",
        outExtension: { ".js": ".mjs" },
        nodePaths: [join(web, "node_modules")],
        logLevel: "warning",
        ...extra,
    });
}

// One source of the pages as a module of this process.
export async function importSource(path) {
    const folder = await mkdtemp(join(tmpdir(), "aftercare-web-"));
    try {
        await bundle({ source: join(web, path) }, folder);
        return await import(pathToFileURL(join(folder, "source.mjs")).href);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
