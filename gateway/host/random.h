// SPDX-License-Identifier: AGPL-3.0-or-later
// host/random.h - unpredictable bytes from the kernel.
#ifndef GATEWAY_HOST_RANDOM_H
#define GATEWAY_HOST_RANDOM_H

#include <stddef.h>
#include <stdint.h>

// Fills all of it or ends the program: without unpredictable bytes no link and no cookie is safe.
void random_fill(void *to, size_t len);

uint64_t random_u64(void);

#endif
