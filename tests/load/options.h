// SPDX-License-Identifier: AGPL-3.0-or-later
// load/options.h - the command line of aftercare-load.
#ifndef TESTS_LOAD_OPTIONS_H
#define TESTS_LOAD_OPTIONS_H

#include "base/usec.h"
#include "load/agent.h"
#include "load/page.h"

#include <stdbool.h>
#include <sys/types.h>

#define OPTIONS_CORES 64

enum scenario_kind {
    SCENARIO_FAN_OUT,
    SCENARIO_TALKERS,
    SCENARIO_ROOMS,
    SCENARIO_STORM,
    SCENARIO_CHURN,
    SCENARIO_IDLE,
    SCENARIO_KINDS
};

struct options {
    enum scenario_kind scenario;
    const char *url; // as written
    struct target target;
    bool is_janus;
    // how many
    unsigned viewers;
    unsigned talkers;
    unsigned rooms;
    unsigned members;
    unsigned senders; // of each room's people; 0: all
    unsigned joins;
    unsigned sockets;
    double per_second; // joins, changes
    double ramp;       // people per second before the measuring
    double warm_up;    // seconds
    double seconds;
    // what they send and how they receive
    unsigned layers;
    unsigned height;
    int pairs; // -1: as the scenario needs
    int sound_slots;
    unsigned open_share; // one in so many opens what it receives; 0: nobody
    bool always_talk;
    bool no_microphone;
    bool no_transport_cc;
    enum agent_ciphers ciphers;
    // the doctor
    const char *email;
    const char *password;
    const char *welcome;
    // this program
    unsigned threads;
    int cores[OPTIONS_CORES];
    unsigned core_count;
    unsigned long seed;
    const char *clip;
    const char *authorities;
    bool any_certificate;
    bool anyway;
    bool quiet;
    // what is looked at, where it is told
    pid_t server_pid;
    const char *json;
};

const char *options_scenario(enum scenario_kind scenario);

// False: a sentence is on standard error, `status` is the program's.
bool options_read(struct options *o, int count, char **words, int *status);

#endif
