// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/api_fuzz.c - HTTP calls under /api/: the first byte is the method, a line feed ends the path.
#include "base/mem.h"
#include "practice/call.h"
#include "protocol/api.h"
#include "support/check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool ends_within(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct call *call = mem_zero(sizeof *call);
    const uint8_t *end = size > 1 ? memchr(data + 1, '\n', size - 1) : NULL;

    if (call && end) {
        const struct bytes path = bytes_of(data + 1, (size_t)(end - data - 1));
        const struct bytes body = bytes_of(end + 1, size - path.len - 2);
        if (api_decode(call, data[0] & 1 ? API_POST : API_GET, path, body) == API_OK) {
            CHECK(call->kind < CALL_KINDS);
            CHECK(ends_within(call->subject, sizeof call->subject));
            CHECK(ends_within(call->token, sizeof call->token));
            CHECK(ends_within(call->name, sizeof call->name));
            CHECK(ends_within(call->password, sizeof call->password));
            CHECK(ends_within(call->words, sizeof call->words));
        }
    }
    mem_free(call);
    return 0;
}
