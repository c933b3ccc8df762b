// SPDX-License-Identifier: AGPL-3.0-or-later
// support/answered.c - the gateway's answer to an offer, without the gateway around it.
#include "support/answered.h"

#include "base/mem.h"
#include "protocol/offer.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>

char *answered(const char *offer, struct random *random, const struct address *at,
               const struct fingerprint *fingerprint, struct transport_parameters **settled)
{
    struct answer_settings settings = {.candidate_count = 1};
    uint8_t bytes[OFFER_RANDOM_SIZE];
    char ip[ADDRESS_TEXT_SIZE];
    const char *why = "";

    *settled = mem_zero(sizeof **settled);
    CHECK(*settled != NULL);
    random_fill(random, bytes, sizeof bytes);
    CHECK(offer_read(*settled, bytes_of_string(offer), bytes, &why));
    (void)snprintf(settings.candidates[0].ip, sizeof settings.candidates[0].ip, "%s",
                   address_ip_text(at, ip));
    settings.candidates[0].port = at->port;
    memcpy(settings.fingerprint, fingerprint->digest, sizeof settings.fingerprint);
    char *text = answer_write(*settled, &settings);
    CHECK(text != NULL);
    return text;
}
