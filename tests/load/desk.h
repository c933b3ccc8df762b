// SPDX-License-Identifier: AGPL-3.0-or-later
// load/desk.h - the doctor's desk before a load: signs in, makes meetups and personal links.
#ifndef TESTS_LOAD_DESK_H
#define TESTS_LOAD_DESK_H

#include <stdbool.h>

struct crowd;

// For every room a meetup, for everybody in it but the host a link; the signed-in doctor's cookie is kept in the
// crowd. False: crowd_fail said why.
bool desk_prepare(struct crowd *crowd);

#endif
