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

// What each page has been told of itself.
struct pages {
    enum stage stage[CONVERSATIONS];
    int person[CONVERSATIONS]; // -1: the doctor
    bool second_device[CONVERSATIONS];
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

// In order, since `joined` and `stage` change what may follow.
static void check_effects(struct bench *b, struct pages *pages)
{
    static const struct answer_settings settings;

    for (size_t i = 0; i < b->effects.count; i++) {
        const struct effect *effect = &b->effects.items[i];
        const uint64_t to = effect->conversation;

        if (effect->kind != EFFECT_NOTICE)
            continue;
        const struct notice *notice = &effect->notice;
        if (notice->kind == NOTICE_JOINED)
            pages->stage[to] = notice->joined.stage;
        else if (notice->kind == NOTICE_STAGE)
            pages->stage[to] = notice->stage.stage;
        if (pages->stage[to] != STAGE_IN)
            CHECK(may_wait_for(notice->kind));
        char *json = encode_notice(notice, &settings, b->wall_ms, NULL);
        CHECK(json);
        check_text(pages, to, json);
        mem_free(json);
    }
}

static void step(struct bench *b, struct pages *pages, struct random *random, uint64_t *last)
{
    const uint64_t some = 1 + random_below(random, *last);
    const uint32_t member = (uint32_t)random_below(random, 40);
    char device[ID_SIZE];
    int person;

    switch (random_below(random, 10)) {
    case 0:
        pages->person[++*last] = -1;
        page_doctor(b, *last);
        break;
    case 1:
    case 2:
    case 3:
        person = (int)random_below(random, PEOPLE);
        pages->person[++*last] = person;
        (void)snprintf(device, sizeof device, "%.8s-%u", names[person],
                       (unsigned)random_below(random, 2));
        page_patient(b, *last, names[person], device);
        break;
    case 4:
        page_gone(b, some);
        break;
    case 5:
        bench_tick(b, SEC(random_below(random, 20)));
        break;
    case 6:
        page_says(b, some, (enum chat_to)random_below(random, 2),
                  names[pages->person[some] < 0 ? 0 : pages->person[some]]);
        break;
    default:
        // Anything but the end, which would end the test's point.
        page_asks(b, some, (enum request_kind)(1 + random_below(random, REQUEST_END - 1)),
                  *last > 40 ? (uint32_t)(*last - member) : member);
        break;
    }
}

TEST(nobody_is_told_what_is_not_for_them_in_a_random_meetup)
{
    static struct pages pages;
    struct random random = random_seeded(20);
    struct bench b;
    uint64_t last = 0;

    bench_open(&b);
    for (int i = 0; i < PEOPLE; i++)
        bench_invite(&b, names[i]);
    for (size_t i = 0; i < CONVERSATIONS; i++)
        pages.stage[i] = STAGE_OUT;
    pages.person[++last] = -1;
    page_doctor(&b, last);
    for (int i = 0; i < STEPS; i++) {
        check_effects(&b, &pages);
        step(&b, &pages, &random, &last);
        CHECK(last < CONVERSATIONS);
    }
    bench_close(&b);
}
