// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/stall.mjs - how long the media loop is away at most, while people come and go, sign in, and the disk works.

import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { Client, doctor } from "../../browser/support/gateway.mjs";
import { load } from "./crowd.mjs";
import { figuresPage } from "./figures_page.mjs";
import { pause } from "./place.mjs";
import { sized } from "./rounds.mjs";
import { withGateway } from "./server.mjs";

const minutes = Number(process.env.AFTERCARE_SPEED_STALL_MINUTES ?? 3);
const hour = 60;

// Password hashes and rows of the database, one after the other.
async function signIn(server, going) {
    let count = 0;
    while (going()) {
        const client = new Client(server.url);
        const reply = await client.ask("POST", "/api/sign-in", { email: doctor.email, password: count % 4 ? doctor.password : "not this one" });
        if (![200, 401, 403, 429].includes(reply.status)) throw new Error(`signing in: ${reply.status} ${reply.text.slice(0, 200)}`);
        client.close();
        count++;
        await pause(2100); // an account takes 30 a minute
    }
    return count;
}

async function makeMeetups(server, going) {
    let count = 0;
    while (going()) {
        await server.gateway.newMeetup({ title: `Meetup ${++count}` });
        await pause(500);
    }
    return count;
}

// Writes and syncs where the gateway keeps its data.
async function wearDisk(server, going) {
    const path = join(server.gateway.folder, "worn");
    const block = Buffer.alloc(1 << 20, 0x5a);
    let count = 0;
    while (going()) {
        const file = await open(path, "w");
        for (let i = 0; i < 16; i++) await file.write(block);
        await file.sync();
        await file.close();
        count++;
        await pause(500);
    }
    await rm(path, { force: true });
    return count;
}

export async function stall(figures, log) {
    await withGateway(async (server) => {
        let running = true;
        const going = () => running;
        const others = Promise.allSettled([signIn, makeMeetups, wearDisk].map((work) => work(server, going)));
        const words = ["--rooms", sized(10), "--members", 6, "--per-second", 2, "--open-share", 0];
        let page;
        try {
            const report = load(server, "churn", words, { seconds: minutes * 60, anyway: true });
            // The figures count from the start, which is part of it; they are read while everybody is still there.
            await Promise.race([pause(minutes * 60_000), report]);
            page = await figuresPage(server.gateway);
            const { people, stayed, tool } = await report;
            log(JSON.stringify({ people, received: stayed.received, tool }));
        } finally {
            running = false;
            log(`signed in, made meetups, wrote 16 MB: ${(await others).map((one) => one.value ?? one.reason.message).join(", ")} times`);
        }
        const short = minutes < hour;
        const turns = page.get('turn_seconds_count{thread="media0"}');
        figures.add(`media loop, ${minutes} minutes, ${turns} turns: p99.9`, 1000 * page.get('turn_p999_seconds{thread="media0"}'), "ms", 5, { short, turns });
        figures.add(`media loop, ${minutes} minutes: the longest turn`, 1000 * page.get('turn_worst_seconds{thread="media0"}'), "ms", 20, { short, turns });
    });
}
