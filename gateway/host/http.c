// SPDX-License-Identifier: AGPL-3.0-or-later
// host/http.c - requests for pages and calls under /api/, and their answers.
#include "host/http.h"

#include "base/err.h"
#include "base/mem.h"
#include "host/assets.h"
#include "host/calls.h"
#include "host/clock.h"
#include "host/connection.h"
#include "host/server.h"
#include "practice/call.h"

#define ERR_STATE openssl_err_state // base/err.h has an ERR_STATE of its own
#include <libwebsockets.h>
#undef ERR_STATE

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define BODY_MOST ((size_t)64 * 1024)
#define BODY_TIME SEC(10)
#define WAIT_TIME SEC(30)
#define ANSWER_TIME SEC(20) // without progress
#define IDLE_TIME SEC(15)   // the next request's head included
#define HEAD_SIZE 4096
#define CHUNK ((size_t)16384) // one TLS record
#define NO_STORE "cache-control: no-store\r\n"

struct exchange {
    // borrowed: outlives the exchange
    struct connection *connection;
    // owned
    uint8_t *body; // of the call
    char *json;    // of the answer
    // state: the request
    bool post;
    bool head_only;
    bool has_doctor_cookie;
    bool has_device_cookie;
    uint64_t call; // its number while it waits, 0: none
    size_t body_len;
    size_t body_size;
    char path[512];
    char host[300];
    char doctor_cookie[COOKIE_SIZE];
    char device_cookie[COOKIE_SIZE];
    // state: the answer
    bool close;
    size_t head_len;
    size_t sent; // of head and content together
    struct bytes content;
    char head[HEAD_SIZE];
};

static void free_exchange(struct connection *c)
{
    struct exchange *e = c->exchange;

    c->exchange = NULL;
    if (!e)
        return;
    if (e->body)
        mem_wipe(e->body, e->body_size); // a password may be in it
    mem_free(e->body);
    mem_free(e->json);
    mem_free(e);
}

static const char *status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {
        {200, "OK"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {503, "Service Unavailable"},
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].status == status)
            return texts[i].text;
    return "Answer";
}

// The head of an answer; `more` are further header lines, each ended.
static size_t write_head(char head[static HEAD_SIZE], int status, const char *type, size_t len,
                         const char *more, bool close)
{
    size_t at =
        (size_t)snprintf(head, HEAD_SIZE, "HTTP/1.1 %d %s\r\n", status, status_text(status));

    at += server_write_safety(head + at, HEAD_SIZE - at);
    at += (size_t)snprintf(head + at, HEAD_SIZE - at, "content-type: %s\r\n%s", type, more);
    if (status != 304)
        at += (size_t)snprintf(head + at, HEAD_SIZE - at, "content-length: %zu\r\n", len);
    at +=
        (size_t)snprintf(head + at, HEAD_SIZE - at, "%s\r\n", close ? "connection: close\r\n" : "");
    return at < HEAD_SIZE ? at : HEAD_SIZE - 1;
}

void http_refuse(struct connection *c, int status, const char *text)
{
    char whole[LWS_PRE + HEAD_SIZE + 512];
    char head[HEAD_SIZE];
    int len =
        (int)write_head(head, status, "text/plain; charset=utf-8", strlen(text) + 1,
                        status == 405 ? NO_STORE "allow: GET, HEAD, POST\r\n" : NO_STORE, true);

    len = snprintf(whole + LWS_PRE, sizeof whole - LWS_PRE, "%.*s%.500s\n", len, head, text);
    lws_write(c->lws, (unsigned char *)whole + LWS_PRE, (size_t)len, LWS_WRITE_HTTP_HEADERS);
}

static bool refuse(struct connection *c, int status, const char *text)
{
    http_refuse(c, status, text);
    return false;
}

// --- what a request must be ---

static bool is_there(struct connection *c, enum lws_token_indexes token)
{
    return lws_hdr_total_length(c->lws, token) > 0;
}

// The length told by the request; false when it is none, or told twice.
static bool read_length(struct connection *c, size_t *len)
{
    char text[8];

    *len = 0;
    if (!is_there(c, WSI_TOKEN_HTTP_CONTENT_LENGTH))
        return true;
    if (!server_header(c->lws, WSI_TOKEN_HTTP_CONTENT_LENGTH, text, sizeof text)) {
        *len = SIZE_MAX; // seven digits are more than we take
        return true;
    }
    for (const char *at = text; *at; at++) {
        if (!isdigit((unsigned char)*at))
            return false;
        *len = *len * 10 + (size_t)(*at - '0');
    }
    return true;
}

// A blank before the colon makes a header unknown to libwebsockets, but perhaps not to a proxy
// before us: such a request has two meanings.
static bool is_ambiguous(struct connection *c)
{
    static const char *const names[] = {
        "content-length :", "content-length\t:", "transfer-encoding :", "transfer-encoding\t:"};

    if (is_there(c, WSI_TOKEN_HTTP_TRANSFER_ENCODING))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (lws_hdr_custom_length(c->lws, names[i], (int)strlen(names[i])) >= 0)
            return true;
    return false;
}

