// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/decode_test.c - messages of a page: what is understood, and all that is not.
#include "protocol/decode.h"

#include "base/err.h"
#include "base/mem.h"
#include "meetup/directory.h"
#include "protocol/sample.h"
#include "support/check.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define LANGUAGE_HAS "\"language\":\"en\",\"has\":{\"microphone\":true,\"camera\":false}"
#define DOCTOR_JOIN "\"type\":\"join\",\"as\":\"doctor\",\"meetup\":\"m-1\"," LANGUAGE_HAS
#define PATIENT_JOIN                                                                               \
    "\"type\":\"join\",\"as\":\"patient\",\"invite\":\"i_1\",\"roomName\":\" Anna \\t B\"," LANGUAGE_HAS

struct decoding {
    struct decoder *decoder;
    struct request request;
    enum refusal refusal;
    const char *why;
    bool good;
};

static void decode_bytes(struct decoding *d, struct bytes message)
{
    static const uint8_t random[DECODE_RANDOM_SIZE] = {1, 2, 3};

    *d = (struct decoding){.decoder = decoder_create()};
    d->request.conversation = 77;
    memcpy(d->request.identity.device, "phone", 6);
    CHECK(d->decoder);
    d->good = decode_message(d->decoder, message, random, &d->request, &d->refusal, &d->why);
    CHECK_EQ(d->request.conversation, 77);
    CHECK_STR(d->request.identity.device, "phone");
}

static void decode(struct decoding *d, const char *message)
{
    decode_bytes(d, bytes_of_string(message));
}

static void release(struct decoding *d)
{
    request_fini(&d->request);
    decoder_destroy(d->decoder);
}

TEST(a_doctor_joins_by_meetup_and_a_patient_by_invite)
{
    struct decoding d;

    decode(&d, "{" DOCTOR_JOIN ",\"id\":12,\"connection\":9007199254740991}");
    CHECK(d.good);
    CHECK_EQ(d.request.kind, REQUEST_JOIN);
    CHECK_EQ(d.request.id, 12);
    CHECK(d.request.join.as_doctor && d.request.join.has_microphone);
    CHECK(!d.request.join.has_camera && !d.request.join.parameters);
    CHECK_STR(d.request.join.meetup, "m-1");
    CHECK_EQ(d.request.join.connection, 9007199254740991u);
    release(&d);
    decode(&d, "{" PATIENT_JOIN "}");
    CHECK(d.good && !d.request.join.as_doctor);
    CHECK_STR(d.request.join.invite, "i_1");
    CHECK_STR(d.request.join.room_name, "Anna B");
    CHECK_STR(d.request.join.language, "en");
    CHECK_EQ(d.request.id, 0);
    release(&d);
}

TEST(an_offer_is_read_at_once)
{
    char *sdp = sample_file("protocol/sdp/firefox-page-offer.sdp");
    json_t *json =
        json_pack("{s:s, s:s, s:b, s:i}", "type", "offer", "offer", sdp, "restart", 1, "id", 3);
    char *text = json_dumps(json, 0);
    struct decoding d;

    decode(&d, text);
    CHECK(d.good && d.request.offer.restart);
    CHECK_EQ(d.request.offer.parameters->lines[1].layer_count, 3);
    release(&d);
    decode(&d, "{\"type\":\"offer\",\"restart\":false,\"offer\":\"v=0\",\"id\":3}");
    CHECK(!d.good);
    CHECK_EQ(d.refusal, REFUSAL_OFFER);
    CHECK(d.why[0]);
    CHECK_EQ(d.request.id, 3);
    release(&d);
    free(text);
    json_decref(json);
    mem_free(sdp);
}

