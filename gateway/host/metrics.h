// SPDX-License-Identifier: AGPL-3.0-or-later
// host/metrics.h - the page of figures, as Prometheus reads it (text format 0.0.4).
#ifndef GATEWAY_HOST_METRICS_H
#define GATEWAY_HOST_METRICS_H

#include "host/figures.h"
#include "host/stalls.h"

#include <stddef.h>
#include <stdint.h>

#define METRICS_PAGE_SIZE ((size_t)64 * 1024)

struct metrics {
    const char *version;
    unsigned threads;            // media threads
    const struct figures *media; // one for each
    const struct stalls *meetup; // turns of the loop of pages and signaling
    uint64_t connections;        // TCP, now
    uint64_t websockets;         // of those
    uint64_t refused;            // connections that a limit did not let in
    uint64_t resident_bytes;     // of the process; 0: not known
};

// No name, address or id of anybody is ever on it. Returns its length, NUL-terminated; it is cut at a whole line
// when it does not fit.
size_t metrics_write(char *to, size_t size, const struct metrics *metrics);

#endif