static bool is_json(struct connection *c)
{
    static const char json[] = "application/json";
    char type[64];

    return server_header(c->lws, WSI_TOKEN_HTTP_CONTENT_TYPE, type, sizeof type) &&
           !strncasecmp(type, json, sizeof json - 1) &&
           (type[sizeof json - 1] == '\0' || type[sizeof json - 1] == ';');
}

// Fills method, path and host. False when the request was refused.
static bool read_request(struct exchange *e)
{
    struct connection *c = e->connection;
    enum lws_token_indexes method = WSI_TOKEN_GET_URI;

    if (is_there(c, WSI_TOKEN_POST_URI))
        method = WSI_TOKEN_POST_URI;
    else if (is_there(c, WSI_TOKEN_HEAD_URI))
        method = WSI_TOKEN_HEAD_URI;
    else if (!is_there(c, WSI_TOKEN_GET_URI))
        return refuse(c, 405, "This method is not known here.");
    e->post = method == WSI_TOKEN_POST_URI;
    e->head_only = method == WSI_TOKEN_HEAD_URI;
    if (!server_header(c->lws, WSI_TOKEN_HOST, e->host, sizeof e->host) || !e->host[0] ||
        strcspn(e->host, "/\\@\"'<> \t,") != strlen(e->host))
        return refuse(c, 400, "The request does not say which host it wants.");
    if (!server_has_name(c->server, e->host))
        return refuse(c, 421, "This gateway goes by another name (server.names).");
    if (!server_header(c->lws, (int)method, e->path, sizeof e->path))
        return refuse(c, 404, "There is no such page.");
    return true;
}

static bool check_body(struct exchange *e)
{
    struct connection *c = e->connection;
    size_t len;

    if (is_ambiguous(c) || !read_length(c, &len))
        return refuse(c, 400, "The length of the request is unclear.");
    if (!e->post)
        return !len || refuse(c, 400, "This request must not have a body.");
    if (!is_there(c, WSI_TOKEN_HTTP_CONTENT_LENGTH))
        return refuse(c, 411, "The request must say its length.");
    if (len > BODY_MOST)
        return refuse(c, 413, "The request is too large.");
    e->body_size = len;
    return true;
}

// --- answers ---

static void answer_when_writable(struct exchange *e, usec now)
{
    struct connection *c = e->connection;

    c->phase = PHASE_ANSWER;
    c->deadline = now + ANSWER_TIME;
    server_want_writable(c);
}

static bool answer_asset(struct exchange *e, usec now)
{
    struct connection *c = e->connection;
    const struct asset *asset = assets_find(server_assets(c->server), e->path);
    char accept[256], known[256], more[512];
    enum asset_encoding encoding;
    const char *name;
    bool unchanged;

    if (e->post)
        return refuse(c, 405, "Pages are read with GET.");
    if (!asset)
        return refuse(c, 404, "There is no such page.");
    if (!server_header(c->lws, WSI_TOKEN_HTTP_ACCEPT_ENCODING, accept, sizeof accept))
        accept[0] = '\0';
    if (!server_header(c->lws, WSI_TOKEN_HTTP_IF_NONE_MATCH, known, sizeof known))
        known[0] = '\0';
    encoding = asset_choose(asset, accept);
    name = asset_encoding_name(encoding);
    unchanged = known[0] && asset_is_known(known, asset->tags[encoding]);
    snprintf(more, sizeof more, "cache-control: %s\r\nvary: accept-encoding\r\netag: %s\r\n%s%s%s",
             asset->hashed ? "public, max-age=31536000, immutable" : "no-cache",
             asset->tags[encoding], *name ? "content-encoding: " : "", name, *name ? "\r\n" : "");
    e->content = unchanged ? bytes_of(NULL, 0) : asset->bodies[encoding];
    e->head_len =
        write_head(e->head, unchanged ? 304 : 200, asset->type, e->content.len, more, false);
    if (e->head_only)
        e->content.len = 0;
    answer_when_writable(e, now);
    return true;
}

void http_answer(struct exchange *e, int status, char *json, const char *const *cookies,
                 size_t cookie_count)
{
    static const char no_memory[] =
        "{\"error\": {\"code\": \"unavailable\", \"text\": \"Please try again soon.\"}}";
    char more[1024];
    size_t len = (size_t)snprintf(more, sizeof more, NO_STORE);

    for (size_t i = 0; json && i < cookie_count; i++)
        if (cookies[i] && cookies[i][0] && len < sizeof more)
            len +=
                (size_t)snprintf(more + len, sizeof more - len, "set-cookie: %s\r\n", cookies[i]);
    e->call = 0;
    e->json = json;
    e->content = json ? bytes_of(json, strlen(json)) : bytes_of(no_memory, sizeof no_memory - 1);
    e->head_len =
        write_head(e->head, json ? status : 503, "application/json", e->content.len, more, false);
    if (e->head_only)
        e->content.len = 0;
    answer_when_writable(e, clock_now());
}

