// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/manifest.h - the list of files that the build of the pages leaves for the gateway.
#ifndef GATEWAY_PROTOCOL_MANIFEST_H
#define GATEWAY_PROTOCOL_MANIFEST_H

#include "base/bytes.h"

#include <stdbool.h>

#define MANIFEST_TEXT_SIZE 256

// One file as it is served. Names of files are inside the folder of the manifest: no "..", no
// leading "/". An encoding that is not there has an empty name.
struct manifest_file {
    char path[MANIFEST_TEXT_SIZE]; // of the request, such as "/assets/main-X.js"
    char file[MANIFEST_TEXT_SIZE];
    char type[MANIFEST_TEXT_SIZE];
    char hash[65]; // SHA-256 of the plain file, lower-case hexadecimal
    char br[MANIFEST_TEXT_SIZE];
    char gz[MANIFEST_TEXT_SIZE];
};

// Calls back for each file in order until one says false. False when the text is no manifest or a
// call said so.
typedef bool manifest_visit(void *owner, const struct manifest_file *file);
bool manifest_read(struct bytes json, manifest_visit *visit, void *owner);

#endif
