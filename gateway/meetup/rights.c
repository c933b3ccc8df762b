// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/rights.c - who may do what: the roles of the product as a table.
#include "meetup/rights.h"

#include "meetup/verbs/verb.h"

static const struct {
    unsigned rights;
    bool active;
} roles[] = {
    [ROLE_DOCTOR] = {RIGHT_SEE | RIGHT_SPEAK | RIGHT_CHAT | RIGHT_ADMIT | RIGHT_MODERATE |
                         RIGHT_ROSTER | RIGHT_END,
                     true},
    [ROLE_FACILITATOR] = {RIGHT_SEE | RIGHT_SPEAK | RIGHT_CHAT | RIGHT_ADMIT | RIGHT_MODERATE |
                              RIGHT_ROSTER,
                          false},
    [ROLE_TECHNICIAN] = {RIGHT_CHAT, false},
    [ROLE_PATIENT] = {RIGHT_SEE | RIGHT_SPEAK | RIGHT_CHAT, true},
    [ROLE_CARER] = {RIGHT_SEE | RIGHT_SPEAK | RIGHT_CHAT, false},
    [ROLE_INTERPRETER] = {RIGHT_SEE | RIGHT_SPEAK | RIGHT_CHAT, false},
    [ROLE_VIEWER] = {RIGHT_SEE, false},
    [ROLE_ADMINISTRATOR] = {RIGHT_NONE, false},
};
_Static_assert(ARRAY_LEN(roles) == ROLE_COUNT, "one row per role");

bool rights_has(enum role role, enum right right)
{
    return (roles[role].rights & right) == (unsigned)right;
}

bool rights_is_active(enum role role)
{
    return roles[role].active;
}

bool rights_is_host(enum role role)
{
    return rights_has(role, RIGHT_MODERATE);
}

enum refusal rights_check(const struct verb *verb, enum role role, enum stage stage)
{
    const bool in_time = verb->stages & STAGE_BIT(stage);

    if (stage == STAGE_OUT) // nobody yet: there is no role to ask for
        return in_time ? GRANTED : REFUSAL_STATE;
    if (!rights_has(role, verb->needs))
        return REFUSAL_DENIED;
    return in_time ? GRANTED : REFUSAL_STATE;
}
