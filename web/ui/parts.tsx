// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/parts.tsx - the pieces every page is made of: frame, button, field, notice, dialog.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { chosen, languages, t, type Key } from "../i18n/index.ts";
import { Icon, type IconName } from "./icon.tsx";
import { deviceMemory } from "./place.ts";

export function useTitle(title: string): void {
    useEffect(() => {
        document.title = title === t("brand") ? title : `${title} · ${t("brand")}`;
    }, [title]);
}

export function LanguagePicker() {
    const id = useId();
    const offered = Object.entries(languages).filter(([, language]) => language.name !== "");
    const shown = languages[chosen.value]?.name ? offered : [...offered, [chosen.value, { name: chosen.value }] as const];
    return (
        <div class="language">
            <label for={id}>
                <Icon name="languages" size={20} />
                <span class="unseen">{t("language")}</span>
            </label>
            <select
                id={id}
                value={chosen.value}
                data-language
                onChange={(event) => {
                    chosen.value = event.currentTarget.value;
                    deviceMemory.set("language", chosen.value);
                }}
            >
                {shown.map(([code, { name }]) => (
                    <option key={code} value={code} lang={code.slice(0, 2)}>
                        {name}
                    </option>
                ))}
            </select>
        </div>
    );
}

export function Brand() {
    return (
        <span class="brand">
            <svg class="brand-mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
                <rect class="f-accent" width="32" height="32" rx="9" />
                <path class="s-white" d="M7 21c2.5-6 6-9 9-9s6.5 3 9 9" />
                <circle class="f-apricot" cx="16" cy="9.5" r="3" />
            </svg>
            {t("brand")}
        </span>
    );
}

interface FrameProps {
    title: string;
    wide?: boolean;
    aside?: ComponentChildren;
    children: ComponentChildren;
}

// A page with the brand at its head and the language at its foot's place: the same on every page.
export function Frame({ title, wide, aside, children }: FrameProps) {
    useTitle(title);
    return (
        <div class="frame">
            <header class="head">
                <Brand />
                <div class="head-side">
                    {aside}
                    <LanguagePicker />
                </div>
            </header>
            <main class={wide ? "page wide" : "page"}>{children}</main>
        </div>
    );
}

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "icon" | "size"> & {
    look?: "main" | "soft" | "quiet" | "danger";
    icon?: IconName;
    busy?: boolean;
};

export function Button({ look = "soft", icon, busy, children, class: extra, ...rest }: ButtonProps) {
    return (
        <button
            type="button"
            {...rest}
            class={`button ${look} ${typeof extra === "string" ? extra : ""}`}
            aria-busy={busy || undefined}
            disabled={busy || rest.disabled}
        >
            {icon && <Icon name={icon} size={20} />}
            <span>{children}</span>
        </button>
    );
}

interface FieldProps {
    label: string;
    hint?: string;
    error?: string;
    children: (attributes: { id: string; "aria-describedby"?: string; "aria-invalid"?: "true" }) => ComponentChildren;
}

export function Field({ label, hint, error, children }: FieldProps) {
    const id = useId();
    const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
    return (
        <div class="field">
            <label for={id}>{label}</label>
            {children({
                id,
                ...(described && { "aria-describedby": described }),
                ...(error && { "aria-invalid": "true" as const }),
            })}
            {hint && (
                <p class="hint" id={`${id}-hint`}>
                    {hint}
                </p>
            )}
            {error && (
                <p class="error" id={`${id}-error`}>
                    <Icon name="triangle-alert" size={18} /> {error}
                </p>
            )}
        </div>
    );
}

interface NoticeProps {
    tone: "good" | "warn" | "bad" | "plain";
    children: ComponentChildren;
    icon?: IconName;
    action?: ComponentChildren;
    name?: string;
}

const toneIcons = { good: "circle-check", warn: "triangle-alert", bad: "triangle-alert", plain: "circle-help" } as const;

export function Notice({ tone, children, icon, action, name }: NoticeProps) {
    return (
        <div class={`notice ${tone}`} role={tone === "bad" ? "alert" : undefined} data-notice={name}>
            <Icon name={icon ?? toneIcons[tone]} size={22} />
            <div class="notice-text">{children}</div>
            {action && <div class="notice-action">{action}</div>}
        </div>
    );
}

interface DialogProps {
    title: string;
    onClose(): void;
    children: ComponentChildren;
    name: string;
    wide?: boolean;
}

// A native modal dialog: Escape and focus are the browser's own.
export function Dialog({ title, onClose, children, name, wide }: DialogProps) {
    const dialog = useRef<HTMLDialogElement>(null);
    const id = useId();
    useEffect(() => {
        const held = dialog.current!;
        if (!held.open) held.showModal();
        return () => held.close();
    }, []);
    return (
        <dialog
            ref={dialog}
            class={wide ? "dialog wide" : "dialog"}
            aria-labelledby={id}
            data-dialog={name}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
        >
            <div class="dialog-head">
                <h2 id={id}>{title}</h2>
                <button type="button" class="round" onClick={onClose} aria-label={t("close")}>
                    <Icon name="x" size={22} />
                </button>
            </div>
            {children}
        </dialog>
    );
}

interface ConfirmProps {
    name: string;
    title: string;
    text: ComponentChildren;
    yes: Key;
    no?: Key;
    danger?: boolean;
    onYes(): void;
    onNo(): void;
    more?: ComponentChildren;
}

export function Confirm({ name, title, text, yes, no = "cancel", danger, onYes, onNo, more }: ConfirmProps) {
    return (
        <Dialog title={title} onClose={onNo} name={name}>
            <p>{text}</p>
            <div class="row end">
                {more}
                <Button look="soft" onClick={onNo} data-answer="no">
                    {t(no)}
                </Button>
                <Button look={danger ? "danger" : "main"} onClick={onYes} data-answer="yes">
                    {t(yes)}
                </Button>
            </div>
        </Dialog>
    );
}

export function Loading() {
    useTitle(t("loading"));
    return (
        <div class="loading" role="status">
            <span class="spinner" aria-hidden="true" />
            <span>{t("loading")}</span>
        </div>
    );
}

// Whom a button is about, for those who hear the page: its visible word comes first.
export function Whom({ name }: { name: string }) {
    return <bdi class="unseen"> {name}</bdi>;
}

const hues = 8;

export function Avatar({ name, number }: { name: string; number: number }) {
    const letter = [...name.trim()][0]?.toLocaleUpperCase() ?? "·";
    return (
        <span class={`avatar hue-${number % hues}`} aria-hidden="true">
            {letter}
        </span>
    );
}

export function submitting(run: () => void): (event: Event) => void {
    return (event) => {
        event.preventDefault();
        run();
    };
}
