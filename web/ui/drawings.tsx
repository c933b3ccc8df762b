// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/drawings.tsx - our own pictures: a door, a waiting corner, a farewell, a browser's question.

const common = { "aria-hidden": "true", focusable: "false", class: "drawing" } as const;

// Two people at a table under a warm sun: the sign-in and welcome pages.
export function MeetingDrawing() {
    return (
        <svg viewBox="0 0 320 200" {...common}>
            <ellipse class="f-ground" cx="160" cy="184" rx="148" ry="12" />
            <circle class="f-sun" cx="160" cy="74" r="54" />
            <path class="f-hill" d="M28 150c30-34 66-34 92-6 26-26 62-30 92 2 24-22 56-22 80 4v30H28z" />
            <g>
                <circle class="f-skin-a" cx="98" cy="86" r="20" />
                <path class="f-hair-a" d="M78 84c0-16 10-24 21-24s19 8 19 20c-10 2-20-2-25-8-3 6-9 10-15 12z" />
                <path class="f-clay" d="M58 176c0-38 16-62 40-62s40 24 40 62z" />
            </g>
            <g>
                <circle class="f-skin-b" cx="222" cy="86" r="20" />
                <path class="f-hair-b" d="M202 88c-3-18 8-29 21-29s22 10 20 27c-3-8-9-12-20-12-10 0-17 5-21 14z" />
                <path class="f-accent" d="M182 176c0-38 16-62 40-62s40 24 40 62z" />
                <path class="s-white thin" d="M210 118c0 14 4 20 12 20s12-6 12-20" />
                <circle class="f-white" cx="222" cy="142" r="5" />
            </g>
            <rect class="f-table" x="36" y="160" width="248" height="18" rx="9" />
            <path class="f-white" d="M146 160v-12a4 4 0 0 1 4-4h14a4 4 0 0 1 4 4v12z" />
            <path class="s-steam" d="M152 138c-4-6 4-8 0-14M162 138c-4-6 4-8 0-14" />
        </svg>
    );
}

// A chair, a lamp and a plant: somebody will come soon.
export function WaitingDrawing() {
    return (
        <svg viewBox="0 0 320 200" {...common}>
            <ellipse class="f-ground" cx="160" cy="186" rx="140" ry="11" />
            <rect class="f-window" x="112" y="18" width="96" height="88" rx="12" />
            <circle class="f-sun" cx="176" cy="62" r="22" />
            <path class="s-frame" d="M160 18v88M112 62h96" />
            <g>
                <path class="f-clay" d="M92 122c0-14 8-22 20-22h56c12 0 20 8 20 22v30H92z" />
                <rect class="f-clay-deep" x="78" y="128" width="24" height="44" rx="11" />
                <rect class="f-clay-deep" x="178" y="128" width="24" height="44" rx="11" />
                <rect class="f-apricot" x="98" y="144" width="84" height="26" rx="9" />
                <path class="s-leg" d="M100 172v12M180 172v12" />
            </g>
            <g>
                <path class="s-leaf" d="M252 150c0-24-2-44-2-62M250 120c-8-14-22-16-28-14 2 12 12 22 28 20M251 104c8-16 20-20 30-18 0 14-12 24-30 24M251 138c8-8 18-10 26-8-4 12-14 16-26 14" />
                <path class="f-accent" d="M232 150h38l-5 34h-28z" />
            </g>
            <g>
                <path class="s-frame" d="M50 184V92" />
                <path class="f-lamp" d="M34 92l8-28h16l8 28z" />
                <path class="f-glow" d="M34 92h32l20 60H14z" />
            </g>
        </svg>
    );
}

// An open door and the evening behind it.
export function FarewellDrawing() {
    return (
        <svg viewBox="0 0 320 200" {...common}>
            <ellipse class="f-ground" cx="160" cy="186" rx="140" ry="11" />
            <circle class="f-sun" cx="160" cy="118" r="60" />
            <path class="f-hill" d="M20 184c40-56 84-60 132-26 40-34 92-30 148 26z" />
            <path class="s-path" d="M160 186c-8-16 14-22 6-40" />
            <g>
                <circle class="f-skin-b" cx="112" cy="98" r="15" />
                <path class="f-hair-b" d="M97 99c-2-14 6-21 15-21s17 7 15 20c-4-6-8-8-15-8-8 0-12 3-15 9z" />
                <path class="f-accent" d="M84 176c0-38 10-60 28-60s28 22 28 60z" />
                <path class="s-arm" d="M134 132c10-6 16-18 18-34" />
                <circle class="f-skin-b" cx="153" cy="93" r="6" />
            </g>
            <path class="s-bird" d="M206 62c6-8 12-8 14 0 2-8 8-8 14 0M244 84c4-6 9-6 11 0 2-6 7-6 11 0" />
        </svg>
    );
}

// The browser's question, with a finger on the right answer.
export function PermissionDrawing({ allow, block }: { allow: string; block: string }) {
    return (
        <svg viewBox="0 0 320 170" {...common}>
            <rect class="f-window" x="14" y="12" width="292" height="146" rx="16" />
            <rect class="f-surface" x="30" y="28" width="260" height="26" rx="13" />
            <circle class="f-accent" cx="46" cy="41" r="6" />
            <rect class="f-line" x="60" y="37" width="118" height="8" rx="4" />
            <rect class="f-surface s-card" x="42" y="64" width="190" height="80" rx="12" />
            <rect class="f-line" x="58" y="78" width="120" height="8" rx="4" />
            <rect class="f-line" x="58" y="92" width="86" height="8" rx="4" />
            <rect class="f-line" x="58" y="110" width="74" height="24" rx="12" />
            <rect class="f-accent" x="142" y="110" width="76" height="24" rx="12" />
            <text class="draw-text on-line" x="95" y="126" text-anchor="middle">
                {block}
            </text>
            <text class="draw-text on-accent" x="180" y="126" text-anchor="middle">
                {allow}
            </text>
            <path class="f-skin-a s-hand" d="M206 124c4-5 12-3 14 3l8 15c9-3 19 1 23 10l5 14h-43l-12-20c-3-5 0-11 5-9l7 3-9-12c-2-1-1-3 2-4z" />
        </svg>
    );
}
