// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/hooks.ts - what views need of the browser around them: size, time, keys, wakefulness.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Box } from "../client/layout.ts";

export function useBox<T extends HTMLElement>() {
    const ref = useRef<T>(null);
    const [box, setBox] = useState<Box>({ width: 0, height: 0 });
    useEffect(() => {
        const element = ref.current!;
        const measure = () => setBox({ width: element.clientWidth, height: element.clientHeight });
        const observer = new ResizeObserver(measure);
        observer.observe(element);
        measure();
        return () => observer.disconnect();
    }, []);
    return [ref, box] as const;
}

export function useNow(everyMs: number): number {
    const [now, setNow] = useState(Date.now());
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), everyMs);
        return () => clearInterval(timer);
    }, [everyMs]);
    return now;
}

// True when it has been true for a while, until it has been false for longer: what comes and goes does not flicker.
export function useSteady(now: boolean, onAfterMs: number, offAfterMs: number): boolean {
    const [steady, setSteady] = useState(false);
    useEffect(() => {
        if (now === steady) return;
        const timer = setTimeout(() => setSteady(now), now ? onAfterMs : offAfterMs);
        return () => clearTimeout(timer);
    }, [now, steady]);
    return steady;
}

export function useEvery(everyMs: number, call: () => void, active = true): void {
    const latest = useRef(call);
    latest.current = call;
    useEffect(() => {
        if (!active) return;
        const timer = setInterval(() => latest.current(), everyMs);
        return () => clearInterval(timer);
    }, [everyMs, active]);
}

// The screen stays awake while this is shown; asked for again when the page comes back to the front.
export function useWakeLock(): void {
    useEffect(() => {
        let lock: WakeLockSentinel | null = null;
        let done = false;
        const ask = async () => {
            if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
            const taken = await navigator.wakeLock.request("screen").catch(() => null);
            if (done) void taken?.release();
            else lock = taken;
        };
        document.addEventListener("visibilitychange", ask);
        void ask();
        return () => {
            done = true;
            document.removeEventListener("visibilitychange", ask);
            void lock?.release().catch(() => {});
        };
    }, []);
}

// The browser's Back asks first: one step is put in between and taken again each time.
export function useBackGuard(onBack: () => void): void {
    const latest = useRef(onBack);
    latest.current = onBack;
    useEffect(() => {
        const here = location.pathname;
        history.pushState({ guard: true }, "", here);
        const back = () => {
            history.pushState({ guard: true }, "", here);
            latest.current();
        };
        window.addEventListener("popstate", back);
        return () => window.removeEventListener("popstate", back);
    }, []);
}
