// SPDX-License-Identifier: AGPL-3.0-or-later
// load/tcp.c - one TCP connection to a server, with TLS or without, that never waits.
#include "load/tcp.h"

#include "host/udp_address.h"
#include "transport/openssl.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 16384

SSL_CTX *tcp_tls_create(const char *authorities, bool any)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    static const unsigned char protocols[] = "\x08http/1.1";
    bool good = tls != NULL;

    if (!good)
        return NULL;
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(tls, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_alpn_protos(tls, protocols, sizeof protocols - 1);
    if (any)
        SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, NULL);
    else
        SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    if (authorities)
        good = SSL_CTX_load_verify_locations(tls, authorities, NULL) == 1;
    else if (!any)
        good = SSL_CTX_set_default_verify_paths(tls) == 1;
    if (!good) {
        SSL_CTX_free(tls);
        return NULL;
    }
    return tls;
}

void tcp_tls_destroy(SSL_CTX *tls)
{
    SSL_CTX_free(tls);
}

static bool end(struct tcp *t, const char *why)
{
    t->stage = TCP_ENDED;
    snprintf(t->why, sizeof t->why, "%s", why);
    return false;
}

static bool end_by_errno(struct tcp *t)
{
    t->refused = errno == ECONNREFUSED || errno == EHOSTUNREACH || errno == ENETUNREACH ||
                 errno == ETIMEDOUT;
    return end(t, strerror(errno));
}

static bool start_tls(struct tcp *t, SSL_CTX *tls, const char *name)
{
    struct address ip;

    t->tls = SSL_new(tls);
    if (!t->tls || SSL_set_fd(t->tls, t->descriptor) != 1)
        return end(t, "there is not enough memory for TLS");
    SSL_set_connect_state(t->tls);
    if (address_from_text(&ip, name))
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(t->tls), name);
    else if (SSL_set1_host(t->tls, name) != 1 || SSL_set_tlsext_host_name(t->tls, name) != 1)
        return end(t, "there is not enough memory for TLS");
    return true;
}

bool tcp_open(struct tcp *t, const struct address *to, const struct address *from, SSL_CTX *tls,
              const char *name)
{
    const struct address none = {0};
    const int family = address_is_v4(to) ? AF_INET : AF_INET6, on = 1;
    struct sockaddr_storage there, here;
    const socklen_t there_len = address_to_kernel(&there, to, family);
    const socklen_t here_len = address_to_kernel(&here, from, family);

    *t = (struct tcp){.stage = TCP_CONNECTING};
    t->descriptor = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (t->descriptor < 0)
        return end_by_errno(t);
    setsockopt(t->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!address_same_ip(from, &none) &&
        bind(t->descriptor, (struct sockaddr *)&here, here_len) < 0)
        return end_by_errno(t);
    if (connect(t->descriptor, (struct sockaddr *)&there, there_len) < 0 && errno != EINPROGRESS)
        return end_by_errno(t);
    return !tls || start_tls(t, tls, name);
}

static bool connected(struct tcp *t)
{
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;
    int code = 0;
    socklen_t size = sizeof code;

    getsockopt(t->descriptor, SOL_SOCKET, SO_ERROR, &code, &size);
    errno = code;
    if (code)
        return end_by_errno(t);
    if (getpeername(t->descriptor, (struct sockaddr *)&peer, &len) == 0)
        t->stage = t->tls ? TCP_HANDSHAKE : TCP_OPEN;
    return true;
}

static bool end_by_tls(struct tcp *t)
{
    const long verdict = SSL_get_verify_result(t->tls);
    const unsigned long code = ERR_peek_last_error();
    char why[TCP_WHY_SIZE];

    if (verdict != X509_V_OK && ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED)
        snprintf(why, sizeof why, "its certificate is not trusted (%s)",
                 X509_verify_cert_error_string(verdict));
    else if (ERR_GET_LIB(code) == ERR_LIB_SSL)
        snprintf(why, sizeof why, "it does not speak TLS (%s)", ERR_reason_error_string(code));
    else
        snprintf(why, sizeof why, "it closed the connection");
    ERR_clear_error();
    return end(t, why);
}

