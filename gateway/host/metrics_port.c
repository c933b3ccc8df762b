// SPDX-License-Identifier: AGPL-3.0-or-later
// host/metrics_port.c - answers GET /metrics, one request for each connection, and nothing else.
#include "host/metrics_port.h"

#include "base/address.h"
#include "base/mem.h"
#include "host/metrics.h"
#include "host/udp_address.h"

#include <errno.h>
#include <ev.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CALLERS 8 // at once; more are hung up on
#define HEAD_SIZE 2048
#define PATIENCE 5. // seconds for a request and its answer

struct caller {
    // borrowed: outlives the caller
    struct metrics_port *port;
    // owned
    struct ev_io watcher;
    struct ev_timer patience;
    char *answer; // NULL: the request is being read
    // state
    bool open;
    size_t len;
    size_t sent;
    char head[HEAD_SIZE];
};

struct metrics_port {
    // borrowed: outlive the port
    struct ev_loop *loop;
    metrics_page *page;
    void *owner;
    // owned
    struct ev_io local;  // its descriptor -1: not listened on
    struct ev_io remote; // the same
    struct sockaddr_un name;
    // state
    struct caller callers[CALLERS];
};

static void hang_up(struct caller *c)
{
    if (!c->open)
        return;
    c->open = false;
    ev_io_stop(c->port->loop, &c->watcher);
    ev_timer_stop(c->port->loop, &c->patience);
    close(c->watcher.fd);
    mem_free(c->answer);
    c->answer = NULL;
}

static bool is_wanted(const char *head)
{
    static const char path[] = "GET /metrics";
    const char next = strncmp(head, path, sizeof path - 1) == 0 ? head[sizeof path - 1] : '\0';

    return next == ' ' || next == '?' || next == '\r' || next == '\n';
}

// The head is written before the page is known to be as long as it is: it says so by closing.
static bool make_answer(struct caller *c)
{
    static const char found[] = "HTTP/1.1 200 OK\r\ncontent-type: text/plain; version=0.0.4; "
                                "charset=utf-8\r\ncache-control: no-store\r\nconnection: "
                                "close\r\n\r\n";
    static const char nothing[] = "HTTP/1.1 404 Not Found\r\ncontent-type: text/plain\r\n"
                                  "connection: close\r\n\r\nOnly /metrics is here.\n";
    const bool wanted = is_wanted(c->head);
    const char *start = wanted ? found : nothing;
    const size_t start_len = strlen(start);

    c->answer = mem_zero(start_len + METRICS_PAGE_SIZE);
    if (!c->answer)
        return false;
    memcpy(c->answer, start, start_len);
    c->len = start_len;
    c->sent = 0;
    if (wanted)
        c->len += c->port->page(c->port->owner, c->answer + start_len, METRICS_PAGE_SIZE);
    return true;
}

