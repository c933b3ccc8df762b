// SPDX-License-Identifier: AGPL-3.0-or-later
// client/api.ts - the short calls: what a page asks for over HTTP.

import { replies } from "./protocol.ts";
import { isRecord, type Of, type Shape } from "./shape.ts";

export class ApiError extends Error {
    readonly code: string;
    readonly status: number;
    constructor(code: string, status: number, text: string) {
        super(text);
        this.code = code;
        this.status = status;
    }
}

async function call<T>(path: string, shape: Shape<T>, body?: object): Promise<T> {
    let response: Response;
    try {
        response = await fetch(path, {
            method: body ? "POST" : "GET",
            credentials: "same-origin",
            cache: "no-store",
            ...(body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
        });
    } catch {
        throw new ApiError("unreachable", 0, "no answer");
    }
    const value: unknown = await response.json().catch(() => undefined);
    if (response.ok && shape.fits(value)) return value;
    const error = isRecord(value) && isRecord(value.error) ? value.error : {};
    const code = typeof error.code === "string" ? error.code : "unavailable";
    throw new ApiError(code, response.status, typeof error.text === "string" ? error.text : "");
}

export interface MeetupFields {
    title: string;
    startsAt: number;
    minutes: number;
    welcome: string;
}

const part = encodeURIComponent;

export const api = {
    me: () => call("/api/me", replies.me),
    setup: (fields: { token: string; name: string; email: string; password: string }) =>
        call("/api/setup", replies.doctor, fields),
    signIn: (fields: { email: string; password: string }) =>
        call("/api/sign-in", replies.doctor, fields),
    signOut: () => call("/api/sign-out", replies.nothing, {}),

    meetups: () => call("/api/meetups", replies.meetups),
    createMeetup: (fields: MeetupFields) => call("/api/meetups", replies.meetup, fields),
    meetup: (id: string) => call(`/api/meetups/${part(id)}`, replies.meetupWhole),
    changeMeetup: (id: string, fields: MeetupFields) =>
        call(`/api/meetups/${part(id)}`, replies.meetup, fields),
    endMeetup: (id: string) => call(`/api/meetups/${part(id)}/end`, replies.meetup, {}),
    reopenMeetup: (id: string) => call(`/api/meetups/${part(id)}/reopen`, replies.meetup, {}),

    createInvite: (meetup: string, fields: { rosterName: string; expiresAt: number }) =>
        call(`/api/meetups/${part(meetup)}/invites`, replies.inviteLink, fields),
    renewInvite: (id: string) => call(`/api/invites/${part(id)}/renew`, replies.inviteLink, {}),
    revokeInvite: (id: string) => call(`/api/invites/${part(id)}/revoke`, replies.invite, {}),

    openFollowUp: (feedback: string, fields: { owner: string; due: number; subject: string }) =>
        call(`/api/feedback/${part(feedback)}/follow-up`, replies.followUp, fields),
    changeFollowUp: (id: string, fields: { owner: string; due: number }) =>
        call(`/api/follow-ups/${part(id)}`, replies.followUp, fields),
    closeFollowUp: (id: string, note: string) =>
        call(`/api/follow-ups/${part(id)}/close`, replies.followUp, { note }),

    redeem: (token: string) => call("/api/invite/redeem", replies.entry, { token }),
    openInvite: (invite: string) => call("/api/invite/open", replies.entry, { invite }),
    sendFeedback: (fields: { invite: string; rating: number; words: string }) =>
        call("/api/invite/feedback", replies.nothing, fields),
};

export type MeetupWhole = Of<typeof replies.meetupWhole>;
export type Me = Of<typeof replies.me>;
