// SPDX-License-Identifier: AGPL-3.0-or-later
// host/gateway.c - the whole program as one thing: made, started, stopped in order.
#include "host/gateway.h"

#include "base/log.h"
#include "base/mem.h"
#include "crypto/token.h"
#include "host/addresses.h"
#include "host/assets.h"
#include "host/clock.h"
#include "host/config.h"
#include "host/data_folder.h"
#include "host/desk.h"
#include "host/entropy.h"
#include "host/mailbox.h"
#include "host/media.h"
#include "host/meetup_thread.h"
#include "host/placement.h"
#include "host/port.h"
#include "host/store_thread.h"
#include "host/tls_files.h"
#include "practice/practice.h"
#include "sfu/event.h"
#include "store/store.h"
#include "transport/certificate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define EVENTS 2048
#define DATABASE_NAME "aftercare.db"
#define METRICS_NAME "metrics"
#define KEY_NAME "device-key"
#define DEMO_PASSWORD_NAME "demo-password"

struct gateway {
    // given
    uint16_t port;
    char name[256]; // the first of server.names, or empty
    // owned
    struct data_folder folder;
    struct assets *assets;
    struct certificate *certificate;
    struct mailbox *events;
    struct media *media;
    struct store_thread *store_thread;
    struct meetup_thread *meetup;
    // borrowed: owned by the store thread
    struct store *store;
    // state
    struct addresses addresses; // of this machine
    struct desk desk;
    bool has_doctor;
};

static int status_of(enum err err)
{
    switch (err) {
    case ERR_OK:
        return EX_OK;
    case ERR_CONFLICT:
        return EX_UNAVAILABLE;
    case ERR_DENIED:
        return EX_NOPERM;
    case ERR_NO_MEMORY:
    case ERR_LIMIT:
        return EX_OSERR;
    case ERR_INVALID:
        return EX_CONFIG;
    default:
        return EX_IOERR;
    }
}

static int open_folder(struct gateway *g, const struct config *config, const char *suffix,
                       char *why)
{
    char path[DATA_PATH_SIZE];
    enum err err;

    if (config->data_folder[0]) {
        snprintf(path, sizeof path, "%s", config->data_folder);
    } else if (!data_folder_default(path, suffix)) {
        snprintf(why, GATEWAY_WHY_SIZE, "There is no place for the data: set data.folder.");
        return EX_CONFIG;
    }
    err = data_folder_open(&g->folder, path, why);
    if (err == ERR_CONFLICT)
        return EX_TEMPFAIL;
    return err == ERR_INVALID ? EX_CONFIG : err ? EX_CANTCREAT : EX_OK;
}

static int open_store(struct gateway *g, struct result *start, char *why)
{
    const struct query query = {.kind = QUERY_START, .wall = clock_wall()};
    char path[DATA_PATH_SIZE];
    const char *reason = "";
    struct store *store = NULL;
    enum err err;

    data_folder_path(&g->folder, DATABASE_NAME, path);
    err = store_open(&store, path, &reason);
    if (err) {
        snprintf(why, GATEWAY_WHY_SIZE, "The database %.1000s cannot be used: %s", path, reason);
        return EX_IOERR;
    }
    store_run(store, &query, start);
    if (start->err) {
        store_close(store);
        snprintf(why, GATEWAY_WHY_SIZE, "The database %.1000s cannot be read (%s).", path,
                 err_name(start->err));
        return EX_IOERR;
    }
    g->store = store;
    g->has_doctor = start->has_doctor;
    return status_of(store_thread_create(&g->store_thread, store));
}

static int complain_of_media(int code, uint16_t port, char *why)
{
    if (code == EADDRINUSE)
        snprintf(why, GATEWAY_WHY_SIZE,
                 "UDP port %u is in use by another program; stop it or set media.udp_port.", port);
    else
        snprintf(why, GATEWAY_WHY_SIZE, "UDP port %u cannot be used: %s.", port,
                 code ? strerror(code) : "there is not enough memory");
    return code == EADDRINUSE ? EX_UNAVAILABLE : code == EACCES ? EX_NOPERM : EX_OSERR;
}

