// SPDX-License-Identifier: AGPL-3.0-or-later
// host/browser_test.c - a browser is known again by a number that is none of its secrets.
#include "host/browser.h"

#include "support/check.h"

#include <string.h>

static struct identity identity(const char *doctor, uint8_t session, const char *device)
{
    struct identity who = {0};

    memcpy(who.doctor, doctor, strlen(doctor) + 1);
    memcpy(who.device, device, strlen(device) + 1);
    memset(who.session, session, sizeof who.session);
    return who;
}

static uint64_t number(const char *doctor, uint8_t session, const char *device)
{
    const struct identity who = identity(doctor, session, device);

    return browser_number(&who);
}

TEST(a_device_keeps_its_number_whoever_signs_in_on_it)
{
    CHECK(number("", 0, "dev-1") != 0);
    CHECK(number("", 0, "dev-1") == number("", 0, "dev-1"));
    CHECK(number("doc", 7, "dev-1") == number("", 0, "dev-1"));
    CHECK(number("", 0, "dev-1") != number("", 0, "dev-2"));
}

TEST(without_a_device_a_doctor_is_known_by_the_sign_in)
{
    CHECK(number("doc", 7, "") != 0);
    CHECK(number("doc", 7, "") == number("doc", 7, ""));
    CHECK(number("doc", 7, "") != number("doc", 8, ""));
    CHECK(number("", 7, "") == 0); // nobody is signed in
}

TEST(the_number_is_no_part_of_what_it_is_made_of)
{
    const struct identity who = identity("doc", 7, "");
    const uint64_t number_of_session = browser_number(&who);

    for (size_t i = 0; i + sizeof number_of_session <= sizeof who.session; i++)
        CHECK(memcmp(who.session + i, &number_of_session, sizeof number_of_session) != 0);
}
