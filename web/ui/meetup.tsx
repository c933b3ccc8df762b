// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/meetup.tsx - one meetup of a doctor: when, who is invited, what people said, what is to be done.

import { useEffect, useState } from "preact/hooks";
import { api, type MeetupWhole } from "../client/api.ts";
import { clockTimeZone, longDate, t, tn } from "../i18n/index.ts";
import { FeedbackList, FollowUps } from "./feedback.tsx";
import { useEvery } from "./hooks.ts";
import { Icon } from "./icon.tsx";
import { Invites } from "./invites.tsx";
import { Button, Confirm, Dialog, Loading, Notice } from "./parts.tsx";
import { DateLeaf, DoctorFrame, MeetupForm, PageLink } from "./meetups.tsx";
import { wordsFor } from "./words.ts";

export function MeetupPage({ id }: { id: string }) {
    const [whole, setWhole] = useState<MeetupWhole | null>(null);
    const [error, setError] = useState("");
    const [dialog, setDialog] = useState<"" | "edit" | "end">("");
    const load = () =>
        api.meetup(id).then(
            (reply) => (setWhole(reply), setError("")),
            (refused) => setError(wordsFor(refused)),
        );
    useEffect(() => void load(), [id]);
    useEvery(4000, () => void load(), !document.hidden);
    if (!whole && !error) return <Loading />;
    if (!whole)
        return (
            <DoctorFrame title={t("meetup")}>
                <h1>{t("meetup")}</h1>
                <Notice tone="bad" name="meetup-error">
                    {error}
                </Notice>
                <PageLink to="/" class="button soft">
                    {t("to_meetups")}
                </PageLink>
            </DoctorFrame>
        );
    const { meetup } = whole;
    const planned = meetup.state === "planned";
    const act = async (call: Promise<unknown>) => {
        setDialog("");
        await call.catch((refused) => setError(wordsFor(refused)));
        await load();
    };
    return (
        <DoctorFrame title={meetup.title}>
            <PageLink to="/" class="back-link">
                <Icon name="chevron-left" size={20} /> {t("meetups")}
            </PageLink>
            <div class="page-head">
                <div class="with-leaf">
                    <DateLeaf at={meetup.startsAt} />
                    <div>
                        <h1>{meetup.title}</h1>
                        <p class="when">
                            {longDate(meetup.startsAt)} · {clockTimeZone(meetup.startsAt)} · {tn("minutes", meetup.minutes)}
                        </p>
                    </div>
                </div>
                <div class="row">
                    <Button icon="pencil" onClick={() => setDialog("edit")} data-action="edit">
                        {t("edit")}
                    </Button>
                    {planned ? (
                        <PageLink to={`/room/${id}`} class="button main" data-action="enter">
                            <Icon name="video" size={20} />
                            <span>{t("enter_room")}</span>
                        </PageLink>
                    ) : (
                        <Button look="main" onClick={() => void act(api.reopenMeetup(id))} data-action="reopen">
                            {t("meetup_reopen")}
                        </Button>
                    )}
                </div>
            </div>
            {error && <Notice tone="bad">{error}</Notice>}
            {!planned && <Notice tone="plain" name="ended">{t("meetup_is_ended")}</Notice>}
            {planned && meetup.waitingCount > 0 && (
                <Notice
                    tone="good"
                    icon="door-open"
                    name="waiting"
                    action={
                        <PageLink to={`/room/${id}`} class="button main">
                            {t("let_them_in")}
                        </PageLink>
                    }
                >
                    {tn("many_wait", meetup.waitingCount)}
                </Notice>
            )}
            <div class="columns">
                <div class="column">
                    <Invites meetup={meetup} invites={whole.invites} onChange={() => void load()} />
                </div>
                <div class="column">
                    <section class="card">
                        <h2>{t("waiting_room")}</h2>
                        <p class="big-number" data-waiting-count={meetup.waitingCount}>
                            {tn("many_wait", meetup.waitingCount)}
                        </p>
                        <p class="hint">
                            {tn("present", meetup.presentCount)}
                            {planned && ` · ${t("waiting_room_hint")}`}
                        </p>
                        {planned && (
                            <Button look="quiet" onClick={() => setDialog("end")} data-action="end">
                                {t("meetup_end")}
                            </Button>
                        )}
                    </section>
                    {meetup.welcome && (
                        <section class="card">
                            <h2>{t("meetup_welcome")}</h2>
                            <p class="pre" dir="auto">{meetup.welcome}</p>
                        </section>
                    )}
                    <FeedbackList feedback={whole.feedback} followUps={whole.followUps} onChange={() => void load()} />
                    <FollowUps followUps={whole.followUps} onChange={() => void load()} />
                </div>
            </div>
            {dialog === "edit" && (
                <Dialog name="edit-meetup" title={t("edit")} onClose={() => setDialog("")} wide>
                    <MeetupForm
                        meetup={meetup}
                        button={t("save")}
                        onCancel={() => setDialog("")}
                        onSave={async (fields) => {
                            await api.changeMeetup(id, fields);
                            setDialog("");
                            await load();
                        }}
                    />
                </Dialog>
            )}
            {dialog === "end" && (
                <Confirm name="end" title={t("end_question")} text={t("end_text")} yes="end_for_all" danger onYes={() => void act(api.endMeetup(id))} onNo={() => setDialog("")} />
            )}
        </DoctorFrame>
    );
}
