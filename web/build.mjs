// SPDX-License-Identifier: AGPL-3.0-or-later
// build.mjs - turns the sources into the files the gateway serves: hashed names, compressed copies, a manifest.
//
// node build.mjs [--out DIR]      DIR is ../build/web unless told; it is emptied first.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const web = dirname(fileURLToPath(import.meta.url));

const types = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
};

const fonts = {
    "atkinson.woff2":
        "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "fraunces.woff2": "@fontsource/fraunces/files/fraunces-latin-600-normal.woff2",
};

const shipped = [
    "preact",
    "@preact/signals",
    "@preact/signals-core",
    "lucide-static",
    "@fontsource-variable/atkinson-hyperlegible-next",
    "@fontsource/fraunces",
];

function outFolder(args) {
    const at = args.indexOf("--out");
    if (at >= 0 && !args[at + 1]) throw new Error("--out wants a folder");
    return at >= 0 ? resolve(args[at + 1]) : resolve(web, "../build/web");
}

// Every key of English in every other catalog with the same holes, and none besides.
export async function checkCatalogs(folder = join(web, "i18n")) {
    const faults = [];
    const read = async (name) => JSON.parse(await readFile(join(folder, name), "utf8"));
    const english = await read("en.json");
    const holes = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
    for (const file of (await readdir(folder)).filter((name) => name.endsWith(".json"))) {
        const catalog = await read(file);
        for (const [key, text] of Object.entries(english)) {
            if (typeof catalog[key] !== "string" || catalog[key].trim() === "") faults.push(`${file}: no "${key}"`);
            else if (holes(catalog[key]) !== holes(text)) faults.push(`${file}: other holes in "${key}"`);
        }
        for (const key of Object.keys(catalog))
            if (!(key in english)) faults.push(`${file}: "${key}" is not in English`);
    }
    return faults;
}

// The symbols of the icons the pages name, as one hidden drawing.
async function iconSprite() {
    const source = await readFile(join(web, "ui/icon.tsx"), "utf8");
    const list = /export const iconNames = \[([^\]]*)\]/.exec(source)?.[1] ?? "";
    const names = [...list.matchAll(/"([a-z0-9-]+)"/g)].map((match) => match[1]);
    if (names.length === 0) throw new Error("ui/icon.tsx names no icons");
    const symbols = await Promise.all(
        names.map(async (name) => {
            const svg = await readFile(join(web, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
            const inner = svg.replace(/<!--[^]*?-->/g, "").replace(/^[^]*?<svg[^>]*>/, "").replace(/<\/svg>[^]*$/, "");
            return `<symbol id="i-${name}" viewBox="0 0 24 24">${inner.replace(/\s+/g, " ").trim()}</symbol>`;
        }),
    );
    return `<svg class="sprite" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

async function licences() {
    const parts = await Promise.all(
        shipped.map(async (name) => {
            const folder = join(web, "node_modules", name);
            const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
            const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
            const text = file ? await readFile(join(folder, file), "utf8") : "";
            return `${name} ${version} (${license})\n\n${text.trim()}\n`;
        }),
    );
    return parts.join(`\n${"-".repeat(80)}\n\n`);
}

function hashOf(bytes) {
    return createHash("sha256").update(bytes).digest("hex");
}

// A file the gateway serves: its bytes, compressed copies where they are worth it, and its line in the manifest.
async function put(out, path, bytes) {
    const file = path.replace(/^\//, "");
    await mkdir(dirname(join(out, file)), { recursive: true });
    await writeFile(join(out, file), bytes);
    const entry = { path, file, type: types[extname(file)], hash: hashOf(bytes), encodings: {} };
    if (!entry.type) throw new Error(`no type for ${file}`);
    if (extname(file) === ".woff2") return entry;
    const br = brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    const gz = gzipSync(bytes, { level: 9 });
    for (const [name, copy] of [["br", br], ["gz", gz]]) {
        if (copy.length >= bytes.length) continue;
        await writeFile(join(out, `${file}.${name}`), copy);
        entry.encodings[name] = `${file}.${name}`;
    }
    return entry;
}

export async function build(out) {
    const faults = await checkCatalogs();
    if (faults.length > 0) throw new Error(`catalogs are not complete:\n${faults.join("\n")}`);

    const result = await esbuild.build({
        absWorkingDir: web,
        entryPoints: { main: "ui/main.tsx", style: "style/index.css" },
        outdir: out,
        entryNames: "assets/[name]-[hash]",
        assetNames: "assets/[name]-[hash]",
        bundle: true,
        minify: true,
        format: "esm",
        target: ["chrome110", "firefox115", "safari16.4"],
        jsx: "automatic",
        jsxImportSource: "preact",
        alias: Object.fromEntries(
            Object.entries(fonts).map(([name, path]) => [`fonts/${name}`, join(web, "node_modules", path)]),
        ),
        loader: { ".woff2": "file" },
        legalComments: "none",
        charset: "utf8",
        write: false,
        metafile: true,
        logLevel: "warning",
    });
    const named = (ending) => result.outputFiles.find((file) => file.path.endsWith(ending));
    const pathOf = (file) => `/assets/${basename(file.path)}`;

    await rm(out, { recursive: true, force: true });
    await mkdir(out, { recursive: true });
    const entries = [];
    for (const file of result.outputFiles) entries.push(await put(out, pathOf(file), file.contents));

    const shell = await readFile(join(web, "index.html"), "utf8");
    const page = shell
        .replace("{{script}}", pathOf(named(".js")))
        .replace("{{style}}", pathOf(named(".css")))
        .replace("{{icons}}", await iconSprite());
    entries.push(await put(out, "/index.html", Buffer.from(page)));
    entries.push(await put(out, "/favicon.svg", await readFile(join(web, "style/favicon.svg"))));
    entries.push(await put(out, "/licences.txt", Buffer.from(await licences())));
    entries.push(await put(out, "/robots.txt", Buffer.from("User-agent: *\nDisallow: /\n")));
    await writeFile(join(out, "manifest.json"), `${JSON.stringify(entries, null, 2)}\n`);
    return entries;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    try {
        const out = outFolder(process.argv.slice(2));
        const entries = await build(out);
        console.log(`${entries.length} files in ${out}`);
    } catch (error) {
        console.error(error.errors ? "the pages do not build" : error.message);
        process.exit(1);
    }
}