TEST(every_other_message_is_read_into_its_fields)
{
    struct decoding d;

    decode(&d, "{\"type\":\"want\",\"pictures\":[{\"source\":5,\"height\":720},"
               "{\"height\":0,\"source\":4294967295}]}");
    CHECK(d.good);
    CHECK_EQ(d.request.want.count, 2);
    CHECK_EQ(d.request.want.pictures[0].source, 5);
    CHECK_EQ(d.request.want.pictures[0].height, 720);
    CHECK_EQ(d.request.want.pictures[1].source, 4294967295u);
    release(&d);
    decode(&d, "{\"type\":\"state\",\"microphone\":true,\"camera\":false,\"screen\":true,"
               "\"screenSound\":false}");
    CHECK(d.good && d.request.state.on[SOURCE_MICROPHONE] && d.request.state.on[SOURCE_SCREEN]);
    CHECK(!d.request.state.on[SOURCE_CAMERA] && !d.request.state.on[SOURCE_SCREEN_SOUND]);
    CHECK(!d.request.state.slow);
    release(&d);
    decode(&d, "{\"type\":\"chat\",\"to\":\"waiting\",\"text\":\"two\\nlines\"}");
    CHECK(d.good);
    CHECK_EQ(d.request.chat.to, CHAT_WAITING);
    CHECK(bytes_equal(d.request.chat.text, bytes_of_string("two\nlines")));
    release(&d);
    decode(&d, "{\"type\":\"admit\",\"all\":true}");
    CHECK(d.good);
    CHECK_EQ(d.request.member, ALL_MEMBERS);
    release(&d);
    decode(&d, "{\"type\":\"remove\",\"member\":3}");
    CHECK(d.good);
    CHECK_EQ(d.request.kind, REQUEST_REMOVE);
    CHECK_EQ(d.request.member, 3);
    release(&d);
}

TEST(a_picture_may_be_pinned_and_a_camera_off_for_a_slow_line)
{
    struct decoding d;

    decode(&d, "{\"type\":\"want\",\"pictures\":[{\"source\":5,\"height\":720,\"pinned\":true},"
               "{\"source\":9,\"height\":180,\"pinned\":false},{\"source\":13,\"height\":180}]}");
    CHECK(d.good);
    CHECK_EQ(d.request.want.count, 3);
    CHECK(d.request.want.pictures[0].pinned);
    CHECK(!d.request.want.pictures[1].pinned && !d.request.want.pictures[2].pinned);
    CHECK_EQ(d.request.want.pictures[2].source, 13);
    release(&d);
    decode(&d, "{\"type\":\"state\",\"microphone\":true,\"camera\":false,\"screen\":false,"
               "\"screenSound\":false,\"slow\":true}");
    CHECK(d.good && d.request.state.slow && !d.request.state.on[SOURCE_CAMERA]);
    release(&d);
}

