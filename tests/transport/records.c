// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/records.c - writes them byte by byte.
#include "transport/records.h"

#include "support/check.h"
#include "support/dtls_client.h"

#include <string.h>

bool dtls_is_record(const struct outgoing *datagram)
{
    return datagram->at[0] >= 20 && datagram->at[0] <= 63;
}

struct bytes dtls_null_hello(uint8_t at[static 128], uint8_t random)
{
    struct writer out = writer_over(at, 128);

    write_u8(&out, 22);
    write_u16(&out, 0xfefd);
    write_u16(&out, 0);
    write_u16(&out, 0);
    write_u32(&out, random);
    write_u16(&out, DTLS_MESSAGE_LEN + 42);
    write_u8(&out, 1);
    write_u24(&out, 42);
    write_u16(&out, 0);
    write_u24(&out, 0);
    write_u24(&out, 42);
    write_u16(&out, 0xfefd);
    for (int i = 0; i < 32; i++)
        write_u8(&out, random);
    write_u16(&out, 0); // session id, cookie
    write_u16(&out, 2);
    write_u16(&out, 0);      // the null suite
    write_u16(&out, 0x0100); // no compression
    return bytes_of(at, writer_len(&out));
}

size_t dtls_make_hello(uint8_t at[static OUTBOX_MTU])
{
    struct dtls_client *client;
    struct outbox *out;
    const struct path path = {0};

    CHECK_EQ(dtls_client_create(&client, &(struct dtls_client_options){0}), ERR_OK);
    CHECK_EQ(outbox_create(&out, 4), ERR_OK);
    dtls_client_tick(client, 0, &path, out);
    CHECK_EQ(outbox_count(out), 1);
    const size_t len = outbox_at(out, 0)->len;
    memcpy(at, outbox_at(out, 0)->at, len);
    outbox_destroy(out);
    dtls_client_destroy(client);
    return len;
}

struct bytes dtls_record(uint8_t at[static OUTBOX_MTU], uint8_t type, uint16_t epoch,
                         uint64_t number, size_t len, uint8_t fill)
{
    struct writer out = writer_over(at, OUTBOX_MTU);

    write_u8(&out, type);
    write_u16(&out, 0xfefd);
    write_u64(&out, (uint64_t)epoch << 48 | number);
    write_u16(&out, (uint16_t)len);
    for (size_t i = 0; i < len; i++)
        write_u8(&out, fill);
    CHECK(out.ok);
    return bytes_of(at, writer_len(&out));
}

struct bytes dtls_fragment_ahead(uint8_t at[static OUTBOX_MTU], uint16_t number, uint32_t len)
{
    static uint64_t record_number; // each is another record
    struct writer out = writer_over(at, OUTBOX_MTU);

    write_u8(&out, 22);
    write_u16(&out, 0xfefd);
    write_u64(&out, ++record_number);
    write_u16(&out, DTLS_MESSAGE_LEN + 1);
    write_u8(&out, 11);
    write_u24(&out, len);
    write_u16(&out, number);
    write_u24(&out, 0);
    write_u24(&out, 1);
    write_u8(&out, 0);
    return bytes_of(at, writer_len(&out));
}
