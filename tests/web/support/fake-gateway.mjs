// SPDX-License-Identifier: AGPL-3.0-or-later
// support/fake-gateway.mjs - speaks the gateway's side of the protocol without media, so that pages can be driven alone.
//
// It is stricter than the real one where that finds faults in pages: a field that the protocol does not name is refused.

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { importSource, requireFromWeb } from "./bundle.mjs";

const headers = {
    "Content-Security-Policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; " +
        "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
};

const shells = /^\/(|welcome|meetup\/[\w-]+|room\/[\w-]+|join|join\/[\w-]+)$/;
const id = () => randomBytes(9).toString("base64url");
const now = () => Math.floor(Date.now() / 1000);

class Fault extends Error {
    constructor(code, status = 409) {
        super(code);
        this.code = code;
        this.status = status;
    }
}

export class FakeGateway {
    doctor = null;
    setupToken = "one-time-token-123456";
    signedIn = false;
    meetups = new Map();
    invites = new Map();
    feedback = new Map();
    followUps = new Map();
    rooms = new Map();
    faults = []; // what pages said that the protocol does not allow
    received = []; // every message of every page
    refuseSockets = false;

    static async start(folder) {
        const gateway = new FakeGateway();
        gateway.shapes = (await importSource("client/protocol.ts")).clientMessages;
        const entries = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));
        gateway.files = new Map();
        for (const entry of entries)
            gateway.files.set(entry.path, { ...entry, bytes: await readFile(join(folder, entry.file)) });
        const { WebSocketServer } = requireFromWeb("ws");
        gateway.server = createServer((request, response) => void gateway.#serve(request, response));
        const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "aftercare.v1" });
        gateway.server.on("upgrade", (request, socket, head) => {
            if (gateway.refuseSockets || request.url !== "/ws") return socket.destroy();
            sockets.handleUpgrade(request, socket, head, (ws) => gateway.#converse(ws));
        });
        await new Promise((done) => gateway.server.listen(0, "127.0.0.1", done));
        gateway.url = `http://127.0.0.1:${gateway.server.address().port}`;
        gateway.sockets = sockets;
        return gateway;
    }

    close() {
        for (const ws of this.sockets.clients) ws.terminate();
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }

    dropSockets() {
        for (const ws of this.sockets.clients) ws.terminate();
    }

    // --- scenery --------------------------------------------------------------------------------------------------

    makeDoctor() {
        this.doctor = { id: id(), name: "Dr. Sofía Lind", email: "sofia@clinic.example" };
        return this.doctor;
    }

    makeMeetup(fields = {}) {
        const meetup = {
            id: id(),
            title: "Spring knees: six months on",
            startsAt: now() + 900,
            minutes: 60,
            welcome: "So good that you are coming. Make yourself a cup of tea; we start together in a moment.",
            state: "planned",
            ...fields,
        };
        this.meetups.set(meetup.id, meetup);
        return meetup;
    }

    makeInvite(meetup, rosterName, fields = {}) {
        const invite = {
            id: id(),
            meetup: meetup.id,
            token: randomBytes(16).toString("base64url"),
            rosterName,
            role: "patient",
            state: "new",
            roomName: "",
            createdAt: now(),
            expiresAt: meetup.startsAt + 3 * 86_400,
            ...fields,
        };
        this.invites.set(invite.id, invite);
        return invite;
    }

    room(meetup) {
        const key = typeof meetup === "string" ? meetup : meetup.id;
        if (!this.rooms.has(key)) this.rooms.set(key, new Room(this, key));
        return this.rooms.get(key);
    }

    link(invite) {
        return `${this.url}/join#${invite.token}`;
    }

    // --- files and calls ------------------------------------------------------------------------------------------

    async #serve(request, response) {
        const path = new URL(request.url, this.url).pathname;
        if (path.startsWith("/api/")) return this.#call(request, response, path);
        const file = this.files.get(shells.test(path) ? "/index.html" : path);
        if (!file) {
            response.writeHead(404, headers).end();
            return;
        }
        response.writeHead(200, { ...headers, "Content-Type": file.type, "Cache-Control": "no-store" });
        response.end(file.bytes);
    }

    async #call(request, response, path) {
        let body = "";
        for await (const piece of request) body += piece;
        const answer = (status, value) =>
            response.writeHead(status, { ...headers, "Content-Type": "application/json" }).end(JSON.stringify(value));
        try {
            answer(200, this.#route(request.method, path, body ? JSON.parse(body) : {}));
        } catch (error) {
            if (!(error instanceof Fault)) throw error;
            answer(error.status, { error: { code: error.code, text: error.code } });
        }
    }

    #route(method, path, body) {
        const [, , noun, key, verb] = path.split("/");
        const need = () => {
            if (!this.signedIn) throw new Fault("sign_in", 401);
        };
        const get = (map) => map.get(key) ?? fault("not_found", 404);
        if (noun === "me")
            return { doctor: this.signedIn ? this.doctor : null, setupNeeded: !this.doctor, version: "0", nowMs: Date.now() };
        if (noun === "setup") {
            if (this.doctor || body.token !== this.setupToken) throw new Fault("not_found", 404);
            if (body.password.length < 12) throw new Fault("weak_password", 422);
            this.doctor = { id: id(), name: body.name, email: body.email };
            this.signedIn = true;
            return { doctor: this.doctor };
        }
        if (noun === "sign-in") {
            if (body.password !== "correct horse battery") throw new Fault("sign_in", 401);
            this.signedIn = true;
            return { doctor: this.doctor };
        }
        if (noun === "sign-out") {
            this.signedIn = false;
            return {};
        }
        if (noun === "invite") return this.#invited(key, body);
        need();
        if (noun === "meetups" && !key) {
            if (method === "GET") return { meetups: [...this.meetups.values()].map((m) => this.#counted(m)) };
            return { meetup: this.#counted(this.makeMeetup(body)) };
        }
        if (noun === "meetups" && method === "GET") return this.#whole(get(this.meetups));
        if (noun === "meetups" && verb === "invites") {
            const invite = this.makeInvite(get(this.meetups), body.rosterName, body.expiresAt ? { expiresAt: body.expiresAt } : {});
            return { invite: told(invite), link: this.link(invite) };
        }
        if (noun === "meetups") {
            const meetup = get(this.meetups);
            if (verb === "end") {
                meetup.state = "ended";
                this.room(meetup).end();
            } else if (verb === "reopen") meetup.state = "planned";
            else Object.assign(meetup, body);
            return { meetup: this.#counted(meetup) };
        }
        if (noun === "invites") {
            const invite = get(this.invites);
            if (verb === "revoke") invite.state = "revoked";
            if (verb !== "renew") return { invite: told(invite) };
            Object.assign(invite, { state: "new", token: randomBytes(16).toString("base64url") });
            return { invite: told(invite), link: this.link(invite) };
        }
        if (noun === "feedback") {
            const followUp = { id: id(), feedback: key, ...body, state: "open", note: "", createdAt: now(), closedAt: 0 };
            this.followUps.set(followUp.id, followUp);
            get(this.feedback).followUp = followUp.id;
            return { followUp };
        }
        if (noun === "follow-ups") {
            const followUp = get(this.followUps);
            Object.assign(followUp, verb === "close" ? { state: "closed", note: body.note, closedAt: now() } : body);
            return { followUp };
        }
        throw new Fault("not_found", 404);
    }

    #invited(verb, body) {
        const invite = [...this.invites.values()].find((one) =>
            verb === "redeem" ? one.token === body.token : one.id === body.invite,
        );
        if (!invite) throw new Fault("not_found", 404);
        if (invite.state === "revoked" || invite.state === "expired") throw new Fault(invite.state, 410);
        if (verb === "feedback") {
            const one = { id: id(), roomName: invite.roomName, rating: body.rating, words: body.words, at: now(), followUp: "", meetup: invite.meetup };
            this.feedback.set(one.id, one);
            return {};
        }
        if (invite.state === "new") invite.state = "opened";
        const { title, startsAt, minutes, welcome, state } = this.meetups.get(invite.meetup);
        const meetup = { title, startsAt, minutes, welcome, doctor: this.doctor.name };
        return {
            entry: {
                invite: invite.id,
                meetup,
                state: invite.removed ? "removed" : state === "ended" ? "ended" : "open",
                roomName: invite.roomName,
                seat: invite.seat ?? (invite.state === "used" ? "yours" : "free"),
            },
        };
    }

    #counted(meetup) {
        const room = this.room(meetup);
        const mine = (map) => [...map.values()].filter((one) => one.meetup === meetup.id);
        return {
            ...meetup,
            inviteCount: mine(this.invites).length,
            waitingCount: room.waiting().length,
            presentCount: room.present().length,
            feedbackCount: mine(this.feedback).length,
            openFollowUps: [...this.followUps.values()].filter((f) => f.state === "open").length,
        };
    }

    #whole(meetup) {
        const mine = (map) => [...map.values()].filter((one) => one.meetup === meetup.id);
        return {
            meetup: this.#counted(meetup),
            invites: mine(this.invites).map(told),
            feedback: mine(this.feedback).map(({ meetup: _, ...one }) => one),
            followUps: [...this.followUps.values()],
        };
    }

    // --- the socket -----------------------------------------------------------------------------------------------

    #converse(ws) {
        let person = null;
        ws.on("message", (raw) => {
            const message = JSON.parse(String(raw));
            const shape = this.shapes[message.type];
            const unknown = Object.keys(message).filter((name) => name !== "type" && name !== "id" && !shape?.fields[name]);
            if (!shape?.fits(message) || unknown.length > 0) this.faults.push(message);
            this.received.push(message);
            const reply = (value) => ws.send(JSON.stringify({ ...value, id: message.id }));
            try {
                if (message.type === "ping") return reply({ type: "pong", nowMs: Date.now() });
                if (message.type === "join") person = this.#join(ws, message, reply);
                else person?.room.hear(person, message, reply);
            } catch (error) {
                if (!(error instanceof Fault)) throw error;
                reply({ type: "error", code: error.code, text: error.code });
            }
        });
        ws.on("close", () => person && person.ws === ws && person.room.lost(person));
    }

    #join(ws, message, reply) {
        if (message.as === "doctor") {
            if (!this.signedIn) throw new Fault("sign_in");
            return this.room(message.meetup).doctorComes(ws, message, reply);
        }
        const invite = this.invites.get(message.invite) ?? fault("not_found");
        return this.room(invite.meetup).patientComes(ws, invite, message, reply);
    }
}

