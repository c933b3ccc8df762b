// SPDX-License-Identifier: AGPL-3.0-or-later
// the_voice_is_sent_twice.test.mjs - RED when the gateway asks for it, plain again when it does not; no new connection for it.

import { execFileSync } from "node:child_process";
import { Gateway } from "./support/gateway.mjs";
import { messagesTo, tell } from "./support/probe.mjs";
import { gather, Person } from "./support/room.mjs";
import { assert, claim } from "./support/stage.mjs";
import { until } from "./support/wait.mjs";

// What comes to the gateway, by payload type: the low seven bits of the second byte, which SRTP leaves readable.
function countTypes(port, types) {
    const count = (type) => `udp dport ${port} @th,72,8 { ${type}, ${type + 128} } counter comment "type ${type}";`;
    const rules = ["table inet voice {", "chain in {", "type filter hook input priority 0;", ...types.map(count), "}", "}", ""];
    execFileSync("nft", ["-f", "-"], { input: rules.join("\n") });
}

function came(type) {
    const listed = execFileSync("nft", ["list", "table", "inet", "voice"]).toString();
    return Number(new RegExp(`packets (\\d+) bytes \\d+ comment "type ${type}"`).exec(listed)[1]);
}

// The types of Opus and RED on the line of the microphone, as the gateway answered.
async function typesOf(page) {
    const { answer } = (await messagesTo(page, "joined")).at(-1);
    const line = answer.split("\r\nm=").find((part) => part.startsWith("audio "));
    return ["opus", "red"].map((codec) => Number(new RegExp(`a=rtpmap:(\\d+) ${codec}/`, "i").exec(line)[1]));
}

// So many more packets of her voice have left.
function untilSent(page, more) {
    return until(
        page,
        `${more} more packets of the voice`,
        async (more) => {
            const all = await window.__probe.stats();
            const { packetsSent } = all.find((one) => one.type === "outbound-rtp" && one.kind === "audio" && one.packetsSent > 0) ?? { packetsSent: 0 };
            window.__sent ??= packetsSent;
            if (packetsSent < window.__sent + more) return false;
            delete window.__sent;
            return true;
        },
        more,
    );
}

claim("the voice is sent twice while the gateway asks for it, over another network too, and without another connection", async (t) => {
    const gateway = new Gateway();
    t.atEnd(() => gateway.remove());
    await gateway.start();
    await gateway.makeDoctor();
    const sofia = new Person("Dr. Sofia Lind", 1, "chromium");
    const anna = new Person("Anna", 2, "chromium");
    await gather(t, gateway, { people: { sofia, anna } });
    const meet = () => Promise.all([sofia.untilMeets([anna]), anna.untilMeets([sofia])]);
    await meet();
    const [opus, red] = await typesOf(anna.page);
    countTypes(gateway.port, [opus, red]);
    t.atEnd(() => execFileSync("nft", ["delete", "table", "inet", "voice"]));

    await untilSent(anna.page, 100);
    assert.equal(came(red), 0, "nothing is sent twice unasked");

    await tell(anna.page, { type: "voice", maxBitrate: 0, redundancy: true });
    await untilSent(anna.page, 150);
    assert.ok(came(red) >= 100, `${came(red)} packets of RED`);
    await meet();
    t.step("her voice comes twice, and is heard");

    await anna.page.evaluate(() => void window.dispatchEvent(new Event("online")));
    await until(anna.page, "an answer", () => window.__probe.got.some((text) => JSON.parse(text).type === "answer"));
    const before = came(red);
    await untilSent(anna.page, 150);
    assert.ok(came(red) - before >= 100, `${came(red) - before} packets of RED on the new path`);
    await meet();
    t.step("on another network as well");

    await tell(anna.page, { type: "voice", maxBitrate: 0, redundancy: false });
    await untilSent(anna.page, 50);
    const [twice, once] = [came(red), came(opus)];
    await untilSent(anna.page, 100);
    assert.equal(came(red), twice, "no longer twice");
    assert.ok(came(opus) > once + 50, "but once");
    await meet();
    assert.equal(await anna.page.evaluate(() => window.__probe.connections.length), 1, "on the connection there was");
    assert.equal((await messagesTo(anna.page, "joined")).length, 1);
});
