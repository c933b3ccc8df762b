// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/api_decode.c - an HTTP call under /api/ into one struct call, by tables.
#include "base/err.h"
#include "base/text.h"
#include "protocol/api.h"

#include <jansson.h>
#include <stddef.h>
#include <string.h>

enum field_kind {
    FIELD_LINE,  // one cleaned line, at most `most` code points
    FIELD_BLOCK, // several cleaned lines
    FIELD_EXACT, // as it is: passwords and tokens
    FIELD_NUMBER // a whole number from 0 to `most`
};

struct field {
    const char *name; // NULL ends
    enum field_kind kind;
    size_t offset; // into struct call
    size_t size;
    int64_t most;
};

#define TEXT_FIELD(json, kind, member, most)                                                       \
    {                                                                                              \
        json, kind, offsetof(struct call, member), sizeof(((struct call *)0)->member), most        \
    }
#define TIME_MOST 253402300799 // the last second of the year 9999

#define NAME(json) TEXT_FIELD(json, FIELD_LINE, name, 60)
#define EMAIL TEXT_FIELD("email", FIELD_LINE, email, 254)
#define PASSWORD TEXT_FIELD("password", FIELD_EXACT, password, 1024)
#define TOKEN TEXT_FIELD("token", FIELD_EXACT, token, 22)
#define TITLE(json) TEXT_FIELD(json, FIELD_LINE, title, 120)
#define WORDS(json, most) TEXT_FIELD(json, FIELD_BLOCK, words, most)
#define SUBJECT(json) TEXT_FIELD(json, FIELD_EXACT, subject, 22)
#define TIME(json) TEXT_FIELD(json, FIELD_NUMBER, at, TIME_MOST)
#define MINUTES TEXT_FIELD("minutes", FIELD_NUMBER, minutes, 1440)
#define RATING TEXT_FIELD("rating", FIELD_NUMBER, rating, 5)
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }

struct route {
    enum api_method method;
    const char *path; // '*' stands for an id
    enum call_kind kind;
    struct field fields[6];
};

#define MEETUP_FIELDS                                                                              \
    {                                                                                              \
        TITLE("title"), TIME("startsAt"), MINUTES, WORDS("welcome", 2000), END                     \
    }

static const struct route routes[] = {
    {API_GET, "/api/me", CALL_ME, {END}},
    {API_POST, "/api/setup", CALL_SETUP, {TOKEN, NAME("name"), EMAIL, PASSWORD, END}},
    {API_POST, "/api/sign-in", CALL_SIGN_IN, {EMAIL, PASSWORD, END}},
    {API_POST, "/api/sign-out", CALL_SIGN_OUT, {END}},
    {API_GET, "/api/meetups", CALL_MEETUPS, {END}},
    {API_POST, "/api/meetups", CALL_MAKE_MEETUP, MEETUP_FIELDS},
    {API_GET, "/api/meetups/*", CALL_MEETUP, {END}},
    {API_POST, "/api/meetups/*", CALL_EDIT_MEETUP, MEETUP_FIELDS},
    {API_POST, "/api/meetups/*/end", CALL_END_MEETUP, {END}},
    {API_POST, "/api/meetups/*/reopen", CALL_REOPEN_MEETUP, {END}},
    {API_POST,
     "/api/meetups/*/invites",
     CALL_MAKE_INVITE,
     {NAME("rosterName"), TIME("expiresAt"), END}},
    {API_POST, "/api/invites/*/renew", CALL_RENEW_INVITE, {END}},
    {API_POST, "/api/invites/*/revoke", CALL_REVOKE_INVITE, {END}},
    {API_POST,
     "/api/feedback/*/follow-up",
     CALL_MAKE_FOLLOW_UP,
     {NAME("owner"), TIME("due"), TITLE("subject"), END}},
    {API_POST, "/api/follow-ups/*", CALL_EDIT_FOLLOW_UP, {NAME("owner"), TIME("due"), END}},
    {API_POST, "/api/follow-ups/*/close", CALL_CLOSE_FOLLOW_UP, {WORDS("note", 2000), END}},
    {API_POST, "/api/invite/redeem", CALL_REDEEM, {TOKEN, END}},
    {API_POST, "/api/invite/open", CALL_OPEN_INVITE, {SUBJECT("invite"), END}},
    {API_POST,
     "/api/invite/feedback",
     CALL_GIVE_FEEDBACK,
     {SUBJECT("invite"), RATING, WORDS("words", 4000), END}},
};
_Static_assert(ARRAY_LEN(routes) == CALL_KINDS, "every call has a route");

