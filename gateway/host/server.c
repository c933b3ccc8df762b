// SPDX-License-Identifier: AGPL-3.0-or-later
// host/server.c - the web server: libwebsockets on our loop, guarded against what it should not do.
#include "host/server.h"

#include "base/log.h"
#include "base/mem.h"
#include "host/accept.h"
#include "host/addresses.h"
#include "host/clock.h"
#include "host/config.h"
#include "host/connection.h"
#include "host/entropy.h"
#include "host/http.h"
#include "host/port.h"
#include "host/tls_files.h"
#include "host/udp_address.h"
#include "host/websocket.h"

#define ERR_STATE openssl_err_state // base/err.h has an ERR_STATE of its own
#include <libwebsockets.h>
#undef ERR_STATE

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define HEAD_TIME SEC(10) // for TLS and the request's head
#define HEAD_BYTES 16384

struct server {
    // given
    char names[CONFIG_TEXT_SIZE];
    // borrowed: outlive the server
    const struct assets *assets;
    struct meetup_thread *owner;
    struct ev_loop *loop;
    // owned
    struct lws_context *lws;
    struct accept *accept;
    // state
    struct list connections;
    uint64_t refused;
};

static const struct lws_protocol_vhost_options safety[] = {
    {&safety[1], NULL, "content-security-policy:",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
     "media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; font-src 'self'; "
     "manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"},
    {&safety[2], NULL, "permissions-policy:",
     "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), "
     "fullscreen=(self), screen-wake-lock=(self)"},
    {&safety[3], NULL, "referrer-policy:", "no-referrer"},
    {&safety[4], NULL, "x-content-type-options:", "nosniff"},
    {&safety[5], NULL, "cross-origin-opener-policy:", "same-origin"},
    {NULL, NULL, "strict-transport-security:", "max-age=31536000"},
};

static const struct lws_retry_bo patience = {.secs_since_valid_ping = 20,
                                             .secs_since_valid_hangup = 30};

size_t server_write_safety(char *to, size_t size)
{
    size_t len = 0;

    for (size_t i = 0; i < ARRAY_LEN(safety); i++)
        len += (size_t)snprintf(to + len, size - len, "%s %s\r\n", safety[i].name, safety[i].value);
    return len;
}

const struct assets *server_assets(const struct server *s)
{
    return s->assets;
}

struct meetup_thread *server_owner(const struct server *s)
{
    return s->owner;
}

bool server_header(struct lws *lws, int token, char *to, int size)
{
    to[0] = '\0';
    return lws_hdr_copy(lws, to, size, (enum lws_token_indexes)token) >= 0;
}

bool server_has_name(const struct server *s, const char *host)
{
    const char *list = s->names;
    char name[256];
    size_t len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");

    if (!s->names[0])
        return host[0] != '\0';
    if (host[0] == '[') { // an address literal is listed without brackets
        host++;
        len -= 2;
    }
    while (config_next_item(&list, name, sizeof name))
        if (strlen(name) == len && !strncasecmp(name, host, len))
            return true;
    return false;
}

bool server_takes_request(struct connection *c, usec now)
{
    return accept_takes_request(c->server->accept, now, &c->from);
}

bool server_is_unlimited(const struct connection *c)
{
    return accept_is_unlimited(c->server->accept, &c->from);
}

bool server_is_own_origin(struct lws *lws)
{
    char host[300], origin[310], own[310];

    if (!server_header(lws, WSI_TOKEN_HOST, host, sizeof host) || !host[0] ||
        !server_header(lws, WSI_TOKEN_ORIGIN, origin, sizeof origin))
        return false;
    snprintf(own, sizeof own, "https://%s", host);
    return strcmp(origin, own) == 0;
}

bool server_cookie(struct lws *lws, const char *name, char *value, int size)
{
    const size_t name_len = strlen(name);
    char all[4096];
    int found = 0;

    if (!server_header(lws, WSI_TOKEN_HTTP_COOKIE, all, sizeof all))
        return false;
    for (const char *at = all; *at;) {
        size_t len;

        at += strspn(at, "; ");
        len = strcspn(at, ";");
        if (len > name_len && !strncmp(at, name, name_len) && at[name_len] == '=') {
            const size_t value_len = len - name_len - 1;

            if (value_len >= (size_t)size || found++)
                return false;
            memcpy(value, at + name_len + 1, value_len);
            value[value_len] = '\0';
        }
        at += len;
    }
    return found == 1 && value[0];
}

// --- connections ---

static struct server *server_of(struct lws *lws)
{
    return lws_context_user(lws_get_context(lws));
}

static bool peer_of(int descriptor, struct address *from)
{
    struct sockaddr_storage name = {0};
    socklen_t len = sizeof name;

    return getpeername(descriptor, (struct sockaddr *)&name, &len) == 0 &&
           address_from_kernel(from, (struct sockaddr *)&name);
}

