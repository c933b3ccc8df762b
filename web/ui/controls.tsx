// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/controls.tsx - the buttons that are always there, each with its word; and the keys that do the same.

import { useEffect, useRef } from "preact/hooks";
import { myself } from "../client/meetup.ts";
import { t } from "../i18n/index.ts";
import { unmute } from "./banners.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { isPhone, type Live } from "./live.ts";
import { Dialog } from "./parts.tsx";

export type Panel = "" | "chat" | "people";

export function toggleMicrophone(live: Live): void {
    if (isHeard(live)) live.own.turnOff("microphone");
    else void unmute(live);
}

export function toggleCamera(live: Live): void {
    if (live.own.isSending("camera")) live.own.turnOff("camera");
    else void live.own.turnOn("camera");
}

export function isHeard(live: Live): boolean {
    return live.own.isSending("microphone") && !myself(live.visit.state.value)?.muted;
}

interface ControlProps {
    name: string;
    icon: IconName;
    word: string;
    label?: string;
    pressed?: boolean;
    expanded?: boolean;
    tone?: "off" | "leave" | "live";
    badge?: number;
    keys?: string;
    onClick(): void;
}

function Control({ name, icon, word, label, pressed, expanded, tone, badge, keys, onClick }: ControlProps) {
    return (
        <button
            type="button"
            class={`control ${tone ?? ""}`}
            aria-pressed={pressed}
            aria-expanded={expanded}
            aria-label={label}
            aria-keyshortcuts={keys}
            onClick={onClick}
            data-control={name}
        >
            <span class="control-icon">
                <Icon name={icon} />
            </span>
            <span class="control-word">{word}</span>
            {badge ? <span class="badge">{badge}</span> : null}
        </button>
    );
}

interface ControlsProps {
    live: Live;
    panel: Panel;
    unread: number;
    onPanel(panel: Panel): void;
    onLeave(): void;
    onHelp(): void;
}

export function Controls({ live, panel, unread, onPanel, onLeave, onHelp }: ControlsProps) {
    const { own, visit } = live;
    const heard = isHeard(live);
    const seen = own.isSending("camera");
    const sharing = !!own.screen.value;
    const waiting = visit.state.value.waiting.length;
    const toggle = (which: Panel) => onPanel(panel === which ? "" : which);
    return (
        <div class="controls" role="toolbar" aria-label={t("controls")}>
            <Control
                name="microphone"
                icon={heard ? "mic" : "mic-off"}
                word={t("microphone")}
                label={`${t("microphone")}: ${heard ? t("on") : t("off")}`}
                pressed={heard}
                {...(!heard && { tone: "off" as const })}
                keys="Control+D"
                onClick={() => toggleMicrophone(live)}
            />
            <Control
                name="camera"
                icon={seen ? "video" : "video-off"}
                word={t("camera")}
                label={`${t("camera")}: ${seen ? t("on") : t("off")}`}
                pressed={seen}
                {...(!seen && { tone: "off" as const })}
                keys="Control+E"
                onClick={() => toggleCamera(live)}
            />
            {own.canShareScreen && !isPhone() && (
                <Control
                    name="screen"
                    icon={sharing ? "monitor-off" : "monitor-up"}
                    word={sharing ? t("share_stop_short") : t("share")}
                    pressed={sharing}
                    {...(sharing && { tone: "live" as const })}
                    onClick={() => (sharing ? own.stopScreen() : void own.shareScreen())}
                />
            )}
            <Control
                name="chat"
                icon="message-circle"
                word={t("chat")}
                expanded={panel === "chat"}
                badge={unread}
                onClick={() => toggle("chat")}
            />
            <Control
                name="people"
                icon="users"
                word={t("people")}
                expanded={panel === "people"}
                badge={waiting}
                onClick={() => toggle("people")}
            />
            <span class="desk-only">
                <Control name="help" icon="circle-help" word={t("help")} keys="?" onClick={onHelp} />
            </span>
            <Control name="leave" icon="log-out" word={t("leave")} tone="leave" onClick={onLeave} />
        </div>
    );
}

function isField(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && target.closest("input,textarea,select,[contenteditable]") !== null;
}

function isControl(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && target.closest("button,a,summary,[tabindex],dialog") !== null;
}

// Ctrl/Cmd+D, Ctrl/Cmd+E, ? and Space held to talk, the last only while no control has the focus.
export function useKeys(live: Live, onHelp: () => void): void {
    const help = useRef(onHelp);
    help.current = onHelp;
    useEffect(() => {
        let talking = false;
        const down = (event: KeyboardEvent) => {
            const meta = event.ctrlKey || event.metaKey;
            const key = event.key.toLowerCase();
            if (meta && !event.altKey && !event.shiftKey && (key === "d" || key === "e")) {
                event.preventDefault();
                if (event.repeat) return;
                if (key === "d") toggleMicrophone(live);
                else toggleCamera(live);
                return;
            }
            if (isField(event.target) || meta || event.altKey) return;
            if (event.key === "?") {
                event.preventDefault();
                help.current();
            }
            if (event.code !== "Space" || isControl(event.target)) return;
            event.preventDefault();
            if (event.repeat || talking || isHeard(live)) return;
            talking = true;
            void unmute(live);
        };
        const stopTalking = () => {
            if (talking) live.own.turnOff("microphone");
            talking = false;
        };
        const up = (event: KeyboardEvent) => {
            if (event.code === "Space") stopTalking();
        };
        window.addEventListener("keydown", down);
        window.addEventListener("keyup", up);
        window.addEventListener("blur", stopTalking);
        return () => {
            window.removeEventListener("keydown", down);
            window.removeEventListener("keyup", up);
            window.removeEventListener("blur", stopTalking);
        };
    }, []);
}

export function HelpDialog({ onClose }: { onClose(): void }) {
    const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);
    const meta = mac ? "⌘" : t("key_control");
    const keys = [
        [`${meta} + D`, t("key_microphone")],
        [`${meta} + E`, t("key_camera")],
        [t("key_space"), t("key_talk")],
        ["?", t("key_help")],
    ] as const;
    return (
        <Dialog name="help" title={t("help_title")} onClose={onClose}>
            <dl class="keys">
                {keys.map(([key, what]) => (
                    <div key={key}>
                        <dt>
                            <kbd>{key}</kbd>
                        </dt>
                        <dd>{what}</dd>
                    </div>
                ))}
            </dl>
        </Dialog>
    );
}
