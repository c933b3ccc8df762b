// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/goodbye.tsx - the end: why it ended, the way back, one question with room for words.

import { useState } from "preact/hooks";
import { api } from "../client/api.ts";
import type { Who } from "../client/visit.ts";
import { pieces, t, type Key } from "../i18n/index.ts";
import { FarewellDrawing } from "./drawings.tsx";
import { Button, Field, Frame, Notice, submitting } from "./parts.tsx";
import { navigate } from "./place.ts";
import { wordsFor } from "./words.ts";

const texts: Readonly<Record<string, readonly [Key, Key]>> = {
    left: ["bye_left", "bye_left_text"],
    ended: ["bye_ended", "bye_ended_text"],
    removed: ["bye_removed", "bye_removed_text"],
    declined: ["bye_declined", "bye_declined_text"],
    revoked: ["bye_revoked", "bye_revoked_text"],
    expired: ["bye_expired", "bye_expired_text"],
    "taken-over": ["bye_taken_over", "bye_taken_over_text"],
    moved: ["bye_moved", "bye_moved_text"],
    sign_in: ["bye_sign_in", "bye_sign_in_text"],
};

const comeBack = new Set(["left", "declined", "taken-over", "moved"]);
const asked = new Set(["left", "ended"]);

interface GoodbyeProps {
    who: Who;
    reason: string;
    doctorName: string;
    roomName: string;
}

export function Goodbye({ who, reason, doctorName, roomName }: GoodbyeProps) {
    const [title, text] = texts[reason] ?? texts.left!;
    const again: Key = reason === "taken-over" || reason === "moved" ? "use_here" : who.as === "doctor" ? "room_again" : "join_again";
    return (
        <Frame title={t(title)}>
            <section class="goodbye" data-stage="out" data-reason={reason}>
                <FarewellDrawing />
                <h1>{t(title)}</h1>
                <p class="lead">{t(text, { doctor: doctorName })}</p>
                <div class="row centre">
                    {comeBack.has(reason) && (
                        <Button look={asked.has(reason) && who.as === "patient" ? "soft" : "main"} onClick={() => location.reload()} data-action="again">
                            {t(again)}
                        </Button>
                    )}
                    {who.as === "doctor" && (
                        <Button
                            look={comeBack.has(reason) ? "soft" : "main"}
                            onClick={() => navigate(reason === "sign_in" ? "/" : `/meetup/${who.meetup}`)}
                            data-action="to-meetup"
                        >
                            {t(reason === "sign_in" ? "sign_in" : "to_meetup")}
                        </Button>
                    )}
                </div>
                {who.as === "patient" && asked.has(reason) && <Question invite={who.invite} roomName={roomName || who.roomName} doctorName={doctorName} />}
            </section>
        </Frame>
    );
}

const faces: readonly { rating: number; word: Key; mouth: string }[] = [
    { rating: 1, word: "rating_1", mouth: "M13 31q7-9 14 0" },
    { rating: 2, word: "rating_2", mouth: "M13 29.500q7-4 14 0" },
    { rating: 3, word: "rating_3", mouth: "M13 28h14" },
    { rating: 4, word: "rating_4", mouth: "M13 27q7 5 14 0" },
    { rating: 5, word: "rating_5", mouth: "M12 25q8 12 16 0" },
];

function Face({ mouth }: { mouth: string }) {
    return (
        <svg class="face" viewBox="0 0 40 40" width="44" height="44" aria-hidden="true">
            <circle class="face-round" cx="20" cy="20" r="17.5" />
            <circle class="face-eye" cx="14" cy="16.5" r="2.2" />
            <circle class="face-eye" cx="26" cy="16.5" r="2.2" />
            <path class="face-mouth" d={mouth} />
        </svg>
    );
}

function Question({ invite, roomName, doctorName }: { invite: string; roomName: string; doctorName: string }) {
    const [rating, setRating] = useState(0);
    const [words, setWords] = useState("");
    const [state, setState] = useState<"open" | "busy" | "sent" | "skipped">("open");
    const [error, setError] = useState("");
    if (state === "sent")
        return (
            <Notice tone="good" name="feedback-sent">
                {t("feedback_thanks")}
            </Notice>
        );
    if (state === "skipped") return null;
    const send = async () => {
        if (rating === 0 && !words.trim()) return setError(t("feedback_empty"));
        setState("busy");
        try {
            await api.sendFeedback({ invite, rating, words: words.trim() });
            setState("sent");
        } catch (refused) {
            setError(wordsFor(refused));
            setState("open");
        }
    };
    return (
        <form class="card question" onSubmit={submitting(() => void send())} data-step="feedback">
            <fieldset class="faces">
                <legend>
                    <h2>{t("feedback_question")}</h2>
                </legend>
                <div class="face-row">
                    {faces.map(({ rating: value, word, mouth }) => (
                        <label key={value} class={rating === value ? "face-choice chosen" : "face-choice"}>
                            <input type="radio" name="rating" value={value} checked={rating === value} onChange={() => setRating(value)} />
                            <Face mouth={mouth} />
                            <span>{t(word)}</span>
                        </label>
                    ))}
                </div>
            </fieldset>
            <Field label={t("feedback_words")} {...(error && { error })}>
                {(attributes) => (
                    <textarea {...attributes} rows={4} maxLength={4000} dir="auto" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
                )}
            </Field>
            <p class="hint">
                {pieces("feedback_seen", { doctor: <bdi key="d">{doctorName}</bdi>, name: <bdi key="n">{roomName}</bdi> })}
            </p>
            <div class="row end">
                <Button look="quiet" onClick={() => setState("skipped")} data-action="skip">
                    {t("feedback_skip")}
                </Button>
                <Button look="main" type="submit" busy={state === "busy"} data-action="send-feedback">
                    {t("feedback_send")}
                </Button>
            </div>
        </form>
    );
}
