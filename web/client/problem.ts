// SPDX-License-Identifier: AGPL-3.0-or-later
// client/problem.ts - why a camera or microphone would not open, in our own five words.

export type Problem =
    | "refused" // the person or the browser said no
    | "missing" // there is none
    | "busy" // another program holds it
    | "unsuitable" // it cannot do what was asked
    | "lost" // it was there and went away
    | "insecure"; // this browser offers none to pages

export function problemOf(error: unknown): Problem {
    const name = error instanceof Error || error instanceof DOMException ? error.name : "";
    switch (name) {
        case "NotAllowedError":
        case "PermissionDeniedError":
        case "SecurityError":
            return "refused";
        case "NotFoundError":
        case "DevicesNotFoundError":
            return "missing";
        case "OverconstrainedError":
        case "ConstraintNotSatisfiedError":
            return "unsuitable";
        case "TypeError":
            return "insecure";
        default: // NotReadableError, AbortError, TrackStartError
            return "busy";
    }
}
