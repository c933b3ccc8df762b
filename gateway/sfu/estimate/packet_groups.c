// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/packet_groups.c - packets sent together, and how much later or earlier a group came than the last.
#include "sfu/estimate/packet_groups.h"

#define GROUP_SPAN MSEC(5)
#define BURST_GAP MSEC(5)
#define BURST_SPAN MSEC(100)
#define ARRIVAL_LEAP SEC(3)
#define MOST_BACKWARDS 3

// Packets that waited together somewhere on the way come together.
static bool is_burst(const struct packet_group *group, usec sent_at, usec arrival)
{
    const usec arrival_gap = arrival - group->arrival;
    const usec sent_gap = sent_at - group->last_sent;

    return sent_gap == 0 || (arrival_gap < sent_gap && arrival_gap <= BURST_GAP &&
                             arrival - group->first_arrival < BURST_SPAN);
}

static void begin_group(struct packet_groups *groups, usec sent_at, usec arrival)
{
    groups->has_current = true;
    groups->current = (struct packet_group){
        .first_sent = sent_at, .last_sent = sent_at, .first_arrival = arrival};
}

// False when the two complete groups tell nothing.
static bool compare(struct packet_groups *groups, struct packet_delta *delta)
{
    const struct packet_group *current = &groups->current;
    const struct packet_group *previous = &groups->previous;

    if (!groups->has_previous)
        return false;
    *delta = (struct packet_delta){.sent = current->last_sent - previous->last_sent,
                                   .arrival = current->arrival - previous->arrival};
    if (delta->arrival - (current->heard_at - previous->heard_at) >= ARRIVAL_LEAP) {
        *groups = (struct packet_groups){0};
        return false;
    }
    if (delta->arrival >= 0) {
        groups->backwards = 0;
        return true;
    }
    if (++groups->backwards >= MOST_BACKWARDS)
        *groups = (struct packet_groups){0};
    return false;
}

bool packet_groups_add(struct packet_groups *groups, usec now, usec sent_at, usec arrival,
                       struct packet_delta *delta)
{
    struct packet_group *current = &groups->current;
    bool complete = false;

    if (!groups->has_current) {
        begin_group(groups, sent_at, arrival);
    } else if (sent_at < current->first_sent) {
        return false;
    } else if (!is_burst(current, sent_at, arrival) && sent_at - current->first_sent > GROUP_SPAN) {
        complete = compare(groups, delta);
        if (groups->has_current) { // it did not begin anew
            groups->previous = *current;
            groups->has_previous = true;
        }
        begin_group(groups, sent_at, arrival);
    }
    if (sent_at > current->last_sent)
        current->last_sent = sent_at;
    current->arrival = arrival;
    current->heard_at = now;
    return complete;
}
