// SPDX-License-Identifier: AGPL-3.0-or-later
// host/browser.h - a number by which the media side knows a browser again.
#ifndef GATEWAY_HOST_BROWSER_H
#define GATEWAY_HOST_BROWSER_H

#include "meetup/request.h"

#include <stdint.h>

// Of its device cookie, or else of the sign-in: the same as long as that stays, and nothing leads back
// from it. 0 without either.
uint64_t browser_number(const struct identity *identity);

#endif
