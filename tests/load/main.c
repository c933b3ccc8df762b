// SPDX-License-Identifier: AGPL-3.0-or-later
// load/main.c - aftercare-load: many people at once at a server, and what that costs it.
#include "base/mem.h"
#include "load/clip.h"
#include "load/crowd.h"
#include "load/loop.h"
#include "load/options.h"
#include "load/plan.h"
#include "load/report.h"
#include "load/scenario.h"
#include "load/signals.h"
#include "support/dtls_client.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>

// What everybody shares.
struct tools {
    struct ssl_ctx_st *tls;
    struct signals *signals;
    struct loop *loop;
    struct clip *clip;
    struct dtls_identity *identity;
};

static int complain(int status, const char *why)
{
    fprintf(stderr, "aftercare-load: %s\n", why);
    return status;
}

static bool has_descriptors(const struct options *o, size_t people)
{
    const rlim_t need = 3 * people + 100; // a WebSocket and two media sockets each
    struct rlimit limit;

    (void)o;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= need)
        return true;
    limit.rlim_cur = limit.rlim_max < need ? limit.rlim_max : need;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur >= need;
}

static enum err make_identity(struct tools *t, const struct options *o)
{
    static const char *const profiles[] = {
        [AGENT_CM_OR_GCM] = NULL,
        [AGENT_GCM] = "SRTP_AEAD_AES_128_GCM",
        [AGENT_CM] = "SRTP_AES128_CM_SHA1_80",
    };
    const struct dtls_client_options about = {.srtp_profiles = profiles[o->ciphers],
                                              .in_force = true};

    return dtls_identity_create(&t->identity, &about);
}

static int open_tools(struct tools *t, const struct options *o)
{
    const struct loop_settings settings = {
        .threads = o->core_count > o->threads ? o->core_count : o->threads,
        .cores = o->core_count >= o->threads ? o->cores : NULL,
        .local = o->target.from,
    };

    t->tls = tcp_tls_create(o->authorities, o->any_certificate);
    if (!t->tls)
        return complain(EX_NOINPUT, "The file of the certificate's authority cannot be used.");
    if (clip_open(&t->clip, o->clip) != ERR_OK)
        return complain(EX_NOINPUT, "The file of pictures and sound cannot be used (--clip).");
    if (signals_create(&t->signals, t->tls) != ERR_OK || make_identity(t, o) != ERR_OK ||
        loop_start(&t->loop, &settings) != ERR_OK)
        return complain(EX_OSERR, "The system gives no threads, descriptors or memory.");
    return EX_OK;
}

static void close_tools(struct tools *t)
{
    loop_stop(t->loop);
    signals_destroy(t->signals);
    dtls_identity_destroy(t->identity);
    clip_close(t->clip);
    tcp_tls_destroy(t->tls);
}

static int report(const struct options *o, const struct outcome *outcome)
{
    char why[OUTCOME_WHY_SIZE];
    const bool was_ours = outcome_was_our_fault(outcome, why);
    const char *fault = was_ours ? why : NULL;

    if (was_ours) {
        fprintf(stderr, "aftercare-load: No report: this program was itself the bottleneck, %s.\n",
                why);
        if (!o->anyway)
            return EX_TEMPFAIL;
    }
    if (!o->json || strcmp(o->json, "-") != 0)
        report_table(stdout, o, outcome, fault);
    if (o->json && !report_json(o->json, o, outcome, fault))
        return complain(EX_CANTCREAT, "The report cannot be written.");
    return was_ours ? EX_TEMPFAIL : EX_OK;
}

static int run(struct tools *t, const struct options *o, struct plan *plan, struct outcome *outcome)
{
    struct crowd_settings settings = {
        .house = o->is_janus ? &house_janus : &house_gateway,
        .target = o->target,
        .signals = t->signals,
        .loop = t->loop,
        .clip = t->clip,
        .identity = t->identity,
        .email = o->email,
        .password = o->password,
        .welcome = o->welcome,
        .seed = o->seed,
        .no_transport_cc = o->no_transport_cc,
        .ciphers = o->ciphers,
    };
    struct crowd *crowd = mem_zero(sizeof *crowd);
    int status;

    if (!crowd)
        return complain(EX_OSERR, "There is not enough memory.");
    settings.target.path = settings.house->path;
    settings.target.subprotocol = settings.house->subprotocol;
    crowd_init(crowd, &settings, plan->rooms, plan->room_count, plan->people, plan->people_count);
    status = scenario_run(crowd, o, outcome) ? report(o, outcome) : EX_OK;
    if (crowd->status) {
        status = crowd->status;
        complain(status, crowd->why);
    }
    crowd_fini(crowd);
    mem_free(crowd);
    return status;
}

int main(int count, char **words)
{
    static struct options options;
    static struct outcome outcome;
    struct tools tools = {0};
    struct plan plan;
    int status;

    signal(SIGPIPE, SIG_IGN);
    if (!options_read(&options, count, words, &status))
        return status;
    if (plan_make(&plan, &options) != ERR_OK)
        return complain(EX_OSERR, "There is not enough memory.");
    if (!has_descriptors(&options, plan.people_count))
        status = complain(EX_OSERR, "Too few files may be open at once for so many people "
                                    "(ulimit -n).");
    else
        status = open_tools(&tools, &options);
    if (status == EX_OK) {
        status = run(&tools, &options, &plan, &outcome);
    } else {
        mem_free(plan.rooms);
        mem_free(plan.people);
    }
    close_tools(&tools);
    return status;
}
