// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/changed.c - a doctor has ended or edited a meetup outside of it.
#include "meetup/announce.h"
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/registry.h"
#include "meetup/seat.h"
#include "meetup/verbs/verb.h"

#include <string.h>

static void rename_doctor(struct turn *turn, const struct meetup *meetup)
{
    struct seat *seat = seat_of_doctor(meetup);

    if (strcmp(seat->record.room_name, meetup->record.doctor_name) == 0)
        return;
    seat_set_name(seat, meetup->record.doctor_name);
    LIST_EACH(node, &meetup->members) {
        const struct member *member = LIST_ITEM(node, struct member, link);

        if (member->seat == seat)
            announce_member(turn, member);
    }
}

void report_changed(struct turn *turn)
{
    const struct meetup_record *record = &turn->request->changed;
    struct meetup *meetup = registry_find_meetup(turn->registry, record->id);

    turn->registry->generation++;
    if (!meetup)
        return;
    if (record->state == MEETUP_ENDED) {
        meetup_end(turn, meetup);
        return;
    }
    meetup->record = *record;
    rename_doctor(turn, meetup);
}
