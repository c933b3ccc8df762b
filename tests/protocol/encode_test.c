// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/encode_test.c - notices as the JSON a page reads.
#include "protocol/encode.h"

#include "base/mem.h"
#include "protocol/sample.h"
#include "support/check.h"

#include <jansson.h>
#include <string.h>

static json_t *encode(const struct notice *notice, const char *why)
{
    char *text = encode_notice(notice, &sample_settings, 1234, why);
    json_t *json = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

    CHECK(json);
    mem_free(text);
    return json;
}

static const char *text_at(const json_t *json, const char *key)
{
    return json_string_value(json_object_get(json, key));
}

TEST(joined_carries_the_answer_and_the_slots_in_order)
{
    struct transport_parameters *p = sample_offer("protocol/sdp/chromium-page-offer.sdp");
    static const struct meetup_record meetup = {
        .id = "m", .title = "Knees \"spring\"", .welcome = "Hello", .doctor_name = "Dr. Holm"};
    const struct notice notice = {.kind = NOTICE_JOINED,
                                  .id = 1,
                                  .joined = {.connection = 9,
                                             .member = 2,
                                             .role = ROLE_PATIENT,
                                             .room_name = "Anna",
                                             .stage = STAGE_WAITING,
                                             .parameters = p,
                                             .meetup = &meetup}};
    json_t *json = encode(&notice, NULL);
    const json_t *slots = json_object_get(json, "slots");

    CHECK_STR(text_at(json, "stage"), "waiting");
    CHECK_STR(text_at(json, "media"), "new");
    CHECK(strstr(text_at(json, "answer"), "a=ice-lite\r\n"));
    CHECK_EQ(json_array_size(slots), 15);
    CHECK_STR(text_at(json_array_get(slots, 0), "audio"), "4");
    CHECK_STR(text_at(json_array_get(slots, 0), "video"), "5");
    CHECK_STR(text_at(json_array_get(slots, 12), "audio"), "28");
    CHECK(!json_object_get(json_array_get(slots, 12), "video"));
    CHECK_STR(text_at(json_object_get(json, "meetup"), "title"), "Knees \"spring\"");
    CHECK_EQ(json_integer_value(json_object_get(json, "nowMs")), 1234);
    json_decref(json);
    mem_free(p);
}

TEST(kept_media_has_no_answer)
{
    static const struct meetup_record meetup;
    const struct notice notice = {
        .kind = NOTICE_JOINED, .joined = {.room_name = "A", .media_kept = true, .meetup = &meetup}};
    json_t *json = encode(&notice, NULL);

    CHECK_STR(text_at(json, "answer"), "");
    CHECK_STR(text_at(json, "media"), "kept");
    CHECK(!json_object_get(json, "id"));
    json_decref(json);
}

TEST(a_roster_name_is_there_only_when_the_view_has_one)
{
    struct member_view view = {.member = 3, .role = ROLE_PATIENT, .connected = true};
    const struct notice notice = {.kind = NOTICE_MEMBER, .members = {&view, 1}};
    json_t *json = encode(&notice, NULL);

    CHECK(!json_object_get(json_object_get(json, "member"), "rosterName"));
    CHECK_STR(text_at(json_object_get(json, "member"), "connection"), "ok");
    json_decref(json);
    memcpy(view.roster_name, "Legal", 6);
    json = encode(&notice, NULL);
    CHECK_STR(text_at(json_object_get(json, "member"), "rosterName"), "Legal");
    json_decref(json);
}

TEST(a_member_has_the_worse_of_its_line_in_a_word)
{
    static const char *const words[] = {"good", "fair", "poor", "lost"};

    for (int i = 0; i < 4; i++) {
        struct member_view view = {.member = 3, .slow = i > 1, .line = (enum line_quality)i};
        const struct notice notice = {.kind = NOTICE_MEMBER, .members = {&view, 1}};
        json_t *json = encode(&notice, NULL);
        const json_t *member = json_object_get(json, "member");

        CHECK_STR(text_at(member, "line"), words[i]);
        CHECK_EQ(json_is_true(json_object_get(member, "slow")), i > 1);
        json_decref(json);
    }
}

