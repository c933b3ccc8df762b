// SPDX-License-Identifier: AGPL-3.0-or-later
// host/assets.c - the built pages, read into memory at start; nothing else on disk can be asked for.
#include "host/assets.h"

#include "base/mem.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "store/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FILE_MOST (32L * 1024 * 1024)
#define FILES_MOST 512

struct assets {
    // owned
    struct asset *items;
    size_t count;
    // state, while opening
    const char *folder;
    char *why;
};

static bool complain(struct assets *a, const char *what, const char *name)
{
    snprintf(a->why, ASSETS_WHY_SIZE, "The pages in %.700s cannot be served: %s %.300s.", a->folder,
             name, what);
    return false;
}

static bool read_whole(struct assets *a, const char *name, struct bytes *body)
{
    char path[2048];
    uint8_t *at = NULL;
    size_t got = 0;
    long len = -1;
    FILE *file;

    snprintf(path, sizeof path, "%.1500s/%.300s", a->folder, name);
    file = fopen(path, "re");
    if (!file)
        return complain(a, errno == ENOENT ? "is missing" : strerror(errno), name);
    if (fseek(file, 0, SEEK_END) == 0)
        len = ftell(file);
    rewind(file);
    if (len >= 0 && len <= FILE_MOST)
        at = mem_zero((size_t)len + 1);
    if (at)
        got = fread(at, 1, (size_t)len, file);
    fclose(file);
    if (!at || got != (size_t)len) {
        mem_free(at);
        return complain(a, "cannot be read", name);
    }
    *body = bytes_of(at, got);
    return true;
}

static bool has_hash(struct bytes body, const char *hash)
{
    uint8_t digest[SHA256_SIZE];
    char text[2 * SHA256_SIZE + 1];

    hash_sha256(digest, body);
    text_hex(text, bytes_of(digest, sizeof digest));
    return strcmp(text, hash) == 0;
}

static bool add(void *owner, const struct manifest_file *file)
{
    static const char *const suffixes[ASSET_ENCODINGS] = {"", "-gz", "-br"};
    struct assets *a = owner;
    struct asset *asset = &a->items[a->count];

    if (a->count == FILES_MOST)
        return complain(a, "is one too many", file->path);
    a->count++;
    snprintf(asset->path, sizeof asset->path, "%s", file->path);
    snprintf(asset->type, sizeof asset->type, "%s", file->type);
    asset->hashed = strncmp(file->path, "/assets/", 8) == 0;
    for (int i = 0; i < ASSET_ENCODINGS; i++)
        snprintf(asset->tags[i], sizeof asset->tags[i], "\"%.24s%s\"", file->hash, suffixes[i]);
    if (!read_whole(a, file->file, &asset->bodies[ASSET_PLAIN]))
        return false;
    if (!has_hash(asset->bodies[ASSET_PLAIN], file->hash))
        return complain(a, "is not the file that manifest.json names; build them again",
                        file->file);
    return (!file->br[0] || read_whole(a, file->br, &asset->bodies[ASSET_BROTLI])) &&
           (!file->gz[0] || read_whole(a, file->gz, &asset->bodies[ASSET_GZIP]));
}

enum err assets_open(struct assets **made, const char *folder, char why[static ASSETS_WHY_SIZE])
{
    struct assets *a = mem_zero(sizeof *a);
    struct bytes manifest = {0};
    bool read;

    why[0] = '\0';
    if (!a)
        return ERR_NO_MEMORY;
    a->folder = folder;
    a->why = why;
    a->items = mem_zero_array(FILES_MOST, sizeof *a->items);
    read = a->items && read_whole(a, "manifest.json", &manifest) && manifest_read(manifest, add, a);
    mem_free((void *)(uintptr_t)manifest.at);
    if (read && !assets_find(a, "/"))
        read = complain(a, "is not in manifest.json", "index.html");
    if (!read) {
        if (!why[0])
            complain(a, "is no manifest", "manifest.json");
        assets_close(a);
        return ERR_IO;
    }
    *made = a;
    return ERR_OK;
}

void assets_close(struct assets *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < a->count; i++)
        for (int e = 0; e < ASSET_ENCODINGS; e++)
            mem_free((void *)(uintptr_t)a->items[i].bodies[e].at);
    mem_free(a->items);
    mem_free(a);
}

static bool is_id(const char *text)
{
    const size_t len = strlen(text);

    return len > 0 && len < ID_SIZE &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == len;
}

// The addresses inside the pages; the page itself finds its way from there.
static bool is_page(const char *path)
{
    static const char *const alone[] = {"/", "/welcome", "/join"};
    static const char *const with_id[] = {"/meetup/", "/room/", "/join/"};

    for (size_t i = 0; i < ARRAY_LEN(alone); i++)
        if (!strcmp(path, alone[i]))
            return true;
    for (size_t i = 0; i < ARRAY_LEN(with_id); i++)
        if (!strncmp(path, with_id[i], strlen(with_id[i])))
            return is_id(path + strlen(with_id[i]));
    return false;
}

const struct asset *assets_find(const struct assets *assets, const char *path)
{
    const char *wanted = is_page(path) ? "/index.html" : path;

    for (size_t i = 0; i < assets->count; i++)
        if (!strcmp(assets->items[i].path, wanted))
            return &assets->items[i];
    return NULL;
}

// Is this coding in the list, and not with ";q=0"?
static bool accepts(const char *list, const char *coding)
{
    const size_t wanted = strlen(coding);

    while (*list) {
        const size_t item = strcspn(list, ",");
        const size_t lead = strspn(list, " \t");
        const char *name = list + (lead < item ? lead : item);
        const size_t len = strcspn(name, " \t;,");

        if (len == wanted && !strncasecmp(name, coding, len)) {
            const char *weight = name + len + strspn(name + len, " \t");

            if (strncmp(weight, ";q=0", 4))
                return true;
            weight += 4 + strspn(weight + 4, ".0");
            return *weight >= '1' && *weight <= '9';
        }
        list += item + (list[item] == ',');
    }
    return false;
}

enum asset_encoding asset_choose(const struct asset *asset, const char *accept_encoding)
{
    if (asset->bodies[ASSET_BROTLI].at && accepts(accept_encoding, "br"))
        return ASSET_BROTLI;
    if (asset->bodies[ASSET_GZIP].at && accepts(accept_encoding, "gzip"))
        return ASSET_GZIP;
    return ASSET_PLAIN;
}

const char *asset_encoding_name(enum asset_encoding encoding)
{
    static const char *const names[] = {"", "gzip", "br"};

    _Static_assert(ARRAY_LEN(names) == ASSET_ENCODINGS, "a name for each");
    return names[encoding];
}

bool asset_is_known(const char *if_none_match, const char *tag)
{
    return strstr(if_none_match, tag) != NULL || !strcmp(if_none_match, "*");
}
