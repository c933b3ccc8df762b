// SPDX-License-Identifier: AGPL-3.0-or-later
// host/data_folder_test.c - one gateway, a private folder, secrets that are never replaced.
#include "host/data_folder.h"

#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char parent[64];

static void open_new(struct data_folder *folder)
{
    char path[128], why[DATA_WHY_SIZE];

    snprintf(parent, sizeof parent, "/tmp/aftercare-data-XXXXXX");
    CHECK(mkdtemp(parent));
    snprintf(path, sizeof path, "%s/a/b", parent);
    CHECK_EQ(data_folder_open(folder, path, why), ERR_OK);
}

static void drop(struct data_folder *folder)
{
    static const char *const names[] = {"a/b/lock", "a/b/key", "a/b", "a", ""};
    char path[128];

    data_folder_close(folder);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", parent, names[i]);
        remove(path);
    }
}

TEST(the_folder_is_made_and_private)
{
    struct data_folder folder;
    struct stat about;

    open_new(&folder);
    CHECK_EQ(stat(folder.path, &about), 0);
    CHECK_EQ(about.st_mode & 0777, 0700);
    drop(&folder);
}

TEST(a_second_gateway_is_told_that_there_is_a_first)
{
    struct data_folder first, second;
    char why[DATA_WHY_SIZE];

    open_new(&first);
    CHECK_EQ(data_folder_open(&second, first.path, why), ERR_CONFLICT);
    CHECK(strstr(why, "Another gateway"));
    data_folder_close(&first);
    CHECK_EQ(data_folder_open(&second, first.path, why), ERR_OK);
    drop(&second);
}

TEST(a_place_that_cannot_be_made_is_named)
{
    struct data_folder folder;
    char why[DATA_WHY_SIZE];

    CHECK_EQ(data_folder_open(&folder, "/dev/null/data", why), ERR_IO);
    CHECK(strstr(why, "/dev/null/data"));
}

TEST(a_secret_is_made_once_and_kept)
{
    struct data_folder folder;
    struct stat about;
    uint8_t first[32], again[32] = {0};
    char path[DATA_PATH_SIZE], why[DATA_WHY_SIZE];

    open_new(&folder);
    memset(first, 0x5a, sizeof first);
    CHECK_EQ(data_folder_secret(&folder, "key", first, sizeof first, why), ERR_OK);
    CHECK_EQ(data_folder_secret(&folder, "key", again, sizeof again, why), ERR_OK);
    CHECK_BYTES(again, first, sizeof first);
    data_folder_path(&folder, "key", path);
    CHECK_EQ(stat(path, &about), 0);
    CHECK_EQ(about.st_mode & 0777, 0600);
    drop(&folder);
}

TEST(a_secret_that_is_damaged_or_open_to_others_is_refused)
{
    struct data_folder folder;
    uint8_t key[32] = {0};
    char path[DATA_PATH_SIZE], why[DATA_WHY_SIZE];

    open_new(&folder);
    CHECK_EQ(data_folder_secret(&folder, "key", key, sizeof key, why), ERR_OK);
    data_folder_path(&folder, "key", path);
    CHECK_EQ(chmod(path, 0644), 0);
    CHECK_EQ(data_folder_secret(&folder, "key", key, sizeof key, why), ERR_IO);
    CHECK_EQ(chmod(path, 0600), 0);
    CHECK_EQ(truncate(path, 31), 0);
    CHECK_EQ(data_folder_secret(&folder, "key", key, sizeof key, why), ERR_IO);
    drop(&folder);
}
