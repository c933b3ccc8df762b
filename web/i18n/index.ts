// SPDX-License-Identifier: AGPL-3.0-or-later
// i18n/index.ts - every word of the pages comes from here: catalogs, plurals, dates, the chosen language.

import { computed, signal } from "@preact/signals";
import en from "./en.json";
import es from "./es.json";
import { pseudo, reversed } from "./pseudo.ts";

export type Key = keyof typeof en;
type PluralStem<K> = K extends `${infer Stem}_other` ? Stem : never;
export type PluralKey = PluralStem<Key>;
export type Catalog = Readonly<Record<Key, string>>;
export type Values = Readonly<Record<string, string | number>>;

interface Language {
    tag: string; // for Intl and the lang attribute
    dir: "ltr" | "rtl";
    catalog: Catalog;
    name: string; // as its speakers write it; "" keeps it out of the picker
}

export const languages: Readonly<Record<string, Language>> = {
    en: { tag: "en", dir: "ltr", catalog: en, name: "English" },
    es: { tag: "es", dir: "ltr", catalog: es, name: "Español" },
    // For tests only: forty percent longer, and from right to left. Reached with ?lang=, never offered.
    "en-XA": { tag: "en", dir: "ltr", catalog: pseudo(en), name: "" },
    "ar-XB": { tag: "ar", dir: "rtl", catalog: reversed(en), name: "" },
};

export const chosen = signal("en");
const current = computed(() => languages[chosen.value] ?? languages.en!);

export function languageTag(): string {
    return current.value.tag;
}

export function direction(): "ltr" | "rtl" {
    return current.value.dir;
}

// The first of the wished languages we speak, English otherwise.
export function pickLanguage(wishes: readonly (string | null | undefined)[]): string {
    for (const wish of wishes) {
        if (!wish) continue;
        if (languages[wish]) return wish;
        const base = wish.toLowerCase().split("-")[0]!;
        if (languages[base]) return base;
    }
    return "en";
}

export function fill(text: string, values: Values): string {
    return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

export function t(key: Key, values: Values = {}): string {
    return fill(current.value.catalog[key], values);
}

// A text that depends on a number: key_one, key_other as the language's plural rules say; {n} is the number.
export function tn(stem: PluralKey, n: number, values: Values = {}): string {
    const { catalog, tag } = current.value;
    const form = new Intl.PluralRules(tag).select(n);
    const text = catalog[`${stem}_${form}` as Key] ?? catalog[`${stem}_other` as Key];
    return fill(text, { n: new Intl.NumberFormat(tag).format(n), ...values });
}

// A text with something other than text in its holes, cut into pieces: the page puts nodes in.
export function pieces<T>(key: Key, nodes: Readonly<Record<string, T>>): (string | T)[] {
    return current.value.catalog[key]
        .split(/(\{\w+\})/)
        .map((piece) => {
            const name = /^\{(\w+)\}$/.exec(piece)?.[1];
            return name !== undefined && name in nodes ? nodes[name]! : piece;
        })
        .filter((piece) => piece !== "");
}

function format(seconds: number, options: Intl.DateTimeFormatOptions): string {
    return new Intl.DateTimeFormat(languageTag(), options).format(new Date(seconds * 1000));
}

export function longDate(seconds: number): string {
    return format(seconds, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

export function shortDate(seconds: number): string {
    return format(seconds, { day: "numeric", month: "short", year: "numeric" });
}

export function clockTime(seconds: number): string {
    return format(seconds, { hour: "numeric", minute: "2-digit" });
}

export function clockTimeZone(seconds: number): string {
    return format(seconds, { hour: "numeric", minute: "2-digit", timeZoneName: "short" });
}

export function dayParts(seconds: number): { day: string; month: string } {
    return {
        day: format(seconds, { day: "numeric" }),
        month: format(seconds, { month: "short" }),
    };
}
