// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/people.tsx - who is here and who waits; hosts act on them from here.

import { useState } from "preact/hooks";
import { isSpeaking, others, type MeetupState } from "../client/meetup.ts";
import type { Member, Waiting } from "../client/protocol.ts";
import { t, tn } from "../i18n/index.ts";
import { useNow } from "./hooks.ts";
import type { Live } from "./live.ts";
import { Avatar, Button, Confirm, Whom } from "./parts.tsx";
import { SlowMark } from "./tile.tsx";
import { wordsFor } from "./words.ts";

type Question = { ask: "remove"; member: Member } | { ask: "mute-all" } | { ask: "end" } | null;

function Person({ member, state, live, onRemove }: { member: Member; state: MeetupState; live: Live; onRemove(): void }) {
    const mine = member.member === state.me;
    const silent = !member.microphone || member.muted;
    return (
        <li class="person" data-person={member.member}>
            <Avatar name={member.roomName} number={member.member} />
            <div class="person-names">
                <span class="person-name">
                    <bdi>{member.roomName}</bdi>
                    {mine && <span class="chip">{t("you")}</span>}
                    {member.host && <span class="chip">{t("role_doctor")}</span>}
                    {member.line === "poor" && <SlowMark />}
                    {member.line === "lost" && <span class="chip warm" data-line="lost">{t("line_gone")}</span>}
                </span>
                {state.host && member.rosterName && member.rosterName !== member.roomName && (
                    <span class="roster">
                        <bdi>{member.rosterName}</bdi>
                    </span>
                )}
                <span class="person-state">
                    {member.connection === "lost"
                        ? t("member_lost")
                        : member.muted
                          ? t("muted_by_host_short")
                          : isSpeaking(state, member)
                            ? t("speaking")
                            : silent
                              ? t("microphone_is_off")
                              : t("microphone_is_on")}
                    {!member.camera && ` · ${t(member.slow ? "picture_off_slow" : "camera_is_off")}`}
                </span>
            </div>
            {state.host && !mine && (
                <div class="person-acts">
                    <Button
                        icon="mic-off"
                        disabled={member.muted}
                        onClick={() => live.visit.tell({ type: "mute", member: member.member })}
                        data-action="mute"
                    >
                        {member.muted ? t("muted") : t("mute")}
                        <Whom name={member.roomName} />
                    </Button>
                    {!member.host && (
                        <Button look="quiet" icon="user-x" onClick={onRemove} data-action="remove">
                            {t("remove")}
                            <Whom name={member.roomName} />
                        </Button>
                    )}
                </div>
            )}
        </li>
    );
}

function WaitingPerson({ waiting, live, now }: { waiting: Waiting; live: Live; now: number }) {
    const minutes = Math.max(0, Math.floor((now / 1000 - waiting.since) / 60));
    const { has } = waiting;
    const devices = has.microphone && has.camera ? "with_both_short" : has.microphone ? "with_microphone_short" : has.camera ? "with_camera_short" : "with_neither_short";
    return (
        <li class="person" data-waiting={waiting.member}>
            <Avatar name={waiting.roomName} number={waiting.member} />
            <div class="person-names">
                <span class="person-name">
                    <bdi>{waiting.roomName}</bdi>
                    {waiting.secondDevice && <span class="chip warm">{t("second_device")}</span>}
                </span>
                <span class="roster">
                    <bdi>{waiting.rosterName}</bdi>
                </span>
                <span class="person-state">
                    {minutes < 1 ? t("waits_from_now") : tn("waits_minutes", minutes)} · {t(devices)}
                </span>
            </div>
            <div class="person-acts">
                <Button look="main" icon="user-check" onClick={() => live.visit.tell({ type: "admit", member: waiting.member })} data-action="admit">
                    {t("admit")}
                    <Whom name={waiting.roomName} />
                </Button>
                <Button look="quiet" onClick={() => live.visit.tell({ type: "decline", member: waiting.member })} data-action="decline">
                    {t("decline")}
                    <Whom name={waiting.roomName} />
                </Button>
            </div>
        </li>
    );
}

export function People({ live }: { live: Live }) {
    const state = live.visit.state.value;
    const [question, setQuestion] = useState<Question>(null);
    const [error, setError] = useState("");
    const now = useNow(15_000);
    const me = state.members.get(state.me);
    const all = [...(me ? [me] : []), ...others(state)];
    const done = (act: () => void) => () => {
        act();
        setQuestion(null);
    };
    const refused = (problem: unknown) => setError(wordsFor(problem));
    return (
        <div class="people">
            {state.host && state.waiting.length > 0 && (
                <section aria-labelledby="waiting-heading">
                    <div class="section-head">
                        <h3 id="waiting-heading">{tn("many_wait", state.waiting.length)}</h3>
                        {state.waiting.length > 1 && (
                            <Button look="main" onClick={() => live.visit.tell({ type: "admit", all: true }, refused)} data-action="admit-all">
                                {t("admit_all")}
                            </Button>
                        )}
                    </div>
                    <ul class="person-list">
                        {state.waiting.map((waiting) => (
                            <WaitingPerson key={waiting.member} waiting={waiting} live={live} now={now} />
                        ))}
                    </ul>
                </section>
            )}
            <section aria-labelledby="here-heading">
                <h3 id="here-heading">{tn("people_here", all.length)}</h3>
                <ul class="person-list">
                    {all.map((member) => (
                        <Person key={member.member} member={member} state={state} live={live} onRemove={() => setQuestion({ ask: "remove", member })} />
                    ))}
                </ul>
            </section>
            {error && <p class="error">{error}</p>}
            {state.host && (
                <div class="people-foot">
                    <Button icon="mic-off" onClick={() => setQuestion({ ask: "mute-all" })} data-action="mute-all">
                        {t("mute_all")}
                    </Button>
                    <Button look="danger" icon="x" onClick={() => setQuestion({ ask: "end" })} data-action="end">
                        {t("end_for_all")}
                    </Button>
                </div>
            )}
            {question?.ask === "remove" && (
                <Confirm
                    name="remove"
                    title={t("remove_question", { name: question.member.roomName })}
                    text={t("remove_text")}
                    yes="remove"
                    danger
                    onYes={done(() => live.visit.tell({ type: "remove", member: question.member.member }, refused))}
                    onNo={() => setQuestion(null)}
                />
            )}
            {question?.ask === "mute-all" && (
                <Confirm
                    name="mute-all"
                    title={t("mute_all_question")}
                    text={t("mute_all_text")}
                    yes="mute_all"
                    onYes={done(() => live.visit.tell({ type: "mute", all: true }, refused))}
                    onNo={() => setQuestion(null)}
                />
            )}
            {question?.ask === "end" && <ConfirmEnd live={live} onDone={() => setQuestion(null)} />}
        </div>
    );
}

export function ConfirmEnd({ live, onDone }: { live: Live; onDone(): void }) {
    return (
        <Confirm
            name="end"
            title={t("end_question")}
            text={t("end_text")}
            yes="end_for_all"
            danger
            onYes={() => {
                live.visit.tell({ type: "end" });
                onDone();
            }}
            onNo={onDone}
        />
    );
}
