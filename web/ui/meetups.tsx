// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/meetups.tsx - a doctor's meetups, the next ones first, and a form to make one.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, type MeetupFields } from "../client/api.ts";
import type { Meetup } from "../client/protocol.ts";
import { clockTime, dayParts, longDate, t, tn } from "../i18n/index.ts";
import { MeetingDrawing } from "./drawings.tsx";
import { useEvery } from "./hooks.ts";
import { Icon } from "./icon.tsx";
import { Button, Dialog, Field, Frame, Loading, Notice, submitting } from "./parts.tsx";
import { doctor, navigate, replacePath } from "./place.ts";
import { wordsFor } from "./words.ts";

export function DoctorFrame({ title, children }: { title: string; children: ComponentChildren }) {
    const leave = async () => {
        await api.signOut().catch(() => {});
        doctor.value = null;
        replacePath("/");
    };
    return (
        <Frame
            title={title}
            wide
            aside={
                <div class="signed-in">
                    <bdi class="desk-only">{doctor.value?.name}</bdi>
                    <Button look="quiet" icon="log-out" onClick={() => void leave()} data-action="sign-out">
                        {t("sign_out")}
                    </Button>
                </div>
            }
        >
            {children}
        </Frame>
    );
}

// A link inside the pages: real, so that it opens in a tab of its own too.
export function PageLink({ to, children, class: extra, ...rest }: { to: string; children: ComponentChildren; class?: string; "data-action"?: string }) {
    return (
        <a
            {...rest}
            href={to}
            class={extra}
            onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
                event.preventDefault();
                navigate(to);
            }}
        >
            {children}
        </a>
    );
}

// datetime-local speaks the local zone without naming it.
function localText(seconds: number): string {
    const date = new Date(seconds * 1000);
    const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
    return local.toISOString().slice(0, 16);
}

function nextFullHour(): number {
    return (Math.floor(Date.now() / 3_600_000) + 1) * 3600;
}

interface MeetupFormProps {
    meetup?: Meetup;
    button: string;
    onSave(fields: MeetupFields): Promise<void>;
    onCancel?(): void;
}

export function MeetupForm({ meetup, button, onSave, onCancel }: MeetupFormProps) {
    const [title, setTitle] = useState(meetup?.title ?? "");
    const [startsAt, setStartsAt] = useState(localText(meetup?.startsAt ?? nextFullHour()));
    const [minutes, setMinutes] = useState(meetup?.minutes ?? 60);
    const [welcome, setWelcome] = useState(meetup?.welcome ?? "");
    const [error, setError] = useState("");
    const [busy, setBusy] = useState(false);
    const lengths = [...new Set([30, 45, 60, 90, 120, minutes])].sort((a, b) => a - b);
    const go = async () => {
        const seconds = Math.floor(new Date(startsAt).getTime() / 1000);
        if (!Number.isFinite(seconds)) return setError(t("date_wrong"));
        setBusy(true);
        setError("");
        try {
            await onSave({ title: title.trim(), startsAt: seconds, minutes, welcome: welcome.trim() });
        } catch (refused) {
            setError(wordsFor(refused));
        } finally {
            setBusy(false);
        }
    };
    return (
        <form class="stack" onSubmit={submitting(() => void go())} data-form="meetup">
            <Field label={t("meetup_title")} hint={t("meetup_title_hint")}>
                {(attributes) => (
                    <input {...attributes} type="text" name="title" required maxLength={120} dir="auto" value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
                )}
            </Field>
            <div class="pair">
                <Field label={t("meetup_starts")}>
                    {(attributes) => (
                        <input {...attributes} type="datetime-local" name="starts" required value={startsAt} onInput={(event) => setStartsAt(event.currentTarget.value)} />
                    )}
                </Field>
                <Field label={t("meetup_minutes")}>
                    {(attributes) => (
                        <select {...attributes} name="minutes" value={String(minutes)} onChange={(event) => setMinutes(Number(event.currentTarget.value))}>
                            {lengths.map((length) => (
                                <option key={length} value={String(length)}>
                                    {tn("minutes", length)}
                                </option>
                            ))}
                        </select>
                    )}
                </Field>
            </div>
            <Field label={t("meetup_welcome")} hint={t("meetup_welcome_hint")}>
                {(attributes) => (
                    <textarea {...attributes} name="welcome" rows={4} maxLength={2000} dir="auto" value={welcome} onInput={(event) => setWelcome(event.currentTarget.value)} />
                )}
            </Field>
            {error && <Notice tone="bad">{error}</Notice>}
            <div class="row end">
                {onCancel && (
                    <Button look="quiet" onClick={onCancel}>
                        {t("cancel")}
                    </Button>
                )}
                <Button look="main" type="submit" busy={busy} data-action="save-meetup">
                    {button}
                </Button>
            </div>
        </form>
    );
}

