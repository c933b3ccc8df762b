// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/keys.h - the keys that both ends make from one seed, in place of a handshake.
#ifndef TESTS_LOAD_FLOOR_KEYS_H
#define TESTS_LOAD_FLOOR_KEYS_H

#include <stddef.h>
#include <stdint.h>

#define MASTER_LEN 28 // AEAD_AES_128_GCM: a key of 16 bytes, a salt of 12

// Whose packets are sealed with it: a publisher's to the fan-out, the fan-out's to a viewer, and
// what the viewer reports back.
enum key_use { KEY_PUBLISHED, KEY_FORWARDED, KEY_REPORTED };

void keys_master(uint8_t master[MASTER_LEN], uint64_t seed, enum key_use use, size_t index);

#endif
