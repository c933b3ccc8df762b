// SPDX-License-Identifier: AGPL-3.0-or-later
// repair.test.ts - the path of the media: patience, words, restarts, a new connection after two in vain.

import assert from "node:assert/strict";
import test from "node:test";
import { Repair } from "../../web/client/repair.ts";
import { TestClock } from "./support/clock.ts";

const turn = () => new Promise<void>((done) => setImmediate(done));

function setUp() {
    const clock = new TestClock();
    const made: string[] = []; // what was tried, with its second
    const away: boolean[] = [];
    const held = { canAsk: true, error: null as unknown };
    const attempt = (what: string) => async () => {
        made.push(`${what} ${clock.now / 1000}`);
        if (held.error) throw held.error;
    };
    const repair = new Repair({
        clock,
        canAsk: () => held.canAsk,
        restart: attempt("restart"),
        renew: async () => {
            await attempt("renew")();
            repair.renewed();
        },
        wasHeard: (error) => error === "refused",
        onAway: (one) => away.push(one),
    });
    const pass = async (ms: number) => {
        for (let i = 0; i < ms; i += 500) {
            clock.pass(500);
            await turn();
        }
    };
    return { clock, made, away, held, repair, pass };
}

test("a path that is back by itself is left alone, and nothing is said", async () => {
    const { repair, made, away, pass } = setUp();
    repair.path("connected");
    repair.path("disconnected");
    await pass(500);
    repair.path("connected");
    await pass(60_000);
    assert.deepEqual([made, away], [[], []]);
});

test("words after a second, a restart after two and a half, quiet when it is back", async () => {
    const { repair, made, away, pass } = setUp();
    repair.path("connected");
    repair.path("disconnected");
    await pass(1000);
    assert.deepEqual(away, [true]);
    assert.deepEqual(made, []);
    await pass(1500);
    assert.deepEqual(made, ["restart 2.5"]);
    repair.path("connected");
    assert.deepEqual(away, [true, false]);
    await pass(60_000);
    assert.equal(made.length, 1);
});

test("a failed path is tried at once, and after two restarts in vain with a connection of its own", async () => {
    const { repair, made, away, pass } = setUp();
    repair.path("connected");
    repair.path("failed");
    await pass(1000);
    repair.path("failed");
    await pass(5000);
    repair.path("failed");
    await pass(4000);
    assert.deepEqual(made, ["restart 0", "restart 5", "renew 10"]);
    assert.deepEqual(away, [true], "a new connection that is not there yet is still away");
    repair.path("connected");
    assert.deepEqual(away, [true, false]);
    repair.path("failed");
    await turn();
    assert.equal(made.at(-1), "restart 10", "the count begins anew");
});

test("where nothing tells of failure, tries come later each time, and never more often than the gateway takes them", async () => {
    const { repair, made, pass } = setUp();
    repair.path("connected");
    repair.path("disconnected");
    await pass(60_000);
    assert.deepEqual(made, ["restart 2.5", "restart 7.5", "renew 17.5", "renew 32.5", "renew 47.5"]);
});

test("what the gateway misses is restarted though the browser sees nothing, until the gateway has it again", async () => {
    const { repair, made, away, pass } = setUp();
    repair.path("connected");
    repair.gateway("connected");
    repair.gateway("lost");
    await pass(1000);
    assert.deepEqual([made, away], [["restart 0"], [true]]);
    repair.gateway("connected");
    await pass(30_000);
    assert.deepEqual([made.length, away], [1, [true, false]]);
});

test("a connection that failed at the gateway is made anew at once", async () => {
    const { repair, made } = setUp();
    repair.path("connected");
    repair.gateway("failed");
    await turn();
    assert.deepEqual(made, ["renew 0"]);
});

test("a restart that is refused gives way to a new connection at once", async () => {
    const { repair, made, held, pass } = setUp();
    repair.path("connected");
    held.error = "refused";
    repair.path("failed");
    await turn();
    assert.deepEqual(made, ["restart 0", "renew 0"]);
    held.error = null;
    await pass(15_000);
    assert.deepEqual(made, ["restart 0", "renew 0", "renew 15"], "that one refused too, the next is not at once");
});

test("while nobody can be asked nothing is tried, and at once when somebody can", async () => {
    const { repair, made, held, pass } = setUp();
    repair.path("connected");
    held.canAsk = false;
    repair.path("failed");
    await pass(10_000);
    assert.deepEqual(made, []);
    held.canAsk = true;
    repair.reachable();
    await turn();
    assert.deepEqual(made, ["restart 10"]);
});

test("an attempt that nobody heard does not count, and is made again when somebody does", async () => {
    const { repair, made, held, pass } = setUp();
    repair.path("connected");
    held.error = "lost on the way";
    repair.networkChanged();
    await pass(1000);
    held.error = null;
    repair.reachable();
    await pass(30_000);
    assert.deepEqual(made, ["restart 0", "restart 1"]);
});

test("another network is a restart at once, though the path still looks well, and nothing is said", async () => {
    const { repair, made, away, pass } = setUp();
    repair.path("connected");
    repair.networkChanged();
    await pass(30_000);
    assert.deepEqual([made, away], [["restart 0"], []]);
});

test("a line on which nothing comes is said, and left to those who know why", async () => {
    const { repair, made, away, pass } = setUp();
    repair.path("connected");
    repair.line(true);
    await pass(30_000);
    repair.line(false);
    assert.deepEqual([made, away], [[], [true, false]]);
});

test("who is back among the others and still has no path tries again", async () => {
    const { repair, made } = setUp();
    repair.reachable();
    await turn();
    assert.deepEqual(made, ["restart 0"]);
    const well = setUp();
    well.repair.path("connected");
    well.repair.reachable();
    await turn();
    assert.deepEqual(well.made, []);
});

test("a connection that was made anew for another reason is not restarted for the old one's sake", async () => {
    const { repair, made, pass } = setUp();
    repair.path("connected");
    repair.path("disconnected");
    repair.renewed();
    await pass(4000);
    assert.deepEqual(made, []);
});

test("after the end nothing is tried", async () => {
    const { repair, made, pass } = setUp();
    repair.path("connected");
    repair.path("disconnected");
    repair.close();
    repair.path("failed");
    await pass(30_000);
    assert.deepEqual(made, []);
});
