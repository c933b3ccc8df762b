// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/invites.tsx - the personal links of a meetup: made, copied once, renewed, withdrawn.

import { signal } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import { api } from "../client/api.ts";
import type { Invite, Meetup } from "../client/protocol.ts";
import { shortDate, t, tn } from "../i18n/index.ts";
import { announce } from "./announce.tsx";
import { Button, Confirm, Field, Notice, submitting, Whom } from "./parts.tsx";
import { inviteStates, wordsFor } from "./words.ts";

// Links are told once by the gateway; this tab keeps them until it is closed or reloaded.
const links = signal<ReadonlyMap<string, string>>(new Map());

function keepLink(invite: string, link: string): void {
    links.value = new Map(links.value).set(invite, link);
}

function LinkBox({ link, name }: { link: string; name: string }) {
    const [copied, setCopied] = useState(false);
    const input = useRef<HTMLInputElement>(null);
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(link);
        } catch {
            input.current?.select();
            document.execCommand("copy");
        }
        setCopied(true);
        announce(t("copied"));
        setTimeout(() => setCopied(false), 4000);
    };
    return (
        <div class="link-box">
            <input ref={input} readOnly value={link} aria-label={t("link_of", { name })} dir="ltr" data-link onFocus={(event) => event.currentTarget.select()} />
            <Button look="main" icon={copied ? "check" : "copy"} onClick={() => void copy()} data-action="copy-link">
                {copied ? t("copied") : t("copy_link")}
            </Button>
        </div>
    );
}

const stateTones = { new: "", opened: "", used: "good", revoked: "bad", expired: "warm" } as const;

interface RowProps {
    invite: Invite;
    onChange(): void;
    onError(text: string): void;
}

function Row({ invite, onChange, onError }: RowProps) {
    const [asking, setAsking] = useState<"" | "renew" | "revoke">("");
    const link = links.value.get(invite.id);
    const act = async (call: () => Promise<void>) => {
        setAsking("");
        try {
            await call();
        } catch (refused) {
            onError(wordsFor(refused));
        }
        onChange();
    };
    const renew = () =>
        act(async () => {
            const reply = await api.renewInvite(invite.id);
            keepLink(invite.id, reply.link);
        });
    const revoke = () =>
        act(async () => {
            await api.revokeInvite(invite.id);
            const left = new Map(links.value);
            left.delete(invite.id);
            links.value = left;
        });
    return (
        <li class="invite" data-invite={invite.id} data-state={invite.state}>
            <div class="invite-line">
                <div class="person-names">
                    <strong>
                        <bdi>{invite.rosterName}</bdi>
                    </strong>
                    <span class="person-state">
                        <span class={`chip ${stateTones[invite.state]}`}>{t(inviteStates[invite.state])}</span>{" "}
                        {invite.roomName && (
                            <span>
                                {t("called")} <bdi>{invite.roomName}</bdi> ·{" "}
                            </span>
                        )}
                        {t("until", { date: shortDate(invite.expiresAt) })}
                    </span>
                </div>
                <div class="person-acts">
                    <Button look="soft" icon="refresh-cw" onClick={() => setAsking("renew")} data-action="renew">
                        {t("renew")}
                        <Whom name={invite.rosterName} />
                    </Button>
                    {invite.state !== "revoked" && (
                        <Button look="quiet" icon="x" onClick={() => setAsking("revoke")} data-action="revoke">
                            {t("revoke")}
                            <Whom name={invite.rosterName} />
                        </Button>
                    )}
                </div>
            </div>
            {link && <LinkBox link={link} name={invite.rosterName} />}
            {asking === "renew" && (
                <Confirm name="renew" title={t("renew_question")} text={t("renew_text")} yes="renew" onYes={() => void renew()} onNo={() => setAsking("")} />
            )}
            {asking === "revoke" && (
                <Confirm name="revoke" title={t("revoke_question")} text={t("revoke_text")} yes="revoke" danger onYes={() => void revoke()} onNo={() => setAsking("")} />
            )}
        </li>
    );
}

export function Invites({ meetup, invites, onChange }: { meetup: Meetup; invites: readonly Invite[]; onChange(): void }) {
    const [name, setName] = useState("");
    const [expires, setExpires] = useState("");
    const [error, setError] = useState("");
    const [busy, setBusy] = useState(false);
    const input = useRef<HTMLInputElement>(null);
    const add = async () => {
        const rosterName = name.trim();
        if (!rosterName) return input.current?.focus();
        setBusy(true);
        setError("");
        try {
            const until = expires ? Math.floor(new Date(`${expires}T23:59:59`).getTime() / 1000) : 0;
            const { invite, link } = await api.createInvite(meetup.id, { rosterName, expiresAt: until });
            keepLink(invite.id, link);
            setName("");
            onChange();
        } catch (refused) {
            setError(wordsFor(refused));
        } finally {
            setBusy(false);
            input.current?.focus();
        }
    };
    const shown = invites.some((invite) => links.value.has(invite.id));
    return (
        <section class="card" aria-labelledby="invites-heading">
            <div class="section-head">
                <h2 id="invites-heading">{t("invites")}</h2>
                <span class="hint">{tn("invited", invites.length)}</span>
            </div>
            <p class="hint">{t("invites_text")}</p>
            <form class="invite-form" onSubmit={submitting(() => void add())} data-form="invite">
                <Field label={t("roster_name")}>
                    {(attributes) => (
                        <input {...attributes} ref={input} type="text" name="roster-name" maxLength={60} autocomplete="off" dir="auto" value={name} onInput={(event) => setName(event.currentTarget.value)} />
                    )}
                </Field>
                <Field label={t("invite_expires")}>
                    {(attributes) => (
                        <input {...attributes} type="date" name="expires" value={expires} onInput={(event) => setExpires(event.currentTarget.value)} />
                    )}
                </Field>
                <Button look="main" type="submit" icon="plus" busy={busy} data-action="invite">
                    {t("invite_make")}
                </Button>
            </form>
            <p class="hint">{t("invite_expires_hint")}</p>
            {error && <Notice tone="bad">{error}</Notice>}
            {shown && <Notice tone="plain" icon="link">{t("link_once")}</Notice>}
            {invites.length === 0 ? (
                <p class="empty">{t("invites_empty")}</p>
            ) : (
                <ul class="invite-list">
                    {invites.map((invite) => (
                        <Row key={invite.id} invite={invite} onChange={onChange} onError={setError} />
                    ))}
                </ul>
            )}
        </section>
    );
}
