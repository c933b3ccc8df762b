// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/check.tsx - camera and microphone before one is seen: picture, level, devices, a sound to hear.

import { useEffect, useRef, useState } from "preact/hooks";
import { engineOf } from "../client/browser.ts";
import { Silence } from "../client/levels.ts";
import type { Own, OwnMedia } from "../client/media.ts";
import { meterOf } from "../client/meter.ts";
import { chime } from "../client/tone.ts";
import { t, type Key } from "../i18n/index.ts";
import { PermissionDrawing } from "./drawings.tsx";
import { Icon } from "./icon.tsx";
import { isPhone, type Live } from "./live.ts";
import { Button, Field, Notice } from "./parts.tsx";
import { deviceMemory } from "./place.ts";
import { canChooseLoudspeaker, playNotes } from "./sound.tsx";
import { problemWords } from "./words.ts";

export function Preview({ own, label }: { own: OwnMedia; label: string }) {
    const video = useRef<HTMLVideoElement>(null);
    const { track } = own.camera.value;
    useEffect(() => {
        const element = video.current;
        if (!element) return;
        element.srcObject = track ? new MediaStream([track]) : null;
        if (track) element.play().catch(() => {});
    }, [track]);
    const mirrored = own.facing === "user" ? "mirrored" : "";
    return <video ref={video} class={`picture ${mirrored}`} muted playsInline aria-label={label} />;
}

export function LevelMeter({ track }: { track: MediaStreamTrack | null }) {
    const bar = useRef<HTMLDivElement>(null);
    const [silent, setSilent] = useState(false);
    useEffect(() => {
        setSilent(false);
        if (!track) return;
        const meter = meterOf(track);
        const silence = new Silence();
        let shown = 0;
        const timer = setInterval(() => {
            const level = meter.level();
            shown = Math.max(level, shown * 0.8);
            bar.current?.style.setProperty("--level", shown.toFixed(3));
            bar.current?.setAttribute("data-level", shown.toFixed(2));
            setSilent(silence.isLong(level, performance.now()));
        }, 80);
        return () => {
            clearInterval(timer);
            meter.close();
        };
    }, [track]);
    return (
        <div class="level-block">
            <div class="level" ref={bar} role="img" aria-label={t("level_label")} data-level="0">
                <span />
            </div>
            {silent && <p class="hint">{t("level_silent")}</p>}
        </div>
    );
}

const kindsOfDevice = { microphone: "audioinput", camera: "videoinput" } as const;

function DeviceMenu({ own, kind }: { own: OwnMedia; kind: Own }) {
    const state = (kind === "microphone" ? own.microphone : own.camera).value;
    const list = own.devices.value.filter((device) => device.kind === kindsOfDevice[kind]);
    if (list.length === 0 || !state.track) return null;
    return (
        <Field label={t(kind)}>
            {(attributes) => (
                <select
                    {...attributes}
                    data-device={kind}
                    value={state.track?.getSettings().deviceId ?? ""}
                    onChange={(event) => void own.choose(kind, event.currentTarget.value)}
                >
                    {list.map((device, i) => (
                        <option key={device.deviceId} value={device.deviceId}>
                            {device.label || `${t(kind)} ${i + 1}`}
                        </option>
                    ))}
                </select>
            )}
        </Field>
    );
}

function Loudspeaker({ live }: { live: Live }) {
    const [asked, setAsked] = useState<"" | "playing" | "yes" | "no">("");
    const outputs = live.own.devices.value.filter((device) => device.kind === "audiooutput");
    const play = () => {
        setAsked("playing");
        void playNotes(chime, live.loudspeaker.value);
    };
    return (
        <div class="loudspeaker">
            {canChooseLoudspeaker() && outputs.length > 1 && (
                <Field label={t("loudspeaker")}>
                    {(attributes) => (
                        <select
                            {...attributes}
                            data-device="loudspeaker"
                            value={live.loudspeaker.value || outputs[0]!.deviceId}
                            onChange={(event) => {
                                live.loudspeaker.value = event.currentTarget.value;
                                deviceMemory.set("device.loudspeaker", event.currentTarget.value);
                            }}
                        >
                            {outputs.map((device) => (
                                <option key={device.deviceId} value={device.deviceId}>
                                    {device.label}
                                </option>
                            ))}
                        </select>
                    )}
                </Field>
            )}
            <Button icon="volume-2" onClick={play} data-action="test-sound">
                {t("sound_play")}
            </Button>
            {asked === "playing" && (
                <div class="row" role="group" aria-label={t("sound_question")}>
                    <span>{t("sound_question")}</span>
                    <Button onClick={() => setAsked("yes")}>{t("sound_yes")}</Button>
                    <Button onClick={() => setAsked("no")}>{t("sound_no")}</Button>
                </div>
            )}
            {asked === "yes" && <p class="hint good-text">{t("sound_good")}</p>}
            {asked === "no" && (
                <Notice tone="warn">
                    <ul class="plain-list">
                        <li>{t("sound_remedy_1")}</li>
                        <li>{t("sound_remedy_2")}</li>
                        <li>{t("sound_remedy_3")}</li>
                    </ul>
                </Notice>
            )}
        </div>
    );
}

const steps: Readonly<Record<ReturnType<typeof engineOf>, Key>> = {
    chrome: "refused_steps_chrome",
    firefox: "refused_steps_firefox",
    safari: "refused_steps_safari",
    other: "refused_steps_other",
};

