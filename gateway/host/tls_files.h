// SPDX-License-Identifier: AGPL-3.0-or-later
// host/tls_files.h - the certificate of the web server: the operator's, or one made on first start.
#ifndef GATEWAY_HOST_TLS_FILES_H
#define GATEWAY_HOST_TLS_FILES_H

#include "base/err.h"
#include "host/addresses.h"
#include "host/data_folder.h"

struct config;

struct tls_files {
    char certificate[DATA_PATH_SIZE];
    char key[DATA_PATH_SIZE];
    bool own; // made by us
};

// Names the operator's files, or makes a self-signed P-256 certificate for this host's names and
// addresses in the data folder when there is none (or it expires within 30 days). Proves that both can
// be read and belong together. On an error `why` is a plain sentence.
enum err tls_files_open(struct tls_files *files, const struct config *config,
                        const struct data_folder *folder, const struct addresses *addresses,
                        char why[static DATA_WHY_SIZE]) MUST_CHECK;

#endif
