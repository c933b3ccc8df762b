// SPDX-License-Identifier: AGPL-3.0-or-later
// host/config.c - what an operator decides: one table of keys, read from flags, environment and file.
#include "host/config.h"

#include "base/err.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum key_type { KEY_PORT, KEY_COUNT, KEY_TEXT, KEY_SWITCH };

struct key {
    const char *name;
    enum key_type type;
    size_t at; // in struct config
    const char *preset;
    bool secret;
    const char *help;
};

#define AT(field) offsetof(struct config, field)

static const struct key keys[] = {
    {"server.port", KEY_PORT, AT(server_port), "8443", false,
     "TCP port of pages and signaling (HTTPS)"},
    {"server.address", KEY_TEXT, AT(server_address), "", false,
     "one local address to listen on; empty: all"},
    {"server.names", KEY_TEXT, AT(server_names), "", false,
     "host names people use, separated by commas; empty: any. Others are refused (421)"},
    {"server.certificate", KEY_TEXT, AT(server_certificate), "", false,
     "PEM file with the certificate chain; empty: one is made in the data folder"},
    {"server.key", KEY_TEXT, AT(server_key), "", false,
     "PEM file with the certificate's private key"},
    {"server.web", KEY_TEXT, AT(server_web), "/usr/share/aftercare/web", false,
     "folder with the built pages and their manifest.json"},
    {"server.connections", KEY_COUNT, AT(server_connections), "4096", false,
     "most TCP connections at once"},
    {"server.connections_per_address", KEY_COUNT, AT(server_connections_per_address), "256", false,
     "most TCP connections at once from one address (one /64 for IPv6)"},
    {"server.unlimited_addresses", KEY_TEXT, AT(server_unlimited_addresses), "", false,
     "addresses that may connect, ask and sign in as often as they like, separated by commas"},
    {"meetup.members", KEY_COUNT, AT(meetup_members), "512", false,
     "most people in one meetup at once, those who wait included"},
    {"media.udp_port", KEY_PORT, AT(media_udp_port), "8443", false,
     "UDP port of sound and pictures"},
    {"media.addresses", KEY_TEXT, AT(media_addresses), "", false,
     "addresses browsers are told to send media to, separated by commas; empty: every usable one"},
    {"media.merge", KEY_SWITCH, AT(media_merge), "yes", false,
     "hand runs of datagrams to the kernel in one piece (UDP GSO)"},
    {"media.threads", KEY_COUNT, AT(media_threads), "1", false,
     "threads that carry sound and pictures, at most 16; one per core"},
    {"media.thread_members", KEY_COUNT, AT(media_thread_members), "250", false,
     "members on one media thread before a meetup goes on on others too"},
    {"media.ports", KEY_TEXT, AT(media_ports), "each", false,
     "each: a UDP port per media thread, from media.udp_port up; one: the same for all"},
    {"data.folder", KEY_TEXT, AT(data_folder), "", false,
     "folder of everything kept; empty: $STATE_DIRECTORY, else ~/.local/share/aftercare"},
    {"log.level", KEY_TEXT, AT(log_level), "info", false, "trace, debug, info, warn or error"},
    {"metrics.address", KEY_TEXT, AT(metrics_address), "", false,
     "loopback address and port of the figures for Prometheus, such as 127.0.0.1:9464; empty: only "
     "the socket in the data folder"},
    {"demo.password", KEY_TEXT, AT(demo_password), "", true,
     "password of the demo's doctor; empty: a random one, printed"},
};

static bool same_key(const char *a, const char *b)
{
    for (; *a && *b; a++, b++)
        if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b))
            return false;
    return *a == *b;
}

static const struct key *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (same_key(keys[i].name, name))
            return &keys[i];
    return NULL;
}

static bool set_number(struct config *c, const struct key *key, const char *value)
{
    char *end;
    long number;
    uint16_t stored;

    errno = 0;
    number = strtol(value, &end, 10);
    if (!isdigit((unsigned char)value[0]) || *end || errno || number < 1 || number > UINT16_MAX)
        return false;
    stored = (uint16_t)number;
    memcpy((char *)c + key->at, &stored, sizeof stored);
    return true;
}

static bool set_switch(struct config *c, const struct key *key, const char *value)
{
    const bool on = !strcmp(value, "yes") || !strcmp(value, "true") || !strcmp(value, "1");
    const bool off = !strcmp(value, "no") || !strcmp(value, "false") || !strcmp(value, "0");

    memcpy((char *)c + key->at, &on, sizeof on);
    return on || off;
}

