// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/privacy_test.c - a long random meetup in which nobody may hear what is not for them.
#include "base/mem.h"
#include "meetup/bench.h"
#include "protocol/encode.h"
#include "support/check.h"
#include "support/random.h"

#include <stdio.h>
#include <string.h>

#define PEOPLE 6
#define STEPS 4000
#define CONVERSATIONS 4096

static const char *const names[PEOPLE] = {"Quirin", "Xenia", "Jolanda", "Wenzel", "Ysolde", "Zeno"};

// What each page has been told of itself, and what has happened at all.
struct pages {
    enum stage stage[CONVERSATIONS];
    int person[CONVERSATIONS]; // -1: the doctor
    uint64_t transport[CONVERSATIONS];
    uint64_t doctor; // the doctor's present conversation
    uint32_t last_member;
    size_t told_in;      // notices to patients in the room
    size_t told_waiting; // and to those who wait
    size_t lists;        // waiting lists with somebody on them
};

static bool may_wait_for(enum notice_kind kind)
{
    return kind == NOTICE_JOINED || kind == NOTICE_STAGE || kind == NOTICE_WAITING_PLACE ||
           kind == NOTICE_MEDIA || kind == NOTICE_ERROR || kind == NOTICE_PONG ||
           kind == NOTICE_CHAT || kind == NOTICE_ANSWER;
}

static void check_text(const struct pages *pages, uint64_t to, const char *json)
{
    const int own = pages->person[to];

    for (int i = 0; own >= 0 && i < PEOPLE; i++) {
        char roster[64];

        (void)snprintf(roster, sizeof roster, "Roster %s", names[i]);
        if (strstr(json, roster) || strstr(json, "rosterName"))
            CHECK_FAIL("a roster name to %s: %s", names[own], json);
        if (pages->stage[to] != STAGE_IN && i != own && strstr(json, names[i]))
            CHECK_FAIL("%s waits and reads: %s", names[own], json);
    }
}

static void follow(struct pages *pages, uint64_t to, const struct notice *notice)
{
    if (notice->kind == NOTICE_JOINED) {
        pages->stage[to] = notice->joined.stage;
        pages->transport[to] = notice->joined.connection;
        if (notice->joined.member > pages->last_member)
            pages->last_member = notice->joined.member;
    } else if (notice->kind == NOTICE_STAGE) {
        pages->stage[to] = notice->stage.stage;
    }
    pages->lists += notice->kind == NOTICE_WAITING && notice->waiting.count > 0;
    pages->told_in += pages->person[to] >= 0 && pages->stage[to] == STAGE_IN;
    pages->told_waiting += pages->stage[to] == STAGE_WAITING;
}

// In order, since `joined` and `stage` change what may follow.
static void check_effects(struct bench *b, struct pages *pages)
{
    static const struct answer_settings settings;

    for (size_t i = 0; i < b->effects.count; i++) {
        const struct effect *effect = &b->effects.items[i];
        const uint64_t to = effect->conversation;

        if (effect->kind != EFFECT_NOTICE)
            continue;
        follow(pages, to, &effect->notice);
        if (pages->stage[to] != STAGE_IN)
            CHECK(may_wait_for(effect->notice.kind));
        if (pages->person[to] >= 0)
            CHECK(effect->notice.kind != NOTICE_WAITING);
        char *json = encode_notice(&effect->notice, &settings, b->wall_ms, NULL);
        CHECK(json);
        check_text(pages, to, json);
        mem_free(json);
    }
}

static void come(struct bench *b, struct pages *pages, struct random *random, uint64_t conversation)
{
    const int person = (int)random_below(random, PEOPLE);
    char device[ID_SIZE];

    pages->person[conversation] = person;
    (void)snprintf(device, sizeof device, "%.8s-%u", names[person],
                   (unsigned)random_below(random, 2));
    page_patient(b, conversation, names[person], device);
}