static bool is_id(struct bytes text)
{
    uint8_t id[16];

    return text_from_base64url(id, sizeof id, text);
}

// Matches a path; the id that stands for '*' goes to `subject`.
static bool matches(const char *pattern, struct bytes path, char subject[static ID_SIZE])
{
    size_t at = 0;

    subject[0] = '\0';
    for (; *pattern; pattern++) {
        if (*pattern != '*') {
            if (at >= path.len || path.at[at++] != (uint8_t)*pattern)
                return false;
            continue;
        }
        if (path.len - at < ID_SIZE - 1 || !is_id(bytes_of(path.at + at, ID_SIZE - 1)))
            return false;
        memcpy(subject, path.at + at, ID_SIZE - 1);
        subject[ID_SIZE - 1] = '\0';
        at += ID_SIZE - 1;
    }
    return at == path.len;
}

static bool read_number(const struct field *field, const json_t *value, char *to)
{
    const json_int_t number = json_integer_value(value);
    const int64_t wide = number;
    const uint16_t narrow = (uint16_t)number;
    const uint8_t byte = (uint8_t)number;

    if (!json_is_integer(value) || number < 0 || number > field->most)
        return false;
    memcpy(to,
           field->size == 8   ? (const void *)&wide
           : field->size == 2 ? (const void *)&narrow
                              : &byte,
           field->size);
    return true;
}

static bool read_text(const struct field *field, const json_t *value, char *to)
{
    const struct bytes text = bytes_of(json_string_value(value), json_string_length(value));

    if (!json_is_string(value) || memchr(text.at, 0, text.len))
        return false;
    switch (field->kind) {
    case FIELD_LINE:
        return text_clean_line(to, field->size, text) &&
               (int64_t)text_length(bytes_of_string(to)) <= field->most;
    case FIELD_BLOCK:
        return text_clean_block(to, field->size, text) &&
               (int64_t)text_length(bytes_of_string(to)) <= field->most;
    case FIELD_EXACT:
        if (text.len >= field->size)
            return false;
        memcpy(to, text.at, text.len);
        to[text.len] = '\0';
        return true;
    case FIELD_NUMBER:
        break;
    }
    return false;
}

// Every field of the table once, and nothing else.
static bool read_fields(const struct field *fields, json_t *object, struct call *call)
{
    size_t count = 0;

    for (; fields[count].name; count++) {
        const struct field *field = &fields[count];
        const json_t *value = json_object_get(object, field->name);
        char *to = (char *)call + field->offset;
        if (!value || !(field->kind == FIELD_NUMBER ? read_number : read_text)(field, value, to))
            return false;
    }
    return json_object_size(object) == count;
}

static bool read_body(const struct route *route, struct bytes body, struct call *call)
{
    json_t *object;
    bool good;

    if (route->method == API_GET)
        return body.len == 0;
    object = json_loadb((const char *)body.at, body.len, JSON_REJECT_DUPLICATES, NULL);
    good = json_is_object(object) && read_fields(route->fields, object, call);
    json_decref(object);
    return good;
}

enum api_verdict api_decode(struct call *call, enum api_method method, struct bytes path,
                            struct bytes body)
{
    enum api_verdict verdict = API_NO_SUCH_CALL;
    char subject[ID_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (!matches(routes[i].path, path, subject))
            continue;
        if (routes[i].method != method) {
            verdict = API_WRONG_METHOD;
            continue;
        }
        call->kind = routes[i].kind;
        memcpy(call->subject, subject, sizeof subject);
        return read_body(&routes[i], body, call) ? API_OK : API_INVALID;
    }
    return verdict;
}