// How a call of OpenSSL went: true when there may be more to do later.
static bool is_later(struct tcp *t, int outcome)
{
    switch (SSL_get_error(t->tls, outcome)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return true;
    case SSL_ERROR_ZERO_RETURN:
        return end(t, "it closed the connection");
    case SSL_ERROR_SYSCALL:
        if (errno && outcome < 0)
            return end(t, strerror(errno));
        return end(t, "it closed the connection");
    default:
        return end_by_tls(t);
    }
}

static bool shake_hands(struct tcp *t)
{
    int outcome;

    errno = 0;
    ERR_clear_error();
    outcome = SSL_do_handshake(t->tls);
    if (outcome != 1)
        return is_later(t, outcome);
    t->stage = TCP_OPEN;
    return true;
}

// As read and write do, whatever lies between: more than 0, 0 for later, less than 0 for its end.
static long take(struct tcp *t, uint8_t *to, size_t size)
{
    long len;

    errno = 0;
    if (t->tls) {
        ERR_clear_error();
        len = SSL_read(t->tls, to, (int)size);
        return len > 0 ? len : is_later(t, (int)len) ? 0 : -1;
    }
    len = read(t->descriptor, to, size);
    if (len > 0 || (len < 0 && (errno == EAGAIN || errno == EINTR)))
        return len > 0 ? len : 0;
    end(t, len < 0 ? strerror(errno) : "it closed the connection");
    return -1;
}

static long give(struct tcp *t, struct bytes from)
{
    long len;

    errno = 0;
    if (t->tls) {
        ERR_clear_error();
        len = SSL_write(t->tls, from.at, (int)from.len);
        return len > 0 ? len : is_later(t, (int)len) ? 0 : -1;
    }
    len = send(t->descriptor, from.at, from.len, MSG_NOSIGNAL);
    if (len > 0 || errno == EAGAIN || errno == EINTR)
        return len > 0 ? len : 0;
    end(t, strerror(errno));
    return -1;
}

static bool take_all(struct tcp *t)
{
    long len;

    do {
        uint8_t *room = queue_room(&t->in, READ_SIZE);

        if (!room)
            return end(t, "there is not enough memory");
        len = take(t, room, READ_SIZE);
        queue_grew(&t->in, len > 0 ? (size_t)len : 0);
    } while (len > 0);
    queue_drop(&t->in, 0); // holds nothing while it is empty
    return len == 0;
}

static bool give_all(struct tcp *t)
{
    while (t->out.len) {
        const long len = give(t, queue_bytes(&t->out));

        if (len <= 0)
            return len == 0;
        queue_drop(&t->out, (size_t)len);
    }
    return true;
}

bool tcp_work(struct tcp *t)
{
    if (t->stage == TCP_CONNECTING && !connected(t))
        return false;
    if (t->stage == TCP_HANDSHAKE && !shake_hands(t))
        return false;
    if (t->stage != TCP_OPEN)
        return t->stage != TCP_ENDED;
    return give_all(t) && take_all(t);
}

bool tcp_wants_to_write(const struct tcp *t)
{
    return t->stage == TCP_CONNECTING || (t->tls && SSL_want_write(t->tls)) ||
           (t->stage == TCP_OPEN && t->out.len);
}

void tcp_close(struct tcp *t)
{
    if (t->tls && t->stage == TCP_OPEN)
        SSL_shutdown(t->tls);
    SSL_free(t->tls);
    if (t->descriptor >= 0)
        close(t->descriptor);
    queue_fini(&t->in);
    queue_fini(&t->out);
    t->tls = NULL;
    t->descriptor = -1;
    t->stage = TCP_ENDED;
}
