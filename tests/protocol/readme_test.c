// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/readme_test.c - the protocol page and the tables of decode and encode say the same.
#include "base/err.h"
#include "base/mem.h"
#include "meetup/directory.h"
#include "protocol/decode.h"
#include "protocol/encode.h"
#include "protocol/sample.h"
#include "support/check.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define ROW_SIZE 2048
#define LANGUAGE_HAS "\"language\":\"en\",\"has\":{\"microphone\":true,\"camera\":true}"
#define STATE_ON "\"microphone\":true,\"camera\":false,\"screen\":true,\"screenSound\":true"

// One of each message a page may send, with all fields it may have.
static const char *const examples[] = {
    "{\"type\":\"join\",\"as\":\"doctor\",\"meetup\":\"m\",\"connection\":1," LANGUAGE_HAS "}",
    "{\"type\":\"join\",\"as\":\"patient\",\"invite\":\"i\",\"roomName\":\"A\"," LANGUAGE_HAS "}",
    "{\"type\":\"offer\",\"offer\":\"v=0\",\"restart\":true}",
    "{\"type\":\"want\",\"pictures\":[{\"source\":5,\"height\":1,\"pinned\":true}]}",
    "{\"type\":\"state\"," STATE_ON ",\"slow\":true}",
    "{\"type\":\"unmute\"}",
    "{\"type\":\"chat\",\"to\":\"hosts\",\"text\":\"x\"}",
    "{\"type\":\"leave\"}",
    "{\"type\":\"ping\"}",
    "{\"type\":\"admit\",\"member\":1}",
    "{\"type\":\"admit\",\"all\":true}",
    "{\"type\":\"decline\",\"member\":1}",
    "{\"type\":\"mute\",\"member\":1}",
    "{\"type\":\"mute\",\"all\":true}",
    "{\"type\":\"remove\",\"member\":1}",
    "{\"type\":\"end\"}",
};

// The row of a table under `heading` whose first cell is `type` in back ticks. False: none.
static bool find_row(const char *readme, const char *heading, const char *type, char *row)
{
    const char *at = strstr(readme, heading);
    const char *end = at ? strstr(at + strlen(heading), "\n#") : NULL;
    char start[64];

    CHECK(at);
    (void)snprintf(start, sizeof start, "\n| `%s` |", type);
    at = strstr(at, start);
    if (!at || (end && at > end))
        return false;
    (void)snprintf(row, ROW_SIZE, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
    return true;
}

// Calls back with the first cell of each row under `heading`.
static size_t each_row(const char *readme, const char *heading, bool (*known)(const char *type))
{
    const char *at = strstr(readme, heading);
    const char *end = strstr(at + strlen(heading), "\n#");
    size_t rows = 0;

    while ((at = strstr(at, "\n| `")) && (!end || at < end)) {
        char type[64];

        at += strlen("\n| `");
        (void)snprintf(type, sizeof type, "%.*s", (int)strcspn(at, "`"), at);
        if (!known(type))
            CHECK_FAIL("the page has %s, the tables do not", type);
        rows++;
    }
    return rows;
}

static void check_keys(const json_t *json, const char *row, const char *type)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)json, key, value)
    {
        char quoted[66];
        char with_value[66];

        (void)snprintf(quoted, sizeof quoted, "`%.60s`", key);
        (void)snprintf(with_value, sizeof with_value, "`%.60s:", key);
        if (strcmp(key, "type") != 0 && !strstr(row, quoted) && !strstr(row, with_value))
            CHECK_FAIL("the page does not name %s of %s", key, type);
    }
}

static bool is_decoded(const char *message, enum refusal *refusal)
{
    static const uint8_t random[DECODE_RANDOM_SIZE];
    struct decoder *decoder = decoder_create();
    struct request request = {0};
    const char *why;
    const bool good =
        decode_message(decoder, bytes_of_string(message), random, &request, refusal, &why);

    request_fini(&request);
    decoder_destroy(decoder);
    return good;
}

static bool page_may_send(const char *type)
{
    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        json_t *json = json_loads(examples[i], 0, NULL);
        const bool same = strcmp(json_string_value(json_object_get(json, "type")), type) == 0;

        json_decref(json);
        if (same)
            return true;
    }
    return false;
}

TEST(every_message_of_a_page_is_on_the_page_and_decoded)
{
    char *readme = sample_file("../gateway/protocol/README.md");
    char row[ROW_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
        json_t *json = json_loads(examples[i], 0, NULL);
        const char *type = json_string_value(json_object_get(json, "type"));
        enum refusal refusal;

        if (!is_decoded(examples[i], &refusal) && refusal != REFUSAL_OFFER)
            CHECK_FAIL("not decoded: %s", examples[i]);
        if (!find_row(readme, "### Page", type, row))
            CHECK_FAIL("%s is not on the page", type);
        check_keys(json, row, type);
        json_decref(json);
    }
    CHECK_EQ(each_row(readme, "### Page", page_may_send), REQUEST_PAGE_KINDS);
    mem_free(readme);
}

