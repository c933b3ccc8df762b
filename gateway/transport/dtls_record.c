// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/dtls_record.c - headers of DTLS records and of handshake messages in clear.
#include "transport/dtls_record.h"

#define RECORD_CHANGE_CIPHER_SPEC 20
#define RECORD_ALERT 21
#define RECORD_HANDSHAKE 22
#define RECORD_APPLICATION 23
#define RECORD_HEADER_LEN 13
#define RECORD_NUMBER_AT 5
#define RECORD_NUMBER_LEN 6

#define HANDSHAKE_CLIENT_HELLO 1

// A client without cookie sends ClientHello, Certificate, ClientKeyExchange, CertificateVerify and
// Finished: numbers 0 to 4. OpenSSL sets aside the announced length of each message that is ahead,
// so 312 bytes could hold a megabyte of ours.
#define MESSAGE_MAX_NUMBER 4
#define MESSAGE_MAX_LEN 16384

struct record {
    uint8_t type;
    uint16_t epoch;
    struct bytes payload;
};

static struct record read_record(struct reader *in)
{
    struct record record = {.type = read_u8(in)};

    (void)read_u16(in); // version
    record.epoch = read_u16(in);
    (void)read_bytes(in, RECORD_NUMBER_LEN);
    record.payload = read_bytes(in, read_u16(in));
    return record;
}

static bool glance_at_messages(struct dtls_glance *glance, struct bytes payload)
{
    struct reader in = reader_over(payload);

    while (in.ok && reader_left(&in) > 0) {
        const uint8_t type = read_u8(&in);
        const uint32_t len = read_u24(&in);
        const uint16_t number = read_u16(&in);
        const uint32_t offset = read_u24(&in);
        const uint32_t fragment_len = read_u24(&in);
        const struct bytes fragment = read_bytes(&in, fragment_len);

        if (number > MESSAGE_MAX_NUMBER || len > MESSAGE_MAX_LEN || offset + fragment_len > len)
            return false;
        if (type != HANDSHAKE_CLIENT_HELLO)
            continue;
        glance->has_hello = true;
        if (offset == 0 && glance->mark.len == 0)
            glance->mark = bytes_of(fragment.at, fragment.len < DTLS_HELLO_MARK ? fragment.len
                                                                                : DTLS_HELLO_MARK);
    }
    return in.ok;
}

bool dtls_glance_at(struct dtls_glance *glance, struct bytes datagram)
{
    struct reader in = reader_over(datagram);

    *glance = (struct dtls_glance){0};
    while (in.ok && reader_left(&in) > 0) {
        const struct record record = read_record(&in);

        if (!in.ok || record.type < RECORD_CHANGE_CIPHER_SPEC || record.type > RECORD_APPLICATION)
            return false;
        if (record.epoch > 0)
            continue;
        if (record.type == RECORD_ALERT || record.type == RECORD_APPLICATION)
            return false;
        if (record.type == RECORD_HANDSHAKE && !glance_at_messages(glance, record.payload))
            return false;
    }
    return in.ok && datagram.len > 0;
}

bool dtls_is_alert(struct bytes datagram)
{
    return datagram.len > 0 && datagram.at[0] == RECORD_ALERT;
}

void dtls_renumber(uint8_t *datagram, size_t len, uint64_t *next)
{
    struct reader in = reader_over(bytes_of(datagram, len));

    while (reader_left(&in) >= RECORD_HEADER_LEN) {
        const size_t start = (size_t)(in.at - datagram);
        const struct record record = read_record(&in);

        if (!in.ok)
            return;
        if (record.epoch > 0)
            continue;
        struct writer number = writer_over(datagram + start + RECORD_NUMBER_AT, RECORD_NUMBER_LEN);
        write_u16(&number, (uint16_t)(*next >> 32));
        write_u32(&number, (uint32_t)*next);
        (*next)++;
    }
}
