// SPDX-License-Identifier: AGPL-3.0-or-later
// support/wait.mjs - waiting for something to be so, with one ceiling for all.

export const ceilingMs = 30_000;

// Runs in the page: looks at every change of the document and at every tick of media, until it is so.
function watch(check, given, ceiling) {
    return new Promise((resolve) => {
        const ends = performance.now() + ceiling;
        let looking = false;
        let last;
        let timer;
        const end = (outcome) => {
            clearInterval(timer);
            changes.disconnect();
            resolve(outcome);
        };
        const look = async () => {
            if (looking) return;
            looking = true;
            try {
                last = await check(...given);
                if (last) return end({ value: last });
            } catch (error) {
                last = String(error);
            } finally {
                looking = false;
            }
            if (performance.now() > ends) {
                const words = document.body?.innerText.replace(/\s+/g, " ").slice(0, 400);
                end({ failed: `still ${JSON.stringify(last)}; on the page: ${words}` });
            }
        };
        const changes = new MutationObserver(look);
        changes.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        timer = setInterval(look, 40);
        look();
    });
}

// What `check` gives when it first gives something true. It runs in the page and knows only `given`.
// Sent as text, so that a page whose policy refuses eval can be asked too.
export async function until(page, what, check, ...given) {
    const { value, failed } = await page.evaluate(`(${watch})(${check}, ${JSON.stringify(given)}, ${ceilingMs})`).catch((error) => ({ failed: error.message }));
    if (failed) throw new Error(`${what}: ${failed}`);
    return value;
}

// The same for something of ours: `subscribe` is given a function to call at each change.
export function untilEvent(what, subscribe) {
    return new Promise((resolve, reject) => {
        let stop = () => {};
        const timer = setTimeout(() => {
            stop();
            reject(new Error(`${what}: not within ${ceilingMs / 1000} s`));
        }, ceilingMs);
        stop = subscribe((value) => {
            clearTimeout(timer);
            resolve(value);
        }) ?? stop;
    });
}
