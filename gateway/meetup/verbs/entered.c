// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/entered.c - the second half of a join: the store has said who this is.
#include "meetup/announce.h"
#include "meetup/arrival.h"
#include "meetup/dispatch.h"
#include "meetup/effects.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/registry.h"
#include "meetup/seat.h"
#include "meetup/verbs/verb.h"

#include <stdio.h>
#include <string.h>

// One who stands at the door: turn->request is the parked join.
struct entry {
    struct meetup *meetup;
    struct seat *seat;
    struct member *member; // the same browser on the same seat, or NULL
    bool kept;             // its media goes on
};

static enum refusal refusal_of(enum err err)
{
    switch (err) {
    case ERR_OK:
        return GRANTED;
    case ERR_NOT_FOUND:
    case ERR_DENIED: // whose it is, is nobody's business
        return REFUSAL_NOT_FOUND;
    case ERR_EXPIRED:
        return REFUSAL_EXPIRED;
    case ERR_REVOKED:
        return REFUSAL_REVOKED;
    default:
        return REFUSAL_UNAVAILABLE;
    }
}

static enum refusal check_store(const struct request *join, const struct request *entered)
{
    const enum refusal refusal = refusal_of(entered->entered.err);

    if (refusal != GRANTED)
        return refusal;
    if (join->join.as_doctor && strcmp(entered->entered.meetup.doctor, join->identity.doctor) != 0)
        return REFUSAL_NOT_FOUND;
    if (entered->entered.meetup.state == MEETUP_ENDED)
        return REFUSAL_ENDED;
    if (!join->join.as_doctor && !rights_is_active(entered->entered.invite.role))
        return REFUSAL_DENIED;
    return GRANTED;
}

static struct seat *find_seat(struct meetup *meetup, const struct request *join,
                              const struct invite_record *invite)
{
    struct seat_record fresh = {.role = invite->role};
    struct seat *seat =
        join->join.as_doctor ? seat_of_doctor(meetup) : seat_find(meetup, invite->id);

    if (!seat) {
        memcpy(fresh.invite, invite->id, sizeof fresh.invite);
        memcpy(fresh.meetup, meetup->record.id, sizeof fresh.meetup);
        seat = seat_create(meetup, &fresh);
    }
    if (seat && !seat->is_doctors) {
        memcpy(seat->record.roster_name, invite->roster_name, sizeof seat->record.roster_name);
        seat->record.role = invite->role;
    }
    return seat;
}

static struct member *find_same_browser(const struct meetup *meetup, const struct seat *seat,
                                        const char *device)
{
    LIST_EACH(node, &meetup->members) {
        struct member *member = LIST_ITEM(node, struct member, link);

        if (member->seat == seat && (seat->is_doctors || strcmp(member->device, device) == 0))
            return member;
    }
    return NULL;
}

static size_t count_on_seat(const struct meetup *meetup, const struct seat *seat)
{
    size_t count = 0;

    LIST_EACH(node, &meetup->members)
        count += LIST_ITEM(node, struct member, link)->seat == seat;
    return count;
}

static enum refusal check_name(const struct entry *entry, const struct request *join)
{
    const struct seat *seat = entry->seat;

    if (seat_is_taken(seat) && seat_is_bound_to(seat, join->identity.device))
        return GRANTED; // coming back keeps the name
    return seat_check_name(entry->meetup, seat, join->join.room_name);
}

static enum refusal check_entry(struct entry *entry, const struct request *join, uint32_t most)
{
    const uint64_t connection = join->join.connection;

    if (entry->seat->record.stage == SEAT_REMOVED)
        return REFUSAL_REMOVED;
    entry->member = find_same_browser(entry->meetup, entry->seat, join->identity.device);
    entry->kept = connection && entry->member && entry->member->connection.transport == connection;
    if (connection && !entry->kept && !join->join.parameters)
        return REFUSAL_CONNECTION_GONE;
    if (!entry->member && (meetup_count(entry->meetup) >= most ||
                           count_on_seat(entry->meetup, entry->seat) >= SEAT_MEMBERS))
        return REFUSAL_TOO_MANY;
    return check_name(entry, join);
}

// The invite binds to the device that asks first.
static void take_seat(struct turn *turn, struct seat *seat)
{
    const struct request *join = turn->request;

    if (seat->is_doctors)
        return;
    if (!seat_is_taken(seat)) {
        seat_free(seat);
        memcpy(seat->record.device, join->identity.device, sizeof seat->record.device);
        seat_set_name(seat, join->join.room_name);
        seat->record.stage = SEAT_WAITING;
    } else if (!seat_is_bound_to(seat, join->identity.device) ||
               seat->record.stage != SEAT_WAITING || seat->record.waiting_since_ms != 0) {
        return;
    }
    seat->record.waiting_since_ms = turn->wall_ms;
    seat_save(seat, turn->out);
}

static enum refusal seat_member(struct turn *turn, struct entry *entry)
{
    const struct request *join = turn->request;
    struct seat *seat = entry->seat;
    struct member *member = entry->member;
    const bool is_new = !member;

