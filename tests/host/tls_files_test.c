// SPDX-License-Identifier: AGPL-3.0-or-later
// host/tls_files_test.c - a certificate is made once; an operator's is proved before it is used.
#include "host/tls_files.h"

#include "host/config.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char parent[64];
static struct data_folder folder;
static struct config config;
static struct addresses addresses;

static void open_folder(void)
{
    char why[DATA_WHY_SIZE];

    snprintf(parent, sizeof parent, "/tmp/aftercare-tls-XXXXXX");
    CHECK(mkdtemp(parent));
    CHECK_EQ(data_folder_open(&folder, parent, why), ERR_OK);
    config_default(&config);
    addresses = (struct addresses){.items = {address_v4(192, 0, 2, 1, 0)}, .count = 1};
}

static void drop_folder(void)
{
    static const char *const names[] = {"server-certificate.pem", "server-key.pem", "lock", "junk",
                                        ""};
    char path[128];

    data_folder_close(&folder);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", parent, names[i]);
        remove(path);
    }
}

TEST(a_certificate_is_made_once_and_its_key_is_private)
{
    struct tls_files first, second;
    struct stat about, again;
    char why[DATA_WHY_SIZE];

    open_folder();
    CHECK_EQ(tls_files_open(&first, &config, &folder, &addresses, why), ERR_OK);
    CHECK(first.own);
    CHECK_EQ(stat(first.key, &about), 0);
    CHECK_EQ(about.st_mode & 0777, 0600);
    CHECK_EQ(stat(first.certificate, &about), 0);
    CHECK_EQ(tls_files_open(&second, &config, &folder, &addresses, why), ERR_OK);
    CHECK_EQ(stat(second.certificate, &again), 0);
    CHECK_EQ(about.st_ino, again.st_ino);
    drop_folder();
}

TEST(an_operators_certificate_must_be_readable_and_fit_its_key)
{
    struct tls_files own, files;
    char why[DATA_WHY_SIZE], junk[128];
    FILE *file;

    open_folder();
    CHECK_EQ(tls_files_open(&own, &config, &folder, &addresses, why), ERR_OK);
    snprintf(junk, sizeof junk, "%s/junk", parent);
    file = fopen(junk, "w");
    fputs("-----BEGIN CERTIFICATE-----\nnone\n", file);
    fclose(file);

    snprintf(config.server_certificate, sizeof config.server_certificate, "%.1000s",
             own.certificate);
    CHECK_EQ(tls_files_open(&files, &config, &folder, &addresses, why), ERR_INVALID);
    snprintf(config.server_key, sizeof config.server_key, "%.1000s", own.key);
    CHECK_EQ(tls_files_open(&files, &config, &folder, &addresses, why), ERR_OK);
    CHECK(!files.own);
    snprintf(config.server_certificate, sizeof config.server_certificate, "%.1000s", junk);
    CHECK_EQ(tls_files_open(&files, &config, &folder, &addresses, why), ERR_IO);
    CHECK(strstr(why, junk));
    snprintf(config.server_certificate, sizeof config.server_certificate, "%.1000s",
             own.certificate);
    snprintf(config.server_key, sizeof config.server_key, "%.1000s", "/nowhere/key.pem");
    CHECK_EQ(tls_files_open(&files, &config, &folder, &addresses, why), ERR_IO);
    CHECK(strstr(why, "/nowhere/key.pem"));
    drop_folder();
}
