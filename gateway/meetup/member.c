// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/member.c - a person present in a meetup, waiting or in, by one browser.
#include "meetup/member.h"

#include "base/mem.h"
#include "meetup/effects.h"
#include "meetup/meetup.h"
#include "meetup/registry.h"
#include "meetup/rights.h"
#include "meetup/seat.h"
#include "meetup/turn.h"

#include <stdio.h>
#include <string.h>

#define CLOSE_NORMAL 1000
#define CLOSE_TAKEN_OVER 4001

struct member *member_create(struct turn *turn, struct meetup *meetup, struct seat *seat,
                             const char *device)
{
    struct member *member = mem_zero(sizeof *member);

    if (!member)
        return NULL;
    member->number = ++turn->registry->last_member;
    (void)snprintf(member->device, sizeof member->device, "%s", device);
    member->meetup = meetup;
    member->seat = seat;
    member->stage = STAGE_WAITING;
    member->gone_at = turn->now;
    list_append(&meetup->members, &member->link);
    meetup->empty_since = USEC_NEVER;
    return member;
}

void member_destroy(struct turn *turn, struct member *member)
{
    struct meetup *meetup;

    if (!member)
        return;
    meetup = member->meetup;
    member_close_media(turn, member);
    if (member->conversation)
        table_remove(&turn->registry->conversations, member->conversation);
    list_remove(&member->link);
    mem_free(member);
    if (list_is_empty(&meetup->members))
        meetup->empty_since = turn->now;
}

enum role member_role(const struct member *member)
{
    return member->seat->record.role;
}

bool member_is_host(const struct member *member)
{
    return rights_is_host(member_role(member));
}

bool member_is_second_device(const struct member *member)
{
    return !seat_is_bound_to(member->seat, member->device);
}

const char *member_room_name(const struct member *member)
{
    return member_is_second_device(member) ? member->asked_name : member->seat->record.room_name;
}

static bool is_connected(const struct member *member)
{
    return member->conversation != 0 && !member->connection.lost;
}

struct member_view member_view(const struct member *member, bool for_host)
{
    const struct seat_record *seat = &member->seat->record;
    const struct standing standing = connection_standing(&member->connection);
    struct member_view view = {
        .member = member->number,
        .role = seat->role,
        .host = member_is_host(member),
        .slow = member->slow,
        .muted = seat->muted,
        .connected = is_connected(member),
        .line = standing_worst(&standing),
    };

    memcpy(view.room_name, seat->room_name, sizeof view.room_name);
    if (for_host)
        memcpy(view.roster_name, seat->roster_name, sizeof view.roster_name);
    memcpy(view.on, member->on, sizeof view.on);
    return view;
}

struct waiting_view waiting_view(const struct member *member)
{
    const struct seat_record *seat = &member->seat->record;
    struct waiting_view view = {
        .member = member->number,
        .since = member->waiting_since_ms / 1000,
        .second_device = member_is_second_device(member),
        .has_microphone = member->has_microphone,
        .has_camera = member->has_camera,
        .connected = is_connected(member),
    };

    memcpy(view.room_name, seat->room_name, sizeof view.room_name);
    memcpy(view.roster_name, seat->roster_name, sizeof view.roster_name);
    return view;
}

// The page behind a conversation is told `out` and its socket closed.
static void conversation_out(struct turn *turn, uint64_t conversation, enum out_reason reason)
{
    struct notice *notice = effects_notice(turn->out, conversation, NOTICE_STAGE);
    struct effect *close;

    if (notice) {
        notice->stage.stage = STAGE_OUT;
        notice->stage.reason = reason;
    }
    close = effects_add(turn->out, EFFECT_CLOSE, conversation);
    if (close)
        close->close_code = reason == OUT_TAKEN_OVER ? CLOSE_TAKEN_OVER : CLOSE_NORMAL;
    table_remove(&turn->registry->conversations, conversation);
}

bool member_attach(struct turn *turn, struct member *member, uint64_t conversation)
{
    if (table_put(&turn->registry->conversations, conversation, member) != ERR_OK)
        return false;
    if (member->conversation)
        conversation_out(turn, member->conversation, OUT_TAKEN_OVER);
    member->conversation = conversation;
    member->told_place = 0;
    return true;
}

void member_detach(struct turn *turn, struct member *member)
{
    table_remove(&turn->registry->conversations, member->conversation);
    member->conversation = 0;
    member->gone_at = turn->now;
}

// What the media thread has to know of somebody whose transport is new.
static void tell_state(const struct member *member, struct effects *out)
{
    const struct connection *c = &member->connection;

    if (member->stage == STAGE_IN)
        connection_gate(c, true, out);
    if (member->seat->record.muted)
        connection_source(c, SFU_MUTE, SOURCE_MICROPHONE, true, out);
    for (int kind = 0; member->said_state && kind < SOURCE_KINDS; kind++) {
        if (!member->on[kind])
            connection_source(c, SFU_PAUSE, (enum source_kind)kind, true, out);
    }
}

bool member_open_media(struct turn *turn, struct member *member,
                       struct transport_parameters *parameters)
{
    struct registry *registry = turn->registry;
    const struct connection_owner owner = {.member = member->number,
                                           .browser = turn->request->identity.browser};

    member_close_media(turn, member);
    if (!meetup_open_router(turn, member->meetup))
        return false;
    const uint64_t transport = registry_next_id(registry);
    if (table_put(&registry->transports, transport, member) != ERR_OK)
        return false;
    if (!connection_open(&member->connection, member->meetup->router, transport, &owner, parameters,
                         turn->out)) {
        table_remove(&registry->transports, transport);
        return false;
    }
    member->meetup->transports++;
    tell_state(member, turn->out);
    return true;
}

void member_close_media(struct turn *turn, struct member *member)
{
    if (!member->connection.transport)
        return;
    table_remove(&turn->registry->transports, member->connection.transport);
    connection_close(&member->connection, turn->out);
    meetup_transport_closed(turn, member->meetup);
}

void member_out(struct turn *turn, struct member *member, enum out_reason reason)
{
    if (member->conversation)
        conversation_out(turn, member->conversation, reason);
    member->conversation = 0;
    member_destroy(turn, member);
}
