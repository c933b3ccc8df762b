// SPDX-License-Identifier: AGPL-3.0-or-later
// load/janus_rooms.h - makes the rooms of a load in Janus' video room plugin.
#ifndef TESTS_LOAD_JANUS_ROOMS_H
#define TESTS_LOAD_JANUS_ROOMS_H

#include <stdbool.h>

struct crowd;

// Numbers them anew, so that one run does not meet the rooms of another. They last until Janus ends. False:
// crowd_fail said why.
bool janus_rooms_make(struct crowd *crowd);

#endif
