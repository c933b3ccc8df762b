// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/sample.h - offers of real browsers and the files the tests read.
#ifndef TESTS_PROTOCOL_SAMPLE_H
#define TESTS_PROTOCOL_SAMPLE_H

#include "protocol/offer.h"
#include "sfu/parameters.h"

// The whole file under tests/ (or its parent: "../gateway/..."), to be freed with mem_free.
char *sample_file(const char *path);

// Reads the offer in a file; fails the test when it is refused.
struct transport_parameters *sample_offer(const char *path);

// True for an offer that is understood; `random` counts upwards from 1.
bool sample_read(struct transport_parameters *parameters, const char *text, const char **why);

extern const struct answer_settings sample_settings;

#endif
