// SPDX-License-Identifier: AGPL-3.0-or-later
// host/manifest_test.c - a manifest names files inside its folder, in words that fit a header.
#include "protocol/manifest.h"

#include "support/check.h"

#include <stdio.h>

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static bool take(void *owner, const struct manifest_file *file)
{
    *(struct manifest_file *)owner = *file;
    return true;
}

static bool reads(const char *path, const char *file, const char *type, const char *hash)
{
    struct manifest_file got;
    char text[1024];

    snprintf(
        text, sizeof text,
        "[{\"path\": \"%s\", \"file\": \"%s\", \"type\": \"%s\", \"hash\": \"%s\", \"encodings\": {}}]",
        path, file, type, hash);
    return manifest_read(bytes_of_string(text), take, &got);
}

TEST(a_right_entry_is_read)
{
    CHECK(reads("/a.js", "assets/a.js", "text/javascript; charset=utf-8", HASH));
}

TEST(entries_cannot_leave_the_folder_or_forge_a_header)
{
    CHECK(!reads("a.js", "a.js", "text/plain", HASH));
    CHECK(!reads("/a.js", "/etc/passwd", "text/plain", HASH));
    CHECK(!reads("/a.js", "../secret", "text/plain", HASH));
    CHECK(!reads("/a.js", "a.js", "text/plain\\r\\nset-cookie: x", HASH));
    CHECK(!reads("/a.js", "a.js", "text/plain", "0123"));
    CHECK(!reads("/a.js", "", "text/plain", HASH));
    CHECK(!reads("/a\\u0000.js", "a.js", "text/plain", HASH));
}