static bool may_connect(struct lws *lws, int descriptor)
{
    struct server *s = server_of(lws);
    struct address from;
    const bool allowed = peer_of(descriptor, &from) && accept_allows(s->accept, clock_now(), &from);

    s->refused += !allowed;
    return allowed;
}

static void has_room(struct ev_loop *loop, struct ev_io *watcher, int why)
{
    struct connection *c = watcher->data;

    (void)why;
    ev_io_stop(loop, watcher);
    lws_rx_flow_control(c->lws, 1);
    lws_callback_on_writable(c->lws);
}

void server_hold(struct connection *c)
{
    lws_rx_flow_control(c->lws, 0);
}

void server_want_writable(struct connection *c)
{
    server_hold(c);
    ev_io_start(c->server->loop, &c->writable);
}

static bool open_connection(struct lws *lws)
{
    struct server *s = server_of(lws);
    struct connection *c = mem_zero(sizeof *c);

    if (!c)
        return false;
    c->server = s;
    c->lws = lws;
    c->phase = PHASE_HEAD;
    c->deadline = clock_now() + HEAD_TIME;
    if (!peer_of(lws_get_socket_fd(lws), &c->from)) {
        mem_free(c);
        return false;
    }
    ev_io_init(&c->writable, has_room, lws_get_socket_fd(lws), EV_WRITE);
    c->writable.data = c;
    list_append(&s->connections, &c->node);
    accept_opened(s->accept, clock_now(), &c->from);
    lws_set_opaque_user_data(lws, c);
    return true;
}

static void close_connection(struct lws *lws)
{
    struct connection *c = lws_get_opaque_user_data(lws);

    if (!c)
        return;
    lws_set_opaque_user_data(lws, NULL);
    ev_io_stop(c->server->loop, &c->writable);
    websocket_closed(c, clock_now());
    http_closed(c);
    accept_closed(c->server->accept, clock_now(), &c->from);
    list_remove(&c->node);
    mem_free(c);
}

// --- what libwebsockets tells ---

// libwebsockets 4.1.6 has an HTTP/2 that anybody could switch to by Upgrade, a use after free behind
// an unknown Upgrade, and a raw mode behind CONNECT. The pointer it passes here may be stale: the
// header is read afresh.
static bool is_forbidden(struct lws *lws, enum lws_callback_reasons reason)
{
    char upgrade[16];

    switch ((int)reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return lws_hdr_copy(lws, upgrade, sizeof upgrade, WSI_TOKEN_UPGRADE) <= 0 ||
               strcasecmp(upgrade, "websocket") != 0;
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_RAW_WRITEABLE:
    case LWS_CALLBACK_RAW_ADOPT_FILE:
        return true;
    default:
        return false;
    }
}

static void tune_tls(SSL_CTX *tls)
{
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF); // tickets need no memory of ours
}

static int told_of_http(struct connection *c, enum lws_callback_reasons reason, struct bytes in)
{
    const usec now = clock_now();

    switch ((int)reason) {
    case LWS_CALLBACK_HTTP:
        return http_requested(c, now) ? 0 : -1;
    case LWS_CALLBACK_HTTP_BODY:
        return http_body(c, in) ? 0 : -1;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return http_body_ended(c, now) ? 0 : -1;
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return http_writable(c, now) ? 0 : -1;
    case LWS_CALLBACK_CLOSED_HTTP:
        ev_io_stop(c->server->loop, &c->writable); // before its descriptor goes
        return 0;
    default:
        return 0;
    }
}

static int told_of_connection(struct connection *c, enum lws_callback_reasons reason,
                              struct bytes in)
{
    const usec now = clock_now();

    switch ((int)reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return websocket_admit(c) ? 0 : -1;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return c->admitted ? 0 : -1;
    case LWS_CALLBACK_ESTABLISHED:
        return websocket_opened(c, now) ? 0 : -1;
    case LWS_CALLBACK_RECEIVE:
        return websocket_received(c, now, in) ? 0 : -1;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return websocket_writable(c) ? 0 : -1;
    case LWS_CALLBACK_CLOSED:
        websocket_closed(c, now);
        return 0;
    default:
        return told_of_http(c, reason, in);
    }
}

// The one callback of all protocols: it only translates.
static int told(struct lws *lws, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    struct connection *c;

    if (is_forbidden(lws, reason))
        return -1;
    switch ((int)reason) {
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
        tune_tls(user);
        return 0;
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        return may_connect(lws, (int)(intptr_t)in) ? 0 : -1;
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        return open_connection(lws) ? 0 : -1;
    case LWS_CALLBACK_WSI_DESTROY:
        close_connection(lws);
        return 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_BODY:
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    case LWS_CALLBACK_HTTP_WRITEABLE:
    case LWS_CALLBACK_CLOSED_HTTP:
        c = lws_get_opaque_user_data(lws);
        return c ? told_of_connection(c, reason, bytes_of(in, in ? len : 0)) : -1;
    default:
        return 0;
    }
}

