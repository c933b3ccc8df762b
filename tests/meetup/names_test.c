// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/names_test.c - names a patient's page would take for a host's.
#include "meetup/names.h"

#include "base/err.h"
#include "support/check.h"

TEST(look_alikes_of_the_doctor_are_told)
{
    static const struct {
        const char *name;
        const char *doctor;
        bool looks;
    } rows[] = {
        {"Maria Lopez", "Dr. Maria Lopez", true},
        {"maria  L\xc3\xb3pez (you)", "Dr. Maria Lopez", true},
        {"Lopez, Maria", "Dr. Maria Lopez", true},
        {"Mar\xc4\xb1"
         "a L\xd0\xbepez",
         "Maria Lopez", true},
        {"DrLopez", "Dr. Maria Lopez", true},
        {"D r Lopez", "Dr. Maria Lopez", true},
        {"Dr. Anybody", "Dr. Maria Lopez", true},
        {"The Doctor", "Dr. Maria Lopez", true},
        {"PROF Smith", "Dr. Maria Lopez", true},
        {"Host", "Dr. Maria Lopez", true},
        {"Maria", "Dr. Maria Lopez", false},
        {"Maria Gomez", "Dr. Maria Lopez", false},
        {"Drew", "Dr. Maria Lopez", false},
        {"Andrea", "Dr. Maria Lopez", false},
        {"Bill", "Li", false},
        {"Li", "Li", true},
        {"Anna", "Dr.", false},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (names_looks_like_host(rows[i].name, rows[i].doctor) != rows[i].looks)
            CHECK_FAIL("%s beside %s", rows[i].name, rows[i].doctor);
    }
}

TEST(a_name_without_a_letter_has_no_skeleton)
{
    char skeleton[SKELETON_SIZE];

    CHECK(!names_skeleton(skeleton, " .-. "));
    CHECK(names_skeleton(skeleton, "\xe6\x9d\x8e"));
}
