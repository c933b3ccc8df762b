// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/banners.tsx - what has to be said above the room: the line is lost, somebody waits, something changed.

import { useEffect, useState } from "preact/hooks";
import { myself } from "../client/meetup.ts";
import { pieces, t, tn } from "../i18n/index.ts";
import { announce, announceSeldom } from "./announce.tsx";
import { useNow, useSteady } from "./hooks.ts";
import type { Live } from "./live.ts";
import { Button, Notice } from "./parts.tsx";

// The socket is lost: seconds to the next attempt, and a button for the impatient.
export function LinkBanner({ live }: { live: Live }) {
    const now = useNow(500);
    const link = live.visit.link.value;
    const lost = link.state === "lost" || (link.state === "connecting" && link.attempt > 0);
    useEffect(() => {
        if (lost) announce(t("lost_line"));
    }, [lost]);
    if (!lost) return null;
    const seconds = link.state === "lost" ? Math.max(0, Math.ceil((link.retryAtMs - now) / 1000)) : 0;
    return (
        <Notice
            tone="warn"
            icon="wifi-off"
            name="reconnecting"
            action={
                <Button look="main" disabled={link.state !== "lost"} onClick={() => live.visit.retryNow()} data-action="retry">
                    {t("try_now")}
                </Button>
            }
        >
            <strong>{t("lost_line")}</strong>
            <p>{seconds > 0 ? tn("lost_seconds", seconds) : t("lost_now")}</p>
        </Notice>
    );
}

// The media are interrupted while the socket stands; with the socket lost too, its banner says enough.
export function AwayBanner({ live }: { live: Live }) {
    const away = live.visit.away.value && live.visit.link.value.state === "open";
    useEffect(() => {
        if (away) announceSeldom(t("media_away"));
    }, [away]);
    if (!away) return null;
    return (
        <Notice tone="warn" icon="wifi-off" name="media-away">
            <strong>{t("media_away")}</strong>
            <p>{t("media_away_help")}</p>
        </Notice>
    );
}

// The own line carries no picture beside the voice.
export function SlowBanner({ live }: { live: Live }) {
    const slow = live.visit.slow.value;
    useEffect(() => {
        if (slow) announceSeldom(t("uplink_slow"));
    }, [slow]);
    if (!slow) return null;
    return (
        <Notice
            tone="warn"
            icon="wifi"
            name="picture-off"
            action={
                <Button icon="video" onClick={() => live.visit.showPicture()} data-action="show-picture">
                    {t("uplink_show")}
                </Button>
            }
        >
            {t("uplink_slow")}
        </Notice>
    );
}

export function arePicturesOff(live: Live): boolean {
    return live.visit.state.value.line.picturesOff && !live.visit.slow.value;
}

// The line brings no picture at all: said once here, and briefly on each tile. Where the own picture is off too, that banner
// says why, and there is no room for two. Each banner makes all tiles smaller: a line on the brink moves none of them.
export function PausedBanner({ live }: { live: Live }) {
    const shown = useSteady(arePicturesOff(live), 1_000, 4_000);
    useEffect(() => {
        if (shown) announceSeldom(t("pictures_paused"));
    }, [shown]);
    if (!shown) return null;
    return (
        <Notice tone="warn" icon="wifi" name="pictures-paused">
            {t("pictures_paused")}
        </Notice>
    );
}

// Hosts only: who waits. In a row of its own, so that it covers no face.
export function WaitingBanner({ live, onShow }: { live: Live; onShow(): void }) {
    const { waiting, host } = live.visit.state.value;
    if (!host || waiting.length === 0) return null;
    const first = waiting[0]!;
    const one = waiting.length === 1;
    const admit = () =>
        live.visit.tell(one ? { type: "admit", member: first.member } : { type: "admit", all: true });
    return (
        <Notice
            tone="good"
            icon="door-open"
            name="waiting"
            action={
                <>
                    <Button look="quiet" onClick={onShow} data-action="show-waiting">
                        {t("waiting_show")}
                    </Button>
                    <Button look="main" icon="user-check" onClick={admit} data-action={one ? "admit" : "admit-all"} data-member={first.member}>
                        {one ? t("admit") : t("admit_all")}
                    </Button>
                </>
            }
        >
            {one
                ? pieces(first.secondDevice ? "one_waits_second" : "one_waits", {
                      name: <bdi key="name">{first.roomName}</bdi>,
                      roster: <bdi key="roster">{first.rosterName}</bdi>,
                  })
                : tn("many_wait", waiting.length)}
        </Notice>
    );
}

// The doctor turned the microphone off: who did it, and the way back.
export function MutedBanner({ live }: { live: Live }) {
    const me = myself(live.visit.state.value);
    const muted = me?.muted ?? false;
    useEffect(() => {
        if (muted) announce(t("muted_by_host"));
    }, [muted]);
    if (!muted) return null;
    return (
        <Notice
            tone="warn"
            icon="mic-off"
            name="muted"
            action={
                <Button look="main" icon="mic" onClick={() => void unmute(live)} data-action="unmute">
                    {t("microphone_turn_on")}
                </Button>
            }
        >
            {t("muted_by_host")}
        </Notice>
    );
}

export async function unmute(live: Live): Promise<void> {
    if (myself(live.visit.state.value)?.muted) live.visit.tell({ type: "unmute" });
    await live.own.turnOn("microphone");
}

export function SharingBanner({ live }: { live: Live }) {
    if (!live.own.screen.value) return null;
    return (
        <Notice
            tone="good"
            icon="monitor-up"
            name="sharing"
            action={
                <Button look="danger" icon="monitor-off" onClick={() => live.own.stopScreen()} data-action="stop-sharing">
                    {t("share_stop")}
                </Button>
            }
        >
            {live.own.screen.value.sound ? t("sharing_with_sound") : t("sharing")}
        </Notice>
    );
}

// A device went away or another took its place; said once, gone after a while.
export function NewsBanner({ live }: { live: Live }) {
    const news = live.news.value;
    const [shown, setShown] = useState(news);
    useEffect(() => {
        setShown(news);
        if (!news) return;
        const timer = setTimeout(() => setShown(null), 12_000);
        announce(newsWords(news));
        return () => clearTimeout(timer);
    }, [news]);
    if (!shown) return null;
    const tone = shown.news === "lost" ? "warn" : "plain";
    return (
        <Notice tone={tone} name={`news-${shown.news}`} action={<Button onClick={() => setShown(null)}>{t("close")}</Button>}>
            {newsWords(shown)}
        </Notice>
    );
}

function newsWords(news: NonNullable<Live["news"]["value"]>): string {
    if (news.news === "screen-ended") return t("news_screen_ended");
    const camera = news.kind === "camera";
    if (news.news === "lost") return t(camera ? "news_camera_lost" : "news_microphone_lost");
    return t(camera ? "news_camera_switched" : "news_microphone_switched", { label: news.label });
}
