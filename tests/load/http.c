// SPDX-License-Identifier: AGPL-3.0-or-later
// load/http.c - HTTP/1.1 as a page's browser speaks it: one request, one reply.
#include "load/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEAD_MAX 16384
// Any 16 bytes will do: the gateway's answer to it is not what is measured here.
#define SOCKET_KEY "YWZ0ZXJjYXJlLWxvYWQtMQ=="

bool http_write(struct queue *to, const struct http_request *r)
{
    const char *cookies = r->cookies ? r->cookies->text : "";
    char head[2048];
    int len = snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: %s\r\nOrigin: http%s://%s\r\n",
                       r->body ? "POST" : "GET", r->path, r->host, r->secure ? "s" : "", r->host);

    if (cookies[0])
        len += snprintf(head + len, sizeof head - (size_t)len, "Cookie: %s\r\n", cookies);
    if (r->subprotocol)
        len += snprintf(head + len, sizeof head - (size_t)len,
                        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: " SOCKET_KEY "\r\nSec-WebSocket-Protocol: %s\r\n",
                        r->subprotocol);
    if (r->body)
        len +=
            snprintf(head + len, sizeof head - (size_t)len,
                     "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(r->body));
    len += snprintf(head + len, sizeof head - (size_t)len, "\r\n");
    return (size_t)len < sizeof head && queue_put(to, bytes_of(head, (size_t)len)) &&
           (!r->body || queue_put(to, bytes_of_string(r->body)));
}

// Puts "name=value" in, in place of an older one of that name.
static void keep_cookie(struct cookies *cookies, struct bytes line)
{
    const uint8_t *end = memchr(line.at, ';', line.len);
    const size_t len = end ? (size_t)(end - line.at) : line.len;
    const uint8_t *equals = memchr(line.at, '=', len);
    char kept[COOKIES_SIZE] = "";
    size_t at = 0;

    if (!equals)
        return;
    for (const char *next = cookies->text; *next;) {
        const size_t item = strcspn(next, ";");
        const size_t name = (size_t)(equals - line.at) + 1;

        if (item < name || strncmp(next, (const char *)line.at, name) != 0)
            at += (size_t)snprintf(kept + at, sizeof kept - at, "%s%.*s", at ? "; " : "", (int)item,
                                   next);
        next += item + strspn(next + item, "; ");
    }
    snprintf(kept + at, sizeof kept - at, "%s%.*s", at ? "; " : "", (int)len,
             (const char *)line.at);
    *cookies = (struct cookies){0};
    memcpy(cookies->text, kept, sizeof kept);
}

// The value when the line is this header's.
static bool is_header(struct bytes line, const char *name, struct bytes *value)
{
    const size_t len = strlen(name);

    if (line.len <= len || line.at[len] != ':' ||
        strncasecmp((const char *)line.at, name, len) != 0)
        return false;
    *value = bytes_of(line.at + len + 1, line.len - len - 1);
    while (value->len && value->at[0] == ' ')
        *value = bytes_of(value->at + 1, value->len - 1);
    return true;
}

// Reads the lines behind the first; the length of the body, or -1 when it is not said.
static long read_headers(struct bytes head, struct cookies *cookies)
{
    long body = -1;

    while (head.len) {
        const uint8_t *end = memmem(head.at, head.len, "\r\n", 2);
        const struct bytes line = bytes_of(head.at, end ? (size_t)(end - head.at) : head.len);
        const size_t taken = end ? line.len + 2 : line.len;
        struct bytes value;

        if (is_header(line, "Content-Length", &value))
            body = strtol((const char *)value.at, NULL, 10); // ends at the line's CR
        else if (cookies && is_header(line, "Set-Cookie", &value))
            keep_cookie(cookies, value);
        head = bytes_of(head.at + taken, head.len - taken);
    }
    return body;
}

enum http_found http_read(struct http_reply *reply, struct bytes from, struct cookies *cookies)
{
    const uint8_t *end = from.len ? memmem(from.at, from.len, "\r\n\r\n", 4) : NULL;
    size_t head;
    long body;

    if (!end)
        return from.len > HEAD_MAX ? HTTP_BROKEN : HTTP_NONE_YET;
    head = (size_t)(end - from.at) + 4;
    if (head < 16 || memcmp(from.at, "HTTP/1.1 ", 9) != 0)
        return HTTP_BROKEN;
    reply->status = atoi((const char *)from.at + 9);
    body = read_headers(bytes_of(from.at, head - 2), NULL);
    if (reply->status == 101 || reply->status == 204)
        body = 0;
    if (body < 0)
        return HTTP_BROKEN;
    if (from.len < head + (size_t)body)
        return HTTP_NONE_YET;
    (void)read_headers(bytes_of(from.at, head - 2), cookies);
    reply->body = bytes_of(from.at + head, (size_t)body);
    reply->taken = head + (size_t)body;
    return HTTP_FOUND;
}
