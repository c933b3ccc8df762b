// SPDX-License-Identifier: AGPL-3.0-or-later
// client/browser.ts - which app opened the page, as far as it matters for getting at a camera. Pure.

const apps: readonly [RegExp, string][] = [
    [/Instagram/, "Instagram"],
    [/FBAN|FBAV|FB_IAB/, "Facebook"],
    [/\bLine\//, "LINE"],
    [/WhatsApp/, "WhatsApp"],
    [/Snapchat/, "Snapchat"],
    [/\bGSA\//, "Google"],
    [/MicroMessenger/, "WeChat"],
    [/BytedanceWebview|musical_ly|TikTok/, "TikTok"],
    [/Twitter/, "X"],
    [/LinkedInApp/, "LinkedIn"],
    [/Telegram/, "Telegram"],
    [/Pinterest/, "Pinterest"],
];

export type Home = "Safari" | "Chrome";

export interface InApp {
    app: string; // "" when a web view does not say whose it is
    open: Home; // the browser to go to
}

// The app whose built-in browser this is, or undefined in a browser of its own.
export function inAppBrowser(userAgent: string): InApp | undefined {
    const open: Home = /iPhone|iPad|iPod|Macintosh/.test(userAgent) ? "Safari" : "Chrome";
    const known = apps.find(([pattern]) => pattern.test(userAgent));
    if (known) return { app: known[1], open };
    const androidView = /Android/.test(userAgent) && /; wv\)/.test(userAgent);
    const appleView =
        /iPhone|iPad|iPod/.test(userAgent) && /AppleWebKit/.test(userAgent) && !/Safari\//.test(userAgent);
    return androidView || appleView ? { app: "", open } : undefined;
}

export type Engine = "chrome" | "firefox" | "safari" | "other";

export function engineOf(userAgent: string): Engine {
    if (/Firefox|FxiOS/.test(userAgent)) return "firefox";
    if (/Chrome|Chromium|CriOS|Edg/.test(userAgent)) return "chrome";
    if (/Safari/.test(userAgent)) return "safari";
    return "other";
}
