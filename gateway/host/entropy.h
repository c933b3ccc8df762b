// SPDX-License-Identifier: AGPL-3.0-or-later
// host/entropy.h - unpredictable bytes from the kernel.
#ifndef GATEWAY_HOST_ENTROPY_H
#define GATEWAY_HOST_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

// Fills all of it or ends the program: without unpredictable bytes no link and no cookie is safe.
void entropy_fill(void *to, size_t len);

uint64_t entropy_u64(void);

#endif
