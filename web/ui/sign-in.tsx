// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/sign-in.tsx - a doctor signs in; on a first start the one-time link makes the first doctor.

import { useState } from "preact/hooks";
import { api } from "../client/api.ts";
import { t } from "../i18n/index.ts";
import { MeetingDrawing } from "./drawings.tsx";
import { Button, Field, Frame, Notice, submitting } from "./parts.tsx";
import { doctor, peekFragment, replacePath, setupNeeded, takeFragment } from "./place.ts";
import { codeOf, wordsFor } from "./words.ts";

export function Password(props: { value: string; onInput(value: string): void; isNew?: boolean; attributes: object }) {
    const [shown, setShown] = useState(false);
    return (
        <div class="password">
            <input
                {...props.attributes}
                type={(shown ? "text" : "password") as "password"}
                name="password"
                autocomplete={props.isNew ? "new-password" : "current-password"}
                required
                value={props.value}
                onInput={(event) => props.onInput(event.currentTarget.value)}
            />
            <Button look="quiet" icon={shown ? "eye-off" : "eye"} onClick={() => setShown(!shown)} aria-pressed={shown}>
                {t(shown ? "password_hide" : "password_show")}
            </Button>
        </div>
    );
}

export function SignIn() {
    const [email, setEmail] = useState("");
    const [password, setPassword] = useState("");
    const [error, setError] = useState("");
    const [busy, setBusy] = useState(false);
    const go = async () => {
        setBusy(true);
        setError("");
        try {
            doctor.value = (await api.signIn({ email: email.trim(), password })).doctor;
        } catch (refused) {
            setError(codeOf(refused) === "sign_in" ? t("sign_in_wrong") : wordsFor(refused));
        } finally {
            setBusy(false);
        }
    };
    return (
        <Frame title={t("sign_in")} wide>
            <div class="two">
                <div class="pitch">
                    <MeetingDrawing />
                    <p class="pitch-title">{t("pitch_title")}</p>
                    <p>{t("pitch_text")}</p>
                </div>
                <section class="card" data-step="sign-in">
                    <h1>{t("sign_in_title")}</h1>
                    {setupNeeded.value && (
                        <Notice tone="plain" name="setup-needed">
                            {t("setup_needed")}
                        </Notice>
                    )}
                    <form class="stack" onSubmit={submitting(() => void go())}>
                        <Field label={t("email")}>
                            {(attributes) => (
                                <input {...attributes} type="email" name="email" autocomplete="username" required value={email} onInput={(event) => setEmail(event.currentTarget.value)} />
                            )}
                        </Field>
                        <Field label={t("password")} {...(error && { error })}>
                            {(attributes) => <Password attributes={attributes} value={password} onInput={setPassword} />}
                        </Field>
                        <Button look="main" class="big" type="submit" busy={busy} data-action="sign-in">
                            {t("sign_in")}
                        </Button>
                    </form>
                    <p class="hint">{t("sign_in_patients")}</p>
                </section>
            </div>
        </Frame>
    );
}

export function Welcome() {
    const [name, setName] = useState("");
    const [email, setEmail] = useState("");
    const [password, setPassword] = useState("");
    const [error, setError] = useState<{ at: "password" | "email" | "form"; text: string } | null>(null);
    const [busy, setBusy] = useState(false);
    const token = peekFragment();
    const go = async () => {
        setBusy(true);
        setError(null);
        try {
            doctor.value = (await api.setup({ token, name: name.trim(), email: email.trim(), password })).doctor;
            takeFragment();
            setupNeeded.value = false;
            replacePath("/");
        } catch (refused) {
            const code = codeOf(refused);
            const at = code === "weak_password" ? "password" : "form";
            const text = code === "not_found" || code === "conflict" || code === "state" || code === "denied" ? t("setup_link_wrong") : wordsFor(refused);
            setError({ at, text });
        } finally {
            setBusy(false);
        }
    };
    return (
        <Frame title={t("welcome_title")} wide>
            <div class="two">
                <div class="pitch">
                    <MeetingDrawing />
                    <p class="pitch-title">{t("welcome_pitch_title")}</p>
                    <p>{t("welcome_pitch")}</p>
                </div>
                <section class="card" data-step="welcome">
                    <h1>{t("welcome_title")}</h1>
                    <p>{t("welcome_text")}</p>
                    {!token && (
                        <Notice tone="warn" name="no-token">
                            {t("setup_link_wrong")}
                        </Notice>
                    )}
                    {error?.at === "form" && (
                        <Notice tone="bad" name="setup-error">
                            {error.text}
                        </Notice>
                    )}
                    <form class="stack" onSubmit={submitting(() => void go())}>
                        <Field label={t("your_name")} hint={t("your_name_hint")}>
                            {(attributes) => (
                                <input {...attributes} type="text" name="name" autocomplete="name" required maxLength={60} value={name} onInput={(event) => setName(event.currentTarget.value)} />
                            )}
                        </Field>
                        <Field label={t("email")}>
                            {(attributes) => (
                                <input {...attributes} type="email" name="email" autocomplete="username" required value={email} onInput={(event) => setEmail(event.currentTarget.value)} />
                            )}
                        </Field>
                        <Field label={t("password")} hint={t("password_hint")} {...(error?.at === "password" && { error: error.text })}>
                            {(attributes) => <Password attributes={attributes} value={password} onInput={setPassword} isNew />}
                        </Field>
                        <Button look="main" class="big" type="submit" busy={busy} data-action="setup">
                            {t("welcome_go")}
                        </Button>
                    </form>
                </section>
            </div>
        </Frame>
    );
}
