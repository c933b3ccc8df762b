// SPDX-License-Identifier: AGPL-3.0-or-later
// practice/password_rules.c - which passwords are too weak for a doctor.
#include "practice/password_rules.h"

#include "base/err.h"
#include "base/text.h"

#include <string.h>

#define LEAST_LENGTH 12
#define LEAST_DIFFERENT 5

// What stays of a password when digits and signs around the letters are taken away must not be one of
// these. Anything shorter than 12 is refused before, so the usual lists shrink to their roots.
static const char *const common[] = {
    "password",        "passwort",   "contrasena", "qwertyuiop",       "qwertyuiopas",
    "asdfghjkl",       "letmein",    "iloveyou",   "welcome",          "bienvenido",
    "administrator",   "admin",      "doctor",     "hospital",         "aftercare",
    "changeme",        "princess",   "sunshine",   "football",         "baseball",
    "superman",        "trustno",    "whatever",   "passwordpassword", "adminadmin",
    "abcdefghijkl",    "qwerty",     "medico",     "secret",           "correcthorsebatterystaple",
    "thisisapassword", "mypassword", "passw",      "internet",
};

static size_t fold(char *to, size_t size, const char *from)
{
    size_t len = 0;

    for (; *from && len + 1 < size; from++) {
        if (*from >= 'A' && *from <= 'Z')
            to[len++] = (char)(*from - 'A' + 'a');
        else if ((*from >= 'a' && *from <= 'z') || (unsigned char)*from >= 0x80)
            to[len++] = *from;
    }
    to[len] = '\0';
    return len;
}

static bool has_few_different(const char *password)
{
    bool seen[256] = {false};
    int different = 0;

    for (const unsigned char *c = (const unsigned char *)password; *c; c++) {
        different += !seen[*c];
        seen[*c] = true;
    }
    return different < LEAST_DIFFERENT;
}

static bool counts_up_or_down(const char *password)
{
    size_t steps = 0;

    for (size_t i = 1; password[i]; i++) {
        const int step = password[i] - password[i - 1];
        steps += step == 1 || step == -1 || (password[i] == '0' && password[i - 1] == '9');
    }
    return steps + 3 >= strlen(password);
}

// Is the password little more than this word?
static bool is_made_of(const char *folded, size_t len, const char *password, const char *word)
{
    char root[256];
    const size_t root_len = fold(root, sizeof root, word);

    return root_len >= 4 && strstr(folded, root) && len - root_len < 4 &&
           strlen(password) - root_len < LEAST_LENGTH - 2;
}

bool password_is_weak(const char *password, const char *name, const char *email)
{
    char folded[1100];
    const size_t len = fold(folded, sizeof folded, password);

    if (!text_is_utf8(bytes_of_string(password)) ||
        text_length(bytes_of_string(password)) < LEAST_LENGTH)
        return true;
    if (has_few_different(password) || counts_up_or_down(password))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(common); i++) {
        if (strcmp(folded, common[i]) == 0)
            return true;
    }
    return is_made_of(folded, len, password, name) || is_made_of(folded, len, password, email);
}