// False when the caller is done with.
static bool write_more(struct caller *c)
{
    const ssize_t sent =
        send(c->watcher.fd, c->answer + c->sent, c->len - c->sent, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    c->sent += (size_t)sent;
    return c->sent < c->len;
}

static bool read_more(struct caller *c)
{
    const ssize_t got = recv(c->watcher.fd, c->head + c->len, HEAD_SIZE - 1 - c->len, MSG_DONTWAIT);

    if (got <= 0)
        return got < 0 && (errno == EAGAIN || errno == EINTR);
    c->len += (size_t)got;
    c->head[c->len] = '\0';
    if (!strstr(c->head, "\r\n\r\n") && !strstr(c->head, "\n\n"))
        return c->len < HEAD_SIZE - 1;
    if (!make_answer(c))
        return false;
    ev_io_stop(c->port->loop, &c->watcher);
    ev_io_set(&c->watcher, c->watcher.fd, EV_WRITE);
    ev_io_start(c->port->loop, &c->watcher);
    return true;
}

static void hear_caller(struct ev_loop *loop, struct ev_io *watcher, int why)
{
    struct caller *c = watcher->data;

    (void)loop, (void)why;
    if (!(c->answer ? write_more(c) : read_more(c)))
        hang_up(c);
}

static void lose_patience(struct ev_loop *loop, struct ev_timer *timer, int why)
{
    (void)loop, (void)why;
    hang_up(timer->data);
}

static struct caller *free_place(struct metrics_port *p)
{
    for (size_t i = 0; i < CALLERS; i++)
        if (!p->callers[i].open)
            return &p->callers[i];
    return NULL;
}

static void take_call(struct ev_loop *loop, struct ev_io *watcher, int why)
{
    struct metrics_port *p = watcher->data;
    const int descriptor = accept4(watcher->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct caller *c = descriptor >= 0 ? free_place(p) : NULL;

    (void)why;
    if (!c) {
        if (descriptor >= 0)
            close(descriptor);
        return;
    }
    *c = (struct caller){.port = p, .open = true};
    ev_io_init(&c->watcher, hear_caller, descriptor, EV_READ);
    ev_timer_init(&c->patience, lose_patience, PATIENCE, 0.);
    c->watcher.data = c->patience.data = c;
    ev_io_start(loop, &c->watcher);
    ev_timer_start(loop, &c->patience);
}

static void listen_with(struct metrics_port *p, struct ev_io *watcher, int descriptor)
{
    ev_io_init(watcher, take_call, descriptor, EV_READ);
    watcher->data = p;
    ev_io_start(p->loop, watcher);
}

static void open_local(struct metrics_port *p, const char *path)
{
    int s;

    if (!path[0] || strlen(path) >= sizeof p->name.sun_path)
        return;
    s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s < 0)
        return;
    p->name.sun_family = AF_UNIX;
    snprintf(p->name.sun_path, sizeof p->name.sun_path, "%s", path);
    unlink(path);
    if (bind(s, (struct sockaddr *)&p->name, sizeof p->name) == 0 && listen(s, CALLERS) == 0) {
        listen_with(p, &p->local, s);
        return;
    }
    p->name.sun_path[0] = '\0';
    close(s);
}

static bool read_address(struct address *to, const char *text)
{
    const char *colon = strrchr(text, ':');
    const bool bracketed = text[0] == '[';
    const size_t len = colon ? (size_t)(colon - text) : 0;
    char ip[64];
    char *end;

    if (len < 3 || len >= sizeof ip || (bracketed && text[len - 1] != ']'))
        return false;
    snprintf(ip, sizeof ip, "%.*s", (int)(bracketed ? len - 2 : len), text + bracketed);
    const unsigned long port = strtoul(colon + 1, &end, 10);
    if (!colon[1] || *end || port < 1 || port > UINT16_MAX || !address_from_text(to, ip))
        return false;
    to->port = (uint16_t)port;
    return address_is_loopback(to);
}

static enum err open_remote(struct metrics_port *p, const char *text,
                            char why[static METRICS_WHY_SIZE])
{
    const int on = 1;
    struct sockaddr_storage name = {0};
    struct address address = {0};

    if (!text[0])
        return ERR_OK;
    if (!read_address(&address, text)) {
        snprintf(why, METRICS_WHY_SIZE,
                 "metrics.address must be a loopback address and a port, such as 127.0.0.1:9464.");
        return ERR_INVALID;
    }
    const int family = address_is_v4(&address) ? AF_INET : AF_INET6;
    const socklen_t len = address_to_kernel(&name, &address, family);
    const int s = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s >= 0)
        setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s >= 0 && bind(s, (struct sockaddr *)&name, len) == 0 && listen(s, CALLERS) == 0) {
        listen_with(p, &p->remote, s);
        return ERR_OK;
    }
    const int code = errno;
    if (s >= 0)
        close(s);
    snprintf(why, METRICS_WHY_SIZE, "metrics.address %.100s cannot be used: %s.", text,
             strerror(code));
    return code == EADDRINUSE ? ERR_CONFLICT : ERR_IO;
}

enum err metrics_port_create(struct metrics_port **made, const struct metrics_settings *settings,
                             char why[static METRICS_WHY_SIZE])
{
    struct metrics_port *p = mem_zero(sizeof *p);
    if (!p)
        return ERR_NO_MEMORY;

    p->loop = settings->loop;
    p->page = settings->page;
    p->owner = settings->owner;
    p->local.fd = p->remote.fd = -1;
    const enum err err = open_remote(p, settings->address, why);
    if (err) {
        metrics_port_destroy(p);
        return err;
    }
    open_local(p, settings->path);
    *made = p;
    return ERR_OK;
}

static void stop_listening(struct metrics_port *p, struct ev_io *watcher)
{
    if (watcher->fd < 0)
        return;
    ev_io_stop(p->loop, watcher);
    close(watcher->fd);
}

void metrics_port_destroy(struct metrics_port *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < CALLERS; i++)
        hang_up(&p->callers[i]);
    stop_listening(p, &p->local);
    stop_listening(p, &p->remote);
    if (p->name.sun_path[0])
        unlink(p->name.sun_path);
    mem_free(p);
}
