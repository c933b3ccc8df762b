// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/revoked.c - a doctor has withdrawn or renewed an invite.
#include "meetup/meetup.h"
#include "meetup/member.h"
#include "meetup/registry.h"
#include "meetup/seat.h"
#include "meetup/verbs/verb.h"

void report_revoked(struct turn *turn)
{
    const struct request *request = turn->request;
    struct meetup *meetup = registry_find_meetup(turn->registry, request->revoked.meetup);
    struct seat *seat = meetup ? seat_find(meetup, request->revoked.invite) : NULL;

    turn->registry->generation++;
    if (!seat)
        return;
    if (!request->revoked.renewed) {
        meetup_clear_seat(turn, meetup, seat, OUT_REVOKED);
    } else if (seat->record.stage == SEAT_REMOVED) {
        seat_free(seat); // who was removed may ask again
        seat_save(seat, turn->out);
    }
}