function fault(code, status) {
    throw new Fault(code, status);
}

function told({ meetup: _m, token: _t, seat: _s, removed: _r, ...invite }) {
    return invite;
}

const silent = { microphone: false, camera: false, screen: false, screenSound: false };

export class Room {
    #gateway;
    #meetup;
    #people = new Map();
    #next = 1;
    #connection = 1;

    constructor(gateway, meetup) {
        this.#gateway = gateway;
        this.#meetup = meetup;
    }

    present = () => [...this.#people.values()].filter((one) => one.stage === "in");
    waiting = () => [...this.#people.values()].filter((one) => one.stage === "waiting");

    // Somebody who is nobody: seen and listed, without a page.
    add(fields) {
        const person = this.#person({ stage: "in", ...silent, microphone: true, camera: true, ...fields });
        if (person.stage === "in") this.#came(person);
        else this.#tellHosts();
        return person;
    }

    change(person, fields) {
        Object.assign(person, fields);
        this.#tell({ type: "member", member: this.#member(person) });
        this.assign();
    }

    leaves(person) {
        this.#people.delete(person.member);
        this.#tell({ type: "member-left", member: person.member });
        this.assign();
    }

    speaks(dominant, speaking = [dominant]) {
        this.#tell({ type: "speaker", dominant, speaking });
    }

    says(person, text, to = "all") {
        this.#tell({ type: "chat", from: person.member, roomName: person.roomName, to, text, atMs: Date.now() });
    }

    // What the gateway says to one page about its own line and its own sending.
    tells(person, message) {
        this.#send(person, message);
    }

    // The pictures of these people are no longer sent to this page, or are again.
    pauses(person, others, paused) {
        const sources = others.map((one) => 4 * one.member + 1);
        for (const source of sources) person.paused[paused ? "add" : "delete"](source);
        const slots = [...person.slots].filter(([, source]) => sources.includes(source));
        this.#send(person, { type: "slots", slots: slots.map(([mid, source]) => ({ mid, source, paused })) });
    }

    find = (roomName) => [...this.#people.values()].find((one) => one.roomName === roomName);

    doctorComes(ws, message, reply) {
        const { name } = this.#gateway.doctor;
        const person = this.#resume("doctor", ws) ?? this.#person({ key: "doctor", roomName: name, role: "doctor", host: true, stage: "in", ws });
        this.#welcome(person, message, reply);
        return person;
    }

    patientComes(ws, invite, message, reply) {
        if (/^dr\b/i.test(message.roomName)) fault("name_refused");
        const same = this.find(message.roomName);
        if (same && same.key !== invite.id) fault("name_taken");
        Object.assign(invite, { roomName: message.roomName, state: "used" });
        let person = this.#resume(invite.id, ws);
        person ??= this.#person({ key: invite.id, roomName: message.roomName, rosterName: invite.rosterName, stage: "waiting", has: message.has, ws });
        this.#welcome(person, message, reply);
        return person;
    }

    lost(person) {
        person.ws = null;
        if (person.stage === "in" && this.#people.has(person.member)) this.change(person, { connection: "lost" });
    }

    admit(person) {
        person.stage = "in";
        this.#send(person, { type: "stage", stage: "in", reason: "admitted" });
        this.#came(person);
        this.#tellHosts();
    }

    out(person, reason) {
        this.#send(person, { type: "stage", stage: "out", reason });
        person.ws?.close(reason === "taken-over" ? 4001 : 1000);
        person.ws = null;
        this.leaves(person);
        this.#tellHosts();
    }

    end() {
        for (const person of [...this.#people.values()]) this.out(person, "ended");
    }

    hear(person, message, reply) {
        const host = () => person.host || fault("denied");
        const target = () => this.#people.get(message.member) ?? fault("not_found");
        switch (message.type) {
            case "state": {
                const { type: _, ...state } = message;
                return this.change(person, { slow: false, ...state });
            }
            case "want":
                person.wants = message.pictures.map((picture) => picture.source);
                return this.assign();
            case "offer":
                if (!message.restart) Object.assign(person, { lines: slotLines(message.offer), slots: new Map(), number: this.#connection++ });
                reply({ type: "answer", answer: "v=0 fake", connection: person.number, slots: person.lines });
                return this.assign();
            case "unmute":
                return this.change(person, { muted: false });
            case "chat":
                return this.says(person, message.text, message.to);
            case "leave":
                return this.leaves(person);
            case "admit":
                host();
                return message.all ? this.waiting().forEach((one) => this.admit(one)) : this.admit(target());
            case "decline":
                host();
                return this.out(target(), "declined");
            case "mute":
                host();
                for (const one of message.all ? this.present().filter((p) => !p.host) : [target()]) this.change(one, { muted: true });
                return;
            case "remove":
                host();
                return this.out(target(), "removed");
            case "end":
                host();
                this.#gateway.meetups.get(this.#meetup).state = "ended";
                return this.end();
        }
    }

    // Who is in which slot of each page: cameras and screens as wanted, microphones in order.
    assign() {
        for (const viewer of this.present()) {
            if (!viewer.ws || !viewer.lines) continue;
            const others = this.present().filter((one) => one !== viewer);
            const pictures = (viewer.wants ?? []).filter((source) =>
                others.some((one) => (source === 4 * one.member + 1 && one.camera) || (source === 4 * one.member + 2 && one.screen)),
            );
            const sounds = others.filter((one) => one.microphone && !one.muted).map((one) => 4 * one.member);
            this.#fill(viewer, viewer.lines.map((line) => line.video).filter(Boolean), pictures);
            this.#fill(viewer, viewer.lines.map((line) => line.audio), sounds);
        }
    }

    #fill(viewer, mids, sources) {
        const held = viewer.slots;
        const changes = [];
        for (const mid of mids) if (held.get(mid) && !sources.includes(held.get(mid))) changes.push({ mid, source: 0, paused: false });
        for (const { mid } of changes) held.delete(mid);
        const placed = new Set(mids.map((mid) => held.get(mid)));
        const free = mids.filter((mid) => !held.get(mid));
        for (const source of sources) {
            if (placed.has(source) || free.length === 0) continue;
            const mid = free.shift();
            held.set(mid, source);
            changes.push({ mid, source, paused: viewer.paused.has(source) });
        }
        if (changes.length > 0) this.#send(viewer, { type: "slots", slots: changes });
    }

    #person(fields) {
        const person = {
            member: this.#next++,
            room: this,
            role: "patient",
            host: false,
            muted: false,
            connection: "ok",
            rosterName: "",
            since: now() - 130,
            secondDevice: false,
            line: "good",
            slow: false,
            paused: new Set(),
            has: { microphone: true, camera: true },
            ...silent,
            ...fields,
            slots: new Map(),
        };
        this.#people.set(person.member, person);
        return person;
    }

    #resume(key, ws) {
        const person = [...this.#people.values()].find((one) => one.key === key);
        if (!person) return null;
        if (person.ws) {
            this.#send(person, { type: "stage", stage: "out", reason: "taken-over" });
            person.ws.close(4001);
        }
        person.ws = ws;
        person.connection = "ok";
        return person;
    }

    #welcome(person, message, reply) {
        const kept = message.offer === undefined;
        if (!kept) {
            person.lines = slotLines(message.offer);
            person.slots = new Map();
            person.number = this.#connection++;
        }
        const { id: key, title, welcome } = this.#gateway.meetups.get(this.#meetup);
        reply({
            type: "joined",
            connection: person.number,
            member: person.member,
            role: person.role,
            roomName: person.roomName,
            stage: person.stage,
            host: person.host,
            answer: kept ? "" : "v=0 fake",
            media: kept ? "kept" : "new",
            slots: kept ? [] : person.lines,
            meetup: { id: key, title, welcome, doctor: this.#gateway.doctor.name },
            nowMs: Date.now(),
        });
        if (person.stage === "in") this.#came(person);
        this.#tellHosts();
    }

    #came(person) {
        this.#send(person, { type: "members", members: this.present().map((one) => this.#member(one, person)) });
        this.#tell({ type: "member", member: this.#member(person) }, person);
        this.#send(person, { type: "media", state: "connected" });
        this.assign();
    }

    #member(person, viewer) {
        const { member, roomName, role, host, microphone, camera, screen, screenSound, slow, muted, connection, line, rosterName } = person;
        const shown = { member, roomName, role, host, microphone, camera, screen, screenSound, slow, muted, connection, line };
        return viewer?.host ? { ...shown, rosterName } : shown;
    }

    #tellHosts() {
        const waiting = this.waiting();
        const list = waiting.map(({ member, roomName, rosterName, since, secondDevice, has, connection }) => ({
            member, roomName, rosterName, since, secondDevice, has, connection,
        }));
        const hosts = this.present().filter((one) => one.host && one.ws);
        for (const host of hosts) this.#send(host, { type: "waiting", waiting: list });
        waiting.forEach((one, i) => this.#send(one, { type: "waiting-place", place: i + 1, hostPresent: hosts.length > 0 }));
    }

    #tell(message, but) {
        for (const one of this.present()) {
            if (one === but) continue;
            const mine = message.type === "member" ? { ...message, member: this.#member(this.#people.get(message.member.member), one) } : message;
            this.#send(one, mine);
        }
    }

    #send(person, message) {
        if (person.ws?.readyState === 1) person.ws.send(JSON.stringify(message));
    }
}

// The slots of an offer, by order within kind, as the protocol has it.
function slotLines(offer) {
    const lines = offer.split(/\r?\n(?=m=)/).slice(1).filter((line) => /a=recvonly/.test(line));
    const mids = (kind) => lines.filter((line) => line.startsWith(`m=${kind}`)).map((line) => /a=mid:(\S+)/.exec(line)[1]);
    const video = mids("video");
    return mids("audio").map((audio, i) => (video[i] === undefined ? { audio } : { video: video[i], audio }));
}
