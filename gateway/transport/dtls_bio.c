// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls_bio.c - a BIO that keeps datagram boundaries and answers for the MTU.
#include "transport/dtls_bio.h"

#include "transport/dtls_record.h"

#include <string.h>

static int write_datagram(BIO *bio, const char *at, int len)
{
    struct dtls_bio *self = BIO_get_data(bio);
    const struct bytes datagram = bytes_of(at, len > 0 ? (size_t)len : 0);

    // An alert in answer to bytes a stranger may have forged would end the other side's
    // handshake: failures are told over signaling only.
    if (!self->out || !self->path || dtls_is_alert(datagram))
        return len;
    self->wrote = true;
    // A full outbox is a lost datagram, and those are sent again.
    (void)flight_send(&self->flight, datagram, self->path, self->out);
    return len;
}

static int read_datagram(BIO *bio, char *at, int size)
{
    struct dtls_bio *self = BIO_get_data(bio);
    size_t len = self->pending.len;

    BIO_clear_retry_flags(bio);
    if (len == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    if (len > (size_t)size)
        len = (size_t)size;
    memcpy(at, self->pending.at, len);
    self->pending = bytes_of(NULL, 0);
    return (int)len;
}

static long control(BIO *bio, int command, long number, void *argument)
{
    (void)bio;
    (void)number;
    (void)argument;
    switch (command) {
    case BIO_CTRL_FLUSH:
        return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
        return DTLS_MTU;
    default: // OpenSSL asks a BIO many things that have no answer here
        return 0;
    }
}

static int create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

BIO_METHOD *dtls_bio_method_create(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "aftercare outbox");

    if (!method)
        return NULL;
    if (BIO_meth_set_write(method, write_datagram) != 1 ||
        BIO_meth_set_read(method, read_datagram) != 1 || BIO_meth_set_ctrl(method, control) != 1 ||
        BIO_meth_set_create(method, create) != 1) {
        BIO_meth_free(method);
        return NULL;
    }
    return method;
}

void dtls_bio_method_destroy(BIO_METHOD *method)
{
    BIO_meth_free(method);
}

BIO *dtls_bio_open(const BIO_METHOD *method, struct dtls_bio *bio)
{
    BIO *made = BIO_new(method);

    if (made)
        BIO_set_data(made, bio);
    return made;
}
