// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/restart_test.c - a browser's ICE restart is told from any other second offer.
#include "base/err.h"
#include "base/mem.h"
#include "meetup/connection.h"
#include "protocol/sample.h"
#include "support/check.h"

static bool restarts(const char *first, const char *next)
{
    struct transport_parameters *parameters = sample_offer(first);
    struct transport_parameters *again = sample_offer(next);
    const struct connection c = {.transport = 1, .parameters = parameters};
    const bool can = connection_can_restart(&c, again);

    mem_free(parameters);
    mem_free(again);
    return can;
}

TEST(restarts_of_both_browsers_are_accepted)
{
    CHECK(
        restarts("protocol/sdp/chromium-page-offer.sdp", "protocol/sdp/chromium-page-restart.sdp"));
    CHECK(restarts("protocol/sdp/firefox-page-offer.sdp", "protocol/sdp/firefox-page-restart.sdp"));
}

TEST(other_second_offers_are_not)
{
    CHECK(
        !restarts("protocol/sdp/chromium-page-offer.sdp", "protocol/sdp/chromium-page-offer.sdp"));
    CHECK(
        !restarts("protocol/sdp/chromium-page-offer.sdp", "protocol/sdp/firefox-page-restart.sdp"));
    CHECK(!restarts("wire/sdp/chromium-audio-video-sendrecv.sdp",
                    "wire/sdp/chromium-renegotiation-offer.sdp"));
}
