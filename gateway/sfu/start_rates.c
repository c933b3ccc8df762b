// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/start_rates.c - a short memory, searched from end to end: it is asked once per join.
#include "sfu/start_rates.h"

#include "base/address.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define FORGOTTEN_AFTER SEC(600)
#define NETWORK_SIZE 16
#define V4_NETWORK 15 // bytes of a v4-mapped address: /24
#define V6_NETWORK 6  // /48

struct start_rate {
    uint64_t device;
    uint8_t network[NETWORK_SIZE];
    usec at;
    uint32_t bps; // 0: free
};

struct start_rates {
    struct start_rate rates[START_RATES_MAX];
};

enum err start_rates_create(struct start_rates **made)
{
    *made = mem_zero(sizeof **made);
    return *made ? ERR_OK : ERR_NO_MEMORY;
}

void start_rates_destroy(struct start_rates *rates)
{
    mem_free(rates);
}

static void network_of(uint8_t network[static NETWORK_SIZE], const struct address *remote)
{
    memset(network, 0, NETWORK_SIZE);
    memcpy(network, remote->ip, address_is_v4(remote) ? V4_NETWORK : V6_NETWORK);
}

static bool is_remembered(const struct start_rate *rate, usec now)
{
    return rate->bps > 0 && now - rate->at < FORGOTTEN_AFTER;
}

static bool is_of(const struct start_rate *rate, uint64_t device,
                  const uint8_t network[static NETWORK_SIZE])
{
    return rate->bps > 0 && rate->device == device &&
           memcmp(rate->network, network, NETWORK_SIZE) == 0;
}

// The place of this line: its own, else a free one, else the oldest.
static struct start_rate *place(struct start_rates *rates, uint64_t device,
                                const uint8_t network[static NETWORK_SIZE])
{
    struct start_rate *best = &rates->rates[0];

    for (size_t i = 0; i < START_RATES_MAX; i++) {
        struct start_rate *rate = &rates->rates[i];
        if (is_of(rate, device, network))
            return rate;
        if (best->bps > 0 && (rate->bps == 0 || rate->at < best->at))
            best = rate;
    }
    return best;
}

void start_rates_note(struct start_rates *rates, usec now, uint64_t device,
                      const struct address *remote, uint32_t bps)
{
    struct start_rate rate = {.device = device, .at = now, .bps = bps};

    if (bps == 0)
        return;
    network_of(rate.network, remote);
    *place(rates, device, rate.network) = rate;
}

uint32_t start_rates_find(const struct start_rates *rates, usec now, uint64_t device,
                          const struct address *remote)
{
    uint8_t network[NETWORK_SIZE];

    network_of(network, remote);
    for (size_t i = 0; i < START_RATES_MAX; i++) {
        const struct start_rate *rate = &rates->rates[i];
        if (is_of(rate, device, network))
            return is_remembered(rate, now) ? (uint32_t)((uint64_t)rate->bps * 4 / 5) : 0;
    }
    return 0;
}
