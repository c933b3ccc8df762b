// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/verbs/offer.c - a new peer connection, or an ICE restart of the present one.
#include "meetup/announce.h"
#include "meetup/effects.h"
#include "meetup/member.h"
#include "meetup/verbs/verb.h"

static void tell_answer(struct turn *turn, const struct member *to)
{
    const struct transport_parameters *kept = effects_keep(
        turn->out, to->connection.parameters, PARAMETERS_SIZE(to->connection.parameters));
    struct notice *notice =
        kept ? effects_notice(turn->out, to->conversation, NOTICE_ANSWER) : NULL;

    if (!notice)
        return;
    notice->id = turn->request->id;
    notice->answer.connection = to->connection.transport;
    notice->answer.parameters = kept;
}

static enum refusal offer(struct turn *turn, struct member *by)
{
    struct request *request = turn->request;
    const struct standing before = connection_standing(&by->connection);

    if (!request->offer.parameters)
        return REFUSAL_INVALID;
    if (request->offer.restart && !by->connection.transport)
        return REFUSAL_CONNECTION_GONE;
    if (request->offer.restart) {
        if (!connection_can_restart(&by->connection, request->offer.parameters))
            return REFUSAL_OFFER;
        connection_restart(&by->connection, request->offer.parameters, turn->out);
    } else {
        if (!member_open_media(turn, by, request->offer.parameters))
            return REFUSAL_UNAVAILABLE;
        request->offer.parameters = NULL;
    }
    tell_answer(turn, by);
    announce_standing(turn, by, &before); // a new connection begins with a good line
    return GRANTED;
}

const struct verb verb_offer = {
    .name = "offer",
    .stages = STAGES_JOINED,
    .needs = RIGHT_NONE,
    .run = offer,
};