export function DateLeaf({ at }: { at: number }) {
    const { day, month } = dayParts(at);
    return (
        <span class="leaf" aria-hidden="true">
            <span class="leaf-month">{month}</span>
            <span class="leaf-day">{day}</span>
        </span>
    );
}

function Row({ meetup }: { meetup: Meetup }) {
    return (
        <li class="meetup-row" data-meetup={meetup.id}>
            <DateLeaf at={meetup.startsAt} />
            <div class="meetup-row-text">
                <h3>
                    <PageLink to={`/meetup/${meetup.id}`}>{meetup.title}</PageLink>
                </h3>
                <p>
                    {longDate(meetup.startsAt)} · {clockTime(meetup.startsAt)} · {tn("minutes", meetup.minutes)}
                </p>
                <p class="marks">
                    <span class="chip">{tn("invited", meetup.inviteCount)}</span>
                    {meetup.waitingCount > 0 && <span class="chip warm">{tn("many_wait", meetup.waitingCount)}</span>}
                    {meetup.presentCount > 0 && <span class="chip good">{tn("present", meetup.presentCount)}</span>}
                    {meetup.feedbackCount > 0 && <span class="chip">{tn("answers", meetup.feedbackCount)}</span>}
                    {meetup.openFollowUps > 0 && <span class="chip warm">{tn("follow_ups_open", meetup.openFollowUps)}</span>}
                </p>
            </div>
            {meetup.state === "planned" && (
                <PageLink to={`/room/${meetup.id}`} class="button soft" data-action="enter">
                    <Icon name="video" size={20} />
                    <span>{t("enter_room")}</span>
                </PageLink>
            )}
        </li>
    );
}

export function Meetups() {
    const [meetups, setMeetups] = useState<readonly Meetup[] | null>(null);
    const [error, setError] = useState("");
    const [making, setMaking] = useState(false);
    const load = () =>
        void api.meetups().then(
            (reply) => (setMeetups(reply.meetups), setError("")),
            (refused) => setError(wordsFor(refused)),
        );
    useEffect(load, []);
    useEvery(10_000, load, !document.hidden);
    if (!meetups && !error) return <Loading />;
    const planned = (meetups ?? []).filter((one) => one.state === "planned").sort((a, b) => a.startsAt - b.startsAt);
    const ended = (meetups ?? []).filter((one) => one.state === "ended");
    return (
        <DoctorFrame title={t("meetups")}>
            <div class="page-head">
                <h1>{t("meetups")}</h1>
                <Button look="main" icon="plus" onClick={() => setMaking(true)} data-action="new-meetup">
                    {t("meetup_new")}
                </Button>
            </div>
            {error && <Notice tone="bad">{error}</Notice>}
            {meetups?.length === 0 && (
                <section class="card empty-state">
                    <MeetingDrawing />
                    <h2>{t("meetups_empty")}</h2>
                    <p>{t("meetups_empty_text")}</p>
                </section>
            )}
            {planned.length > 0 && (
                <section aria-label={t("meetups_planned")}>
                    <h2 class="quiet-heading">{t("meetups_planned")}</h2>
                    <ul class="meetup-list">
                        {planned.map((meetup) => (
                            <Row key={meetup.id} meetup={meetup} />
                        ))}
                    </ul>
                </section>
            )}
            {ended.length > 0 && (
                <section aria-label={t("meetups_ended")}>
                    <h2 class="quiet-heading">{t("meetups_ended")}</h2>
                    <ul class="meetup-list">
                        {ended.map((meetup) => (
                            <Row key={meetup.id} meetup={meetup} />
                        ))}
                    </ul>
                </section>
            )}
            {making && (
                <Dialog name="new-meetup" title={t("meetup_new")} onClose={() => setMaking(false)} wide>
                    <MeetupForm
                        button={t("meetup_make")}
                        onCancel={() => setMaking(false)}
                        onSave={async (fields) => {
                            const { meetup } = await api.createMeetup(fields);
                            navigate(`/meetup/${meetup.id}`);
                        }}
                    />
                </Dialog>
            )}
        </DoctorFrame>
    );
}
