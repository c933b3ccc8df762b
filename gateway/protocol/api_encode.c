// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/api_encode.c - the reply to an HTTP call, in the JSON of protocol/README.md.
#include "base/err.h"
#include "base/mem.h"
#include "protocol/api.h"
#include "protocol/encode.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What the functions below need besides the reply.
struct frame {
    const struct reply *reply;
    const char *origin;
    const char *version;
    int64_t wall_ms;
    api_counts *counts;
    void *counts_owner;
};

static json_t *doctor_json(const struct doctor_record *doctor)
{
    return json_pack("{s:s, s:s, s:s}", "id", doctor->id, "name", doctor->name, "email",
                     doctor->email);
}

static json_t *meetup_json(const struct frame *frame, const struct meetup_view *view)
{
    const struct meetup_record *meetup = &view->meetup;
    uint32_t waiting = 0;
    uint32_t present = 0;

    if (frame->counts)
        frame->counts(frame->counts_owner, meetup->id, &waiting, &present);
    return json_pack("{s:s, s:s, s:I, s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "id", meetup->id,
                     "title", meetup->title, "startsAt", (json_int_t)meetup->starts_at, "minutes",
                     meetup->minutes, "welcome", meetup->welcome, "state",
                     meetup->state == MEETUP_ENDED ? "ended" : "planned", "inviteCount",
                     (json_int_t)view->invites, "waitingCount", (json_int_t)waiting, "presentCount",
                     (json_int_t)present, "feedbackCount", (json_int_t)view->feedback,
                     "openFollowUps", (json_int_t)view->open_follow_ups);
}

static const char *invite_state(const struct invite_view *view, int64_t now)
{
    if (view->invite.revoked_at)
        return "revoked";
    if (view->invite.expires_at <= now)
        return "expired";
    if (view->seat.stage != SEAT_NONE)
        return "used";
    return view->invite.opened ? "opened" : "new";
}

static json_t *invite_json(const struct invite_view *view, int64_t now)
{
    const struct invite_record *invite = &view->invite;

    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "id", invite->id, "rosterName",
                     invite->roster_name, "role", "patient", "state", invite_state(view, now),
                     "roomName", view->seat.room_name, "createdAt", (json_int_t)invite->created_at,
                     "expiresAt", (json_int_t)invite->expires_at);
}

static json_t *feedback_json(const struct feedback_record *feedback)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:I, s:s}", "id", feedback->id, "roomName",
                     feedback->room_name, "rating", feedback->rating, "words", feedback->words,
                     "at", (json_int_t)feedback->at, "followUp", feedback->follow_up);
}

static json_t *follow_up_json(const struct follow_up_record *follow_up)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:I}", "id", follow_up->id,
                     "feedback", follow_up->feedback, "subject", follow_up->subject, "owner",
                     follow_up->owner, "due", (json_int_t)follow_up->due, "state",
                     follow_up->closed ? "closed" : "open", "note", follow_up->note, "createdAt",
                     (json_int_t)follow_up->created_at, "closedAt",
                     (json_int_t)follow_up->closed_at);
}

static json_t *me(const struct frame *frame)
{
    const struct reply *reply = frame->reply;

    return json_pack("{s:o, s:b, s:s, s:I}", "doctor",
                     reply->signed_in ? doctor_json(&reply->doctor) : json_null(), "setupNeeded",
                     reply->setup_needed, "version", frame->version, "nowMs",
                     (json_int_t)frame->wall_ms);
}

static json_t *doctor(const struct frame *frame)
{
    return json_pack("{s:o}", "doctor", doctor_json(&frame->reply->doctor));
}

static json_t *nothing(const struct frame *frame)
{
    (void)frame;
    return json_object();
}

static json_t *meetups(const struct frame *frame)
{
    json_t *list = json_array();

    for (size_t i = 0; i < frame->reply->meetup_count; i++)
        json_array_append_new(list, meetup_json(frame, &frame->reply->meetups[i]));
    return json_pack("{s:o}", "meetups", list);
}

static json_t *meetup(const struct frame *frame)
{
    return json_pack("{s:o}", "meetup", meetup_json(frame, &frame->reply->meetup));
}

