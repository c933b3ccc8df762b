// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/place.ts - where this tab is: its path, who is signed in, what this browser remembers.

import { signal } from "@preact/signals";
import type { Doctor } from "../client/protocol.ts";
import type { Memory } from "../client/media.ts";

export const path = signal(location.pathname);
// undefined: not asked yet.
export const doctor = signal<Doctor | null | undefined>(undefined);
export const setupNeeded = signal(false);

// What came behind the # when the page was opened. Held here only, never stored, taken once.
let fragment = location.hash.slice(1);

export function takeFragment(): string {
    const taken = fragment;
    fragment = "";
    return taken;
}

export function peekFragment(): string {
    return fragment;
}

export function navigate(to: string): void {
    if (to === path.value) return;
    history.pushState(null, "", to);
    path.value = to;
    window.scrollTo(0, 0);
}

export function replacePath(to: string): void {
    history.replaceState(null, "", to);
    path.value = to;
}

window.addEventListener("popstate", () => (path.value = location.pathname));
window.addEventListener("hashchange", () => {
    // The same tab was given another link.
    if (location.hash.length > 1) location.reload();
});

// Private windows may refuse storage: then nothing is remembered, and nothing breaks.
function memoryOn(store: () => Storage): Memory {
    return {
        get(name) {
            try {
                return store().getItem(`aftercare.${name}`) ?? "";
            } catch {
                return "";
            }
        },
        set(name, value) {
            try {
                if (value) store().setItem(`aftercare.${name}`, value);
                else store().removeItem(`aftercare.${name}`);
            } catch {
                // not remembered
            }
        },
    };
}

export const deviceMemory = memoryOn(() => localStorage);
export const tabMemory = memoryOn(() => sessionStorage);
