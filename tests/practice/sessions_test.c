// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/sessions_test.c - sign-ins whose time is over take no room.
#include "practice/sessions.h"

#include "support/check.h"

TEST(who_signs_in_every_day_leaves_one_session)
{
    struct sessions sessions = {0};
    const struct doctor_record doctor = {.id = "ruth"};

    for (uint8_t day = 1; day <= 100; day++) {
        const uint8_t digest[DIGEST_SIZE] = {day};
        const int64_t wall = day * 86400;

        CHECK_EQ(sessions_add(&sessions, wall, digest, &doctor, wall + 43200), ERR_OK);
        CHECK(sessions_find(&sessions, digest, wall));
    }
    CHECK_EQ(sessions.count, 1);
    sessions_fini(&sessions);
}

TEST(others_that_still_count_stay)
{
    struct sessions sessions = {0};
    const struct doctor_record doctor = {.id = "ruth"};
    const uint8_t digests[4][DIGEST_SIZE] = {{1}, {2}, {3}, {4}};
    const int64_t ends[4] = {10, 100, 20, 200};

    for (size_t i = 0; i < 4; i++)
        CHECK_EQ(sessions_add(&sessions, i < 3 ? 0 : 50, digests[i], &doctor, ends[i]), ERR_OK);
    CHECK_EQ(sessions.count, 2);
    CHECK(!sessions_find(&sessions, digests[0], 5));
    CHECK(sessions_find(&sessions, digests[1], 50));
    CHECK(sessions_find(&sessions, digests[3], 50));
    sessions_fini(&sessions);
}