// The first is every connection's until it is upgraded; a WebSocket without a subprotocol would be
// given to it too, and is refused before.
static const struct lws_protocols protocols[] = {
    {.name = "http", .callback = told},
    {.name = WEBSOCKET_PROTOCOL, .callback = told, .rx_buffer_size = 4096},
    {0},
};

// --- start and end ---

static void log_of_libwebsockets(int level, const char *line)
{
    log_event(level & LLL_ERR ? LOG_DEBUG : LOG_TRACE, "libwebsockets %.200s", line);
}

static struct lws_context *listen_on(struct server *s, const struct server_settings *settings,
                                     uint32_t connections, bool has_v6)
{
    const struct config *config = settings->config;
    void *loops[1] = {settings->loop};
    struct lws_context_creation_info about = {
        .port = config->server_port,
        .iface = config->server_address[0] ? config->server_address : NULL,
        .protocols = protocols,
        .headers = safety,
        .vhost_name = "aftercare",
        .ssl_cert_filepath = settings->files->certificate,
        .ssl_private_key_filepath = settings->files->key,
        .ssl_options_set = (long)(SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 |
                                  SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION),
        .alpn = "http/1.1",
        .options = LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                   LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND |
                   (has_v6 ? 0 : LWS_SERVER_OPTION_DISABLE_IPV6),
        .retry_and_idle_policy = &patience,
        .timeout_secs = 10,
        .timeout_secs_ah_idle = 10,
        .keepalive_timeout = 15,
        .fd_limit_per_thread = connections + PORT_DESCRIPTORS_ASIDE / 2,
        .max_http_header_data = HEAD_BYTES,
        .max_http_header_pool =
            (unsigned short)(connections < UINT16_MAX ? connections : UINT16_MAX),
        .pt_serv_buf_size = 32768,
        .foreign_loops = loops,
        .user = s,
        .gid = -1,
        .uid = -1,
    };

    return lws_create_context(&about);
}

static enum err limit(struct server *s, const struct config *config, uint32_t connections,
                      char why[static SERVER_WHY_SIZE])
{
    struct addresses unlimited;
    const struct accept_limits limits = {.most = connections,
                                         .most_per_address = config->server_connections_per_address,
                                         .unlimited = &unlimited};

    if (!addresses_from_text(&unlimited, config->server_unlimited_addresses)) {
        snprintf(why, SERVER_WHY_SIZE,
                 "server.unlimited_addresses must be at most %d IP addresses, separated by commas.",
                 ADDRESSES_MOST);
        return ERR_INVALID;
    }
    return accept_create(&s->accept, &limits, entropy_u64());
}

enum err server_create(struct server **made, const struct server_settings *settings,
                       char why[static SERVER_WHY_SIZE])
{
    const uint32_t connections = port_fit_connections(settings->config->server_connections);
    struct server *s = mem_zero(sizeof *s);
    bool has_v6;
    enum err err;

    if (!s)
        return ERR_NO_MEMORY;
    list_init(&s->connections);
    s->assets = settings->assets;
    s->owner = settings->owner;
    s->loop = settings->loop;
    snprintf(s->names, sizeof s->names, "%s", settings->config->server_names);
    err = port_try(settings->config, &has_v6, why);
    if (!err)
        err = limit(s, settings->config, connections, why);
    if (!err) {
        lws_set_log_level(LLL_ERR | LLL_WARN, log_of_libwebsockets);
        s->lws = listen_on(s, settings, connections, has_v6);
        if (!s->lws) {
            snprintf(why, SERVER_WHY_SIZE,
                     "The web server could not start (libwebsockets; log.level=trace says more).");
            err = ERR_IO;
        }
    }
    if (err) {
        server_destroy(s);
        return err;
    }
    *made = s;
    return ERR_OK;
}

void server_tick(struct server *s, usec now)
{
    LIST_EACH(node, &s->connections) {
        struct connection *c = LIST_ITEM(node, struct connection, node);

        if (now >= c->deadline)
            lws_set_timeout(c->lws, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC);
    }
    accept_sweep(s->accept, now);
    // The libev plug-in of 4.1.6 does not bring its timer forward when a nearer one is set; being
    // woken makes it look.
    lws_cancel_service(s->lws);
}

void server_say_goodbye(struct server *s)
{
    LIST_EACH(node, &s->connections) {
        struct connection *c = LIST_ITEM(node, struct connection, node);

        if (c->websocket)
            websocket_close(c->websocket, CLOSE_RESTART);
    }
}

struct server_counts server_counts(const struct server *s)
{
    return (struct server_counts){.connections = accept_count(s->accept), .refused = s->refused};
}

bool server_has_websockets(const struct server *s)
{
    LIST_EACH(node, &s->connections)
        if (LIST_ITEM(node, struct connection, node)->websocket)
            return true;
    return false;
}

void server_destroy(struct server *s)
{
    if (!s)
        return;
    if (s->lws)
        lws_context_destroy(s->lws);
    accept_destroy(s->accept);
    mem_free(s);
}
