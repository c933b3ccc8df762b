// SPDX-License-Identifier: AGPL-3.0-or-later
// support/fuzz_replay.c - hands every file of a corpus folder to a fuzz target, as a plain test.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The input in a block of exactly its size, so that a sanitizer sees one byte too many.
static int replay(const char *path, size_t size)
{
    uint8_t *const data = malloc(size > 0 ? size : 1);
    FILE *const file = fopen(path, "rb");
    const int ok = data && file && fread(data, 1, size, file) == size;

    if (ok)
        (void)LLVMFuzzerTestOneInput(data, size);
    else
        printf("%s: cannot be read\n", path);
    if (file)
        (void)fclose(file);
    free(data);
    return ok;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return alphasort(a, b);
}

int main(int count, char **arguments)
{
    struct dirent **entries = NULL;
    unsigned passed = 0;
    unsigned failed = 0;

    if (count != 2) {
        (void)fprintf(stderr, "usage: %s corpus-folder\n", arguments[0]);
        return 2;
    }
    const int found = scandir(arguments[1], &entries, NULL, by_name);
    for (int i = 0; i < found; i++) {
        char path[4096];
        struct stat status;

        (void)snprintf(path, sizeof path, "%s/%s", arguments[1], entries[i]->d_name);
        if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
            if (replay(path, (size_t)status.st_size))
                passed++;
            else
                failed++;
        }
        free(entries[i]);
    }
    free(entries);
    if (passed == 0)
        printf("%s: no input to replay\n", arguments[1]);
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
