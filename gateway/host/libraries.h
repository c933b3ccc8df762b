// SPDX-License-Identifier: AGPL-3.0-or-later
// host/libraries.h - what has to be done once per process before threads start.
#ifndef GATEWAY_HOST_LIBRARIES_H
#define GATEWAY_HOST_LIBRARIES_H

#include "base/err.h"

// OpenSSL is initialised, signals that would end us by accident are ignored, new files are ours
// alone. libsodium and libsrtp2 initialise themselves where they are used (crypto/password.c,
// transport/srtp.c). ERR_IO: `why` is a plain sentence (static).
enum err libraries_start(const char **why) MUST_CHECK;

#endif
