// SPDX-License-Identifier: AGPL-3.0-or-later
// client/shape.ts - what a value from outside must look like, and the type that follows from it.

export interface Shape<T> {
    readonly fits: (value: unknown) => value is T;
    readonly fields?: Fields;
    readonly optional?: boolean;
}

export type Fields = Readonly<Record<string, Shape<unknown>>>;
export type Of<S> = S extends Shape<infer T> ? T : never;

interface Optional<T> extends Shape<T> {
    readonly optional: true;
}

type Simplify<T> = { [K in keyof T]: T[K] };
type ObjectOf<F extends Fields> = Simplify<
    { [K in keyof F as F[K] extends Optional<unknown> ? never : K]: Of<F[K]> } & {
        [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: Of<F[K]>;
    }
>;

function shape<T>(fits: (value: unknown) => boolean): Shape<T> {
    return { fits: fits as (value: unknown) => value is T };
}

export const text: Shape<string> = shape((value) => typeof value === "string");
export const whole: Shape<number> = shape((value) => Number.isSafeInteger(value));
export const flag: Shape<boolean> = shape((value) => typeof value === "boolean");

export function oneOf<const T extends readonly string[]>(...words: T): Shape<T[number]> {
    return shape((value) => typeof value === "string" && words.includes(value));
}

export function list<T>(item: Shape<T>): Shape<T[]> {
    return shape((value) => Array.isArray(value) && value.every((one) => item.fits(one)));
}

export function orNull<T>(inner: Shape<T>): Shape<T | null> {
    return shape((value) => value === null || inner.fits(value));
}

export function optional<T>(inner: Shape<T>): Optional<T> {
    return { ...inner, optional: true };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

// An object with at least these fields. More fields are let pass: a newer gateway may say more.
export function object<const F extends Fields>(fields: F): Shape<ObjectOf<F>> & { readonly fields: F } {
    const names = Object.keys(fields);
    const inner = shape<ObjectOf<F>>(
        (value) =>
            isRecord(value) &&
            names.every((name) => {
                const field = fields[name]!;
                return value[name] === undefined ? field.optional === true : field.fits(value[name]);
            }),
    );
    return { ...inner, fields };
}
