// SPDX-License-Identifier: AGPL-3.0-or-later
// house.test.ts - rules of the house that a reader would otherwise have to watch: layers, direction, size, hosts.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";

declare const __ROOT__: string;
const web = `${__ROOT__}/web`;
const files = (folder: string, ending: RegExp) =>
    readdirSync(`${web}/${folder}`).filter((name) => ending.test(name)).map((name) => [`${folder}/${name}`, readFileSync(`${web}/${folder}/${name}`, "utf8")] as const);
const sources = ["client", "ui", "i18n"].flatMap((folder) => files(folder, /\.tsx?$/));

test("client/ names neither document nor window, and includes nothing of ui/", () => {
    for (const [name, text] of files("client", /\.ts$/)) {
        const code = text.replace(/\/\/.*/g, "");
        assert.doesNotMatch(code, /\b(document|window|localStorage|sessionStorage)\b/, name);
        assert.doesNotMatch(code, /from "\.\.\/(ui|i18n)\//, name);
    }
});

test("every source says in its first lines whose it is and what it is", () => {
    for (const [name, text] of sources) {
        const [first, second] = text.split("\n");
        assert.equal(first, "// SPDX-License-Identifier: AGPL-3.0-or-later", name);
        assert.ok(second!.startsWith(`// ${name} - `), name);
    }
});

test("no markup from strings, no log, nothing put on the page's global object", () => {
    for (const [name, text] of sources) {
        assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(/, name);
        assert.doesNotMatch(text, /console\./, name);
        assert.doesNotMatch(text, /(window|globalThis)\.[a-zA-Z]+\s*=[^=]/, name);
    }
});

const physical = /(^|[\s;{])(margin|padding|border)-(left|right|top|bottom)\b|(^|[\s;{])(left|right|top|bottom|width|height|(min|max)-(width|height))\s*:|text-align:\s*(left|right)|float:/m;

test("style names directions and sizes logically only", () => {
    for (const [name, text] of files("style", /\.css$/)) {
        const rules = text.replace(/\/\*[^]*?\*\//g, "").replace(/@media[^{]*/g, "");
        assert.doesNotMatch(rules, physical, name);
    }
});

test("the lint of directions sees what it is for", () => {
    for (const bad of ["a { margin-left: 1px }", "a {\n    width: 3px;\n}", "a { text-align: left }"]) assert.match(bad, physical);
    for (const good of ["a { border-radius: 1px }", "a { transform-origin: left }", "a { inline-size: 1px }"]) assert.doesNotMatch(good, physical);
});

test("the lockfile names no registry and no version is left open", () => {
    assert.doesNotMatch(readFileSync(`${web}/package-lock.json`, "utf8"), /"resolved"/);
    const { dependencies, devDependencies } = JSON.parse(readFileSync(`${web}/package.json`, "utf8"));
    for (const version of Object.values({ ...dependencies, ...devDependencies })) assert.match(version as string, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(Object.keys(dependencies).sort(), ["@preact/signals", "preact"]);
});

test("what is built is small, compressed, hashed, and free of inline script and style", async () => {
    const { build } = await import(pathToFileURL(`${web}/build.mjs`).href);
    const out = mkdtempSync(join(tmpdir(), "aftercare-built-"));
    try {
        const entries: { path: string; file: string; type: string; hash: string; encodings: { br?: string; gz?: string } }[] = await build(out);
        const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
        assert.deepEqual(manifest, entries);
        const size = (file: string) => statSync(join(out, file)).size;
        const script = entries.find((entry) => entry.path.endsWith(".js"))!;
        assert.ok(size(script.encodings.gz!) < 120_000, "patient script");
        const first = entries.filter((entry) => !/licences|robots/.test(entry.path)).reduce((sum, entry) => sum + size(entry.encodings.gz ?? entry.file), 0);
        assert.ok(first < 150_000, `first page is ${first} bytes`);
        for (const entry of entries) if (entry.path.startsWith("/assets/")) assert.match(entry.path, /-[A-Z0-9]{8}\.\w+$/);
        const page = readFileSync(join(out, "index.html"), "utf8");
        assert.doesNotMatch(page, /<style|style="|<script(?![^>]*src=)|\son\w+="|https?:\/\/(?!www\.w3\.org)/);
        assert.doesNotMatch(page, /\{\{/);
    } finally {
        rmSync(out, { recursive: true });
    }
});
