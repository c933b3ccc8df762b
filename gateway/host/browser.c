// SPDX-License-Identifier: AGPL-3.0-or-later
// host/browser.c - a number by which the media side knows a browser again.
#include "host/browser.h"

#include "crypto/hash.h"

#include <string.h>

static uint64_t number_of(struct bytes secret)
{
    uint8_t digest[SHA256_SIZE];
    uint64_t number;

    hash_sha256(digest, secret);
    memcpy(&number, digest, sizeof number);
    return number ? number : 1;
}

uint64_t browser_number(const struct identity *identity)
{
    if (identity->device[0])
        return number_of(bytes_of_string(identity->device));
    if (identity->doctor[0])
        return number_of(bytes_of(identity->session, sizeof identity->session));
    return 0;
}