static bool set(struct config *c, const struct key *key, const char *value,
                char why[static CONFIG_WHY_SIZE])
{
    switch (key->type) {
    case KEY_PORT:
    case KEY_COUNT:
        if (set_number(c, key, value))
            return true;
        snprintf(why, CONFIG_WHY_SIZE, "%s must be a whole number from 1 to 65535.", key->name);
        return false;
    case KEY_SWITCH:
        if (set_switch(c, key, value))
            return true;
        snprintf(why, CONFIG_WHY_SIZE, "%s must be yes or no.", key->name);
        return false;
    case KEY_TEXT:
        break;
    }
    if (strlen(value) >= CONFIG_TEXT_SIZE) {
        snprintf(why, CONFIG_WHY_SIZE, "%s is longer than %d bytes.", key->name,
                 CONFIG_TEXT_SIZE - 1);
        return false;
    }
    snprintf((char *)c + key->at, CONFIG_TEXT_SIZE, "%s", value);
    return true;
}

void config_default(struct config *config)
{
    char why[CONFIG_WHY_SIZE];

    *config = (struct config){0};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (keys[i].type == KEY_TEXT || keys[i].preset[0])
            set(config, &keys[i], keys[i].preset, why);
}

bool config_set(struct config *config, const char *key, const char *value,
                char why[static CONFIG_WHY_SIZE])
{
    const struct key *found = find(key);

    if (found)
        return set(config, found, value, why);
    snprintf(why, CONFIG_WHY_SIZE, "There is no setting \"%.60s\".", key);
    return false;
}

bool config_has(const char *key, bool *is_switch)
{
    const struct key *found = find(key);

    *is_switch = found && found->type == KEY_SWITCH;
    return found != NULL;
}

// AFTERCARE_MEDIA_UDP_PORT for media.udp_port.
static void variable_name(char *to, size_t size, const struct key *key)
{
    size_t len = (size_t)snprintf(to, size, "AFTERCARE_%s", key->name);

    for (size_t i = 0; i < len && i < size; i++)
        to[i] = to[i] == '.' ? '_' : (char)toupper((unsigned char)to[i]);
}

static bool set_from_secret_file(struct config *c, const struct key *key, const char *path,
                                 char why[static CONFIG_WHY_SIZE])
{
    char value[CONFIG_TEXT_SIZE + 1] = {0};
    FILE *file = fopen(path, "re");
    size_t len;

    if (!file) {
        snprintf(why, CONFIG_WHY_SIZE, "The file for %s cannot be read: %s.", key->name,
                 strerror(errno));
        return false;
    }
    len = fread(value, 1, sizeof value - 1, file);
    fclose(file);
    while (len && (value[len - 1] == '\n' || value[len - 1] == '\r'))
        value[--len] = '\0';
    return set(c, key, value, why);
}

// Is this variable meant for us? Others may start with AFTERCARE_ too, such as those of the build.
static bool is_of_a_part(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        char wanted[64];

        variable_name(wanted, sizeof wanted, &keys[i]);
        if (!strncmp(name, wanted, strlen("AFTERCARE_") + strcspn(keys[i].name, ".") + 1))
            return true;
    }
    return false;
}

static bool read_variable(struct config *c, const char *name, size_t len, const char *value,
                          char why[static CONFIG_WHY_SIZE])
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        char wanted[64], file[72];

        variable_name(wanted, sizeof wanted, &keys[i]);
        if (strlen(wanted) == len && !strncmp(wanted, name, len))
            return set(c, &keys[i], value, why);
        snprintf(file, sizeof file, "%s_FILE", wanted);
        if (keys[i].secret && strlen(file) == len && !strncmp(file, name, len))
            return set_from_secret_file(c, &keys[i], value, why);
    }
    snprintf(why, CONFIG_WHY_SIZE, "The environment variable %.*s names no setting.",
             (int)(len < 80 ? len : 80), name);
    return false;
}

bool config_read_environment(struct config *config, char *const *environment,
                             char why[static CONFIG_WHY_SIZE])
{
    for (; *environment; environment++) {
        const char *equals = strchr(*environment, '=');

        if (!equals || !is_of_a_part(*environment))
            continue;
        if (!read_variable(config, *environment, (size_t)(equals - *environment), equals + 1, why))
            return false;
    }
    return true;
}

static void value_text(char *to, size_t size, const struct config *c, const struct key *key)
{
    const char *at = (const char *)c + key->at;
    uint16_t number;
    bool on;

    switch (key->type) {
    case KEY_PORT:
    case KEY_COUNT:
        memcpy(&number, at, sizeof number);
        snprintf(to, size, "%u", number);
        break;
    case KEY_SWITCH:
        memcpy(&on, at, sizeof on);
        snprintf(to, size, "%s", on ? "yes" : "no");
        break;
    case KEY_TEXT:
        snprintf(to, size, "%s", key->secret && at[0] ? "********" : at);
        break;
    }
}

void config_each(const struct config *config, config_visit *visit, void *owner)
{
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        char value[CONFIG_TEXT_SIZE];

        value_text(value, sizeof value, config, &keys[i]);
        visit(owner, keys[i].name, value, keys[i].preset, keys[i].help);
    }
}
