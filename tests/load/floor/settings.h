// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/settings.h - what the command line of `floor` says.
#ifndef TESTS_LOAD_FLOOR_SETTINGS_H
#define TESTS_LOAD_FLOOR_SETTINGS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct settings {
    bool json;
    bool sound;    // talkers, else one camera
    bool merge;    // UDP GSO
    bool together; // talkers in step, else each at its own time
    uint64_t seed;
    size_t viewers;
    size_t talkers;
    size_t packets;          // of each burst, all of `bytes`; 0: a camera's frames
    size_t bytes;            // of a forwarded packet before it is sealed
    size_t bitrate;          // of the camera
    size_t feedback_ms;      // between two feedbacks of one viewer; 0: none
    size_t open_share;       // every n-th viewer opens what it is sent; 0: none
    size_t rounds;           // of `sink`
    size_t seconds;          // of one round, or of sending
    size_t warm_seconds;     // before counting
    struct sockaddr_in from; // bound to
    struct sockaddr_in to;
};

struct settings settings_default(void);

// Words --name value. False: one was not understood, and said so.
bool settings_read(struct settings *settings, int count, char **words);

// What one burst's forwarded packets carry at most behind their headers.
size_t settings_payload(const struct settings *settings);

#endif