TEST(anything_else_is_invalid)
{
    static const char *const messages[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"type\":\"dance\"}",
        "{\"type\":1}",
        "{\"type\":\"ping\",\"extra\":1}",
        "{\"type\":\"ping\",\"type\":\"ping\"}",
        "{\"type\":\"ping\"} {}",
        "{\"type\":\"ping\"",
        "{\"type\":\"ping\",\"id\":-1}",
        "{\"type\":\"ping\",\"id\":1.5}",
        "{\"type\":\"ping\",\"id\":\"1\"}",
        "{\"type\":\"ping\",\"id\":9007199254740992}",
        "{\"type\":\"ping\",\"id\":1e999}",
        "{\"type\":\"ping\",\"id\":01}",
        "{\"type\":\"ping\",\"id\":99999999999999999999}",
        "{\"type\":\"ping\",\"id\":null}",
        "{\"type\":\"admit\"}",
        "{\"type\":\"admit\",\"member\":1,\"all\":true}",
        "{\"type\":\"admit\",\"all\":false}",
        "{\"type\":\"admit\",\"member\":0}",
        "{\"type\":\"admit\",\"member\":4294967295}",
        "{\"type\":\"admit\",\"member\":-1}",
        "{\"type\":\"admit\",\"member\":1.0}",
        "{\"type\":\"decline\",\"all\":true}",
        "{\"type\":\"remove\",\"all\":true}",
        "{\"type\":\"chat\",\"to\":\"me\",\"text\":\"x\"}",
        "{\"type\":\"chat\",\"to\":\"all\"}",
        "{\"type\":\"chat\",\"to\":\"all\",\"text\":7}",
        "{\"type\":\"chat\",\"to\":\"all\",\"text\":\"\\u0000\"}",
        "{\"type\":\"chat\",\"to\":\"all\",\"text\":\"\\ud800\"}",
        "{\"type\":\"chat\",\"to\":\"all\",\"text\":\"\xff\"}",
        "{\"type\":\"state\",\"microphone\":1,\"camera\":true,\"screen\":true,"
        "\"screenSound\":true}",
        "{\"type\":\"state\",\"microphone\":true}",
        "{\"type\":\"state\",\"microphone\":true,\"camera\":false,\"screen\":true,"
        "\"screenSound\":true,\"slow\":1}",
        "{\"type\":\"state\",\"microphone\":true,\"camera\":false,\"screen\":true,"
        "\"screenSound\":true,\"slow\":null}",
        "{\"type\":\"state\",\"microphone\":true,\"camera\":false,\"screen\":true,"
        "\"screenSound\":true,\"line\":\"good\"}",
        "{\"type\":\"state\",\"camera\":false,\"screen\":true,\"screenSound\":true,\"slow\":true}",
        "{\"type\":\"layers\",\"source\":5,\"needed\":[true,true,true]}",
        "{\"type\":\"voice\",\"maxBitrate\":0,\"redundancy\":true}",
        "{\"type\":\"line\",\"up\":\"good\",\"down\":\"good\",\"picturesOff\":false,"
        "\"redundancy\":false}",
        "{\"type\":\"slots\",\"slots\":[]}",
        "{\"type\":\"want\",\"pictures\":{}}",
        "{\"type\":\"want\",\"pictures\":[1]}",
        "{\"type\":\"want\",\"pictures\":[{\"source\":3,\"height\":1}]}",
        "{\"type\":\"want\",\"pictures\":[{\"source\":5,\"height\":65536}]}",
        "{\"type\":\"want\",\"pictures\":[{\"source\":5,\"height\":1,\"width\":1}]}",
        "{\"type\":\"want\",\"pictures\":[{\"source\":5,\"height\":1,\"pinned\":1}]}",
        "{\"type\":\"want\",\"pictures\":[{\"source\":5,\"height\":1,\"pinned\":null}]}",
        "{\"type\":\"want\",\"pictures\":[{\"source\":5,\"height\":1,\"pinned\":\"true\"}]}",
        "{\"type\":\"want\",\"pictures\":[{\"source\":5,\"pinned\":true}]}",
        "{\"type\":\"want\",\"pictures\":[{\"source\":5,\"height\":1,\"pinned\":true,\"x\":1}]}",
        "{\"type\":\"want\",\"pinned\":true,\"pictures\":[]}",
        "{\"type\":\"offer\",\"restart\":true}",
        "{\"type\":\"offer\",\"restart\":true,\"offer\":\"\"}",
        "{\"type\":\"offer\",\"restart\":\"yes\",\"offer\":\"v=0\"}",
        "{" DOCTOR_JOIN ",\"roomName\":\"x\"}",
        "{" DOCTOR_JOIN ",\"connection\":0}",
        "{" DOCTOR_JOIN ",\"offer\":null}",
        "{\"type\":\"join\",\"as\":\"host\",\"meetup\":\"m\"," LANGUAGE_HAS "}",
        "{\"type\":\"join\",\"as\":\"doctor\",\"meetup\":\"\"," LANGUAGE_HAS "}",
        "{\"type\":\"join\",\"as\":\"doctor\",\"meetup\":\"a b\"," LANGUAGE_HAS "}",
        "{\"type\":\"join\",\"as\":\"doctor\",\"meetup\":\"12345678901234567890123\"," LANGUAGE_HAS
        "}",
        "{\"type\":\"join\",\"as\":\"doctor\",\"meetup\":\"m\",\"language\":\"en\",\"has\":{}}",
        "{\"type\":\"join\",\"as\":\"doctor\",\"meetup\":\"m\",\"language\":\"en\","
        "\"has\":{\"microphone\":true,\"camera\":true,\"x\":1}}",
        "{\"type\":\"join\",\"as\":\"doctor\",\"meetup\":\"m\",\"language\":\"en\","
        "\"has\":{\"microphone\":true,\"microphone\":true,\"camera\":true}}",
        "{\"type\":\"join\",\"as\":\"patient\",\"invite\":\"i\"," LANGUAGE_HAS "}",
        "{\"type\":\"ping\",\"x\":{\"a\":[{\"b\":[{}]}]}}",
        "// comment\n{\"type\":\"ping\"}",
        "{\"type\":\"ping\",\"id\":NaN}",
    };

    for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
        struct decoding d;

        decode(&d, messages[i]);
        if (d.good || d.refusal != REFUSAL_INVALID)
            CHECK_FAIL("%s", messages[i]);
        release(&d);
    }
}

