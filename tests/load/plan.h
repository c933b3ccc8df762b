// SPDX-License-Identifier: AGPL-3.0-or-later
// load/plan.h - who sits where in a scenario, and who comes later.
#ifndef TESTS_LOAD_PLAN_H
#define TESTS_LOAD_PLAN_H

#include "base/err.h"
#include "load/crowd.h"
#include "load/options.h"

enum role_name { ROLE_SENDS, ROLE_TALKS, ROLE_WATCHES, ROLE_LISTENS, ROLE_IDLES, ROLE_NAMES };

struct plan {
    struct role roles[ROLE_NAMES]; // people point at them: outlives them
    // for crowd_init, which takes them over
    struct room *rooms;
    struct person *people;
    size_t room_count;
    size_t people_count;
};

enum err plan_make(struct plan *plan, const struct options *options) MUST_CHECK;

#endif
