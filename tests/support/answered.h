// SPDX-License-Identifier: AGPL-3.0-or-later
// support/answered.h - the gateway's answer to an offer, without the gateway around it.
#ifndef TESTS_SUPPORT_ANSWERED_H
#define TESTS_SUPPORT_ANSWERED_H

#include "base/address.h"
#include "sfu/parameters.h"
#include "support/random.h"
#include "transport/transport.h"

// The answer's text and what it settles, for SFU_OPEN_TRANSPORT; both are the caller's (mem_free). The one
// candidate is `at`.
char *answered(const char *offer, struct random *random, const struct address *at,
               const struct fingerprint *fingerprint, struct transport_parameters **settled);

#endif
