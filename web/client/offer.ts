// SPDX-License-Identifier: AGPL-3.0-or-later
// client/offer.ts - what browsers can do and do not offer of themselves, written into their offer. Pure.

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
