// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/sample.c - offers of real browsers and the files the tests read.
#include "protocol/sample.h"

#include "base/mem.h"
#include "support/check.h"

#include <stdio.h>

#define FILE_MAX (512u * 1024)

const struct answer_settings sample_settings = {
    .candidates = {{"192.0.2.7", 8443}, {"2001:db8::7", 8443}},
    .candidate_count = 2,
    .fingerprint = {0xab, 0x01},
};

char *sample_file(const char *path)
{
    char full[4096];
    char *text = mem_zero(FILE_MAX);
    FILE *file;

    (void)snprintf(full, sizeof full, "%s/%s", TESTS_FOLDER, path);
    file = fopen(full, "rb");
    if (!file || !text)
        CHECK_FAIL("%s cannot be read", full);
    (void)!fread(text, 1, FILE_MAX - 1, file);
    (void)fclose(file);
    return text;
}

bool sample_read(struct transport_parameters *parameters, const char *text, const char **why)
{
    uint8_t random[OFFER_RANDOM_SIZE];

    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)(i + 1);
    return offer_read(parameters, bytes_of_string(text), random, why);
}

struct transport_parameters *sample_offer(const char *path)
{
    struct transport_parameters *parameters = mem_zero(sizeof *parameters);
    char *text = sample_file(path);
    const char *why = NULL;

    if (!parameters || !sample_read(parameters, text, &why))
        CHECK_FAIL("%s: %s", path, why);
    mem_free(text);
    return parameters;
}
