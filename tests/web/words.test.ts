// SPDX-License-Identifier: AGPL-3.0-or-later
// words.test.ts - catalogs complete and filled, plurals, the made-up languages.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { chosen, fill, languages, pickLanguage, pieces, t, tn } from "../../web/i18n/index.ts";
import en from "../../web/i18n/en.json";

declare const __ROOT__: string;

test("every language has every text with the same holes", () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
    for (const [code, { catalog }] of Object.entries(languages))
        for (const key of Object.keys(en) as (keyof typeof en)[]) {
            assert.ok(catalog[key]?.trim(), `${code}.${key}`);
            assert.equal(holes(catalog[key]), holes(en[key]), `${code}.${key}`);
        }
});

test("a missing text fails the build, and so does one too many", async () => {
    const { checkCatalogs } = await import(pathToFileURL(`${__ROOT__}/web/build.mjs`).href);
    const folder = mkdtempSync(join(tmpdir(), "aftercare-words-"));
    try {
        writeFileSync(join(folder, "en.json"), '{"a":"A {n}","b":"B"}');
        writeFileSync(join(folder, "xx.json"), '{"a":"A","c":"C"}');
        const faults = await checkCatalogs(folder);
        assert.equal(faults.length, 3);
    } finally {
        rmSync(folder, { recursive: true });
    }
    assert.deepEqual(await checkCatalogs(), []);
});

test("every text is used somewhere", () => {
    const folder = `${__ROOT__}/web/ui`;
    const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    for (const key of Object.keys(en)) {
        const stem = key.replace(/_(one|other)$/, "");
        assert.ok(sources.includes(`"${key}"`) || sources.includes(`"${stem}"`), `"${key}" is used`);
    }
});

test("Spanish is not English", () => {
    const same = (Object.keys(en) as (keyof typeof en)[]).filter((key) => languages.es!.catalog[key] === en[key]);
    assert.ok(same.length <= 8, same.join());
});

test("plurals and holes are filled in the chosen language", () => {
    chosen.value = "en";
    assert.equal(tn("many_wait", 1), "1 person is waiting");
    assert.equal(tn("many_wait", 1200), "1,200 people are waiting");
    assert.equal(t("bye_declined_text", { doctor: "D" }).startsWith("D cannot"), true);
    chosen.value = "es";
    assert.equal(tn("many_wait", 3), "3 personas esperan");
    chosen.value = "en";
    assert.equal(fill("{a} {b}", { a: "x" }), "x {b}");
});

test("nodes are put into the holes of a text", () => {
    assert.deepEqual(pieces("one_waits", { name: 1, roster: 2 }), [1, " (", 2, ") is waiting."]);
});

test("the first wished language we speak is taken, English otherwise", () => {
    assert.equal(pickLanguage([null, "", "de-DE", "es-MX", "en"]), "es");
    assert.equal(pickLanguage(["fr"]), "en");
    assert.equal(pickLanguage(["en-XA"]), "en-XA");
});

test("the pseudo-locale is two fifths longer and keeps its holes", () => {
    const { catalog } = languages["en-XA"]!;
    assert.ok(catalog.waiting_private.length >= en.waiting_private.length * 1.38);
    assert.match(catalog.invited_by, /\{doctor\}/);
    assert.equal(languages["ar-XB"]!.dir, "rtl");
});

test("patients read short sentences", () => {
    const long = Object.entries(en)
        .filter(([key]) => /^(ask|check|name|waiting|bye|camera|microphone|refused|level|sound|with|lost|feedback|link|in_app)_/.test(key))
        .flatMap(([key, text]) => text.split(/(?<=[.?!:,])\s/).map((sentence) => [key, sentence.split(/\s+/).length] as const))
        .filter(([, words]) => words > 15);
    assert.deepEqual(long, []);
});