static json_t *encoded(enum notice_kind kind)
{
    static const struct member_view member = {.member = 1, .roster_name = "R", .host = true};
    static const struct waiting_view waiting = {.member = 2};
    static const struct meetup_record meetup = {.id = "m"};
    struct notice notice = {.kind = kind, .id = kind == NOTICE_STAGE ? 0 : 4};

    if (kind == NOTICE_JOINED) {
        notice.joined.room_name = "A";
        notice.joined.meetup = &meetup;
    } else if (kind == NOTICE_MEMBERS || kind == NOTICE_MEMBER) {
        notice.members.views = &member;
        notice.members.count = 1;
    } else if (kind == NOTICE_WAITING) {
        notice.waiting.views = &waiting;
        notice.waiting.count = 1;
    } else if (kind == NOTICE_CHAT) {
        notice.chat.room_name = "A";
        notice.chat.text = bytes_of_string("x");
    }
    char *text = encode_notice(&notice, &sample_settings, 5, NULL);
    json_t *json = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    CHECK(json);
    mem_free(text);
    return json;
}

static bool gateway_may_send(const char *type)
{
    for (int kind = 0; kind < NOTICE_KINDS; kind++) {
        json_t *json = encoded((enum notice_kind)kind);
        const bool same = strcmp(json_string_value(json_object_get(json, "type")), type) == 0;

        json_decref(json);
        if (same)
            return true;
    }
    return false;
}

TEST(every_notice_is_on_the_page_with_its_fields)
{
    char *readme = sample_file("../gateway/protocol/README.md");
    char row[ROW_SIZE];

    for (int kind = 0; kind < NOTICE_KINDS; kind++) {
        json_t *json = encoded((enum notice_kind)kind);
        const char *type = json_string_value(json_object_get(json, "type"));

        if (!find_row(readme, "### Gateway", type, row))
            CHECK_FAIL("%s is not on the page", type);
        if (!strstr(row, "`id`"))
            json_object_del(json, "id"); // the host sets it on direct replies only
        check_keys(json, row, type);
        json_decref(json);
    }
    CHECK_EQ(each_row(readme, "### Gateway", gateway_may_send), NOTICE_KINDS);
    mem_free(readme);
}

// MEMBER and WAITING stand in a block of their own.
TEST(members_and_waiting_have_the_fields_of_the_page)
{
    char *readme = sample_file("../gateway/protocol/README.md");
    json_t *json = encoded(NOTICE_MEMBER);
    json_t *list = encoded(NOTICE_WAITING);
    const char *member_block = strstr(readme, "\nMEMBER ");
    const char *waiting_block = strstr(readme, "\nWAITING ");
    const char *key;
    json_t *value;

    CHECK(member_block && waiting_block);
    json_object_foreach(json_object_get(json, "member"), key, value)
    {
        char quoted[64];

        (void)snprintf(quoted, sizeof quoted, "\"%.60s\"", key);
        const char *at = strstr(member_block, quoted);
        CHECK(at && at < waiting_block);
    }
    json_object_foreach(json_array_get(json_object_get(list, "waiting"), 0), key, value)
    {
        char quoted[64];

        (void)snprintf(quoted, sizeof quoted, "\"%.60s\"", key);
        CHECK(strstr(waiting_block, quoted));
    }
    json_decref(json);
    json_decref(list);
    mem_free(readme);
}

static bool is_code(const char *code)
{
    for (int refusal = 0; refusal < REFUSAL_KINDS; refusal++) {
        if (strcmp(refusal_code((enum refusal)refusal), code) == 0)
            return true;
    }
    return false;
}

TEST(every_refusal_is_on_the_page_with_its_status)
{
    char *readme = sample_file("../gateway/protocol/README.md");
    char row[ROW_SIZE];

    for (int refusal = 0; refusal < REFUSAL_KINDS; refusal++) {
        const char *code = refusal_code((enum refusal)refusal);
        char status[16];

        (void)snprintf(status, sizeof status, "| %d |", refusal_status((enum refusal)refusal));
        if (!find_row(readme, "## Error codes", code, row) || !strstr(row, status))
            CHECK_FAIL("%s is not on the page, or with another status", code);
        CHECK(refusal_text((enum refusal)refusal)[0]);
    }
    CHECK_EQ(each_row(readme, "## Error codes", is_code), REFUSAL_KINDS);
    mem_free(readme);
}
