// SPDX-License-Identifier: AGPL-3.0-or-later
// host/effects.h - what requests and calls lead to, carried out.
#ifndef GATEWAY_HOST_EFFECTS_H
#define GATEWAY_HOST_EFFECTS_H

#include "base/usec.h"

struct meetup_thread;
struct practice_effects;
struct request;
struct result;

// Hands the request to the live meetups and carries out what it leads to. Frees what it owns.
void effects_of_request(struct meetup_thread *m, usec now, struct request *request);

// Time passed for the live meetups.
void effects_of_time(struct meetup_thread *m, usec now);

// Carries out what the practice asked for, and clears it.
void effects_of_practice(struct meetup_thread *m);

// The store or the password pool answered.
void effects_of_result(struct meetup_thread *m, const struct result *result);

#endif