const char *http_host(const struct exchange *exchange)
{
    return exchange->host;
}

static bool finish(struct connection *c, usec now)
{
    const bool close = c->exchange->close;

    free_exchange(c);
    c->phase = PHASE_IDLE;
    c->deadline = now + IDLE_TIME;
    return !close && lws_http_transaction_completed(c->lws) == 0;
}

// Writes the next piece; false when the connection broke.
static bool write_piece(struct exchange *e)
{
    unsigned char piece[LWS_PRE + CHUNK];
    const bool begins = !e->sent;
    size_t len = begins ? e->head_len : 0;
    size_t take = e->head_len + e->content.len - e->sent - len;

    if (begins)
        memcpy(piece + LWS_PRE, e->head, len);
    if (take > CHUNK - len)
        take = CHUNK - len;
    if (take)
        memcpy(piece + LWS_PRE + len, e->content.at + (e->sent + len - e->head_len), take);
    len += take;
    e->sent += len;
    return lws_write(e->connection->lws, piece + LWS_PRE, len,
                     begins ? LWS_WRITE_HTTP_HEADERS : LWS_WRITE_HTTP) >= 0;
}

bool http_writable(struct connection *c, usec now)
{
    struct exchange *e = c->exchange;

    if (!e || c->phase != PHASE_ANSWER)
        return true; // told for nothing
    while (e->sent < e->head_len + e->content.len && !lws_send_pipe_choked(c->lws)) {
        c->deadline = now + ANSWER_TIME;
        if (!write_piece(e))
            return false;
    }
    if (e->sent == e->head_len + e->content.len && !lws_partial_buffered(c->lws))
        return finish(c, now);
    server_want_writable(c);
    return true;
}

// --- calls ---

static void read_cookies(struct exchange *e)
{
    struct lws *lws = e->connection->lws;

    e->has_doctor_cookie =
        server_cookie(lws, DOCTOR_COOKIE, e->doctor_cookie, sizeof e->doctor_cookie);
    e->has_device_cookie =
        server_cookie(lws, DEVICE_COOKIE, e->device_cookie, sizeof e->device_cookie);
}

static void pass_call(struct exchange *e, usec now)
{
    struct connection *c = e->connection;
    const struct http_call call = {
        .exchange = e,
        .post = e->post,
        .path = e->path,
        .body = bytes_of(e->body, e->body_len),
        .doctor_cookie = e->has_doctor_cookie ? e->doctor_cookie : NULL,
        .device_cookie = e->has_device_cookie ? e->device_cookie : NULL,
        .host = e->host,
        .unlimited = server_is_unlimited(c),
    };
    uint64_t waiting;

    c->phase = PHASE_WAIT;
    c->deadline = now + WAIT_TIME;
    server_hold(c);
    waiting = calls_receive(server_owner(c->server), &call, &c->from);
    if (c->phase == PHASE_WAIT)
        e->call = waiting;
}

static bool begin_call(struct exchange *e, usec now)
{
    struct connection *c = e->connection;

    read_cookies(e);
    if (!e->post) {
        pass_call(e, now);
        return true;
    }
    if (!server_is_own_origin(c->lws))
        return refuse(c, 403, "This call must come from a page of this gateway.");
    if (!is_json(c))
        return refuse(c, 403, "This call must be application/json.");
    e->body = mem_zero(e->body_size + 1);
    if (!e->body)
        return refuse(c, 503, "Please try again soon.");
    c->phase = PHASE_BODY;
    c->deadline = now + BODY_TIME;
    return true;
}

bool http_requested(struct connection *c, usec now)
{
    struct exchange *e;

    if (c->exchange) // the one before is not answered
        return false;
    if (!server_takes_request(c, now))
        return refuse(c, 429, "These are too many requests. Please try again soon.");
    e = mem_zero(sizeof *e);
    if (!e)
        return refuse(c, 503, "Please try again soon.");
    c->exchange = e;
    e->connection = c;
    if (!read_request(e) || !check_body(e))
        return false;
    return strncmp(e->path, "/api/", 5) == 0 ? begin_call(e, now) : answer_asset(e, now);
}

bool http_body(struct connection *c, struct bytes part)
{
    struct exchange *e = c->exchange;

    if (!e || c->phase != PHASE_BODY || part.len > e->body_size - e->body_len)
        return false;
    if (part.len)
        memcpy(e->body + e->body_len, part.at, part.len);
    e->body_len += part.len;
    return true;
}

bool http_body_ended(struct connection *c, usec now)
{
    if (!c->exchange || c->phase != PHASE_BODY)
        return false;
    pass_call(c->exchange, now);
    return true;
}

void http_closed(struct connection *c)
{
    if (c->exchange && c->exchange->call)
        calls_gone(server_owner(c->server), c->exchange->call);
    free_exchange(c);
}
