// SPDX-License-Identifier: AGPL-3.0-or-later
// client/offer.ts - what browsers can do and do not do of themselves, written into their offer and its answer. Pure.

// Lost sound is asked for again where that is agreed on. Measured: Chromium 156 then asks and sends again, Firefox 153 sends
// again when asked. Said twice, it stays said once.
export function withSoundRepair(sdp: string): string {
    return sdp
        .split(/^(?=m=)/m)
        .map((section) => {
            if (!section.startsWith("m=audio")) return section;
            const [line, type] = /^a=rtpmap:(\d+) opus\/48000\/2\r\n/im.exec(section) ?? [];
            if (!line || section.includes(`a=rtcp-fb:${type} nack\r\n`)) return section;
            return section.replace(line, `${line}a=rtcp-fb:${type} nack\r\n`);
        })
        .join("");
}

// An answer with RED in front on the microphone's line, which is the first of sound. Where it was not agreed on, the answer
// is left as it is.
export function withRedundantVoice(answer: string): string {
    const sections = answer.split(/^(?=m=)/m);
    const at = sections.findIndex((section) => section.startsWith("m=audio "));
    const section = sections[at] ?? "";
    const red = /^a=rtpmap:(\d+) red\/48000\/2\r\n/im.exec(section)?.[1];
    if (!red) return answer;
    sections[at] = section.replace(/^(m=audio \S+ \S+)((?: \d+)+)/, (_, line: string, types: string) =>
        [line, red, ...types.trim().split(" ").filter((type) => type !== red)].join(" "),
    );
    return sections.join("");
}
