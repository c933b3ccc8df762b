// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_files.h - the offers and answers of real browsers that lie in tests/wire/sdp.
#ifndef TESTS_WIRE_SDP_FILES_H
#define TESTS_WIRE_SDP_FILES_H

#include "wire/sdp.h"

#include <stddef.h>

// What a file must turn out to be.
struct sdp_file {
    const char *name;    // without ".sdp"
    const char *refused; // as an offer, in these words; NULL: it is one
    size_t media;
    size_t audio;
    size_t video;
    size_t simulcast_layers; // of all lines together
};

extern const struct sdp_file sdp_files[];
extern const size_t sdp_file_count;

// The text, in a block of exactly its length. The caller frees it.
struct bytes sdp_file_load(const char *name);

#endif