    if (is_new)
        member = member_create(turn, entry->meetup, seat, join->identity.device);
    if (!member)
        return REFUSAL_UNAVAILABLE;
    if (!member_attach(turn, member, join->conversation)) {
        if (is_new)
            member_destroy(turn, member);
        return REFUSAL_UNAVAILABLE;
    }
    take_seat(turn, seat);
    entry->member = member;
    member->has_microphone = join->join.has_microphone;
    member->has_camera = join->join.has_camera;
    if (is_new || !member_is_second_device(member))
        member->waiting_since_ms =
            member_is_second_device(member) ? turn->wall_ms : seat->record.waiting_since_ms;
    (void)snprintf(member->asked_name, sizeof member->asked_name, "%s", join->join.room_name);
    if (!member_is_second_device(member) && seat->record.stage == SEAT_ADMITTED)
        member->stage = STAGE_IN;
    return GRANTED;
}

static enum refusal give_media(struct turn *turn, const struct entry *entry)
{
    struct request *join = turn->request;

    if (entry->kept)
        return GRANTED;
    memset(entry->member->on, 0, sizeof entry->member->on);
    entry->member->said_state = false;
    entry->member->slow = false;
    if (!join->join.parameters) {
        member_close_media(turn, entry->member);
        return GRANTED;
    }
    if (!member_open_media(turn, entry->member, join->join.parameters)) {
        member_detach(turn, entry->member);
        return REFUSAL_UNAVAILABLE;
    }
    join->join.parameters = NULL;
    return GRANTED;
}

static void tell_joined(struct turn *turn, const struct entry *entry)
{
    const struct member *member = entry->member;
    const struct transport_parameters *own = entry->kept ? NULL : member->connection.parameters;
    const struct transport_parameters *answer =
        own ? effects_keep(turn->out, own, PARAMETERS_SIZE(own)) : NULL;
    const struct meetup_record *record =
        effects_keep(turn->out, &member->meetup->record, sizeof member->meetup->record);
    const char *name = effects_keep(turn->out, member_room_name(member), NAME_SIZE);
    struct notice *notice =
        record && name ? effects_notice(turn->out, member->conversation, NOTICE_JOINED) : NULL;

    if (!notice)
        return;
    notice->id = turn->request->id;
    notice->joined.connection = member->connection.transport;
    notice->joined.member = member->number;
    notice->joined.role = member_role(member);
    notice->joined.host = member_is_host(member);
    notice->joined.room_name = name;
    notice->joined.stage = member->stage;
    notice->joined.media_kept = entry->kept;
    notice->joined.parameters = answer;
    notice->joined.meetup = record;
}

// What may have happened to it while the page did not listen.
static void tell_media(struct turn *turn, const struct member *to)
{
    if (to->connection.lost)
        announce_media(turn, to, SFU_TRANSPORT_LOST);
    else if (to->connection.connected)
        announce_media(turn, to, SFU_TRANSPORT_CONNECTED);
}

static enum refusal enter(struct turn *turn, const struct request *entered)
{
    struct entry entry = {0};
    enum refusal refusal = check_store(turn->request, entered);

    if (refusal != GRANTED)
        return refusal;
    entry.meetup = registry_find_meetup(turn->registry, entered->entered.meetup.id);
    if (!entry.meetup)
        entry.meetup = meetup_create(turn, &entered->entered.meetup, entered->entered.seats,
                                     entered->entered.seat_count);
    entry.seat =
        entry.meetup ? find_seat(entry.meetup, turn->request, &entered->entered.invite) : NULL;
    if (!entry.seat)
        return REFUSAL_UNAVAILABLE;
    refusal = check_entry(&entry, turn->request, turn->registry->members_most);
    if (refusal == GRANTED)
        refusal = seat_member(turn, &entry);
    if (refusal == GRANTED)
        refusal = give_media(turn, &entry);
    if (refusal != GRANTED)
        return refusal;
    tell_joined(turn, &entry);
    if (entry.kept)
        tell_media(turn, entry.member);
    if (entry.member->stage == STAGE_IN) {
        announce_room(turn, entry.member);
        announce_member(turn, entry.member);
    }
    if (entry.member->stage == STAGE_WAITING || member_is_host(entry.member))
        announce_waiting(turn, entry.meetup);
    return GRANTED;
}

void report_entered(struct turn *turn)
{
    struct arrival *arrival = arrival_find(turn->registry, turn->request->conversation);
    struct turn at_door = *turn;
    enum refusal refusal;

    if (!arrival)
        return; // gone meanwhile
    if (arrival->generation != turn->registry->generation) {
        arrival_ask(turn, arrival); // something was ended, edited or revoked since
        return;
    }
    at_door.request = &arrival->request;
    refusal = enter(&at_door, turn->request);
    if (refusal != GRANTED)
        dispatch_refuse(&at_door, refusal);
    arrival_destroy(turn->registry, arrival);
}
