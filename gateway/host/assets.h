// SPDX-License-Identifier: AGPL-3.0-or-later
// host/assets.h - the built pages, read into memory at start; nothing else on disk can be asked for.
#ifndef GATEWAY_HOST_ASSETS_H
#define GATEWAY_HOST_ASSETS_H

#include "base/bytes.h"
#include "base/err.h"
#include "protocol/manifest.h"

#include <stdbool.h>

#define ASSETS_WHY_SIZE 1600
#define ASSET_TAG_SIZE 40

enum asset_encoding { ASSET_PLAIN, ASSET_GZIP, ASSET_BROTLI, ASSET_ENCODINGS };

struct asset {
    char path[MANIFEST_TEXT_SIZE];
    char type[MANIFEST_TEXT_SIZE];
    char tags[ASSET_ENCODINGS][ASSET_TAG_SIZE]; // ETags, quotes included; one per encoding
    bool hashed;                                // the name changes with the content
    struct bytes bodies[ASSET_ENCODINGS];       // at NULL: not there
};

struct assets;

// Reads manifest.json and every file it names; each plain file must have the hash told. On an error
// `why` is a plain sentence.
enum err assets_open(struct assets **made, const char *folder, char why[static ASSETS_WHY_SIZE])
    MUST_CHECK;
void assets_close(struct assets *assets);

// What is served for this path: a file of the manifest, or index.html for the addresses of the
// pages. NULL: 404.
const struct asset *assets_find(const struct assets *assets, const char *path);

// The best encoding that the request's Accept-Encoding allows and the asset has.
enum asset_encoding asset_choose(const struct asset *asset, const char *accept_encoding);

// "br", "gzip", or "" for plain.
const char *asset_encoding_name(enum asset_encoding encoding);

// Does the request's If-None-Match name this tag?
bool asset_is_known(const char *if_none_match, const char *tag);

#endif
