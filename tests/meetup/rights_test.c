// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/rights_test.c - each verb by each role at each stage is granted or refused, never undefined.
#include "meetup/rights.h"

#include "meetup/bench.h"
#include "meetup/verbs/verb.h"
#include "support/check.h"

#define OK GRANTED
#define NO REFUSAL_DENIED
#define ST REFUSAL_STATE

enum who { NOBODY, WAITING, PATIENT, HOST, WHO_COUNT };

// What really happens, by who asks; the others' numbers name one who waits or one who is in.
static const enum refusal outcomes[REQUEST_PAGE_KINDS][WHO_COUNT] = {
    //                  NOBODY WAITING PATIENT HOST
    [REQUEST_JOIN] = {OK, ST, ST, ST},   [REQUEST_OFFER] = {ST, OK, OK, OK},
    [REQUEST_WANT] = {ST, ST, OK, OK},   [REQUEST_STATE] = {ST, OK, OK, OK},
    [REQUEST_UNMUTE] = {ST, ST, OK, OK}, [REQUEST_CHAT] = {ST, ST, OK, OK},
    [REQUEST_LEAVE] = {ST, OK, OK, OK},  [REQUEST_PING] = {OK, OK, OK, OK},
    [REQUEST_ADMIT] = {ST, NO, NO, OK},  [REQUEST_DECLINE] = {ST, NO, NO, OK},
    [REQUEST_MUTE] = {ST, NO, NO, OK},   [REQUEST_REMOVE] = {ST, NO, NO, OK},
    [REQUEST_END] = {ST, NO, NO, OK},
};

// conversation 1 the doctor, 2 in, 3 waiting, 9 nobody
static void open_room(struct bench *b, uint32_t *in, uint32_t *waiting)
{
    bench_open(b);
    bench_invite(b, "Anna");
    bench_invite(b, "Bert");
    bench_invite(b, "Carl");
    page_doctor(b, DOCTOR);
    *in = page_admitted(b, 2, "Bert");
    page_patient(b, 3, "Carl", "carl-phone");
    *waiting = told(b, 3, NOTICE_JOINED)->joined.member;
}

TEST(every_verb_by_everybody_is_answered_as_the_table_says)
{
    static const uint64_t conversations[WHO_COUNT] = {9, 3, 2, DOCTOR};

    for (int kind = 0; kind < REQUEST_PAGE_KINDS; kind++) {
        for (int who = 0; who < WHO_COUNT; who++) {
            struct bench b;
            uint32_t in;
            uint32_t waiting;

            open_room(&b, &in, &waiting);
            page_asks(&b, conversations[who], (enum request_kind)kind,
                      kind == REQUEST_ADMIT || kind == REQUEST_DECLINE ? waiting : in);
            const struct notice *error = told(&b, conversations[who], NOTICE_ERROR);
            const enum refusal got = error ? error->error.refusal : GRANTED;
            if (got != outcomes[kind][who])
                CHECK_FAIL("%s by %d: %d", verbs[kind]->name, who, (int)got);
            if (error)
                CHECK_EQ(b.effects.count, 1); // and nothing else has happened
            bench_close(&b);
        }
    }
}

TEST(every_verb_names_nobody_with_an_error)
{
    static const enum request_kind kinds[] = {REQUEST_ADMIT, REQUEST_DECLINE, REQUEST_MUTE,
                                              REQUEST_REMOVE};

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct bench b;
        uint32_t in;
        uint32_t waiting;

        open_room(&b, &in, &waiting);
        page_asks(&b, DOCTOR, kinds[i], 4000);
        CHECK(refused(&b, DOCTOR, REFUSAL_NOT_FOUND));
        bench_close(&b);
    }
}

TEST(the_policy_is_defined_for_every_role_and_stage)
{
    for (int kind = 0; kind < REQUEST_PAGE_KINDS; kind++) {
        for (int role = 0; role < ROLE_COUNT; role++) {
            for (int stage = STAGE_WAITING; stage <= STAGE_OUT; stage++) {
                const enum refusal refusal =
                    rights_check(verbs[kind], (enum role)role, (enum stage)stage);
                CHECK(refusal == GRANTED || refusal == REFUSAL_DENIED || refusal == REFUSAL_STATE);
            }
        }
        CHECK(verbs[kind]->name && verbs[kind]->run);
    }
}

TEST(roles_have_the_rights_the_product_gives_them)
{
    static const struct {
        enum role role;
        enum refusal mute, end, chat, want, state;
        bool active, roster;
    } rows[] = {
        {ROLE_DOCTOR, OK, OK, OK, OK, OK, true, true},
        {ROLE_FACILITATOR, OK, NO, OK, OK, OK, false, true},
        {ROLE_TECHNICIAN, NO, NO, OK, NO, NO, false, false},
        {ROLE_PATIENT, NO, NO, OK, OK, OK, true, false},
        {ROLE_CARER, NO, NO, OK, OK, OK, false, false},
        {ROLE_INTERPRETER, NO, NO, OK, OK, OK, false, false},
        {ROLE_VIEWER, NO, NO, NO, OK, NO, false, false},
        {ROLE_ADMINISTRATOR, NO, NO, NO, NO, NO, false, false},
    };

    CHECK_EQ(ARRAY_LEN(rows), ROLE_COUNT);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const enum role role = rows[i].role;

        CHECK_EQ(rights_check(&verb_mute, role, STAGE_IN), rows[i].mute);
        CHECK_EQ(rights_check(&verb_end, role, STAGE_IN), rows[i].end);
        CHECK_EQ(rights_check(&verb_chat, role, STAGE_IN), rows[i].chat);
        CHECK_EQ(rights_check(&verb_want, role, STAGE_IN), rows[i].want);
        CHECK_EQ(rights_check(&verb_state, role, STAGE_IN), rows[i].state);
        CHECK_EQ(rights_is_active(role), rows[i].active);
        CHECK_EQ(rights_has(role, RIGHT_ROSTER), rows[i].roster);
    }
}
