// SPDX-License-Identifier: AGPL-3.0-or-later
// host/assets_test.c - pages are served from memory, as the manifest names them and no other way.
#include "host/assets.h"

#include "base/text.h"
#include "crypto/hash.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

static void put(const char *name, const char *text)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    CHECK(file);
    fputs(text, file);
    fclose(file);
}

static void put_manifest(const char *page)
{
    uint8_t digest[SHA256_SIZE];
    char hash[2 * SHA256_SIZE + 1], text[1024];

    hash_sha256(digest, bytes_of_string(page));
    text_hex(hash, bytes_of(digest, sizeof digest));
    snprintf(
        text, sizeof text,
        "[{\"path\": \"/index.html\", \"file\": \"index.html\", \"type\": \"text/html\","
        " \"hash\": \"%s\", \"encodings\": {\"br\": \"index.html.br\"}},"
        " {\"path\": \"/assets/a-1.js\", \"file\": \"index.html\", \"type\": \"text/javascript\","
        " \"hash\": \"%s\", \"encodings\": {}}]",
        hash, hash);
    put("manifest.json", text);
}

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/aftercare-assets-XXXXXX");
    CHECK(mkdtemp(folder));
    put("index.html", "<p>hello</p>");
    put("index.html.br", "squeezed");
    put_manifest("<p>hello</p>");
}

static void drop_folder(void)
{
    static const char *const names[] = {"index.html", "index.html.br", "manifest.json"};
    char path[512];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

TEST(addresses_of_pages_show_the_one_page)
{
    static const char *const pages[] = {"/",         "/welcome", "/join",      "/join/abc-_9",
                                        "/meetup/x", "/room/x",  "/index.html"};
    static const char *const others[] = {"",
                                         "/join/",
                                         "/meetup",
                                         "/meetup/a/b",
                                         "/room/..",
                                         "/room/a.html",
                                         "//",
                                         "/manifest.json",
                                         "/meetup/12345678901234567890123"};
    struct assets *assets = NULL;
    char why[ASSETS_WHY_SIZE];

    make_folder();
    CHECK_EQ(assets_open(&assets, folder, why), ERR_OK);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        const struct asset *asset = assets_find(assets, pages[i]);

        if (!asset || strcmp(asset->path, "/index.html") || asset->hashed)
            CHECK_FAIL("%s", pages[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (assets_find(assets, others[i]))
            CHECK_FAIL("%s", others[i]);
    CHECK(assets_find(assets, "/assets/a-1.js")->hashed);
    assets_close(assets);
    drop_folder();
}

TEST(the_encoding_is_one_that_is_accepted)
{
    struct assets *assets = NULL;
    const struct asset *page;
    char why[ASSETS_WHY_SIZE];

    make_folder();
    CHECK_EQ(assets_open(&assets, folder, why), ERR_OK);
    page = assets_find(assets, "/");
    CHECK_EQ(asset_choose(page, "gzip, deflate, br"), ASSET_BROTLI);
    CHECK_EQ(asset_choose(page, "BR;q=0.5"), ASSET_BROTLI);
    CHECK_EQ(asset_choose(page, "br;q=0"), ASSET_PLAIN);
    CHECK_EQ(asset_choose(page, "br;q=0.00, gzip"), ASSET_PLAIN); // there is no gzip here
    CHECK_EQ(asset_choose(page, "brotli, xbr"), ASSET_PLAIN);
    CHECK_EQ(asset_choose(page, ""), ASSET_PLAIN);
    CHECK_EQ(asset_choose(assets_find(assets, "/assets/a-1.js"), "br"), ASSET_PLAIN);
    CHECK(strcmp(page->tags[ASSET_PLAIN], page->tags[ASSET_BROTLI]) != 0);
    CHECK(asset_is_known(page->tags[ASSET_BROTLI], page->tags[ASSET_BROTLI]));
    CHECK(!asset_is_known(page->tags[ASSET_BROTLI], page->tags[ASSET_PLAIN]));
    assets_close(assets);
    drop_folder();
}

TEST(what_does_not_fit_the_manifest_is_not_started_with)
{
    struct assets *assets = NULL;
    char why[ASSETS_WHY_SIZE];

    CHECK(assets_open(&assets, "/nowhere/at/all", why));
    CHECK(strstr(why, "manifest.json is missing"));
    make_folder();
    put("index.html", "<p>changed</p>");
    CHECK(assets_open(&assets, folder, why));
    CHECK(strstr(why, "build them again"));
    put_manifest("<p>changed</p>");
    CHECK_EQ(assets_open(&assets, folder, why), ERR_OK);
    assets_close(assets);
    put("manifest.json", "[{\"path\": \"/index.html\"}]");
    CHECK(assets_open(&assets, folder, why));
    put("manifest.json", "[]");
    CHECK(assets_open(&assets, folder, why));
    put("manifest.json", "not even JSON");
    CHECK(assets_open(&assets, folder, why));
    CHECK(strstr(why, "no manifest"));
    drop_folder();
}
