// SPDX-License-Identifier: AGPL-3.0-or-later
// i18n/pseudo.ts - made-up languages that show what a page forgets: longer words, the other direction.

const accents: Readonly<Record<string, string>> = {
    a: "å", e: "é", i: "î", o: "ö", u: "û", c: "ç", n: "ñ", y: "ý",
    A: "Å", E: "É", I: "Î", O: "Ö", U: "Û", C: "Ç", N: "Ñ",
};

function outsideHoles(text: string, change: (piece: string) => string): string {
    return text
        .split(/(\{\w+\})/)
        .map((piece) => (piece.startsWith("{") ? piece : change(piece)))
        .join("");
}

function changed<K extends string>(
    catalog: Readonly<Record<K, string>>,
    change: (text: string) => string,
): Readonly<Record<K, string>> {
    const next = {} as Record<K, string>;
    for (const key of Object.keys(catalog) as K[]) next[key] = change(catalog[key]);
    return next;
}

// Accents, and two fifths more of it: "Leave" becomes "[Léåvé··]".
export function pseudo<K extends string>(catalog: Readonly<Record<K, string>>): Readonly<Record<K, string>> {
    return changed(catalog, (text) => {
        const accented = outsideHoles(text, (piece) => piece.replace(/[a-zA-Z]/g, (c) => accents[c] ?? c));
        const more = "·".repeat(Math.ceil(text.replace(/\{\w+\}/g, "").length * 0.4) - 2 > 0
            ? Math.ceil(text.replace(/\{\w+\}/g, "").length * 0.4) - 2
            : 0);
        return `[${accented}${more.replace(/·{8}/g, "······· ")}]`;
    });
}

// English letters laid from right to left, as if they were Arabic ones (U+202E is right-to-left override).
export function reversed<K extends string>(catalog: Readonly<Record<K, string>>): Readonly<Record<K, string>> {
    return changed(catalog, (text) =>
        outsideHoles(text, (piece) => (piece.trim() ? `\u200f\u202e${piece}\u202c\u200f` : piece)),
    );
}
