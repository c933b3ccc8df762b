// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/main.c - floor: the least a fan-out can cost; nothing but open, rewrite, seal and send.
//
// usage: floor sink    --to IP:PORT [--kind video|audio] [--viewers N] [--packets K] ...
//        floor forward --from IP:PORT --to IP:PORT  until it is told to end; --warm S seconds are not counted
//        floor receive --from IP:PORT --to IP:PORT  the viewers, from that port on; until it is told to end
//        floor send    --from IP --to IP:PORT --seconds S  one camera, or --talkers N
//
//   --kind video|audio  --viewers 200  --talkers 3  --phase together|apart (of talkers)
//   What is sent has the sizes of the load generator's clip. --packets K: bursts of K packets of --bytes each instead;
//   --bitrate B: a made-up camera
//   --merge on|off (UDP GSO)  --feedback MS between two of one viewer, 0: none  --open-share N: every n-th viewer
//   opens what it is sent  --rounds R --seconds S (of sink)  --seed N: both ends make their keys from it
//   --json on
//
// `sink` wants a device that swallows what is sent to --to (ifb); what it is fed comes over loopback and is not counted.
// `forward` and `receive` say "ready" when they are.
#include "load/floor/commands.h"
#include "load/floor/settings.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(const struct settings *settings);
} commands[] = {
    {"sink", command_sink},
    {"forward", command_forward},
    {"receive", command_receive},
    {"send", command_send},
};

int main(int count, char **words)
{
    struct settings settings = settings_default();

    for (size_t i = 0; count > 1 && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(words[1], commands[i].name) != 0)
            continue;
        if (!settings_read(&settings, count - 2, words + 2))
            return 2;
        if (!settings.to.sin_port) {
            fprintf(stderr, "floor: --to IP:PORT is missing\n");
            return 2;
        }
        return commands[i].run(&settings);
    }
    fprintf(stderr, "usage: floor sink|forward|receive|send --to IP:PORT ...; see "
                    "tests/load/floor/main.c\n");
    return 2;
}