static json_t *whole_meetup(const struct frame *frame)
{
    const struct reply *reply = frame->reply;
    json_t *invites = json_array();
    json_t *feedback = json_array();
    json_t *follow_ups = json_array();

    for (size_t i = 0; i < reply->invite_count; i++)
        json_array_append_new(invites, invite_json(&reply->invites[i], reply->now));
    for (size_t i = 0; i < reply->feedback_count; i++)
        json_array_append_new(feedback, feedback_json(&reply->feedback[i]));
    for (size_t i = 0; i < reply->follow_up_count; i++)
        json_array_append_new(follow_ups, follow_up_json(&reply->follow_ups[i]));
    return json_pack("{s:o, s:o, s:o, s:o}", "meetup", meetup_json(frame, &reply->meetup),
                     "invites", invites, "feedback", feedback, "followUps", follow_ups);
}

static json_t *invite(const struct frame *frame)
{
    return json_pack("{s:o}", "invite", invite_json(&frame->reply->invite, frame->reply->now));
}

static json_t *invite_and_link(const struct frame *frame)
{
    char link[512];

    (void)snprintf(link, sizeof link, "%s/join#%s", frame->origin, frame->reply->token);
    json_t *json = json_pack("{s:o, s:s}", "invite",
                             invite_json(&frame->reply->invite, frame->reply->now), "link", link);
    mem_wipe(link, sizeof link);
    return json;
}

static json_t *follow_up(const struct frame *frame)
{
    return json_pack("{s:o}", "followUp", follow_up_json(&frame->reply->follow_up));
}

// No roster name: a patient's browser never receives one, not even its own.
static json_t *entry(const struct frame *frame)
{
    static const char *const seats[] = {
        [SEAT_FREE] = "free", [SEAT_YOURS] = "yours", [SEAT_ELSEWHERE] = "elsewhere"};
    const struct reply *reply = frame->reply;
    const struct meetup_record *to = &reply->meetup.meetup;
    const bool removed = reply->invite.seat.stage == SEAT_REMOVED;
    const char *state = removed ? "removed" : to->state == MEETUP_ENDED ? "ended" : "open";

    return json_pack("{s:{s:s, s:{s:s, s:I, s:i, s:s, s:s}, s:s, s:s, s:s}}", "entry", "invite",
                     reply->invite.invite.id, "meetup", "title", to->title, "startsAt",
                     (json_int_t)to->starts_at, "minutes", to->minutes, "welcome", to->welcome,
                     "doctor", to->doctor_name, "state", state, "roomName",
                     reply->invite.seat.room_name, "seat", seats[reply->seat]);
}

static json_t *(*const bodies[])(const struct frame *) = {
    [CALL_ME] = me,
    [CALL_SETUP] = doctor,
    [CALL_SIGN_IN] = doctor,
    [CALL_SIGN_OUT] = nothing,
    [CALL_MEETUPS] = meetups,
    [CALL_MAKE_MEETUP] = meetup,
    [CALL_MEETUP] = whole_meetup,
    [CALL_EDIT_MEETUP] = meetup,
    [CALL_END_MEETUP] = meetup,
    [CALL_REOPEN_MEETUP] = meetup,
    [CALL_MAKE_INVITE] = invite_and_link,
    [CALL_RENEW_INVITE] = invite_and_link,
    [CALL_REVOKE_INVITE] = invite,
    [CALL_MAKE_FOLLOW_UP] = follow_up,
    [CALL_EDIT_FOLLOW_UP] = follow_up,
    [CALL_CLOSE_FOLLOW_UP] = follow_up,
    [CALL_REDEEM] = entry,
    [CALL_OPEN_INVITE] = entry,
    [CALL_GIVE_FEEDBACK] = nothing,
};
_Static_assert(ARRAY_LEN(bodies) == CALL_KINDS, "every call has a reply");

static json_t *refused(enum refusal refusal)
{
    return json_pack("{s:{s:s, s:s}}", "error", "code", refusal_code(refusal), "text",
                     refusal_text(refusal));
}

char *api_encode(const struct reply *reply, const char *origin, const char *version,
                 int64_t wall_ms, api_counts *counts, void *counts_owner)
{
    const struct frame frame = {.reply = reply,
                                .origin = origin,
                                .version = version,
                                .wall_ms = wall_ms,
                                .counts = counts,
                                .counts_owner = counts_owner};
    json_t *json = reply->refused ? refused(reply->refusal) : bodies[reply->kind](&frame);
    char *dumped = json ? json_dumps(json, JSON_COMPACT) : NULL;
    char *text = dumped ? mem_copy_text(dumped, strlen(dumped)) : NULL;

    free(dumped); // jansson's allocator is libc's
    json_decref(json);
    return text;
}
