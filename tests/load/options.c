// SPDX-License-Identifier: AGPL-3.0-or-later
// load/options.c - the command line of aftercare-load.
#include "load/options.h"

#include "base/err.h"
#include "load/url.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const char usage[] =
    "usage: aftercare-load SCENARIO https://HOST[:PORT] [options]      our gateway\n"
    "       aftercare-load SCENARIO ws://HOST[:PORT] [options]         Janus, its video room\n"
    "\n"
    "scenarios\n"
    "  fan-out   --viewers N                 one sends sound and pictures to N\n"
    "  talkers   --talkers K --viewers N     K talk, N listen\n"
    "  rooms     --rooms R --members M       R rooms of M people, all send\n"
    "  storm     --joins N --per-second X --rooms R --members M\n"
    "                                        N come at X a second into R running rooms of M\n"
    "  churn     --rooms R --members M --per-second X    X a second come or go\n"
    "  idle      --sockets N --joins J       N WebSockets that say nothing; J people come meanwhile\n"
    "\n"
    "time\n"
    "  --ramp X          people a second before the measuring (50)\n"
    "  --warm-up S       seconds between the last one's coming in and the measuring (5)\n"
    "  --seconds S       of measuring (20)\n"
    "\n"
    "media\n"
    "  --senders N       of each room; the others only watch and listen (all)\n"
    "  --layers N        sizes of each camera's picture, 1 (720p alone) to 3 (3; Janus 1)\n"
    "  --height H        of the pictures wanted: 180, 360 or 720\n"
    "  --pairs N, --sound-slots N            lines offered for receiving (as many as are needed)\n"
    "  --open-share N    one in N opens what comes, for delays; 0: nobody (10)\n"
    "  --always-talk     no pauses\n"
    "  --no-microphone   pictures only\n"
    "  --no-transport-cc     offers no transport-wide feedback\n"
    "  --ciphers gcm|cm|both (both)\n"
    "\n"
    "the gateway's doctor\n"
    "  --doctor EMAIL    whose password is in AFTERCARE_LOAD_PASSWORD (doctor@demo.example)\n"
    "  --welcome TOKEN   makes that doctor with the one-time link of a fresh gateway\n"
    "  --ca FILE         its certificate's authority; --insecure: any certificate\n"
    "\n"
    "this program\n"
    "  --from IP         sends from this address\n"
    "  --threads N, --cores LIST             of the media (1, anywhere)\n"
    "  --seed N          of all that is random (1)\n"
    "  --clip FILE       pictures and sound (beside this program)\n"
    "  --server-pid PID  reads the server's CPU time and memory\n"
    "  --json FILE       the report as JSON; -: to standard output, without a table\n"
    "  --anyway          reports though it was itself the bottleneck\n"
    "  --quiet           says nothing on its way\n"
    "\n"
    "exit status: 0 measured; 64 wrong arguments; 69 the server is not there, gives up or dies;\n"
    "71 too few descriptors or memory; 73 the report cannot be written; 75 this program was the\n"
    "bottleneck; 76 it is another server; 77 it refuses\n";

static const char *const scenarios[] = {"fan-out", "talkers", "rooms", "storm", "churn", "idle"};
_Static_assert(ARRAY_LEN(scenarios) == SCENARIO_KINDS, "every scenario has a name");

enum type {
    TYPE_COUNT,
    TYPE_SLOTS,
    TYPE_NUMBER,
    TYPE_TEXT,
    TYPE_SWITCH,
    TYPE_CIPHERS,
    TYPE_CORES,
    TYPE_FROM
};

#define AT(field) offsetof(struct options, field)

