// SPDX-License-Identifier: AGPL-3.0-or-later
// the_line_is_as_bad_as_told.test.mjs - the relay between browsers and gateway: what these tests measure with is itself tested.

import { createSocket } from "node:dgram";
import { Relay } from "./support/relay.mjs";
import { assert, claim } from "./support/stage.mjs";
import { untilEvent } from "./support/wait.mjs";

const host = "10.77.0.1";
const ip = 28; // headers of IPv4 and UDP

function open() {
    return new Promise((done) => {
        const socket = createSocket("udp4");
        socket.bind(0, host, () => done(socket));
    });
}

// In the place of the gateway: it sends everything back.
async function echo(t) {
    const socket = await open();
    t.atEnd(() => socket.close());
    socket.on("message", (bytes, { address, port }) => socket.send(bytes, port, address));
    return { host, port: socket.address().port };
}

async function relayed(t) {
    const relay = await Relay.start(await echo(t));
    t.atEnd(() => relay.stop());
    const socket = await open();
    t.atEnd(() => socket.close());
    return { relay, socket };
}

// Sends `count` datagrams; gives when each that came back did, in ms after that, as soon as `least` have.
function burst(relay, socket, count, size, least = count) {
    const sent = performance.now();
    const back = [];
    return untilEvent(`${least} of ${count} datagrams`, (done) => {
        const take = (bytes) => {
            back.push({ number: bytes.readUInt32BE(), after: performance.now() - sent });
            if (back.length < least) return;
            socket.off("message", take);
            done(back);
        };
        socket.on("message", take);
        let number = 0;
        const send = () => {
            for (const end = Math.min(count, number + 50); number < end; number++) {
                const bytes = Buffer.alloc(size);
                bytes.writeUInt32BE(number);
                socket.send(bytes, relay.port, host);
            }
            if (number < count) setImmediate(send);
        };
        send();
        return () => socket.off("message", take);
    });
}

claim("a line of no settings lets bursts pass whole and in order", async (t) => {
    const { relay, socket } = await relayed(t);
    for (let i = 0; i < 25; i++) {
        const back = await burst(relay, socket, 40, 1000); // our own sockets do not hold many more
        assert.deepEqual(back.map(({ number }) => number), [...Array(40).keys()]);
    }
    const { up, down } = await relay.count();
    assert.equal(up.out, 1000);
    assert.equal(down.out, 1000);
    assert.equal(down.bytesOut, 1000 * (1000 + ip));
});

claim("delay and capacity are kept", async (t) => {
    const { relay, socket } = await relayed(t);
    await relay.up({ delay: 40 });
    await relay.down({ delay: 60, capacity: 1_000_000, queue: 1000 });
    const back = await burst(relay, socket, 50, 1000 - ip); // 8 ms each
    assert.ok(back[0].after >= 107.9, `first after ${back[0].after} ms`);
    assert.ok(back.at(-1).after >= 40 + 60 + 50 * 8 - 0.1, `last after ${back.at(-1).after} ms`);
    assert.ok(back.at(-1).after < 40 + 60 + 50 * 8 + 1000, `last after ${back.at(-1).after} ms`);
    const { down } = await relay.count();
    assert.ok(down.wait.max >= 200 && down.wait.max <= 400, JSON.stringify(down.wait));
    await relay.anew();
    assert.equal((await relay.count()).down.in, 0);
});

claim("what the queue cannot hold is lost at its entrance", async (t) => {
    const { relay, socket } = await relayed(t);
    await relay.down({ capacity: 1_000_000, queue: 80 });
    await burst(relay, socket, 50, 1000 - ip, 11);
    const { down } = await relay.count();
    assert.equal(down.in, 50);
    assert.ok(down.overflowed > 30, `${down.overflowed} overflowed`);
    assert.ok(down.wait.max <= 85, JSON.stringify(down.wait));
});

claim("a share is lost, and in a blackout all", async (t) => {
    const { relay, socket } = await relayed(t);
    await relay.up({ loss: 0.5 });
    await burst(relay, socket, 1000, 200, 400);
    const { up } = await relay.count();
    assert.ok(up.lost > 400 && up.lost < 600, `${up.lost} lost`);
    await relay.both();
    await relay.black();
    await relay.anew();
    socket.send(Buffer.alloc(200), relay.port, host);
    let count;
    do count = await relay.count();
    while (count.darkened === 0);
    assert.equal(count.up.in + count.down.in, 0);
    await relay.clear();
    await burst(relay, socket, 1, 200);
});

claim("two clients share the line and are answered apart", async (t) => {
    const { relay, socket } = await relayed(t);
    const other = await open();
    t.atEnd(() => other.close());
    await relay.down({ delay: 5 });
    const [mine, theirs] = await Promise.all([burst(relay, socket, 20, 300), burst(relay, other, 20, 900)]);
    assert.equal(mine.length, 20);
    assert.equal(theirs.length, 20);
    const { down, clients } = await relay.count();
    assert.equal(clients, 2);
    assert.equal(down.bytesOut, 20 * (300 + 900 + 2 * ip));
});

claim("an order it does not understand is refused", async (t) => {
    const { relay } = await relayed(t);
    await assert.rejects(relay.down({ speed: 5 }));
    await assert.rejects(relay.both({ loss: 2 }));
    await relay.both({ loss: 0.2 });
});
