// SPDX-License-Identifier: AGPL-3.0-or-later
// client/agreement.ts - the one offer, its answer, and what of them can be agreed on anew without a word to the gateway.

import { withRedundantVoice, withSoundRepair } from "./offer.ts";

export type Agreeing = Pick<
    RTCPeerConnection,
    "createOffer" | "setLocalDescription" | "setRemoteDescription" | "signalingState" | "remoteDescription"
>;

// Offers and answers one after another: what comes while another is under way waits for it.
export class Agreement {
    #pc: Agreeing;
    #first: Promise<string> | null = null;
    #answer = ""; // in force, as the gateway wrote it
    #redundant = false; // as wished
    #agreed = false; // the browser was told so
    #refusesMore = false; // the browser takes its offer as it made it, or not at all
    #turn: Promise<unknown> = Promise.resolve();

    constructor(pc: Agreeing) {
        this.#pc = pc;
    }

    // The one offer. Asked again, it is the same text.
    offer(): Promise<string> {
        this.#first ??= this.#inTurn(() => this.#makeOffer({}));
        return this.#first;
    }

    // The same lines with new ICE credentials.
    restart(): Promise<string> {
        return this.#inTurn(() => this.#makeOffer({ iceRestart: true }));
    }

    answer(sdp: string): Promise<void> {
        return this.#inTurn(() => this.#take(sdp));
    }

    // Whether each frame of the voice is sent twice. An encoding's `codec` would say so, but is taken and not heeded
    // (measured with Chromium 156): what stands first in the answer is sent. So the browser hears the gateway's answer to the
    // same offer once more, with the other one first. True when that changed something.
    redundant(isRedundant: boolean): Promise<boolean> {
        this.#redundant = isRedundant;
        return this.#inTurn(() => this.#agreeAnew());
    }

    get canRestart(): boolean {
        // An offer whose answer was lost is made again, over the first.
        const { signalingState, remoteDescription } = this.#pc;
        return (signalingState === "stable" || signalingState === "have-local-offer") && !!remoteDescription;
    }

    #inTurn<T>(step: () => Promise<T>): Promise<T> {
        const done = this.#turn.then(step);
        this.#turn = done.catch(() => {});
        return done;
    }

    async #take(sdp: string): Promise<void> {
        const redundant = this.#redundant;
        await this.#pc.setRemoteDescription({ type: "answer", sdp: redundant ? withRedundantVoice(sdp) : sdp });
        this.#answer = sdp;
        this.#agreed = redundant;
    }

    async #agreeAnew(): Promise<boolean> {
        // While an answer is awaited, that one will be taken as wished.
        if (this.#redundant === this.#agreed || this.#pc.signalingState !== "stable") return false;
        if (withRedundantVoice(this.#answer) === this.#answer) return false; // the browser or the gateway cannot
        try {
            await this.#makeOffer({});
        } catch {
            return false;
        }
        try {
            await this.#take(this.#answer);
            return true;
        } catch {
            await this.#pc.setLocalDescription({ type: "rollback" });
            return false;
        }
    }

    // The gateway is ICE-lite and learns our address from the first check: no candidate is waited for. Every offer of a
    // connection is written alike, as the gateway takes a restart only of the lines it knows.
    async #makeOffer(options: RTCOfferOptions): Promise<string> {
        const sdp = (await this.#pc.createOffer(options)).sdp ?? "";
        const more = this.#refusesMore ? sdp : withSoundRepair(sdp);
        try {
            await this.#pc.setLocalDescription({ type: "offer", sdp: more });
            return more;
        } catch (error) {
            if (more === sdp) throw error;
        }
        this.#refusesMore = true;
        await this.#pc.setLocalDescription({ type: "offer", sdp });
        return sdp;
    }
}