static const struct known {
    const char *name;
    enum type type;
    size_t at;
    double least;
    double most;
} known[] = {
    {"viewers", TYPE_COUNT, AT(viewers), 1, 60000},
    {"talkers", TYPE_COUNT, AT(talkers), 1, 1000},
    {"rooms", TYPE_COUNT, AT(rooms), 1, 10000},
    {"members", TYPE_COUNT, AT(members), 1, 10000},
    {"senders", TYPE_COUNT, AT(senders), 0, 10000},
    {"joins", TYPE_COUNT, AT(joins), 0, 60000},
    {"sockets", TYPE_COUNT, AT(sockets), 1, 60000},
    {"per-second", TYPE_NUMBER, AT(per_second), 0.01, 10000},
    {"ramp", TYPE_NUMBER, AT(ramp), 0.1, 10000},
    {"warm-up", TYPE_NUMBER, AT(warm_up), 0, 3600},
    {"seconds", TYPE_NUMBER, AT(seconds), 0.1, 86400},
    {"layers", TYPE_COUNT, AT(layers), 1, AGENT_LAYERS},
    {"height", TYPE_COUNT, AT(height), 90, 2160},
    {"pairs", TYPE_SLOTS, AT(pairs), 0, 20},
    {"sound-slots", TYPE_SLOTS, AT(sound_slots), 0, 20},
    {"open-share", TYPE_COUNT, AT(open_share), 0, 60000},
    {"always-talk", TYPE_SWITCH, AT(always_talk), 0, 0},
    {"no-microphone", TYPE_SWITCH, AT(no_microphone), 0, 0},
    {"no-transport-cc", TYPE_SWITCH, AT(no_transport_cc), 0, 0},
    {"ciphers", TYPE_CIPHERS, AT(ciphers), 0, 0},
    {"doctor", TYPE_TEXT, AT(email), 0, 0},
    {"welcome", TYPE_TEXT, AT(welcome), 0, 0},
    {"ca", TYPE_TEXT, AT(authorities), 0, 0},
    {"insecure", TYPE_SWITCH, AT(any_certificate), 0, 0},
    {"from", TYPE_FROM, AT(target.from), 0, 0},
    {"threads", TYPE_COUNT, AT(threads), 1, OPTIONS_CORES},
    {"cores", TYPE_CORES, AT(cores), 0, 0},
    {"seed", TYPE_NUMBER, AT(seed), 0, 4e9},
    {"clip", TYPE_TEXT, AT(clip), 0, 0},
    {"server-pid", TYPE_NUMBER, AT(server_pid), 1, 4e9},
    {"json", TYPE_TEXT, AT(json), 0, 0},
    {"anyway", TYPE_SWITCH, AT(anyway), 0, 0},
    {"quiet", TYPE_SWITCH, AT(quiet), 0, 0},
};

const char *options_scenario(enum scenario_kind scenario)
{
    return scenarios[scenario];
}

static bool complain(const char *what, const char *about)
{
    fprintf(stderr, "aftercare-load: %s%s (--help says more)\n", what, about);
    return false;
}

static bool read_number(const struct known *k, const char *text, double *number)
{
    char *end;

    *number = strtod(text, &end);
    return *text && !*end && *number >= k->least && *number <= k->most;
}

static bool read_cores(struct options *o, const char *text)
{
    while (*text && o->core_count < OPTIONS_CORES) {
        char *end;
        const long core = strtol(text, &end, 10);

        if (end == text || core < 0 || core > 4096)
            return false;
        o->cores[o->core_count++] = (int)core;
        text = *end == ',' ? end + 1 : end;
        if (text == end && *end)
            return false;
    }
    return o->core_count > 0 && !*text;
}

static bool read_ciphers(enum agent_ciphers *ciphers, const char *text)
{
    *ciphers = !strcmp(text, "gcm") ? AGENT_GCM : !strcmp(text, "cm") ? AGENT_CM : AGENT_CM_OR_GCM;
    return *ciphers != AGENT_CM_OR_GCM || !strcmp(text, "both");
}

static bool set(struct options *o, const struct known *k, const char *text)
{
    char *at = (char *)o + k->at;
    double number = 0;
    const bool counts = k->type == TYPE_COUNT || k->type == TYPE_SLOTS || k->type == TYPE_NUMBER;

    if (counts && !read_number(k, text, &number))
        return false;
    switch (k->type) {
    case TYPE_COUNT:
        *(unsigned *)(void *)at = (unsigned)number;
        return number == (unsigned)number;
    case TYPE_SLOTS:
        *(int *)(void *)at = (int)number;
        return number == (int)number;
    case TYPE_NUMBER:
        if (k->at == AT(seed))
            o->seed = (unsigned long)number;
        else if (k->at == AT(server_pid))
            o->server_pid = (pid_t)number;
        else
            *(double *)(void *)at = number;
        return true;
    case TYPE_TEXT:
        *(const char **)(void *)at = text;
        return text[0] != '\0';
    case TYPE_SWITCH:
        *(bool *)(void *)at = true;
        return true;
    case TYPE_CIPHERS:
        return read_ciphers(&o->ciphers, text);
    case TYPE_CORES:
        return read_cores(o, text);
    case TYPE_FROM:
        return address_from_text(&o->target.from, text);
    }
    return false;
}

