// SPDX-License-Identifier: AGPL-3.0-or-later
// support/guest_offer.h - the lines of a scripted browser.
#ifndef TESTS_SUPPORT_GUEST_OFFER_H
#define TESTS_SUPPORT_GUEST_OFFER_H

#include "support/room.h"

// The same on every line.
extern const struct line_extensions guest_extensions;

// Fills its parameters, all but what its transport says of itself.
void guest_offer(struct guest *g, const struct room_options *options);

// Of the first layer of a line it sends on; each further one is 2 more.
uint32_t guest_first_ssrc(const struct guest *g, uint8_t line);

#endif
