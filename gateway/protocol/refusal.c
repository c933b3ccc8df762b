// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/refusal.c - why something was refused: stable codes, HTTP statuses, plain sentences.
#include "protocol/encode.h"

#include "base/err.h"

static const struct {
    const char *code;
    int status;
    const char *text;
} refusals[] = {
    [REFUSAL_INVALID] = {"invalid", 400, "Something in this request is missing or wrong."},
    [REFUSAL_SIGN_IN] = {"sign_in", 401, "Please sign in with your e-mail address and password."},
    [REFUSAL_DENIED] = {"denied", 403, "You may not do that here."},
    [REFUSAL_NOT_FOUND] = {"not_found", 404,
                           "There is nothing here. Please open your link once more."},
    [REFUSAL_NAME_TAKEN] = {"name_taken", 409,
                            "Somebody in this meetup is called so already. Please choose another "
                            "name."},
    [REFUSAL_NAME_REFUSED] = {"name_refused", 409,
                              "Please choose another name: one that others can read and nobody "
                              "mistakes for the doctor's."},
    [REFUSAL_CONFLICT] = {"conflict", 409, "This contradicts what is there already."},
    [REFUSAL_STATE] = {"state", 409, "That cannot be done now."},
    [REFUSAL_EXPIRED] = {"expired", 410,
                         "This link is too old. Please ask the doctor for a new "
                         "one."},
    [REFUSAL_REVOKED] = {"revoked", 410,
                         "This link was withdrawn. Please ask the doctor for a new one."},
    [REFUSAL_ENDED] = {"ended", 410, "This meetup is over."},
    [REFUSAL_REMOVED] = {"removed", 403, "You were asked to leave this meetup."},
    [REFUSAL_WEAK_PASSWORD] = {"weak_password", 422,
                               "Please choose a password of at least 12 characters that is not a "
                               "common one."},
    [REFUSAL_OFFER] = {"offer_refused", 422,
                       "This browser's sound and picture cannot be connected."},
    [REFUSAL_CONNECTION_GONE] = {"connection_gone", 410,
                                 "The connection was interrupted for too long. A new one is "
                                 "needed."},
    [REFUSAL_TOO_MANY] = {"too_many", 429, "Too many requests. Please wait a little."},
    [REFUSAL_UNAVAILABLE] = {"unavailable", 503,
                             "The server cannot do that at the moment. Please try again soon."},
};
_Static_assert(ARRAY_LEN(refusals) == REFUSAL_KINDS, "one row per refusal");

const char *refusal_code(enum refusal refusal)
{
    return refusals[refusal].code;
}

int refusal_status(enum refusal refusal)
{
    return refusals[refusal].status;
}

const char *refusal_text(enum refusal refusal)
{
    return refusals[refusal].text;
}
