// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/manifest.c - the list of files that the build of the pages leaves for the gateway.
#include "protocol/manifest.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

// Texts go into response headers and paths: plain printable ASCII only.
static bool copy_text(char *to, size_t size, const json_t *from)
{
    const char *text = json_string_value(from);
    const size_t len = json_string_length(from);

    if (!text || !len || len >= size)
        return false;
    for (size_t i = 0; i < len; i++)
        if (text[i] < 0x20 || text[i] > 0x7e)
            return false;
    snprintf(to, size, "%s", text);
    return true;
}

static bool copy_file_name(char to[static MANIFEST_TEXT_SIZE], const json_t *from)
{
    return copy_text(to, MANIFEST_TEXT_SIZE, from) && to[0] != '/' && !strstr(to, "..");
}

static bool copy_encoding(char to[static MANIFEST_TEXT_SIZE], const json_t *from)
{
    return !from || copy_file_name(to, from);
}

static bool read_file(struct manifest_file *file, const json_t *entry)
{
    const json_t *encodings = json_object_get(entry, "encodings");

    *file = (struct manifest_file){0};
    return copy_text(file->path, sizeof file->path, json_object_get(entry, "path")) &&
           file->path[0] == '/' && copy_file_name(file->file, json_object_get(entry, "file")) &&
           copy_text(file->type, sizeof file->type, json_object_get(entry, "type")) &&
           copy_text(file->hash, sizeof file->hash, json_object_get(entry, "hash")) &&
           strspn(file->hash, "0123456789abcdef") == sizeof file->hash - 1 &&
           json_is_object(encodings) && copy_encoding(file->br, json_object_get(encodings, "br")) &&
           copy_encoding(file->gz, json_object_get(encodings, "gz"));
}

bool manifest_read(struct bytes json, manifest_visit *visit, void *owner)
{
    json_t *root = json_loadb((const char *)json.at, json.len, JSON_REJECT_DUPLICATES, NULL);
    bool fine = json_is_array(root) && json_array_size(root) > 0;
    size_t i;
    json_t *entry;

    json_array_foreach(root, i, entry)
    {
        struct manifest_file file;

        fine = fine && read_file(&file, entry) && visit(owner, &file);
    }
    json_decref(root);
    return fine;
}