TEST(layers_voice_and_line_are_told_as_the_page_has_them)
{
    const struct notice layers = {
        .kind = NOTICE_LAYERS, .layers = {.source = 9, .count = 3, .needed = {true, false, true}}};
    const struct notice voice = {.kind = NOTICE_VOICE, .voice = {16000, true}};
    const struct notice line = {
        .kind = NOTICE_LINE,
        .line = {.up = QUALITY_FAIR, .down = QUALITY_POOR, .pictures_off = true}};
    json_t *json = encode(&layers, NULL);
    const json_t *needed = json_object_get(json, "needed");

    CHECK_STR(text_at(json, "type"), "layers");
    CHECK_EQ(json_integer_value(json_object_get(json, "source")), 9);
    CHECK_EQ(json_array_size(needed), 3);
    CHECK(json_is_true(json_array_get(needed, 0)) && json_is_true(json_array_get(needed, 2)));
    CHECK(json_is_false(json_array_get(needed, 1)));
    json_decref(json);
    json = encode(&voice, NULL);
    CHECK_EQ(json_integer_value(json_object_get(json, "maxBitrate")), 16000);
    CHECK(json_is_true(json_object_get(json, "redundancy")));
    json_decref(json);
    json = encode(&line, NULL);
    CHECK_STR(text_at(json, "up"), "fair");
    CHECK_STR(text_at(json, "down"), "poor");
    CHECK(json_is_true(json_object_get(json, "picturesOff")));
    CHECK(json_is_false(json_object_get(json, "redundancy")));
    json_decref(json);
}

TEST(slots_are_told_by_mid)
{
    struct transport_parameters *p = sample_offer("protocol/sdp/firefox-page-offer.sdp");
    struct notice notice = {.kind = NOTICE_SLOTS, .slots = {.parameters = p, .count = 2}};

    notice.slots.changes[0] = (struct sfu_slot_change){.line = 5, .source = 9, .paused = true};
    notice.slots.changes[1] = (struct sfu_slot_change){.line = 200, .source = 9};
    json_t *json = encode(&notice, NULL);
    const json_t *slots = json_object_get(json, "slots");
    CHECK_EQ(json_array_size(slots), 1);
    CHECK_STR(text_at(json_array_get(slots, 0), "mid"), "5");
    CHECK_EQ(json_integer_value(json_object_get(json_array_get(slots, 0), "source")), 9);
    CHECK(json_is_true(json_object_get(json_array_get(slots, 0), "paused")));
    json_decref(json);
    mem_free(p);
}

TEST(an_error_says_why_in_a_sentence)
{
    const struct notice state = {.kind = NOTICE_ERROR, .id = 8, .error = {REFUSAL_STATE}};
    const struct notice offer = {.kind = NOTICE_ERROR, .error = {REFUSAL_OFFER}};
    json_t *json = encode(&state, NULL);

    CHECK_STR(text_at(json, "type"), "error");
    CHECK_STR(text_at(json, "code"), "state");
    CHECK_STR(text_at(json, "text"), refusal_text(REFUSAL_STATE));
    CHECK_EQ(json_integer_value(json_object_get(json, "id")), 8);
    json_decref(json);
    json = encode(&offer, "there is no BUNDLE group");
    CHECK_STR(text_at(json, "text"),
              "This browser's sound and picture cannot be connected: there is no BUNDLE group.");
    json_decref(json);
}

TEST(states_of_media_are_three_words)
{
    static const struct {
        enum sfu_event_kind kind;
        const char *word;
    } rows[] = {{SFU_TRANSPORT_CONNECTED, "connected"},
                {SFU_TRANSPORT_BACK, "connected"},
                {SFU_TRANSPORT_LOST, "lost"},
                {SFU_TRANSPORT_FAILED, "failed"}};

    for (size_t i = 0; i < 4; i++) {
        const struct notice notice = {.kind = NOTICE_MEDIA, .media = rows[i].kind};
        json_t *json = encode(&notice, NULL);

        CHECK_STR(text_at(json, "state"), rows[i].word);
        json_decref(json);
    }
}
