// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/effects_test.c - the list of effects owns what it holds, also when memory is short.
#include "meetup/effects.h"

#include "base/mem.h"
#include "meetup/bench.h"
#include "support/check.h"

#include <string.h>

TEST(parameters_that_nobody_took_are_freed_with_the_list)
{
    struct effects effects = {0};
    struct effect *effect = effects_add(&effects, EFFECT_SFU, 0);

    effect->sfu.kind = SFU_OPEN_TRANSPORT;
    effect->sfu.open.parameters = bench_offer();
    effects_clear(&effects); // the sanitizer tells a leak
    CHECK_EQ(effects.count, 0);
    effects_fini(&effects);
    CHECK(!effects.items);
}

TEST(what_is_kept_lives_until_the_list_is_cleared)
{
    struct effects effects = {0};
    char text[] = "kept";
    const char *copy = effects_keep(&effects, text, sizeof text);

    text[0] = 'x';
    CHECK_STR(copy, "kept");
    effects_fini(&effects);
}

// Every allocation of a doctor's and a patient's way in fails once; nothing leaks or breaks.
TEST(any_failing_allocation_is_survived)
{
    for (size_t n = 1; n < 80; n++) {
        struct bench b;
        struct request request = {.kind = REQUEST_JOIN, .conversation = 3};

        bench_open(&b);
        bench_invite(&b, "Anna");
        page_doctor(&b, DOCTOR);
        memcpy(request.join.invite, "invite-Anna", 12);
        memcpy(request.identity.device, "phone", 6);
        memcpy(request.join.room_name, "Anna", 5);
        request.join.parameters = bench_offer();
        b.store_sleeps = true;
        effects_clear(&b.effects);
        mem_fail_at(n);
        directory_receive(b.directory, b.now, b.wall_ms, &request, &b.effects);
        request_fini(&request);
        struct request entered = {.kind = REQUEST_ENTERED, .conversation = 3};
        entered.entered.meetup = b.meetup;
        entered.entered.invite = b.invites[0];
        directory_receive(b.directory, b.now, b.wall_ms, &entered, &b.effects);
        mem_fail_at(0);
        CHECK(b.effects.lost || told(&b, 3, NOTICE_ERROR) || told(&b, 3, NOTICE_JOINED));
        b.store_sleeps = false;
        page_patient(&b, 4, "Anna", "phone");
        CHECK(told(&b, 4, NOTICE_JOINED));
        bench_close(&b);
    }
}
