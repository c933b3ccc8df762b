// SPDX-License-Identifier: AGPL-3.0-or-later
// host/data_folder.h - the one folder of everything kept: private, writable, used by one gateway.
#ifndef GATEWAY_HOST_DATA_FOLDER_H
#define GATEWAY_HOST_DATA_FOLDER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATA_PATH_SIZE 1200
#define DATA_WHY_SIZE 1600

// Zero-initialised: closed.
struct data_folder {
    char path[DATA_PATH_SIZE];
    int lock; // descriptor, 0: none
};

// $STATE_DIRECTORY, else $XDG_DATA_HOME/aftercare, else ~/.local/share/aftercare; `suffix` is
// appended. False when none of them is set.
bool data_folder_default(char path[static DATA_PATH_SIZE], const char *suffix);

// Makes the folder (0700) when it is missing, proves that it can be written, and locks it.
// ERR_CONFLICT: another gateway uses it. ERR_IO: `why` says what is wrong.
enum err data_folder_open(struct data_folder *folder, const char *path,
                          char why[static DATA_WHY_SIZE]) MUST_CHECK;
void data_folder_close(struct data_folder *folder);

// The path of a file inside.
void data_folder_path(const struct data_folder *folder, const char *name,
                      char path[static DATA_PATH_SIZE]);

// Reads exactly `len` bytes of a secret file, or makes it with the bytes given in `key` when it is
// missing (0600, synced). A file of another size or open to others is an error, never replaced.
enum err data_folder_secret(const struct data_folder *folder, const char *name, uint8_t *key,
                            size_t len, char why[static DATA_WHY_SIZE]) MUST_CHECK;

// Reads a file of exactly `len` bytes that is closed to others; false otherwise.
bool data_folder_read(const struct data_folder *folder, const char *name, void *bytes, size_t len);

// Writes a file whole or not at all: a new one beside it, synced, renamed.
enum err data_folder_write(const struct data_folder *folder, const char *name, const void *bytes,
                           size_t len, char why[static DATA_WHY_SIZE]) MUST_CHECK;

#endif
