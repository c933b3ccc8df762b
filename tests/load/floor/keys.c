// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/keys.c - the keys that both ends make from one seed, in place of a handshake.
#include "load/floor/keys.h"

#include "support/random.h"

void keys_master(uint8_t master[MASTER_LEN], uint64_t seed, enum key_use use, size_t index)
{
    struct random random = random_seeded(seed * 3 + (uint64_t)use + ((uint64_t)index << 32));

    random_fill(&random, master, MASTER_LEN);
}
