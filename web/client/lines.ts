// SPDX-License-Identifier: AGPL-3.0-or-later
// client/lines.ts - which changes of people's lines are worth saying aloud: for the worse, and not over and over. Pure.

import type { Member, Quality } from "./protocol.ts";

const rank: Readonly<Record<Quality, number>> = { good: 0, fair: 1, poor: 2, lost: 3 };
const againAfterMs = 30_000;

export interface LineNews {
    member: Member;
    line: "poor" | "lost";
}

export class LineTeller {
    #before = new Map<number, Quality>();
    #told = new Map<number, { line: Quality; atMs: number }>();

    // What to say about people as they are now. A line that goes up and down is said once in half a minute, unless it gets
    // worse than was said.
    look(members: Iterable<Member>, nowMs: number): LineNews[] {
        const news: LineNews[] = [];
        const now = new Map<number, Quality>();
        for (const member of members) {
            const { member: number, line } = member;
            now.set(number, line);
            const fell = rank[line] > rank[this.#before.get(number) ?? "good"];
            if (!fell || (line !== "poor" && line !== "lost")) continue;
            const told = this.#told.get(number);
            if (told && nowMs - told.atMs < againAfterMs && rank[line] <= rank[told.line]) continue;
            this.#told.set(number, { line, atMs: nowMs });
            news.push({ member, line });
        }
        this.#before = now;
        return news;
    }
}
