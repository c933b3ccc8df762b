// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/start_rates.h - what the lines of devices were worth a few minutes ago, so that who comes back need not
// begin from nothing.
#ifndef GATEWAY_SFU_START_RATES_H
#define GATEWAY_SFU_START_RATES_H

#include "base/err.h"
#include "base/usec.h"

#include <stdint.h>

struct address;
struct start_rates;

#define START_RATES_MAX 1024 // lines remembered; the one noted longest ago gives way

enum err start_rates_create(struct start_rates **made) MUST_CHECK;
void start_rates_destroy(struct start_rates *rates);

// The line of this device, in the network it is in (IPv4 /24, IPv6 /48), carries this now. 0 says nothing.
// Looks through all there are: not to be called for every packet. Never allocates.
void start_rates_note(struct start_rates *rates, usec now, uint64_t device,
                      const struct address *remote, uint32_t bps);

// Four fifths of what was noted last, or 0 when that is 10 minutes ago or never was.
uint32_t start_rates_find(const struct start_rates *rates, usec now, uint64_t device,
                          const struct address *remote);

#endif
