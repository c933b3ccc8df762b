// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/join.tsx - a patient's way in: the link, then the name, then the check.

import { useEffect, useState } from "preact/hooks";
import { api } from "../client/api.ts";
import { inAppBrowser, type InApp } from "../client/browser.ts";
import type { Entry } from "../client/protocol.ts";
import { clockTimeZone, longDate, t } from "../i18n/index.ts";
import { WaitingDrawing } from "./drawings.tsx";
import { Goodbye } from "./goodbye.tsx";
import { recallStay } from "./live.ts";
import { NameStep } from "./name.tsx";
import { Button, Frame, Loading, Notice } from "./parts.tsx";
import { path, peekFragment, replacePath, takeFragment } from "./place.ts";
import { Stay } from "./stay.tsx";
import { codeOf, wordsFor } from "./words.ts";

function meetupHead({ meetup }: Entry) {
    return (
        <div class="meetup-head">
            <p class="over">{t("invited_by", { doctor: meetup.doctor })}</p>
            <h1>{meetup.title}</h1>
            <p class="when">
                {longDate(meetup.startsAt)} · {clockTimeZone(meetup.startsAt)}
            </p>
        </div>
    );
}

async function enter(): Promise<Entry> {
    const token = peekFragment();
    if (!token) return (await api.openInvite(path.value.slice("/join/".length))).entry;
    const { entry } = await api.redeem(token);
    takeFragment();
    replacePath(`/join/${entry.invite}`);
    return entry;
}

export function Join() {
    const [app, setApp] = useState<InApp | undefined>(() =>
        navigator.mediaDevices ? undefined : inAppBrowser(navigator.userAgent),
    );
    const [entry, setEntry] = useState<Entry | null>(null);
    const [before, setBefore] = useState(""); // the name this tab was in with, before a reload
    const [error, setError] = useState("");
    const [name, setName] = useState("");
    const [editing, setEditing] = useState(true);
    const [tries, setTries] = useState(0);

    // Inside another app the link stays in the address, so that "open in browser" takes it along.
    useEffect(() => {
        if (app) return;
        enter().then(
            (found) => {
                if (found.seat === "yours") setBefore(recallStay(`patient.${found.invite}`)?.roomName ?? "");
                setEntry(found);
            },
            (refused) => setError(codeOf(refused)),
        );
    }, [app, tries]);

    if (app) return <InAppPage app={app} onAnyway={() => setApp(undefined)} />;
    if (error)
        return (
            <LinkTrouble
                code={error}
                onAgain={() => {
                    setError("");
                    setTries(tries + 1);
                }}
            />
        );
    if (!entry) return <Loading />;

    const who = { as: "patient" as const, invite: entry.invite, roomName: name };
    const doctorName = entry.meetup.doctor;
    if (entry.state !== "open")
        return <Goodbye who={{ ...who, roomName: entry.roomName }} reason={entry.state} doctorName={doctorName} roomName={entry.roomName} />;
    if (before)
        return (
            <Stay who={{ ...who, roomName: before }} doctorName={doctorName} back head={meetupHead(entry)} button={t("ask_to_come_in")} />
        );
    if (editing || !name)
        return (
            <NameStep
                first={name || entry.roomName}
                head={
                    <>
                        {meetupHead(entry)}
                        {entry.seat === "elsewhere" && (
                            <Notice tone="plain" name="elsewhere">
                                {t("seat_elsewhere")}
                            </Notice>
                        )}
                    </>
                }
                onName={(chosen) => {
                    setName(chosen);
                    setEditing(false);
                }}
            />
        );
    return (
        <Stay
            who={who}
            doctorName={doctorName}
            back={false}
            head={
                <>
                    <h1>{t("check_title")}</h1>
                    <p class="lead">{t("check_lead")}</p>
                </>
            }
            button={t("ask_to_come_in")}
            onLeftCheck={() => setEditing(true)}
        />
    );
}

const troubles: ReadonlySet<string> = new Set(["not_found", "expired", "revoked", "ended", "removed"]);

function LinkTrouble({ code, onAgain }: { code: string; onAgain(): void }) {
    const final = troubles.has(code);
    const title = code === "not_found" ? t("link_wrong") : code === "expired" ? t("link_expired") : code === "revoked" ? t("link_revoked") : t("link_trouble");
    const help = code === "not_found" ? t("link_wrong_help") : final ? t("link_ask_new") : wordsFor(code);
    return (
        <Frame title={title}>
            <section class="card narrow centred" data-step="trouble" data-code={code}>
                <WaitingDrawing />
                <h1>{title}</h1>
                <p class="lead">{help}</p>
                {!final && (
                    <Button look="main" onClick={onAgain} data-action="again">
                        {t("try_again")}
                    </Button>
                )}
            </section>
        </Frame>
    );
}

function InAppPage({ app, onAnyway }: { app: InApp; onAnyway(): void }) {
    const [copied, setCopied] = useState(false);
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(location.href);
        } catch {
            const area = document.createElement("textarea");
            area.value = location.href;
            document.body.append(area);
            area.select();
            document.execCommand("copy");
            area.remove();
        }
        setCopied(true);
    };
    const title = app.app ? t("in_app_title", { app: app.app }) : t("in_app_title_unknown");
    return (
        <Frame title={title}>
            <section class="card narrow" data-step="in-app" data-app={app.app} data-open={app.open}>
                <h1>{title}</h1>
                <p class="lead">{t("in_app_text", { browser: app.open })}</p>
                <ol class="steps">
                    <li>{t("in_app_step_1")}</li>
                    <li>{t("in_app_step_2", { browser: app.open })}</li>
                    <li>{t("in_app_step_3")}</li>
                </ol>
                <Button look="main" class="big" icon={copied ? "check" : "copy"} onClick={() => void copy()} data-action="copy-link">
                    {copied ? t("copied") : t("copy_link")}
                </Button>
                <Button look="quiet" onClick={onAnyway} data-action="anyway">
                    {t("in_app_anyway")}
                </Button>
            </section>
        </Frame>
    );
}
