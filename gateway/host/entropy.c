// SPDX-License-Identifier: AGPL-3.0-or-later
// host/entropy.c - unpredictable bytes from the kernel.
#include "host/entropy.h"

#include "base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sysexits.h>

void entropy_fill(void *to, size_t len)
{
    uint8_t *at = to;

    while (len) {
        const ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            log_event(LOG_ERROR, "random_failed errno=%d", errno);
            _Exit(EX_OSERR);
        }
        at += got;
        len -= (size_t)got;
    }
}

uint64_t entropy_u64(void)
{
    uint64_t value;

    entropy_fill(&value, sizeof value);
    return value;
}
