// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/chat.tsx - words to all or to the hosts.

import { useEffect, useRef, useState } from "preact/hooks";
import { clockTime, t } from "../i18n/index.ts";
import type { Live } from "./live.ts";
import { Button, submitting } from "./parts.tsx";
import { wordsFor } from "./words.ts";

export function Chat({ live, only }: { live: Live; only?: "hosts" }) {
    const { chat, me } = live.visit.state.value;
    const [text, setText] = useState("");
    const [to, setTo] = useState<"all" | "hosts">(only ?? "all");
    const [error, setError] = useState("");
    const log = useRef<HTMLDivElement>(null);
    useEffect(() => {
        log.current?.scrollTo({ top: log.current.scrollHeight });
    }, [chat.length]);
    // The gateway answers a refused line with an error; a granted one comes back as everybody sees it.
    const send = () => {
        const words = text.trim();
        if (!words) return;
        if (live.visit.link.value.state !== "open") return setError(wordsFor("unavailable"));
        setError("");
        setText("");
        live.visit.tell({ type: "chat", to, text: words }, (refused) => {
            setError(wordsFor(refused));
            setText(words);
        });
    };
    return (
        <div class="chat">
            <div class="chat-log" role="log" aria-label={t("chat")} ref={log} tabIndex={0}>
                {chat.length === 0 && <p class="empty">{t(only ? "chat_empty_hosts" : "chat_empty")}</p>}
                {chat.map((line, i) => (
                    <div key={i} class={line.from === me ? "line own" : "line"} data-from={line.from} data-to={line.to}>
                        <p class="line-head">
                            <strong>
                                <bdi>{line.from === me ? t("you") : line.roomName}</bdi>
                            </strong>
                            {line.to === "hosts" && <span class="chip">{t("chat_to_hosts_mark")}</span>}
                            <time>{clockTime(line.atMs / 1000)}</time>
                        </p>
                        <p class="line-text" dir="auto">
                            {line.text}
                        </p>
                    </div>
                ))}
            </div>
            <form class="chat-form" onSubmit={submitting(send)}>
                {!only && (
                    <label class="chat-to">
                        {t("chat_to")}{" "}
                        <select value={to} onChange={(event) => setTo(event.currentTarget.value as "all" | "hosts")} data-chat-to>
                            <option value="all">{t("chat_to_all")}</option>
                            <option value="hosts">{t("chat_to_hosts")}</option>
                        </select>
                    </label>
                )}
                <div class="chat-row">
                    <textarea
                        rows={2}
                        maxLength={2000}
                        value={text}
                        aria-label={t("chat_write")}
                        placeholder={t("chat_write")}
                        dir="auto"
                        data-chat-text
                        onInput={(event) => setText(event.currentTarget.value)}
                        onKeyDown={(event) => {
                            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
                            event.preventDefault();
                            send();
                        }}
                    />
                    <Button look="main" type="submit" icon="send" data-action="send">
                        {t("chat_send")}
                    </Button>
                </div>
                {error && <p class="error">{error}</p>}
            </form>
        </div>
    );
}
