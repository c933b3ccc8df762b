// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/send.c - publishers at the pace of a clock, whatever becomes of their packets.
#include "load/floor/commands.h"
#include "load/floor/loop.h"
#include "load/floor/moment.h"
#include "load/floor/talk.h"

#include "load/floor/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define TOO_LATE_NS 5000000u // a burst

struct pace {
    uint64_t packets;
    uint64_t late;
    uint64_t refused;
};

static bool send_burst(struct talk *talk, int s, struct pace *pace)
{
    static struct letters letters;

    if (!talk_burst(talk, moment_ns()))
        return false;
    for (size_t i = 0; i < talk->count; i++)
        letters_add(&letters, &talk->given.to, bytes_of(talk->bytes[i], talk->lens[i]));
    pace->packets += talk->count;
    return letters_send(&letters, s, &pace->refused);
}

static bool send_all(struct talk *talk, struct loop *loop, int s, struct pace *pace)
{
    const uint64_t start = moment_ns(), end = talk->given.seconds * 1000000000u;

    for (uint64_t due; (due = talk_due(talk, talk->bursts)) < end;) {
        const uint64_t past = moment_ns() - start;

        if (past < due) {
            loop_wake_at(loop, start + due);
            if (!loop_wait(loop))
                return loop->told;
            continue;
        }
        pace->late += past - due > TOO_LATE_NS;
        if (!send_burst(talk, s, pace))
            return false;
    }
    return true;
}

int command_send(const struct settings *settings)
{
    static struct talk talk;
    const int s = endpoint_open(&settings->from);
    struct pace pace = {0};
    struct loop loop;
    int status = 1;

    if (s < 0 || !loop_open(&loop) || !talk_init(&talk, settings)) {
        fprintf(stderr, "floor send: cannot begin: %s\n", strerror(errno));
    } else if (!send_all(&talk, &loop, s, &pace)) {
        fprintf(stderr, "floor send: cannot send: %s\n", strerror(errno));
    } else {
        printf(
            settings->json
                ? "{\"bursts\":%llu,\"packets\":%llu,\"burst\":%.3f,\"late\":%llu,\"full\":%llu}\n"
                : "%llu bursts, %llu packets, %.3f in that of an average one, %llu bursts late, %llu full\n",
            (unsigned long long)talk.bursts, (unsigned long long)pace.packets,
            talk_burst_of_packet(&talk), (unsigned long long)pace.late,
            (unsigned long long)pace.refused);
        status = 0;
    }
    talk_fini(&talk);
    if (s >= 0)
        close(s);
    return status;
}
