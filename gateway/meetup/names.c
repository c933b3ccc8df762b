// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/names.c - which room names may be had: legible ones that nobody takes for a host's.
#include "meetup/names.h"

#include "base/err.h"
#include "base/text.h"

#include <string.h>

#define NAME_WORDS 12
#define SHORTEST_PART 3 // letters of a name's part that say something

// Titles and offices that a patient's page would take for a host's.
static const char *const titles[] = {
    "dr",   "dra",       "drs",  "doc",   "doctor",    "doctora", "doktor", "docteur",
    "prof", "professor", "host", "staff", "moderator", "nurse",   "admin",  "medico",
};

// The skeletons of the words of a name; those that are titles apart.
struct words {
    size_t count;
    bool has_title;
    char whole[SKELETON_SIZE]; // without titles
    char words[NAME_WORDS][SKELETON_SIZE];
};

bool names_skeleton(char skeleton[static SKELETON_SIZE], const char *name)
{
    return text_skeleton(skeleton, SKELETON_SIZE, bytes_of_string(name)) && skeleton[0] != '\0';
}

static bool is_title(const char *skeleton)
{
    char title[SKELETON_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
        if (names_skeleton(title, titles[i]) && strcmp(title, skeleton) == 0)
            return true;
    }
    return false;
}

static bool starts_with_title(const char *skeleton)
{
    char title[SKELETON_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
        if (names_skeleton(title, titles[i]) && strncmp(skeleton, title, strlen(title)) == 0)
            return true;
    }
    return false;
}

static void add_word(struct words *words, struct bytes word)
{
    char skeleton[SKELETON_SIZE];

    if (!text_skeleton(skeleton, sizeof skeleton, word) || skeleton[0] == '\0')
        return;
    if (is_title(skeleton)) {
        words->has_title = true;
        return;
    }
    const size_t len = strlen(words->whole);
    if (len + strlen(skeleton) < sizeof words->whole)
        memcpy(words->whole + len, skeleton, strlen(skeleton) + 1);
    if (words->count < NAME_WORDS)
        memcpy(words->words[words->count++], skeleton, strlen(skeleton) + 1);
}

// Words end at ASCII white space and punctuation: "Dr.Lopez" is two.
static void split(struct words *words, const char *name)
{
    static const char between[] = " \t.,;:-_/()[]\"'+&|*";

    *words = (struct words){0};
    for (name += strspn(name, between); *name; name += strspn(name, between)) {
        const size_t len = strcspn(name, between);

        add_word(words, bytes_of(name, len));
        name += len;
    }
}

// How many of the doctor's telling words are inside, wherever.
static size_t words_inside(const struct words *doctor, const char *skeleton, size_t *telling)
{
    size_t inside = 0;

    *telling = 0;
    for (size_t i = 0; i < doctor->count; i++) {
        if (strlen(doctor->words[i]) < SHORTEST_PART)
            continue;
        (*telling)++;
        inside += strstr(skeleton, doctor->words[i]) != NULL;
    }
    return inside;
}

bool names_looks_like_host(const char *name, const char *doctor_name)
{
    char skeleton[SKELETON_SIZE];
    char doctor_skeleton[SKELETON_SIZE];
    struct words words;
    struct words doctor;
    size_t telling;

    split(&words, name);
    if (words.has_title)
        return true;
    split(&doctor, doctor_name);
    if (!names_skeleton(skeleton, name) || !names_skeleton(doctor_skeleton, doctor_name))
        return false;
    if (doctor.count > 0 && strcmp(words.whole, doctor.whole) == 0)
        return true;
    if (strlen(doctor_skeleton) >= SHORTEST_PART && strstr(skeleton, doctor_skeleton))
        return true;
    const size_t inside = words_inside(&doctor, skeleton, &telling);
    // One given name alone may be shared; two of two may not.
    return (telling > 1 && inside == telling) || (inside > 0 && starts_with_title(skeleton));
}
