// SPDX-License-Identifier: AGPL-3.0-or-later
// host/data_folder.c - the one folder of everything kept: private, writable, used by one gateway.
#include "host/data_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

bool data_folder_default(char path[static DATA_PATH_SIZE], const char *suffix)
{
    const char *state = getenv("STATE_DIRECTORY");
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    int len;

    if (state && *state)
        len = snprintf(path, DATA_PATH_SIZE, "%s%s", state, suffix);
    else if (data && *data)
        len = snprintf(path, DATA_PATH_SIZE, "%s/aftercare%s", data, suffix);
    else if (home && *home)
        len = snprintf(path, DATA_PATH_SIZE, "%s/.local/share/aftercare%s", home, suffix);
    else
        return false;
    return len < DATA_PATH_SIZE;
}

static enum err complain(char why[static DATA_WHY_SIZE], const char *what, const char *path)
{
    snprintf(why, DATA_WHY_SIZE, "%s %s: %s.", what, path, strerror(errno));
    return ERR_IO;
}

static bool make_folders(const char *path)
{
    char part[DATA_PATH_SIZE];

    for (size_t i = 1; path[i]; i++) {
        if (path[i] != '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) < 0 && errno != EEXIST)
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static bool can_write(const struct data_folder *folder)
{
    char path[DATA_PATH_SIZE];
    int file;

    data_folder_path(folder, ".write-test", path);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    close(file);
    return unlink(path) == 0;
}

enum err data_folder_open(struct data_folder *folder, const char *path,
                          char why[static DATA_WHY_SIZE])
{
    char lock[DATA_PATH_SIZE];

    *folder = (struct data_folder){0};
    if (strlen(path) + 64 >= sizeof folder->path) {
        snprintf(why, DATA_WHY_SIZE, "The path of the data folder is too long.");
        return ERR_INVALID;
    }
    snprintf(folder->path, sizeof folder->path, "%s", path);
    if (!make_folders(path))
        return complain(why, "The data folder cannot be made at", path);
    if (!can_write(folder))
        return complain(why, "The data folder cannot be written at", path);
    data_folder_path(folder, "lock", lock);
    folder->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (folder->lock < 0) {
        folder->lock = 0;
        return complain(why, "The data folder's lock cannot be opened at", lock);
    }
    if (flock(folder->lock, LOCK_EX | LOCK_NB) < 0) {
        data_folder_close(folder);
        snprintf(why, DATA_WHY_SIZE, "Another gateway uses the data folder %s already.", path);
        return ERR_CONFLICT;
    }
    return ERR_OK;
}

void data_folder_close(struct data_folder *folder)
{
    if (folder->lock > 0)
        close(folder->lock);
    folder->lock = 0;
}

void data_folder_path(const struct data_folder *folder, const char *name,
                      char path[static DATA_PATH_SIZE])
{
    snprintf(path, DATA_PATH_SIZE, "%.1000s/%.100s", folder->path, name);
}

static bool write_all(int file, const uint8_t *at, size_t len)
{
    while (len) {
        const ssize_t written = write(file, at, len);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        len -= (size_t)written;
    }
    return fsync(file) == 0;
}

enum err data_folder_write(const struct data_folder *folder, const char *name, const void *bytes,
                           size_t len, char why[static DATA_WHY_SIZE])
{
    char path[DATA_PATH_SIZE], beside[DATA_PATH_SIZE], part[128];
    bool written = false;
    int file;

    snprintf(part, sizeof part, "%.90s.part", name);
    data_folder_path(folder, name, path);
    data_folder_path(folder, part, beside);
    file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0) {
        written = write_all(file, bytes, len);
        written = close(file) == 0 && written;
    }
    if (!written || rename(beside, path) < 0)
        return complain(why, "This file cannot be written:", path);
    return ERR_OK;
}

bool data_folder_read(const struct data_folder *folder, const char *name, void *bytes, size_t len)
{
    char path[DATA_PATH_SIZE];
    struct stat about;
    bool got = false;
    int file;

    data_folder_path(folder, name, path);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    if (fstat(file, &about) == 0 && about.st_size == (off_t)len && !(about.st_mode & 077))
        got = read(file, bytes, len) == (ssize_t)len;
    close(file);
    return got;
}

enum err data_folder_secret(const struct data_folder *folder, const char *name, uint8_t *key,
                            size_t len, char why[static DATA_WHY_SIZE])
{
    char path[DATA_PATH_SIZE];

    data_folder_path(folder, name, path);
    if (access(path, F_OK) < 0 && errno == ENOENT)
        return data_folder_write(folder, name, key, len, why);
    if (data_folder_read(folder, name, key, len))
        return ERR_OK;
    snprintf(
        why, DATA_WHY_SIZE,
        "The secret %s is damaged, unreadable or open to other users; put it back from a backup or "
        "set its mode to 0600.",
        path);
    return ERR_IO;
}