// Of whoever it is: in, waiting, or gone.
static void media(struct bench *b, struct random *random, uint64_t transport)
{
    static const enum sfu_event_kind kinds[] = {SFU_TRANSPORT_LOST, SFU_TRANSPORT_BACK, SFU_LAYERS,
                                                SFU_VOICE,          SFU_QUALITY,        SFU_SLOTS};
    struct request event = {.kind = REQUEST_MEDIA};

    event.media.kind = kinds[random_below(random, 6)];
    event.media.transport = transport;
    if (event.media.kind == SFU_QUALITY) {
        event.media.quality.up = (enum line_quality)random_below(random, QUALITY_LOST + 1);
        event.media.quality.down = (enum line_quality)random_below(random, QUALITY_LOST + 1);
    } else if (event.media.kind == SFU_LAYERS) {
        event.media.layers.kind = SOURCE_CAMERA;
        event.media.layers.count = (uint8_t)random_below(random, PARAMETERS_LAYERS + 1);
    } else if (event.media.kind == SFU_SLOTS) {
        event.media.slots.count = 1;
        event.media.slots.changes[0].line = 3;
        event.media.slots.changes[0].source = (uint32_t)random_below(random, 40);
    }
    bench_send(b, &event);
}

static void step(struct bench *b, struct pages *pages, struct random *random, uint64_t *last)
{
    const uint64_t recent = *last - random_below(random, *last < 12 ? *last : 12);
    const uint64_t some = random_below(random, 2) ? recent : pages->doctor;
    const uint32_t member = pages->last_member - (uint32_t)random_below(random, 8);
    const int person = pages->person[some];

    switch (random_below(random, 14)) {
    case 0:
        pages->doctor = ++*last;
        pages->person[*last] = -1;
        page_doctor(b, *last);
        break;
    case 1:
    case 2:
        ++*last;
        come(b, pages, random, *last);
        break;
    case 3:
        page_gone(b, recent);
        break;
    case 4:
        bench_tick(b, SEC(random_below(random, 20)));
        break;
    case 5:
        page_says(b, some, (enum chat_to)random_below(random, 2), names[person < 0 ? 0 : person]);
        break;
    case 6:
        page_asks(b, pages->doctor, REQUEST_ADMIT, member);
        break;
    case 7: // an invite is renewed now and then, or all would be removed in the end
        for (size_t i = 0; i < b->seat_count; i++) {
            struct request renewed = {.kind = REQUEST_REVOKED};

            memcpy(renewed.revoked.meetup, b->meetup.id, ID_SIZE);
            memcpy(renewed.revoked.invite, b->seats[i].invite, ID_SIZE);
            renewed.revoked.renewed = true;
            bench_send(b, &renewed);
        }
        break;
    case 8:
    case 9:
        media(b, random, pages->transport[some]);
        break;
    default:
        // Anything but the end, which would end the test's point.
        page_asks(b, some, (enum request_kind)(1 + random_below(random, REQUEST_END - 1)), member);
        break;
    }
}

TEST(nobody_is_told_what_is_not_for_them_in_a_random_meetup)
{
    static struct pages pages;
    struct random random = random_seeded(20);
    struct bench b;
    uint64_t last = 1;

    bench_open(&b);
    for (int i = 0; i < PEOPLE; i++)
        bench_invite(&b, names[i]);
    for (size_t i = 0; i < CONVERSATIONS; i++)
        pages.stage[i] = STAGE_OUT;
    pages.person[last] = -1;
    pages.doctor = last;
    page_doctor(&b, last);
    for (int i = 0; i < STEPS; i++) {
        check_effects(&b, &pages);
        step(&b, &pages, &random, &last);
        CHECK(last < CONVERSATIONS);
    }
    CHECK(pages.told_in > STEPS / 4);
    CHECK(pages.told_waiting > STEPS / 8);
    CHECK(pages.lists > STEPS / 8);
    bench_close(&b);
}
