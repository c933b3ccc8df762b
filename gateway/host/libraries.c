// SPDX-License-Identifier: AGPL-3.0-or-later
// host/libraries.c - what has to be done once per process before threads start.
#include "host/libraries.h"

#include "crypto/password.h"
#include "transport/openssl.h"

#include <malloc.h>
#include <signal.h>
#include <sys/stat.h>

// Each thread's own arena of malloc would keep its own peak; two are enough for us.
#define ARENAS 2
// The packet caches of layers come and go: each has its own mapping, and goes back when freed.
#define MAPPED_FROM (128 * 1024)

enum err libraries_start(const char **why)
{
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    mallopt(M_ARENA_MAX, ARENAS);
    mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
    if (!OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL)) {
        *why = "OpenSSL could not be initialised.";
        return ERR_IO;
    }
    if (password_start() != ERR_OK) {
        *why = "libsodium could not be initialised.";
        return ERR_IO;
    }
    return ERR_OK;
}