function ProblemNotice({ own, kind }: { own: OwnMedia; kind: Own }) {
    const { problem, opening } = (kind === "microphone" ? own.microphone : own.camera).value;
    if (!problem) return null;
    const { title, help } = problemWords(kind, problem);
    const again = problem !== "insecure" && (
        <Button icon="refresh-cw" busy={opening} onClick={() => void own.turnOn(kind)} data-action={`retry-${kind}`}>
            {t("try_again")}
        </Button>
    );
    return (
        <Notice tone="warn" icon={kind === "camera" ? "video-off" : "mic-off"} name={`${kind}-${problem}`} action={again}>
            <strong>{title}</strong>
            <p>{problem === "refused" ? t(steps[engineOf(navigator.userAgent)]) : help}</p>
        </Notice>
    );
}

// Where the browser lets a refusal be taken back, the device opens without a reload.
function useRegained(own: OwnMedia): void {
    useEffect(() => {
        const ends = new AbortController();
        for (const kind of ["microphone", "camera"] as const) {
            navigator.permissions
                ?.query({ name: kind as PermissionName })
                .then((status) => {
                    const changed = () => {
                        const state = (kind === "microphone" ? own.microphone : own.camera).value;
                        if (status.state === "granted" && state.problem === "refused") void own.turnOn(kind);
                    };
                    status.addEventListener("change", changed, { signal: ends.signal });
                })
                .catch(() => {});
        }
        return () => ends.abort();
    }, []);
}

function Ask({ own, onAsked }: { own: OwnMedia; onAsked(): void }) {
    const ask = (wanted: readonly Own[]) => {
        onAsked();
        void own.open(wanted);
    };
    return (
        <div class="ask">
            <PermissionDrawing allow={t("drawing_allow")} block={t("drawing_block")} />
            <p>{t("ask_text")}</p>
            <Button look="main" icon="video" class="big" onClick={() => ask(["microphone", "camera"])} data-action="allow-both">
                {t("ask_both")}
            </Button>
            <div class="row centre">
                <Button look="quiet" onClick={() => ask(["microphone"])} data-action="allow-microphone">
                    {t("ask_microphone")}
                </Button>
                <Button look="quiet" onClick={() => ask(["camera"])} data-action="allow-camera">
                    {t("ask_camera")}
                </Button>
                <Button look="quiet" onClick={onAsked} data-action="allow-none">
                    {t("ask_none")}
                </Button>
            </div>
        </div>
    );
}

function OwnToggle({ own, kind }: { own: OwnMedia; kind: Own }) {
    const { on, track, opening } = (kind === "microphone" ? own.microphone : own.camera).value;
    const isOn = on && !!track;
    const words: Key = kind === "microphone" ? (isOn ? "microphone_is_on" : "microphone_is_off") : isOn ? "camera_is_on" : "camera_is_off";
    return (
        <button
            type="button"
            class={`toggle ${isOn ? "on" : "off"}`}
            aria-pressed={isOn}
            disabled={opening}
            data-toggle={kind}
            onClick={() => (isOn ? own.turnOff(kind) : void own.turnOn(kind))}
        >
            <Icon name={kind === "microphone" ? (isOn ? "mic" : "mic-off") : isOn ? "video" : "video-off"} />
            <span>{t(words)}</span>
        </button>
    );
}

function summary(own: OwnMedia): Key {
    const microphone = own.isSending("microphone");
    const camera = own.isSending("camera");
    if (microphone && camera) return "with_both";
    if (microphone) return "with_microphone";
    return camera ? "with_camera" : "with_neither";
}

// Picture, level and menus; before that the one question, asked only when a button is pressed.
export function Check({ live, onAsked }: { live: Live; onAsked?: () => void }) {
    const { own } = live;
    const microphone = own.microphone.value;
    const camera = own.camera.value;
    const untouched = !microphone.track && !camera.track && !microphone.problem && !camera.problem;
    const [asked, setAsked] = useState(!untouched);
    useRegained(own);
    const answer = () => {
        setAsked(true);
        onAsked?.();
    };
    if (!asked && untouched) return <Ask own={own} onAsked={answer} />;
    const cameras = own.devices.value.filter((device) => device.kind === "videoinput").length;
    return (
        <div class="check">
            <div class="preview" data-state={camera.track ? "shown" : "off"}>
                {camera.track ? (
                    <Preview own={own} label={t("preview_label")} />
                ) : (
                    <div class="preview-off">
                        <Icon name="video-off" size={40} />
                        <span>{camera.opening ? t("camera_opening") : t("camera_is_off")}</span>
                    </div>
                )}
                {isPhone() && camera.track && cameras > 1 && (
                    <button type="button" class="round on-picture" onClick={() => void own.turnCameraRound()} aria-label={t("camera_turn_round")}>
                        <Icon name="switch-camera" />
                    </button>
                )}
            </div>
            <div class="row centre toggles">
                <OwnToggle own={own} kind="microphone" />
                <OwnToggle own={own} kind="camera" />
            </div>
            <LevelMeter track={own.listening.value} />
            <ProblemNotice own={own} kind="microphone" />
            <ProblemNotice own={own} kind="camera" />
            <p class="hint" data-summary={summary(own)}>
                {t(summary(own))}
            </p>
            <details class="more">
                <summary>
                    <Icon name="settings" size={20} /> {t("devices_and_sound")}
                </summary>
                <div class="stack">
                    <DeviceMenu own={own} kind="microphone" />
                    <DeviceMenu own={own} kind="camera" />
                    <Loudspeaker live={live} />
                </div>
            </details>
        </div>
    );
}
