// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/password_rules.h - which passwords are too weak for a doctor (ASVS 5.0, 6.2).
#ifndef GATEWAY_PRACTICE_PASSWORD_RULES_H
#define GATEWAY_PRACTICE_PASSWORD_RULES_H

#include <stdbool.h>

// At least 12 code points, no rules of composition; refused are passwords that are common, that
// repeat or count, and those made of the account's own name or address.
bool password_is_weak(const char *password, const char *name, const char *email);

#endif
