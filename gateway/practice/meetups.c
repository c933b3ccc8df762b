// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/meetups.c - what a doctor plans: lists, makes, edits, ends and reopens meetups.
#include "base/mem.h"
#include "crypto/token.h"
#include "practice/practice_internal.h"

#define MINUTES_MAX (24 * 60)

static void view(struct meetup_view *to, const struct meetup_summary *from)
{
    *to = (struct meetup_view){.meetup = from->meetup,
                               .invites = from->invites,
                               .feedback = from->feedback,
                               .open_follow_ups = from->open_follow_ups};
}

static void start_meetups(const struct turn *turn)
{
    (void)turn_ask(turn, QUERY_MEETUPS);
}

static void meetups_answered(const struct turn *turn, const struct result *result)
{
    if (result->err != ERR_OK) {
        turn_refuse_err(turn, result->err);
        return;
    }
    struct reply *reply = turn_reply(turn);
    if (!reply || !result->meetup_count)
        return;
    reply->meetups = mem_zero_array(result->meetup_count, sizeof *reply->meetups);
    for (size_t i = 0; reply->meetups && i < result->meetup_count; i++)
        view(&reply->meetups[reply->meetup_count++], &result->meetups[i]);
}

const struct verb verb_meetups = {
    .needs_doctor = true, .start = start_meetups, .answered = meetups_answered};

static bool is_plausible(const struct call *call)
{
    return call->title[0] && call->minutes > 0 && call->minutes <= MINUTES_MAX && call->at > 0;
}

static void fill(const struct call *call, struct meetup_record *meetup)
{
    COPY(meetup->doctor, call->identity.doctor);
    COPY(meetup->title, call->title);
    COPY(meetup->welcome, call->words);
    meetup->starts_at = call->at;
    meetup->minutes = call->minutes;
}

static void start_make(const struct turn *turn)
{
    struct query *query = is_plausible(turn->call) ? turn_ask(turn, QUERY_MAKE_MEETUP) : NULL;

    if (!is_plausible(turn->call))
        turn_refuse(turn, REFUSAL_INVALID);
    if (!query)
        return;
    fill(turn->call, &query->meetup_record);
    token_text(query->meetup_record.id, turn->call->random + FRESH_ID);
}

static struct reply *one_answered(const struct turn *turn, const struct result *result)
{
    if (result->err != ERR_OK) {
        turn_refuse_err(turn, result->err);
        return NULL;
    }
    struct reply *reply = turn_reply(turn);
    if (reply)
        view(&reply->meetup, &result->summary);
    return reply;
}

static void make_answered(const struct turn *turn, const struct result *result)
{
    (void)one_answered(turn, result);
}

const struct verb verb_make_meetup = {
    .needs_doctor = true, .start = start_make, .answered = make_answered};

static void start_meetup(const struct turn *turn)
{
    (void)turn_ask(turn, QUERY_MEETUP);
}

static void copy_invites(struct reply *reply, const struct result *result)
{
    reply->invites = mem_zero_array(result->invite_count, sizeof *reply->invites);
    for (size_t i = 0; reply->invites && i < result->invite_count; i++) {
        reply->invites[i].invite = result->invites[i].invite;
        reply->invites[i].seat = result->invites[i].seat;
        reply->invite_count++;
    }
}

static void copy_feedback(struct reply *reply, const struct result *result)
{
    reply->feedback = mem_zero_array(result->feedback_count, sizeof *reply->feedback);
    for (size_t i = 0; reply->feedback && i < result->feedback_count; i++)
        reply->feedback[reply->feedback_count++] = result->feedback[i];
    reply->follow_ups = mem_zero_array(result->follow_up_count, sizeof *reply->follow_ups);
    for (size_t i = 0; reply->follow_ups && i < result->follow_up_count; i++)
        reply->follow_ups[reply->follow_up_count++] = result->follow_ups[i];
}

static void meetup_answered(const struct turn *turn, const struct result *result)
{
    struct reply *reply = one_answered(turn, result);

    if (!reply || reply->refused)
        return;
    copy_invites(reply, result);
    copy_feedback(reply, result);
}

const struct verb verb_meetup = {
    .needs_doctor = true, .start = start_meetup, .answered = meetup_answered};

static void start_edit(const struct turn *turn)
{
    struct query *query = is_plausible(turn->call) ? turn_ask(turn, QUERY_EDIT_MEETUP) : NULL;

    if (!is_plausible(turn->call))
        turn_refuse(turn, REFUSAL_INVALID);
    if (query)
        fill(turn->call, &query->meetup_record);
}

static void changed_answered(const struct turn *turn, const struct result *result)
{
    const struct reply *reply = one_answered(turn, result);

    if (reply && !reply->refused)
        turn_tell_changed(turn, &result->summary.meetup);
}

const struct verb verb_edit_meetup = {
    .needs_doctor = true, .start = start_edit, .answered = changed_answered};

static void start_end(const struct turn *turn)
{
    struct query *query = turn_ask(turn, QUERY_MOVE_MEETUP);

    if (query)
        query->meetup_record.state = MEETUP_ENDED;
}

static void start_reopen(const struct turn *turn)
{
    struct query *query = turn_ask(turn, QUERY_MOVE_MEETUP);

    if (query)
        query->meetup_record.state = MEETUP_PLANNED;
}

const struct verb verb_end_meetup = {
    .needs_doctor = true, .start = start_end, .answered = changed_answered};
const struct verb verb_reopen_meetup = {
    .needs_doctor = true, .start = start_reopen, .answered = changed_answered};
