// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/stay.tsx - one person's way through: check, waiting room, room, goodbye; the same for doctor and patient.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Own } from "../client/media.ts";
import { t } from "../i18n/index.ts";
import { Check } from "./check.tsx";
import { Goodbye } from "./goodbye.tsx";
import { forgetStay, goLive, recallStay, rememberStay, reopen, type Live } from "./live.ts";
import { NameStep } from "./name.tsx";
import { Button, Frame, Loading, Notice } from "./parts.tsx";
import type { Who } from "../client/visit.ts";
import { Room } from "./room.tsx";
import { WaitingRoom } from "./waiting.tsx";
import { codeOf, wordsFor } from "./words.ts";

interface StayProps {
    who: Who;
    doctorName: string;
    back: boolean; // this tab was in before: go in again without asking
    head: ComponentChildren;
    button: string;
    onLeftCheck?(): void;
}

export function Stay({ who, doctorName, back, head, button, onLeftCheck }: StayProps) {
    const [live, setLive] = useState<Live | null>(null);
    const [busy, setBusy] = useState(false);
    const [error, setError] = useState("");
    const [missing, setMissing] = useState<readonly Own[]>([]);
    const [asked, setAsked] = useState(false); // camera and microphone were answered
    const [badName, setBadName] = useState(false);
    const waited = useRef(false);

    useEffect(() => {
        const made = goLive(who);
        made.visit.prepare();
        setLive(made);
        if (back) void comeBack(made);
        return () => made.close();
    }, []);

    const join = async (made: Live) => {
        setBusy(true);
        setError("");
        try {
            await made.visit.join();
            rememberStay(made);
        } catch (refused) {
            const code = codeOf(refused);
            setError(code);
            setBadName(code === "name_taken" || code === "name_refused");
        } finally {
            setBusy(false);
        }
    };

    const comeBack = async (made: Live) => {
        setBusy(true);
        const stay = recallStay(made.key);
        if (stay) setMissing(await reopen(made, stay));
        await join(made);
    };

    // What is on is remembered as it changes, for the next reload.
    const stageNow = live?.visit.state.value.stage ?? "outside";
    const microphoneOn = live?.own.microphone.value.on;
    const cameraOn = live?.own.camera.value.on;
    useEffect(() => {
        if (!live) return;
        if (stageNow === "in" || stageNow === "waiting") rememberStay(live);
        if (stageNow === "out") forgetStay(live);
        if (stageNow === "waiting") waited.current = true;
    }, [stageNow, microphoneOn, cameraOn]);

    if (!live) return <Loading />;
    const { visit } = live;
    const state = visit.state.value;
    const leave = () => visit.leave();

    if (visit.stopped.value) return <Goodbye who={live.who} reason={visit.stopped.value} doctorName={doctorName} roomName={state.roomName} />;
    if (state.stage === "out")
        return <Goodbye who={live.who} reason={state.reason || "left"} doctorName={doctorName} roomName={state.roomName} />;
    if (state.stage === "waiting") return <WaitingRoom live={live} onLeave={leave} />;
    if (state.stage === "in")
        return <Room live={live} missing={missing} greet={waited.current} onReopened={() => setMissing([])} onLeave={leave} />;
    if (back && busy) return <Loading />;
    // A name that will not do is typed again right here: camera and microphone stay as they are.
    if (badName && live.who.as === "patient")
        return (
            <NameStep
                first={live.who.as === "patient" ? live.who.roomName : ""}
                error={wordsFor(error)}
                busy={busy}
                onName={(name) => {
                    if (live.who.as === "patient") live.who.roomName = name;
                    void join(live);
                }}
            />
        );
    return (
        <Frame title={t("check_title")}>
            <section class="card narrow" data-step="check">
                {head}
                <Check live={live} onAsked={() => setAsked(true)} />
                {error && (
                    <Notice tone="bad" name={`join-${error}`}>
                        {wordsFor(error)}
                    </Notice>
                )}
                {(asked || live.own.camera.value.track || live.own.microphone.value.track) && (
                    <Button look="main" class="big" busy={busy} onClick={() => void join(live)} data-action="join">
                        {busy ? t("joining") : button}
                    </Button>
                )}
                {onLeftCheck && (
                    <Button look="quiet" icon="chevron-left" onClick={onLeftCheck} data-action="back">
                        {t("back")}
                    </Button>
                )}
            </section>
        </Frame>
    );
}
