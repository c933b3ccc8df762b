// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/name.tsx - how a patient wants to be called: the only text asked for on the way in.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { Button, Field, Frame, submitting } from "./parts.tsx";

interface NameStepProps {
    first: string; // only what this person chose before on this seat
    error?: string;
    busy?: boolean;
    head?: ComponentChildren;
    onName(name: string): void;
}

export function NameStep({ first, error, busy, head, onName }: NameStepProps) {
    const [name, setName] = useState(first);
    const [empty, setEmpty] = useState(false);
    const input = useRef<HTMLInputElement>(null);
    useEffect(() => {
        if (error) input.current?.focus();
    }, [error]);
    const go = () => {
        const wish = name.trim();
        setEmpty(!wish);
        if (wish) onName(wish);
        else input.current?.focus();
    };
    const shownError = empty ? t("name_empty") : error;
    return (
        <Frame title={t("name_title")}>
            <section class="card narrow" data-step="name">
                {head ?? <h1>{t("name_title")}</h1>}
                <form class="stack" onSubmit={submitting(go)}>
                    <Field label={t("name_label")} hint={t("name_hint")} {...(shownError && { error: shownError })}>
                        {(attributes) => (
                            <input
                                {...attributes}
                                ref={input}
                                type="text"
                                name="room-name"
                                autocomplete="off"
                                maxLength={60}
                                dir="auto"
                                value={name}
                                onInput={(event) => setName(event.currentTarget.value)}
                            />
                        )}
                    </Field>
                    <Button look="main" class="big" type="submit" busy={busy ?? false} data-action="continue">
                        {t("continue")}
                    </Button>
                </form>
            </section>
        </Frame>
    );
}