TEST(texts_are_bounded_in_code_points)
{
    char message[40000];
    char text[24001] = "";
    struct decoding d;

    for (int i = 0; i < 2000; i++)
        memcpy(text + 3 * i, "\xe2\x82\xac", 4);
    (void)snprintf(message, sizeof message, "{\"type\":\"chat\",\"to\":\"all\",\"text\":\"%s\"}",
                   text);
    decode(&d, message);
    CHECK(d.good);
    CHECK_EQ(d.request.chat.text.len, 6000);
    release(&d);
    (void)snprintf(message, sizeof message, "{\"type\":\"chat\",\"to\":\"all\",\"text\":\"%sx\"}",
                   text);
    decode(&d, message);
    CHECK(!d.good);
    release(&d);
    memset(text, 'a', 61);
    text[61] = '\0';
    (void)snprintf(
        message, sizeof message,
        "{\"type\":\"join\",\"as\":\"patient\",\"invite\":\"i\",\"roomName\":\"%s\"," LANGUAGE_HAS
        "}",
        text);
    decode(&d, message);
    CHECK(!d.good);
    release(&d);
}

TEST(too_many_pictures_are_refused)
{
    static const char picture[] = "{\"source\":5,\"height\":1}";

    for (size_t count = COMMAND_WANTS; count <= COMMAND_WANTS + 1; count++) {
        char message[4096] = "";
        struct writer out = writer_over(message, sizeof message - 1);
        struct decoding d;

        write_text(&out, "{\"type\":\"want\",\"pictures\":[%s", picture);
        for (size_t i = 1; i < count; i++)
            write_text(&out, ",%s", picture);
        write_text(&out, "]}");
        decode(&d, message);
        CHECK_EQ(d.good, count == COMMAND_WANTS);
        if (d.good)
            CHECK_EQ(d.request.want.count, COMMAND_WANTS);
        release(&d);
    }
}

TEST(deep_and_large_messages_are_refused_at_once)
{
    const size_t size = 300u * 1024;
    char *message = mem_zero(size);
    struct decoding d;

    memset(message, '[', size - 1);
    decode(&d, message);
    CHECK(!d.good);
    release(&d);
    memset(message, ' ', size);
    memcpy(message, "{\"type\":\"ping\"}", 15);
    decode_bytes(&d, bytes_of(message, 256u * 1024));
    CHECK(d.good);
    release(&d);
    decode_bytes(&d, bytes_of(message, 256u * 1024 + 1));
    CHECK(!d.good);
    release(&d);
    mem_free(message);
}

TEST(a_decoder_serves_one_message_after_another)
{
    static const uint8_t random[DECODE_RANDOM_SIZE];
    struct decoding d;

    decode(&d, "{\"type\":\"chat\",\"to\":\"all\",\"text\":\"one\",\"id\":5}");
    CHECK(
        !decode_message(d.decoder, bytes_of_string("{}"), random, &d.request, &d.refusal, &d.why));
    CHECK_EQ(d.request.id, 0);
    CHECK(decode_message(d.decoder, bytes_of_string("{\"type\":\"end\"}"), random, &d.request,
                         &d.refusal, &d.why));
    CHECK_EQ(d.request.kind, REQUEST_END);
    release(&d);
}