static int open_media(struct gateway *g, const struct config *config, char *why)
{
    struct media_options options = {.threads = config->media_threads,
                                    .thread_members = config->media_thread_members,
                                    .one_port = !strcmp(config->media_ports, "one"),
                                    .udp_port = config->media_udp_port,
                                    .merge = config->media_merge,
                                    .members = config->meetup_members};
    uint16_t port = config->media_udp_port;
    int code = 0;

    if (strcmp(config->media_ports, "each") && !options.one_port) {
        snprintf(why, GATEWAY_WHY_SIZE, "media.ports must be each or one.");
        return EX_CONFIG;
    }
    if (options.threads > PLACEMENT_THREADS || port > UINT16_MAX - options.threads + 1) {
        snprintf(why, GATEWAY_WHY_SIZE,
                 "media.threads must be at most %d, and there must be as many ports from "
                 "media.udp_port up.",
                 PLACEMENT_THREADS);
        return EX_CONFIG;
    }
    enum err err = certificate_create(&g->certificate);
    if (!err)
        err = mailbox_create(&g->events, sizeof(struct sfu_event), EVENTS);
    options.certificate = g->certificate;
    options.events = g->events;
    if (!err)
        err = media_create(&g->media, &options, &code, &port);
    return err ? complain_of_media(code, port, why) : EX_OK;
}

// What every answer says: where to send media (but for the port, which is that of a thread), and which
// certificate is ours.
static int fill_answers(struct gateway *g, const struct config *config,
                        struct answer_settings *answers, char *why)
{
    const struct fingerprint *fingerprint = certificate_fingerprint(g->certificate);
    struct addresses told = g->addresses;
    char text[ADDRESS_TEXT_SIZE];

    if (config->media_addresses[0] &&
        (!addresses_from_text(&told, config->media_addresses) || !told.count)) {
        snprintf(why, GATEWAY_WHY_SIZE,
                 "media.addresses must be at most %d IP addresses, separated by commas.",
                 ADDRESSES_MOST);
        return EX_CONFIG;
    }
    *answers = (struct answer_settings){.candidate_count = told.count};
    _Static_assert(ADDRESSES_MOST <= ARRAY_LEN(answers->candidates), "room for every address");
    for (size_t i = 0; i < told.count; i++) {
        snprintf(answers->candidates[i].ip, sizeof answers->candidates[i].ip, "%s",
                 address_ip_text(&told.items[i], text));
    }
    memcpy(answers->fingerprint, fingerprint->digest, sizeof answers->fingerprint);
    return EX_OK;
}

static int open_meetup(struct gateway *g, const struct config *config, const char *version,
                       const struct tls_files *files, const struct answer_settings *answers,
                       char *why)
{
    uint8_t key[PRACTICE_KEY_SIZE];
    char metrics[DATA_PATH_SIZE];
    const struct meetup_settings settings = {.version = version,
                                             .config = config,
                                             .files = files,
                                             .assets = g->assets,
                                             .answers = answers,
                                             .practice_key = key,
                                             .media = g->media,
                                             .store = g->store_thread,
                                             .events = g->events,
                                             .metrics_path = metrics};
    enum err err;

    data_folder_path(&g->folder, METRICS_NAME, metrics);
    entropy_fill(key, sizeof key); // the first start's; an old one is read over it
    if (data_folder_secret(&g->folder, KEY_NAME, key, sizeof key, why))
        return EX_CONFIG;
    err = meetup_thread_create(&g->meetup, &settings, why);
    mem_wipe(key, sizeof key);
    return status_of(err);
}

static int open_parts(struct gateway *g, const struct config *config, const char *version,
                      struct result *start, char *why)
{
    struct tls_files files;
    struct answer_settings answers;
    struct practice_effects effects = {0};
    int status;

    // libev ends the program when it gets no descriptor, so there must be enough beforehand.
    if (port_fit_connections(config->server_connections) < PORT_CONNECTIONS_LEAST) {
        snprintf(why, GATEWAY_WHY_SIZE,
                 "Too few files may be open at once: at least %d are needed "
                 "(ulimit -n, LimitNOFILE).",
                 PORT_CONNECTIONS_LEAST + PORT_DESCRIPTORS_ASIDE);
        return EX_OSERR;
    }
    addresses_of_machine(&g->addresses);
    if (tls_files_open(&files, config, &g->folder, &g->addresses, why) ||
        assets_open(&g->assets, config->server_web, why))
        return EX_CONFIG;
    status = open_store(g, start, why);
    if (!status)
        status = open_media(g, config, why);
    if (!status)
        status = fill_answers(g, config, &answers, why);
    if (!status)
        status = open_meetup(g, config, version, &files, &answers, why);
    if (status)
        return status;
    practice_result(g->meetup->practice, clock_now(), clock_wall(), start, &effects);
    practice_effects_clear(&effects);
    practice_effects_fini(&effects);
    g->desk = (struct desk){.practice = g->meetup->practice, .store = g->store};
    return EX_OK;
}

