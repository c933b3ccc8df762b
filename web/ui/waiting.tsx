// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/waiting.tsx - the waiting room: whose it is, one's place, the time, and words to the doctor.

import { useState } from "preact/hooks";
import { clockTime, t, tn } from "../i18n/index.ts";
import { Chat } from "./chat.tsx";
import { Check } from "./check.tsx";
import { WaitingDrawing } from "./drawings.tsx";
import { useNow, useWakeLock } from "./hooks.ts";
import type { Live } from "./live.ts";
import { Button, Confirm, Dialog, Frame, Notice } from "./parts.tsx";
import { LinkBanner } from "./banners.tsx";

function placeWords(place: number): string {
    if (place <= 0) return "";
    return place === 1 ? t("waiting_next") : tn("waiting_before", place - 1);
}

export function WaitingRoom({ live, onLeave }: { live: Live; onLeave(): void }) {
    const { meetup, place, hostPresent, roomName } = live.visit.state.value;
    const [dialog, setDialog] = useState<"" | "check" | "leave">("");
    const now = useNow(5000);
    useWakeLock();
    return (
        <Frame title={t("waiting_title")}>
            <section class="waiting" data-stage="waiting">
                <LinkBanner live={live} />
                <WaitingDrawing />
                <h1>{t("waiting_title")}</h1>
                <p class="lead" data-host-present={hostPresent}>
                    {hostPresent ? t("waiting_here", { doctor: meetup.doctor }) : t("waiting_not_here", { doctor: meetup.doctor })}
                </p>
                <div class="facts">
                    <div class="fact" data-place={place}>
                        <span class="fact-label">{t("waiting_place")}</span>
                        <strong>{placeWords(place) || "…"}</strong>
                    </div>
                    <div class="fact">
                        <span class="fact-label">{t("waiting_clock")}</span>
                        <strong>
                            <time>{clockTime(now / 1000)}</time>
                        </strong>
                    </div>
                    <div class="fact">
                        <span class="fact-label">{t("waiting_name")}</span>
                        <strong>
                            <bdi>{roomName}</bdi>
                        </strong>
                    </div>
                </div>
                {meetup.welcome && (
                    <blockquote class="welcome-words">
                        <p>{meetup.welcome}</p>
                        <footer>
                            <bdi>{meetup.doctor}</bdi>
                        </footer>
                    </blockquote>
                )}
                <Notice tone="plain" icon="eye-off">
                    {t("waiting_private")}
                </Notice>
                <details class="more">
                    <summary>{t("waiting_write", { doctor: meetup.doctor })}</summary>
                    <Chat live={live} only="hosts" />
                </details>
                <div class="row centre">
                    <Button icon="settings" onClick={() => setDialog("check")} data-action="check-again">
                        {t("waiting_check")}
                    </Button>
                    <Button look="quiet" icon="log-out" onClick={() => setDialog("leave")} data-action="leave">
                        {t("leave")}
                    </Button>
                </div>
            </section>
            {dialog === "check" && (
                <Dialog name="check" title={t("check_title")} onClose={() => setDialog("")}>
                    <Check live={live} />
                    <div class="row end">
                        <Button look="main" onClick={() => setDialog("")} data-answer="yes">
                            {t("done")}
                        </Button>
                    </div>
                </Dialog>
            )}
            {dialog === "leave" && (
                <Confirm
                    name="leave"
                    title={t("leave_waiting_question")}
                    text={t("leave_text")}
                    yes="leave"
                    no="stay"
                    onYes={onLeave}
                    onNo={() => setDialog("")}
                />
            )}
        </Frame>
    );
}
