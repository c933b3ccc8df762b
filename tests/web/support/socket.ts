// SPDX-License-Identifier: AGPL-3.0-or-later
// support/socket.ts - a socket whose other end is the test.

import type { Socket } from "../../../web/client/connection.ts";

export class TestSocket implements Socket {
    onopen: ((event: unknown) => void) | null = null;
    onmessage: ((event: unknown) => void) | null = null;
    onclose: ((event: unknown) => void) | null = null;
    sent: ({ type: string; id?: number } & Record<string, unknown>)[] = [];
    closed = false;
    send = (text: string) => void this.sent.push(JSON.parse(text));
    close = () => void (this.closed = true);
    says = (message: object) => this.onmessage?.({ data: JSON.stringify(message) });
}