int gateway_create(struct gateway **made, const struct config *config, const char *version,
                   const char *suffix, char why[static GATEWAY_WHY_SIZE])
{
    struct gateway *g = mem_zero(sizeof *g);
    struct result *start = mem_zero(sizeof *start);
    const char *names = config->server_names;
    int status = EX_OSERR;

    snprintf(why, GATEWAY_WHY_SIZE, "There is not enough memory.");
    if (g && start) {
        g->port = config->server_port;
        config_next_item(&names, g->name, sizeof g->name);
        status = open_folder(g, config, suffix, why);
        if (!status)
            status = open_parts(g, config, version, start, why);
    }
    if (start)
        result_fini(start);
    mem_free(start);
    if (status)
        gateway_destroy(g);
    else
        *made = g;
    return status;
}

void gateway_destroy(struct gateway *g)
{
    if (!g)
        return;
    gateway_stop(g);
    meetup_thread_destroy(g->meetup);
    media_destroy(g->media);
    store_thread_destroy(g->store_thread);
    mailbox_destroy(g->events);
    certificate_destroy(g->certificate);
    assets_close(g->assets);
    data_folder_close(&g->folder);
    mem_free(g);
}

struct desk *gateway_desk(struct gateway *g)
{
    return &g->desk;
}

bool gateway_offer_setup(struct gateway *g, char path[static 64])
{
    uint8_t random[TOKEN_BYTES];
    char token[TOKEN_TEXT_SIZE];

    if (g->has_doctor)
        return false;
    entropy_fill(random, sizeof random);
    token_text(token, random);
    practice_offer_setup(g->meetup->practice, token);
    snprintf(path, 64, "/welcome#%s", token);
    mem_wipe(token, sizeof token);
    return true;
}

bool gateway_demo_password(const struct gateway *g, const char *given,
                           char password[static PASSWORD_SIZE])
{
    uint8_t random[TOKEN_BYTES];
    char kept[TOKEN_TEXT_SIZE] = "", why[GATEWAY_WHY_SIZE];

    snprintf(password, PASSWORD_SIZE, "%s", given);
    if (password[0])
        return true;
    entropy_fill(random, sizeof random);
    token_text(kept, random);
    if (data_folder_secret(&g->folder, DEMO_PASSWORD_NAME, (uint8_t *)kept, sizeof kept - 1, why))
        return false;
    snprintf(password, PASSWORD_SIZE, "%s", kept);
    return true;
}

bool gateway_keep(const struct gateway *g, const char *name, const void *bytes, size_t len)
{
    char why[GATEWAY_WHY_SIZE];

    return data_folder_write(&g->folder, name, bytes, len, why) == ERR_OK;
}

bool gateway_kept(const struct gateway *g, const char *name, void *bytes, size_t len)
{
    return data_folder_read(&g->folder, name, bytes, len);
}

bool gateway_address(const struct gateway *g, size_t index, char address[static GATEWAY_LINK_SIZE])
{
    char text[ADDRESS_TEXT_SIZE];
    struct address with_port;

    if (g->name[0]) {
        snprintf(address, GATEWAY_LINK_SIZE, "https://%s:%u", g->name, g->port);
        return index == 0;
    }
    if (index >= g->addresses.count)
        return false;
    with_port = g->addresses.items[index];
    with_port.port = g->port;
    snprintf(address, GATEWAY_LINK_SIZE, "https://%s", address_text(&with_port, text));
    return true;
}

unsigned gateway_media(const struct gateway *g, uint16_t *first, uint16_t *last)
{
    const unsigned count = media_thread_count(g->media);

    *first = media_port(g->media, 0);
    *last = media_port(g->media, count - 1);
    return count;
}

const char *gateway_folder(const struct gateway *g)
{
    return g->folder.path;
}

int gateway_start(struct gateway *g, char why[static GATEWAY_WHY_SIZE])
{
    g->desk = (struct desk){0};
    if (store_thread_start(g->store_thread) || media_start(g->media) ||
        meetup_thread_start(g->meetup)) {
        snprintf(why, GATEWAY_WHY_SIZE, "The system gives no more threads.");
        return EX_OSERR;
    }
    log_event(LOG_INFO, "started port=%u udp_port=%u media_threads=%u", g->port,
              media_port(g->media, 0), media_thread_count(g->media));
    return EX_OK;
}

void gateway_stop(struct gateway *g)
{
    if (g->meetup)
        meetup_thread_stop(g->meetup);
    if (g->media)
        media_stop(g->media);
    if (g->store_thread)
        store_thread_stop(g->store_thread);
}
