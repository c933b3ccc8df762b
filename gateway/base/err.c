// SPDX-License-Identifier: AGPL-3.0-or-later
// base/err.c - the stable word of each error.
#include "base/err.h"

static const char *const names[] = {
    [ERR_OK] = "ok",           [ERR_NO_MEMORY] = "no_memory", [ERR_INVALID] = "invalid",
    [ERR_DENIED] = "denied",   [ERR_NOT_FOUND] = "not_found", [ERR_CONFLICT] = "conflict",
    [ERR_STATE] = "state",     [ERR_LIMIT] = "limit",         [ERR_EXPIRED] = "expired",
    [ERR_REVOKED] = "revoked", [ERR_BUSY] = "busy",           [ERR_IO] = "io",
};
_Static_assert(ARRAY_LEN(names) == ERR_COUNT, "every error has a name");

const char *err_name(enum err err)
{
    return (unsigned)err < ERR_COUNT ? names[err] : "unknown";
}
