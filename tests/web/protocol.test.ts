// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol.test.ts - the messages of the pages are those of the gateway's protocol page, name by name.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import * as protocol from "../../web/client/protocol.ts";

declare const __ROOT__: string;
const page = readFileSync(`${__ROOT__}/gateway/protocol/README.md`, "utf8");

function section(from: string, to: string): string {
    const start = page.indexOf(from);
    const end = page.indexOf(to, start + from.length);
    assert.ok(start >= 0 && end > start, `the protocol page has no "${from}"`);
    return page.slice(start, end);
}

interface Row {
    fields: string[]; // the names in backticks of the fields column
    line: string;
}

function table(text: string): Map<string, Row> {
    const rows = new Map<string, Row>();
    for (const line of text.split("\n")) {
        const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
        const type = /^`([a-z-]+)`$/.exec(cells[1] ?? "")?.[1];
        if (!type) continue;
        const fields = (cells[2] ?? "").replace(/\{[^}]*\}/g, "").replace(/\[[^\]]*\]/g, "");
        rows.set(type, { fields: [...fields.matchAll(/`([a-zA-Z]+)`/g)].map((match) => match[1]!), line });
    }
    return rows;
}

const words = new Set(["all", "hosts", "doctor", "patient", "new", "kept", "waiting", "in", "out", "admitted", "declined", "removed", "ended", "moved", "revoked", "left", "connected", "lost", "failed", "true", "false"]);

function compare(rows: Map<string, Row>, shapes: Record<string, { fields: object }>): void {
    assert.deepEqual([...rows.keys()].sort(), Object.keys(shapes).sort(), "the same types");
    for (const [type, { fields, line }] of rows) {
        const ours = Object.keys(shapes[type]!.fields).filter((name) => name !== "id").sort();
        const theirs = [...new Set(fields.filter((name) => name !== "id"))];
        // A word in backticks may be a value; a field of ours must be there, a field of theirs must be ours or a value.
        for (const name of ours) assert.match(line, new RegExp(`[\`"]${name}\\b`), `${type}.${name} is on the protocol page`);
        for (const name of theirs) assert.ok(ours.includes(name) || words.has(name), `${type}.${name} is known to the pages`);
    }
}

test("every message of a page is on the protocol page with its fields", () => {
    compare(table(section("### Page → gateway", "### Gateway → page")), protocol.clientMessages);
});

test("every message of the gateway is known to the pages with its fields", () => {
    compare(table(section("### Gateway → page", "## The offer")), protocol.serverMessages);
});

test("the error codes are the same", () => {
    const codes = page
        .slice(page.indexOf("## Error codes"))
        .split("\n")
        .map((line) => /^\| `([a-z_]+)` \|/.exec(line)?.[1])
        .filter((code) => code !== undefined);
    assert.deepEqual(codes.sort(), [...protocol.errorCodes].sort());
});

test("the nouns of replies have the fields of the protocol page", () => {
    const nouns = {
        DOCTOR: protocol.doctorShape,
        MEETUP: protocol.meetupShape,
        INVITE: protocol.inviteShape,
        FEEDBACK: protocol.feedbackShape,
        FOLLOWUP: protocol.followUpShape,
        MEMBER: protocol.memberShape,
        WAITING: protocol.waitingShape,
    };
    for (const [noun, shape] of Object.entries(nouns)) {
        const text = new RegExp(`^${noun}\\s+\\{([^]*?)\\}(?:\\s+to hosts also "(\\w+)")?`, "m").exec(page);
        assert.ok(text, `${noun} is on the protocol page`);
        const inner = text[1]!.replace(/"has": \{[^}]*$/, '"has"');
        const names = [...inner.matchAll(/"(\w+)"(?=[,:\s}]|$)/g)].map((match) => match[1]!);
        for (const name of Object.keys(shape.fields))
            assert.ok(page.slice(text.index, text.index + 500).includes(`"${name}"`), `${noun}.${name} is on the protocol page`);
        for (const name of names) assert.ok(name in shape.fields || /^(new|opened|used|revoked|expired|planned|ended|open|closed|patient|ok|lost|microphone|camera)$/.test(name), `${noun}.${name} is known to the pages`);
    }
});

test("text that is no message of the gateway is nothing", () => {
    for (const raw of ["", "null", "[]", "{", '{"type":"toString"}', '{"type":"stage"}', '{"type":"stage","stage":"in","reason":"because"}', '{"type":"speaker","dominant":"1","speaking":[]}'])
        assert.equal(protocol.parseServerMessage(raw), undefined, raw);
});

test("a message may say more than we know, and optional fields may be missing", () => {
    const raw = '{"type":"error","code":"denied","text":"no","later":1}';
    assert.deepEqual(protocol.parseServerMessage(raw), JSON.parse(raw));
});

test("a source is its member and its kind", () => {
    for (const kind of protocol.kinds) {
        const source = protocol.sourceOf(7, kind);
        assert.equal(protocol.memberOf(source), 7);
        assert.equal(protocol.kindOf(source), kind);
    }
    assert.equal(protocol.sourceOf(7, "screenSound"), 31);
});
