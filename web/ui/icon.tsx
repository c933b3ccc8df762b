// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/icon.tsx - a drawing from the sprite that the build puts into the page; never without words beside it.

export const iconNames = [
    "mic", "mic-off", "video", "video-off", "monitor-up", "monitor-off", "message-circle", "users", "log-out",
    "settings", "check", "x", "copy", "refresh-cw", "circle-help", "chevron-left", "languages", "volume-2",
    "user-x", "user-check", "door-open", "calendar", "clock", "plus", "eye", "eye-off", "switch-camera", "send",
    "wifi-off", "wifi", "pin", "pin-off", "triangle-alert", "pencil", "circle-check", "headphones", "keyboard", "link", "smile", "square",
] as const;

export type IconName = (typeof iconNames)[number];

const directional: readonly IconName[] = ["chevron-left", "log-out", "send"];

export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
    const mirrored = directional.includes(name) ? " mirrored" : "";
    return (
        <svg class={`icon${mirrored}`} width={size} height={size} aria-hidden="true" focusable="false">
            <use href={`#i-${name}`} />
        </svg>
    );
}
