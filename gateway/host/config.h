// SPDX-License-Identifier: AGPL-3.0-or-later
// host/config.h - what an operator decides: flag before environment before file before default.
#ifndef GATEWAY_HOST_CONFIG_H
#define GATEWAY_HOST_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_TEXT_SIZE 1024
#define CONFIG_WHY_SIZE 400

// host/config.md describes each key; the table in config.c is their one list.
struct config {
    uint16_t server_port;
    char server_address[CONFIG_TEXT_SIZE]; // empty: all
    char server_names[CONFIG_TEXT_SIZE];   // empty: any name in a request's Host
    char server_certificate[CONFIG_TEXT_SIZE];
    char server_key[CONFIG_TEXT_SIZE];
    char server_web[CONFIG_TEXT_SIZE];
    uint16_t server_connections;
    uint16_t server_connections_per_address;
    char server_unlimited_addresses[CONFIG_TEXT_SIZE];
    uint16_t meetup_members;
    uint16_t media_udp_port;
    char media_addresses[CONFIG_TEXT_SIZE]; // empty: every usable one
    bool media_merge;
    uint16_t media_threads;
    uint16_t media_thread_members;
    char media_ports[CONFIG_TEXT_SIZE]; // "each" or "one"
    char data_folder
        [CONFIG_TEXT_SIZE]; // empty: the user's own, or the one the system gives a service
    char log_level[CONFIG_TEXT_SIZE];
    char metrics_address[CONFIG_TEXT_SIZE]; // empty: the socket in the data folder only
    char demo_password[CONFIG_TEXT_SIZE];
};

void config_default(struct config *config);

// Sets one key ("media.udp_port", or "media.udp-port" as flags are written). False: `why` is a plain
// sentence for the operator.
bool config_set(struct config *config, const char *key, const char *value,
                char why[static CONFIG_WHY_SIZE]);

// Reads a whole file, strictly: an unknown key, a key twice or a line that is none ends it.
bool config_read_file(struct config *config, const char *path, char why[static CONFIG_WHY_SIZE]);

// The same from text, for tests; `name` is what sentences call it.
bool config_read_text(struct config *config, const char *name, const char *text, size_t len,
                      char why[static CONFIG_WHY_SIZE]);

// AFTERCARE_MEDIA_UDP_PORT and so on; secrets also as AFTERCARE_DEMO_PASSWORD_FILE. A variable that
// starts like a part's (AFTERCARE_MEDIA_) and names no key is an error too.
bool config_read_environment(struct config *config, char *const *environment,
                             char why[static CONFIG_WHY_SIZE]);

// Does this key exist, and does it hold yes or no (so that a flag needs no value)?
bool config_has(const char *key, bool *is_switch);

// Calls back for each key in order: its present value (a secret as "********"), its default and one
// line of help. For --print-config, --help and the reference's test.
typedef void config_visit(void *owner, const char *key, const char *value, const char *preset,
                          const char *help);
void config_each(const struct config *config, config_visit *visit, void *owner);

// Takes the next item of a list ("a, b"); false at its end or when it does not fit.
bool config_next_item(const char **list, char *item, size_t size);

#endif
