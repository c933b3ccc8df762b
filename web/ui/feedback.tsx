// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/feedback.tsx - what people said after a meetup, and the follow-ups somebody owns.

import { useState } from "preact/hooks";
import { api } from "../client/api.ts";
import type { Feedback, FollowUp } from "../client/protocol.ts";
import { shortDate, t, tn, type Key } from "../i18n/index.ts";
import { Button, Dialog, Field, Notice, submitting } from "./parts.tsx";
import { doctor } from "./place.ts";
import { wordsFor } from "./words.ts";

const ratings: readonly Key[] = ["rating_none", "rating_1", "rating_2", "rating_3", "rating_4", "rating_5"];

function dateText(seconds: number): string {
    const date = new Date(seconds * 1000);
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function endOfDay(text: string): number {
    return Math.floor(new Date(`${text}T23:59:59`).getTime() / 1000);
}

interface FormProps {
    start: { subject: string; owner: string; due: number };
    withSubject: boolean;
    button: string;
    onSave(fields: { subject: string; owner: string; due: number }): Promise<void>;
}

function FollowUpForm({ start, withSubject, button, onSave }: FormProps) {
    const [subject, setSubject] = useState(start.subject);
    const [owner, setOwner] = useState(start.owner);
    const [due, setDue] = useState(dateText(start.due));
    const [error, setError] = useState("");
    const go = async () => {
        try {
            await onSave({ subject: subject.trim(), owner: owner.trim(), due: endOfDay(due) });
        } catch (refused) {
            setError(wordsFor(refused));
        }
    };
    return (
        <form class="stack" onSubmit={submitting(() => void go())} data-form="follow-up">
            {withSubject && (
                <Field label={t("follow_up_subject")}>
                    {(attributes) => (
                        <input {...attributes} type="text" name="subject" required maxLength={120} dir="auto" value={subject} onInput={(event) => setSubject(event.currentTarget.value)} />
                    )}
                </Field>
            )}
            <div class="pair">
                <Field label={t("follow_up_owner")}>
                    {(attributes) => (
                        <input {...attributes} type="text" name="owner" required maxLength={60} value={owner} onInput={(event) => setOwner(event.currentTarget.value)} />
                    )}
                </Field>
                <Field label={t("follow_up_due")}>
                    {(attributes) => (
                        <input {...attributes} type="date" name="due" required value={due} onInput={(event) => setDue(event.currentTarget.value)} />
                    )}
                </Field>
            </div>
            {error && <Notice tone="bad">{error}</Notice>}
            <div class="row end">
                <Button look="main" type="submit" data-action="save-follow-up">
                    {button}
                </Button>
            </div>
        </form>
    );
}

interface ListProps {
    feedback: readonly Feedback[];
    followUps: readonly FollowUp[];
    onChange(): void;
}

export function FeedbackList({ feedback, followUps, onChange }: ListProps) {
    const [about, setAbout] = useState<Feedback | null>(null);
    const week = Math.floor(Date.now() / 1000) + 7 * 86_400;
    return (
        <section class="card" aria-labelledby="feedback-heading">
            <h2 id="feedback-heading">{t("feedback")}</h2>
            {feedback.length === 0 && <p class="empty">{t("feedback_none")}</p>}
            <ul class="feedback-list">
                {feedback.map((one) => (
                    <li key={one.id} class="feedback" data-feedback={one.id} data-rating={one.rating}>
                        <p class="feedback-head">
                            <strong>
                                <bdi>{one.roomName}</bdi>
                            </strong>
                            <span class={`chip ${one.rating > 0 && one.rating <= 2 ? "warm" : "good"}`}>{t(ratings[one.rating] ?? "rating_none")}</span>
                            <time>{shortDate(one.at)}</time>
                        </p>
                        {one.words && (
                            <p class="pre" dir="auto">
                                {one.words}
                            </p>
                        )}
                        {one.followUp && followUps.some((f) => f.id === one.followUp) ? (
                            <span class="chip">{t("follow_up_made")}</span>
                        ) : (
                            <Button look="soft" icon="plus" onClick={() => setAbout(one)} data-action="follow-up">
                                {t("follow_up_make")}
                            </Button>
                        )}
                    </li>
                ))}
            </ul>
            {about && (
                <Dialog name="follow-up" title={t("follow_up_make")} onClose={() => setAbout(null)}>
                    <FollowUpForm
                        start={{ subject: [...about.words.split("\n")[0]!].slice(0, 120).join(""), owner: doctor.value?.name ?? "", due: week }}
                        withSubject
                        button={t("follow_up_open_it")}
                        onSave={async (fields) => {
                            await api.openFollowUp(about.id, fields);
                            setAbout(null);
                            onChange();
                        }}
                    />
                </Dialog>
            )}
        </section>
    );
}

export function FollowUps({ followUps, onChange }: { followUps: readonly FollowUp[]; onChange(): void }) {
    const [asked, setAsked] = useState<{ what: "change" | "close"; followUp: FollowUp } | null>(null);
    const [note, setNote] = useState("");
    const [error, setError] = useState("");
    if (followUps.length === 0) return null;
    const now = Date.now() / 1000;
    const open = followUps.filter((one) => one.state === "open").length;
    const sorted = [...followUps].sort((a, b) => Number(a.state === "closed") - Number(b.state === "closed") || a.due - b.due);
    const close = async (followUp: FollowUp) => {
        try {
            await api.closeFollowUp(followUp.id, note.trim());
            setAsked(null);
            setNote("");
            onChange();
        } catch (refused) {
            setError(wordsFor(refused));
        }
    };
    return (
        <section class="card" aria-labelledby="follow-ups-heading">
            <div class="section-head">
                <h2 id="follow-ups-heading">{t("follow_ups")}</h2>
                <span class="hint">{tn("follow_ups_open", open)}</span>
            </div>
            <ul class="feedback-list">
                {sorted.map((one) => {
                    const late = one.state === "open" && one.due < now;
                    return (
                        <li key={one.id} class="feedback" data-follow-up={one.id} data-state={one.state}>
                            <p class="feedback-head">
                                <strong dir="auto">{one.subject}</strong>
                                <span class={`chip ${one.state === "closed" ? "good" : late ? "bad" : "warm"}`}>
                                    {t(one.state === "closed" ? "follow_up_closed" : late ? "follow_up_late" : "follow_up_open")}
                                </span>
                            </p>
                            <p class="person-state">
                                <bdi>{one.owner}</bdi> · {t("until", { date: shortDate(one.due) })}
                            </p>
                            {one.note && (
                                <p class="pre" dir="auto">
                                    {one.note}
                                </p>
                            )}
                            {one.state === "open" && (
                                <div class="row">
                                    <Button look="soft" icon="check" onClick={() => setAsked({ what: "close", followUp: one })} data-action="close-follow-up">
                                        {t("follow_up_close")}
                                    </Button>
                                    <Button look="quiet" icon="pencil" onClick={() => setAsked({ what: "change", followUp: one })} data-action="change-follow-up">
                                        {t("follow_up_change")}
                                    </Button>
                                </div>
                            )}
                        </li>
                    );
                })}
            </ul>
            {asked?.what === "change" && (
                <Dialog name="change-follow-up" title={t("follow_up_change")} onClose={() => setAsked(null)}>
                    <FollowUpForm
                        start={asked.followUp}
                        withSubject={false}
                        button={t("save")}
                        onSave={async ({ owner, due }) => {
                            await api.changeFollowUp(asked.followUp.id, { owner, due });
                            setAsked(null);
                            onChange();
                        }}
                    />
                </Dialog>
            )}
            {asked?.what === "close" && (
                <Dialog name="close-follow-up" title={t("follow_up_close")} onClose={() => setAsked(null)}>
                    <form class="stack" onSubmit={submitting(() => void close(asked.followUp))} data-form="close-follow-up">
                        <Field label={t("follow_up_note")} hint={t("follow_up_note_hint")} {...(error && { error })}>
                            {(attributes) => (
                                <textarea {...attributes} name="note" rows={4} maxLength={2000} required dir="auto" value={note} onInput={(event) => setNote(event.currentTarget.value)} />
                            )}
                        </Field>
                        <div class="row end">
                            <Button look="main" type="submit" data-action="save-note">
                                {t("follow_up_close")}
                            </Button>
                        </div>
                    </form>
                </Dialog>
            )}
        </section>
    );
}
