// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/settings.c - what the command line of `floor` says.
#include "load/floor/settings.h"

#include "load/floor/endpoint.h"
#include "load/floor/runs.h"

#include <stdio.h>
#include <stdlib.h>

#define SOUND_BYTES 120
#define PICTURE_BYTES 1200

struct option {
    const char *name;
    bool (*read)(struct settings *settings, const char *value);
};

static bool read_number(size_t *number, const char *text, size_t least, size_t most)
{
    char *end = NULL;

    *number = strtoul(text, &end, 10);
    return end != text && !*end && *number >= least && *number <= most;
}

static bool read_switch(bool *on, const char *text, const char *yes, const char *no)
{
    *on = strcmp(text, yes) == 0;
    return *on || strcmp(text, no) == 0;
}

#define NUMBER(noun, least, most)                                                                  \
    static bool take_##noun(struct settings *settings, const char *value)                          \
    {                                                                                              \
        return read_number(&settings->noun, value, least, most);                                   \
    }
#define SWITCH(noun, yes, no)                                                                      \
    static bool take_##noun(struct settings *settings, const char *value)                          \
    {                                                                                              \
        return read_switch(&settings->noun, value, yes, no);                                       \
    }

NUMBER(viewers, 1, 20000)
NUMBER(talkers, 1, LAYOUT_SOURCES)
NUMBER(packets, 0, BURST_MOST)
NUMBER(bytes, 64, 1400)
NUMBER(bitrate, 0, 100000000)
NUMBER(feedback_ms, 0, 10000)
NUMBER(open_share, 0, 20000)
NUMBER(rounds, 1, 1000)
NUMBER(seconds, 1, 100000)
NUMBER(warm_seconds, 0, 1000)
SWITCH(json, "on", "off")
SWITCH(sound, "audio", "video")
SWITCH(merge, "on", "off")
SWITCH(together, "together", "apart")

static bool take_seed(struct settings *settings, const char *value)
{
    size_t seed;
    const bool read = read_number(&seed, value, 0, SIZE_MAX);

    settings->seed = seed;
    return read;
}

static bool take_from(struct settings *settings, const char *value)
{
    return endpoint_read_address(&settings->from, value);
}

static bool take_to(struct settings *settings, const char *value)
{
    return endpoint_read_address(&settings->to, value);
}

static const struct option options[] = {
    {"--kind", take_sound},
    {"--viewers", take_viewers},
    {"--talkers", take_talkers},
    {"--phase", take_together},
    {"--packets", take_packets},
    {"--bytes", take_bytes},
    {"--bitrate", take_bitrate},
    {"--merge", take_merge},
    {"--feedback", take_feedback_ms},
    {"--open-share", take_open_share},
    {"--rounds", take_rounds},
    {"--seconds", take_seconds},
    {"--warm", take_warm_seconds},
    {"--seed", take_seed},
    {"--from", take_from},
    {"--to", take_to},
    {"--json", take_json},
};

struct settings settings_default(void)
{
    return (struct settings){.merge = true,
                             .seed = 1,
                             .viewers = 200,
                             .talkers = 3,
                             .feedback_ms = 100,
                             .open_share = 50,
                             .rounds = 5,
                             .seconds = 1,
                             .warm_seconds = 2};
}

bool settings_read(struct settings *settings, int count, char **words)
{
    for (int i = 0; i < count; i += 2) {
        const struct option *option = NULL;

        for (size_t o = 0; o < sizeof options / sizeof *options; o++)
            if (strcmp(options[o].name, words[i]) == 0)
                option = &options[o];
        if (!option || i + 1 == count || !option->read(settings, words[i + 1])) {
            fprintf(stderr, "floor: %s %s is not understood\n", words[i],
                    option && i + 1 < count ? words[i + 1] : "");
            return false;
        }
    }
    if (!settings->bytes)
        settings->bytes = settings->sound ? SOUND_BYTES : PICTURE_BYTES;
    return true;
}

size_t settings_payload(const struct settings *settings)
{
    return settings->bytes - LAYOUT_FORWARDED_LEN;
}
