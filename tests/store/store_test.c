// SPDX-License-Identifier: AGPL-3.0-or-later
// store/store_test.c - opening databases, good and bad.
#include "store/store.h"
#include "support/check.h"
#include "support/clinic.h"

#include <stdio.h>
#include <string.h>

static void write_file(const char *path, const void *at, size_t len, long offset)
{
    FILE *file = fopen(path, offset ? "r+b" : "wb");

    CHECK(file);
    CHECK_EQ(fseek(file, offset, SEEK_SET), 0);
    CHECK_EQ(fwrite(at, 1, len, file), len);
    CHECK_EQ(fclose(file), 0);
}

TEST(what_is_no_database_is_refused_with_a_sentence)
{
    struct clinic clinic;
    struct store *store = NULL;
    const char *why = NULL;
    char text[8192];

    clinic_open(&clinic);
    store_close(clinic.store);
    clinic.store = NULL;
    memset(text, 'x', sizeof text);
    write_file(clinic.path, text, sizeof text, 0);
    CHECK_EQ(store_open(&store, clinic.path, &why), ERR_IO);
    CHECK(strstr(why, "damaged"));
    clinic_close(&clinic);
}

TEST(a_database_of_a_newer_program_is_left_alone)
{
    static const uint8_t newer[] = {0, 0, 0, 99}; // the user version in the file header
    struct clinic clinic;
    struct store *store = NULL;
    const char *why = NULL;

    clinic_open(&clinic);
    store_close(clinic.store);
    clinic.store = NULL;
    write_file(clinic.path, newer, sizeof newer, 60);
    CHECK_EQ(store_open(&store, clinic.path, &why), ERR_CONFLICT);
    CHECK(strstr(why, "newer"));
    clinic_close(&clinic);
}

TEST(a_folder_that_is_not_there_is_an_error)
{
    struct store *store = NULL;
    const char *why = NULL;

    CHECK_EQ(store_open(&store, "/nonexistent/folder/aftercare.db", &why), ERR_IO);
    CHECK(strstr(why, "cannot be opened"));
}

TEST(tokens_and_passwords_are_not_in_the_file)
{
    struct clinic clinic;
    struct browser doctor = {0};
    char meetup[ID_SIZE], invite[ID_SIZE], token[ID_SIZE];
    static char content[1 << 20];

    clinic_open(&clinic);
    clinic_first_doctor(&clinic, &doctor);
    clinic_make_meetup(&clinic, &doctor, meetup);
    clinic_make_invite(&clinic, &doctor, meetup, "Anna Larsen", invite, token);
    store_close(clinic.store);
    clinic.store = NULL;
    FILE *file = fopen(clinic.path, "rb");
    CHECK(file);
    const size_t len = fread(content, 1, sizeof content, file);
    CHECK_EQ(fclose(file), 0);
    CHECK(memmem(content, len, "Anna Larsen", 11));
    CHECK(!memmem(content, len, token, strlen(token)));
    CHECK(!memmem(content, len, doctor.doctor, strlen(doctor.doctor)));
    CHECK(!memmem(content, len, CLINIC_PASSWORD, strlen(CLINIC_PASSWORD)));
    clinic_close(&clinic);
}
