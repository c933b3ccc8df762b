// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/upstream_sound_test.c - which loss a microphone is told of, so that its encoder helps where it can.
#include "sfu/compound.h"
#include "sfu/sound_desk.h"
#include "sfu/upstream.h"
#include "support/check.h"
#include "wire/rtcp.h"

static struct rtcp_report report_of(struct sound_desk *desk)
{
    struct compound to = compound_for(desk->speaker, desk->out);
    struct rtcp_report report = {0};
    struct rtcp_packet packet;
    struct bytes blocks;
    uint32_t ssrc;

    upstream_report(desk->speaker, desk->now, &to);
    struct rtcp_walk walk = rtcp_walk(bytes_of(to.packet.start, writer_len(&to.packet)));
    while (rtcp_next(&walk, &packet))
        if (packet.type == RTCP_RR)
            CHECK(rtcp_read_rr(&ssrc, &blocks, &packet) && rtcp_next_report(&blocks, &report));
    CHECK(report.ssrc != 0);
    return report;
}

TEST(a_microphone_is_told_of_the_loss_of_those_to_whom_no_copies_go)
{
    struct sound_desk *desk = sound_desk_create(&(struct sound_desk_options){.red = false});

    sound_desk_say(desk, 50);
    CHECK_EQ(report_of(desk).fraction_lost, 0);
    sound_update(desk->viewer, desk->now, .125, 5000000);
    voice_update(desk->router, desk->now);
    sound_desk_say(desk, 50);
    CHECK_EQ(report_of(desk).fraction_lost, 32);
    CHECK_EQ(report_of(desk).lost, 0); // the count is true
    sound_update(desk->viewer, desk->now, .9, 5000000);
    voice_update(desk->router, desk->now);
    CHECK_EQ(report_of(desk).fraction_lost, 51); // 20 % at most
    for (unsigned i = 0; i < 5; i++) {
        sound_desk_skip(desk);
        sound_desk_say(desk, 1);
    }
    CHECK_EQ(report_of(desk).fraction_lost, 128); // its own is worse
    sound_desk_destroy(desk);
}

TEST(listeners_who_get_copies_do_not_count)
{
    struct sound_desk *desk = sound_desk_create(&(struct sound_desk_options){.red = true});

    sound_desk_say(desk, 50);
    sound_update(desk->viewer, desk->now, .125, 5000000);
    voice_update(desk->router, desk->now);
    CHECK_EQ(report_of(desk).fraction_lost, 0);
    sound_desk_destroy(desk);
}
