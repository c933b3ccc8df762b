// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/names.h - which room names may be had: legible ones that nobody takes for a host's.
#ifndef GATEWAY_MEETUP_NAMES_H
#define GATEWAY_MEETUP_NAMES_H

#include "store/record.h"

#include <stdbool.h>

// A skeleton may be longer than its name where one letter folds to a longer one.
#define SKELETON_SIZE (NAME_SIZE * 2)

// What a hurried reader sees. False for a name with nothing legible in it.
bool names_skeleton(char skeleton[static SKELETON_SIZE], const char *name);

// True when `name` could be taken for the doctor: the doctor's name inside it, whole or in another
// order, with or without a title; or anybody's name with a doctor's title.
bool names_looks_like_host(const char *name, const char *doctor_name);

#endif