static const struct known *find(const char *name, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strlen(known[i].name) == len && !strncmp(known[i].name, name, len))
            return &known[i];
    return NULL;
}

// "--name value", "--name=value" or "--switch"; takes one or two words.
static bool read_option(struct options *o, int *at, int count, char **words)
{
    const char *word = words[*at] + 2;
    const size_t len = strcspn(word, "=");
    const struct known *k = find(word, len);
    const char *value = word[len] ? word + len + 1 : NULL;

    if (!k)
        return complain("there is no option ", words[*at]);
    if (k->type == TYPE_SWITCH && value)
        return complain("no value is taken by ", words[*at]);
    if (k->type != TYPE_SWITCH && !value) {
        if (*at + 1 == count)
            return complain("a value is missing after ", words[*at]);
        value = words[++*at];
    }
    return set(o, k, value) || complain("this value cannot be: ", words[*at]);
}

static void set_defaults(struct options *o)
{
    const char *password = getenv("AFTERCARE_LOAD_PASSWORD");

    *o = (struct options){.viewers = 50,
                          .talkers = 3,
                          .rooms = 1,
                          .members = 10,
                          .joins = 0,
                          .sockets = 1000,
                          .per_second = 10,
                          .ramp = 50,
                          .warm_up = 5,
                          .seconds = 20,
                          .pairs = -1,
                          .sound_slots = -1,
                          .open_share = 10,
                          .email = "doctor@demo.example",
                          .password = password ? password : "",
                          .threads = 1,
                          .seed = 1};
}

static bool read_scenario(struct options *o, const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(scenarios); i++) {
        if (!strcmp(word, scenarios[i])) {
            o->scenario = (enum scenario_kind)i;
            return true;
        }
    }
    return complain("there is no scenario ", word);
}

static bool read_place(struct options *o, const char *word)
{
    struct url url;

    o->url = word;
    if (!url_read(&url, word))
        return complain("this is no https:// or ws:// address: ", word);
    if (!url_find(&url, &o->target.address))
        return complain("no address is known for ", word);
    o->is_janus = !url.secure;
    o->target.secure = url.secure;
    snprintf(o->target.host, sizeof o->target.host, "%s", url.host);
    snprintf(o->target.name, sizeof o->target.name, "%s", url.name);
    return true;
}

static bool is_right(const struct options *o)
{
    if (o->is_janus && o->scenario != SCENARIO_FAN_OUT && o->scenario != SCENARIO_TALKERS &&
        o->scenario != SCENARIO_ROOMS)
        return complain("Janus takes fan-out, talkers and rooms, not ",
                        options_scenario(o->scenario));
    if (o->is_janus && o->layers > 1)
        return complain("Janus is given pictures of one size: --layers 1", "");
    if (!o->is_janus && !o->password[0])
        return complain("the doctor's password is missing: AFTERCARE_LOAD_PASSWORD", "");
    return true;
}

bool options_read(struct options *o, int count, char **words, int *status)
{
    int plain = 0;
    bool good = true;

    set_defaults(o);
    *status = EX_USAGE;
    for (int i = 1; i < count && good; i++) {
        if (!strcmp(words[i], "--help") || !strcmp(words[i], "-h")) {
            fputs(usage, stdout);
            *status = EX_OK;
            return false;
        }
        if (!strncmp(words[i], "--", 2))
            good = read_option(o, &i, count, words);
        else if (plain++ == 0)
            good = read_scenario(o, words[i]);
        else if (plain == 2)
            good = read_place(o, words[i]);
        else
            good = complain("one word too many: ", words[i]);
    }
    if (good && !o->layers)
        o->layers = o->is_janus ? 1 : AGENT_LAYERS;
    if (good && plain < 2)
        good = complain("a scenario and an address are needed", "");
    if (good && !o->height)
        o->height = o->scenario == SCENARIO_FAN_OUT ? 720 : 360;
    return good && is_right(o);
}
