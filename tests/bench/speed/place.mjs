// SPDX-License-Identifier: AGPL-3.0-or-later
// speed/place.mjs - where programs run: the server on core 0 in its network, everything else on core 1 in this one.

import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const release = fileURLToPath(new URL("../../../build/release/", import.meta.url));

export const floorProgram = `${release}tests/floor`;
export const loadProgram = `${release}tests/aftercare-load`;
export const serverIp = "10.78.0.1";
export const crowdIp = "10.78.0.2";
export const sinkIp = "10.99.0.2";
export const firstPort = 43000;

// Words to put before a command.
export const onServer = ["ip", "netns", "exec", "server", "taskset", "-c", "0"];
export const onLoopback = ["taskset", "-c", "0"];
export const onSink = ["ip", "netns", "exec", "sink", "taskset", "-c", "0"];
export const onCrowd = ["taskset", "-c", "1"];

const endingMs = 20_000;
const running = new Set();

// A program that runs until it ends or is told to.
export class Program {
    constructor(place, path, words, { environment = {} } = {}) {
        const [command, ...rest] = [...place, path, ...words.map(String)];
        this.name = [path.split("/").at(-1), ...words].join(" ");
        this.printed = "";
        this.complained = "";
        this.child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } });
        running.add(this);
        this.ended = new Promise((done) => {
            this.child.on("error", (error) => done(error.message));
            this.child.on("close", (code, signal) => done(signal ?? code));
        }).finally(() => running.delete(this));
        this.child.stdout.setEncoding("utf8").on("data", (part) => (this.printed += part));
        this.child.stderr.setEncoding("utf8").on("data", (part) => (this.complained += part));
    }

    get pid() {
        return this.child.pid;
    }

    fail(why) {
        return new Error(`${this.name}: ${why}\n${this.printed.slice(-1500)}${this.complained.slice(-1500)}`);
    }

    untilPrinted(pattern, ceilingMs = 30_000) {
        return new Promise((done, failed) => {
            const stop = () => {
                clearTimeout(timer);
                this.child.stdout.off("data", look);
            };
            const look = () => {
                const found = pattern.exec(this.printed);
                if (found) stop(), done(found);
            };
            const timer = setTimeout(() => (stop(), failed(this.fail(`did not print ${pattern}`))), ceilingMs);
            this.child.stdout.on("data", look);
            void this.ended.then((how) => (stop(), failed(this.fail(`ended (${how}) before it printed ${pattern}`))));
            look();
        });
    }

    // What it printed, once it has ended well.
    async output() {
        const how = await this.ended;
        if (how !== 0) throw this.fail(`ended with ${how}`);
        return this.printed;
    }

    // Told to end; killed when it does not heed it.
    async end(signal = "SIGTERM") {
        if (!running.has(this)) return this.ended;
        this.child.kill(signal);
        const timer = setTimeout(() => this.child.kill("SIGKILL"), endingMs);
        const how = await this.ended;
        clearTimeout(timer);
        return how;
    }
}

export function endAll() {
    return Promise.all([...running].map((program) => program.end()));
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// CPU time of all threads of a process so far, in us (what the scheduler booked, not ticks).
export function cpuMicroseconds(pid) {
    let sum = 0;
    const tasks = execFileSync("ls", [`/proc/${pid}/task`], { encoding: "utf8" }).trim().split("\n");
    for (const task of tasks) sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]) / 1000;
    return sum;
}

// In softirq, of all cores, in ms: work that is moved there must not look like work saved.
export function softirqMs() {
    const [, , , , , , , softirq] = readFileSync("/proc/stat", "utf8").split("\n")[0].trim().split(/\s+/);
    return Number(softirq) * 10;
}

// What the figures were measured on.
export function machine() {
    const offload = execFileSync("ip", ["netns", "exec", "server", "ethtool", "-k", "serve"], { encoding: "utf8" });
    const state = (name) => new RegExp(`${name}: (\\w+)`).exec(offload)?.[1];
    return {
        processor: cpus()[0].model,
        cores: cpus().length,
        kernel: readFileSync("/proc/sys/kernel/osrelease", "utf8").trim(),
        network: `two namespaces and a veth pair; receive work: ${process.env.AFTERCARE_SPEED_STEERING ?? "threaded NAPI kept on core 1"}`,
        udpSegmentation: state("tx-udp-segmentation"),
        receiveOffload: state("generic-receive-offload"),
        receiveBufferMost: Number(readFileSync("/proc/sys/net/core/rmem_max", "utf8")),
        load: readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).map(Number),
    };
}

// UDP segmentation by the device that the server sends through, or before it, by the kernel.
export function segmentBy(device, namespace, offload) {
    execFileSync("ip", ["netns", "exec", namespace, "ethtool", "-K", device, "tx-udp-segmentation", offload ? "on" : "off"]);
}
