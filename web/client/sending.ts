// SPDX-License-Identifier: AGPL-3.0-or-later
// client/sending.ts - one line to send on: its track, and how it is to be encoded, changed one step at a time.

export interface Wish {
    active: readonly boolean[] | null; // per layer, lowest first; null: all of them
    dark: boolean; // none at all, whatever else is wished
    maxBitrate: number | null; // bit/s, of the only layer; 0: as the browser likes; null: left as it is
}

const noWish: Wish = { active: null, dark: false, maxBitrate: null };

export type Sender = Pick<RTCRtpSender, "track" | "replaceTrack" | "getParameters" | "setParameters">;

const triesAtMost = 3;

// Browsers refuse a change of parameters that another one overtakes: there is one at a time, and the latest wish is the one
// that counts. What the browser cannot do is left as it is; nothing here ever renegotiates.
export class Sending {
    #sender: Sender;
    #wish: Wish = noWish;
    #asked = false;
    #busy = false;
    #done: Promise<void> = Promise.resolve();

    constructor(sender: Sender) {
        this.#sender = sender;
    }

    // Somebody needs some layer of it, as far as was told.
    get isNeeded(): boolean {
        return this.#wish.active?.includes(true) ?? true;
    }

    async replace(track: MediaStreamTrack | null): Promise<void> {
        if (this.#sender.track === track) return;
        await this.#sender.replaceTrack(track);
        await this.refresh();
    }

    wish(change: Partial<Wish>): Promise<void> {
        this.#wish = { ...this.#wish, ...change };
        return this.refresh();
    }

    // Once more as wished: what may be chosen is known only after the answer, and a track may bring other layers.
    refresh(): Promise<void> {
        this.#asked = true;
        if (!this.#busy) this.#done = this.#run();
        return this.#done;
    }

    async #run(): Promise<void> {
        let tries = 0;
        this.#busy = true;
        while (this.#asked && tries < triesAtMost) {
            this.#asked = false;
            const parameters = this.#sender.getParameters();
            if (!this.#shape(parameters)) continue;
            try {
                await this.#sender.setParameters(parameters);
                tries = 0;
            } catch {
                tries++; // overtaken by a negotiation, most likely
                this.#asked = true;
            }
        }
        this.#busy = this.#asked = false;
    }

    // Makes the parameters as wished; false when they are so already.
    #shape(parameters: RTCRtpSendParameters): boolean {
        const { encodings } = parameters;
        const first = encodings?.[0];
        if (!first) return false;
        let differs = false;
        encodings.forEach((encoding, i) => {
            const active = !this.#wish.dark && (this.#wish.active?.[i] ?? true);
            if ((encoding.active ?? true) === active) return;
            encoding.active = active;
            differs = true;
        });
        const { maxBitrate } = this.#wish;
        if (maxBitrate !== null && (first.maxBitrate ?? 0) !== maxBitrate) {
            if (maxBitrate > 0) first.maxBitrate = maxBitrate;
            else delete first.maxBitrate;
            differs = true;
        }
        return differs;
    }
}
