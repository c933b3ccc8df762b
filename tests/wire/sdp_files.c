// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_files.c - the offers and answers of real browsers.
#include "wire/sdp_files.h"

#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

// Each of its lines has ICE credentials of its own, though they are one bundle.
#define OWN_CREDENTIALS "ICE credentials differ inside the BUNDLE group"
#define ICE_LITE "both sides would be ICE-lite"

const struct sdp_file sdp_files[] = {
    {"aiortc140-whep-offer", OWN_CREDENTIALS, 2, 1, 1, 0},
    {"aiortc140-whip-offer", OWN_CREDENTIALS, 2, 1, 1, 0},
    {"chromium-answer-recvonly", NULL, 2, 1, 1, 0},
    {"chromium-audio-video-sendrecv", NULL, 2, 1, 1, 0},
    {"chromium-av-dc-gathered", NULL, 3, 1, 1, 0},
    {"chromium-datachannel", NULL, 1, 0, 0, 0},
    {"chromium-icelite-answer-accepted", ICE_LITE, 15, 4, 10, 0},
    {"chromium-icerestart-reoffer", NULL, 2, 1, 1, 0},
    {"chromium-maxbundle-simulcast2-dc", NULL, 3, 1, 1, 2},
    {"chromium-renegotiation-offer", NULL, 3, 1, 2, 0},
    {"chromium-screenshare", NULL, 1, 0, 1, 0},
    {"chromium-setcodecprefs-vp8", NULL, 1, 0, 1, 0},
    {"chromium-simulcast-3a-9v-dc", NULL, 15, 4, 10, 3},
    {"chromium-simulcast-3a-9v-recv", NULL, 14, 4, 10, 3},
    {"chromium-simulcast-L1T3", NULL, 2, 1, 1, 3},
    {"chromium-simulcast-answer-accepted", NULL, 1, 0, 1, 0},
    {"chromium-whep-recvonly", NULL, 2, 1, 1, 0},
    {"firefox-answer-recvonly", NULL, 2, 1, 1, 0},
    {"firefox-audio-video-sendrecv", NULL, 2, 1, 1, 0},
    {"firefox-av-dc-gathered", NULL, 3, 1, 1, 0},
    {"firefox-datachannel", NULL, 1, 0, 0, 0},
    {"firefox-icelite-answer-accepted", ICE_LITE, 15, 4, 10, 0},
    {"firefox-icerestart-reoffer", NULL, 2, 1, 1, 0},
    {"firefox-maxbundle-simulcast2-dc", NULL, 3, 1, 1, 2},
    {"firefox-renegotiation-offer", NULL, 3, 1, 2, 0},
    {"firefox-screenshare", NULL, 1, 0, 1, 0},
    {"firefox-setcodecprefs-vp8", NULL, 1, 0, 1, 0},
    {"firefox-simulcast-3a-9v-dc", NULL, 15, 4, 10, 3},
    {"firefox-simulcast-3a-9v-recv", NULL, 14, 4, 10, 3},
    {"firefox-simulcast-L1T3", NULL, 2, 1, 1, 3},
    {"firefox-simulcast-answer-accepted", NULL, 1, 0, 1, 0},
    {"firefox-whep-recvonly", NULL, 2, 1, 1, 0},
    {"gstreamer122-whep-offer", NULL, 2, 1, 1, 0},
    {"gstreamer122-whip-offer", NULL, 2, 1, 1, 0},
};
const size_t sdp_file_count = sizeof sdp_files / sizeof *sdp_files;

struct bytes sdp_file_load(const char *name)
{
    char path[512];

    (void)snprintf(path, sizeof path, "%s/wire/sdp/%s.sdp", TESTS_FOLDER, name);
    FILE *file = fopen(path, "rb");
    CHECK(file && fseek(file, 0, SEEK_END) == 0);
    const long len = ftell(file);
    CHECK(len > 0 && fseek(file, 0, SEEK_SET) == 0);
    uint8_t *text = malloc((size_t)len);
    CHECK(text && fread(text, 1, (size_t)len, file) == (size_t)len);
    (void)fclose(file);
    return bytes_of(text, (size_t)len);
}
