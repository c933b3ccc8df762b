// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/command.h - door: what the owner of a worker tells it.
#ifndef GATEWAY_SFU_COMMAND_H
#define GATEWAY_SFU_COMMAND_H

#include "sfu/parameters.h"

#include <stdbool.h>
#include <stdint.h>

#define COMMAND_WANTS 32

enum sfu_command_kind {
    SFU_OPEN_ROUTER,    // a meetup begins, or a part of one that runs elsewhere
    SFU_PARTS,          // on which other threads it has parts now
    SFU_CLOSE_ROUTER,   // and ends, with all its transports
    SFU_OPEN_TRANSPORT, // a member's browser was answered
    SFU_CLOSE_TRANSPORT,
    SFU_RESTART_ICE, // new local and remote credentials
    SFU_GATE,        // admitted or not: both directions are shut until then
    SFU_MUTE,        // a host silenced or released one source of a member
    SFU_PAUSE,       // the member says it sends nothing there now (microphone off, camera off)
    SFU_WANT         // what the page shows, in order of importance
};

// One picture the page shows: which source, how tall in device pixels, and whether this viewer chose to
// have it large.
struct sfu_want {
    uint32_t source;
    uint16_t height;
    bool pinned;
};

// A value that crosses threads: the parameters are owned by the command and freed by whoever
// takes it out of the mailbox.
struct sfu_command {
    enum sfu_command_kind kind;
    uint64_t router;
    uint64_t transport;
    union {
        struct {
            bool is_away;    // not the home, which alone tells what is of the whole meetup
            uint32_t others; // threads with a part of it, bit by bit
        } parts;             // OPEN_ROUTER, PARTS
        struct {
            uint32_t member; // number in the meetup, from 1
            uint64_t device; // the browser's, 0: not known; its line is remembered
            struct transport_parameters *parameters; // owned (base/mem.h)
        } open;
        struct {
            char local_ufrag[PARAMETERS_UFRAG_SIZE];
            char local_pwd[PARAMETERS_PWD_SIZE];
            char remote_ufrag[PARAMETERS_UFRAG_SIZE];
        } restart;
        struct {
            bool open;
        } gate;
        struct {
            enum source_kind kind;
            bool on; // muted, or paused
        } source;
        struct {
            uint8_t count;
            struct sfu_want wants[COMMAND_WANTS];
        } want;
    };
};

#endif
