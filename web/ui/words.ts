// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/words.ts - which sentence belongs to which code, problem or state.

import { ApiError } from "../client/api.ts";
import type { Own } from "../client/media.ts";
import type { Problem } from "../client/problem.ts";
import type { Invite } from "../client/protocol.ts";
import { Refused } from "../client/connection.ts";
import { t, type Key } from "../i18n/index.ts";

const codes: Readonly<Record<string, Key>> = {
    invalid: "error_invalid",
    sign_in: "error_sign_in",
    denied: "error_denied",
    not_found: "error_not_found",
    name_taken: "error_name_taken",
    name_refused: "error_name_refused",
    conflict: "error_conflict",
    state: "error_state",
    expired: "error_expired",
    revoked: "error_revoked",
    ended: "error_ended",
    removed: "error_removed",
    weak_password: "error_weak_password",
    offer_refused: "error_offer_refused",
    connection_gone: "error_unavailable",
    too_many: "error_too_many",
    unavailable: "error_unavailable",
    unreachable: "error_unreachable",
};

export function codeOf(error: unknown): string {
    return error instanceof ApiError || error instanceof Refused ? error.code : "unavailable";
}

export function wordsFor(error: unknown): string {
    return t(codes[typeof error === "string" ? error : codeOf(error)] ?? "error_unavailable");
}

export function problemWords(kind: Own, problem: Problem): { title: string; help: string } {
    const camera = kind === "camera";
    const words: Readonly<Record<Problem, readonly [Key, Key]>> = {
        refused: [camera ? "camera_refused" : "microphone_refused", "refused_help"],
        missing: [camera ? "camera_missing" : "microphone_missing", "missing_help"],
        busy: [camera ? "camera_busy" : "microphone_busy", "busy_help"],
        unsuitable: [camera ? "camera_unsuitable" : "microphone_unsuitable", "unsuitable_help"],
        lost: [camera ? "camera_lost" : "microphone_lost", "lost_help"],
        insecure: [camera ? "camera_insecure" : "microphone_insecure", "insecure_help"],
    };
    const [title, help] = words[problem];
    return { title: t(title), help: t(help) };
}

export const inviteStates: Readonly<Record<Invite["state"], Key>> = {
    new: "invite_new",
    opened: "invite_opened",
    used: "invite_used",
    revoked: "invite_revoked",
    expired: "invite_expired",
};
