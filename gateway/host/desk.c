// SPDX-License-Identifier: AGPL-3.0-or-later
// host/desk.c - the practice asked directly, before threads start: for the command line and the demo.
#include "host/desk.h"

#include "base/mem.h"
#include "host/clock.h"
#include "host/entropy.h"
#include "practice/effects.h"
#include "practice/password_job.h"
#include "practice/practice.h"
#include "store/store.h"

void desk_ask(struct desk *desk, const struct query *query, struct result *result)
{
    if (query_is_password_job(query))
        password_job_run(query, result);
    else
        store_run(desk->store, query, result);
}

// Carries out one list of effects; what the answers lead to comes into `next`.
static bool carry_out(struct desk *desk, struct practice_effects *effects,
                      struct practice_effects *next, desk_answered *answered, void *owner)
{
    struct result *result = mem_zero(sizeof *result);
    bool granted = false;

    for (size_t i = 0; result && i < effects->count; i++) {
        struct practice_effect *effect = &effects->items[i];

        if (effect->kind == PRACTICE_QUERY && effect->query) {
            effect->query->wall = clock_wall();
            desk_ask(desk, effect->query, result);
            practice_result(desk->practice, clock_now(), clock_wall(), result, next);
            result_fini(result);
        } else if (effect->kind == PRACTICE_REPLY && effect->reply) {
            granted = !effect->reply->refused;
            if (answered)
                answered(owner, effect->reply);
        }
    }
    practice_effects_clear(effects);
    mem_free(result);
    return granted;
}

bool desk_call(struct desk *desk, struct call *call, desk_answered *answered, void *owner)
{
    struct practice_effects now = {0}, next = {0};
    bool granted = false;

    call->id = ++desk->calls;
    call->from = address_v4(127, 0, 0, 1, 0);
    entropy_fill(call->random, sizeof call->random);
    practice_receive(desk->practice, clock_now(), clock_wall(), call, &now);
    while (now.count) {
        granted = carry_out(desk, &now, &next, answered, owner) || granted;
        const struct practice_effects done = now;
        now = next;
        next = done;
    }
    practice_effects_fini(&now);
    practice_effects_fini(&next);
    return granted;
}
