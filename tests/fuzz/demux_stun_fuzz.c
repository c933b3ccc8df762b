// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/demux_stun_fuzz.c - any datagram: what it is taken for, and as STUN what comes back of it.
#include "wire/demux.h"
#include "wire/stun.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
    if (!claim)
        abort();
}

static bool is_inside(struct bytes part, struct bytes whole)
{
    return part.len == 0 || (part.at >= whole.at && part.len <= whole.len &&
                             part.at + part.len <= whole.at + whole.len);
}

// A request with the same fields, written and read again, says the same.
static void write_again(const struct stun_view *stun)
{
    const struct stun_request request = {
        .id = stun->id.at,
        .username = stun->username,
        .priority = stun->priority,
        .tie_breaker = stun->tie_breaker,
        .controlling = stun->controlling,
        .use_candidate = stun->use_candidate,
    };
    static const uint8_t tag[STUN_INTEGRITY_LEN] = {1, 2, 3};
    uint8_t message[STUN_MAX_LEN];
    struct writer out = writer_over(message, sizeof message);
    struct stun_view again;

    stun_write_request(&out, &request);
    must(stun_integrity_begin(&out).len == writer_len(&out));
    stun_integrity_end(&out, tag);
    stun_write_fingerprint(&out);
    must(out.ok && stun_read(&again, bytes_of(message, writer_len(&out))));
    must(bytes_equal(again.username, stun->username) && again.priority == stun->priority);
    must(again.tie_breaker == stun->tie_breaker && again.controlling == stun->controlling);
    must(again.use_candidate == stun->use_candidate && again.has_fingerprint);
    must(bytes_equal(again.integrity, bytes_of(tag, sizeof tag)));
}

static void write_mapped(const struct stun_view *stun)
{
    uint8_t message[200];
    struct writer out = writer_over(message, sizeof message);
    struct stun_view again;

    stun_write_success(&out, stun->id.at, &stun->mapped);
    must(out.ok && stun_read(&again, bytes_of(message, writer_len(&out))));
    must(again.has_mapped && address_equal(&again.mapped, &stun->mapped));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes datagram = bytes_of(data, size);
    const enum packet_kind kind = demux(datagram);
    struct stun_view stun;
    struct bytes receiver;
    struct bytes sender;
    uint8_t copy[STUN_MAX_LEN];

    if (!stun_read(&stun, datagram))
        return 0;
    must(kind == PACKET_STUN && stun.id.len == STUN_ID_LEN);
    must(is_inside(stun.username, datagram) && is_inside(stun.integrity, datagram));
    must(stun.unknown_count <= STUN_MAX_UNKNOWN);
    if (stun.integrity.len > 0) {
        const struct bytes input = stun_integrity_input(&stun, copy);
        must(stun.integrity.len == STUN_INTEGRITY_LEN && input.len < datagram.len);
    }
    if (stun_split_username(stun.username, &receiver, &sender))
        must(receiver.len + 1 + sender.len == stun.username.len);
    if (stun.username.len > 0)
        write_again(&stun);
    if (stun.has_mapped)
        write_mapped(&stun);
    return 0;
}
