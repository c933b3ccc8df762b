// SPDX-License-Identifier: AGPL-3.0-or-later
// all.mjs - every test file in one process, so that they share browsers; one test at a time.

import { readdir } from "node:fs/promises";

const wanted = process.argv.slice(2);
const files = (await readdir(new URL(".", import.meta.url))).filter((name) => name.endsWith(".test.mjs")).sort();
for (const file of files) if (wanted.length === 0 || wanted.some((part) => file.includes(part))) await import(`./${file}`);
