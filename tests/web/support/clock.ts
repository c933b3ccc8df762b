// SPDX-License-Identifier: AGPL-3.0-or-later
// support/clock.ts - a clock that stands still until a test lets time pass.

import type { Clock } from "../../../web/client/clock.ts";

export class TestClock implements Clock {
    now = 0;
    timers: { at: number; call: () => void }[] = [];
    nowMs = () => this.now;
    after(ms: number, call: () => void): () => void {
        const timer = { at: this.now + ms, call };
        this.timers.push(timer);
        return () => void (this.timers = this.timers.filter((one) => one !== timer));
    }
    pass(ms: number): void {
        const end = this.now + ms;
        for (;;) {
            const due = this.timers.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
            if (!due) break;
            this.timers = this.timers.filter((one) => one !== due);
            this.now = due.at;
            due.call();
        }
        this.now = end;
    }
}
