// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/publisher.c - one camera or microphone: packets as they come in, sealed.
#include "load/floor/publisher.h"

#include <assert.h>

#define PICTURE_TICKS 3000 // of 90 kHz in a frame
#define SOUND_TICKS 960    // of 48 kHz in 20 ms

bool publisher_init(struct publisher *publisher, uint64_t seed, uint32_t source, bool picture)
{
    uint8_t master[MASTER_LEN];

    *publisher = (struct publisher){.source = source,
                                    .payload_type = picture ? LAYOUT_PICTURE : LAYOUT_SOUND};
    keys_master(master, seed, KEY_PUBLISHED, source);
    return aead_init(&publisher->aead, master, true);
}

void publisher_fini(struct publisher *publisher)
{
    aead_fini(&publisher->aead);
}

size_t publisher_write(struct publisher *publisher, uint8_t *at, size_t payload_len, bool marker,
                       uint64_t stamp_ns)
{
    uint8_t payload[LAYOUT_MOST];
    const uint32_t ssrc = layout_published_ssrc(publisher->source);

    assert(payload_len >= LAYOUT_STAMP_LEN &&
           payload_len + LAYOUT_PUBLISHED_LEN + AEAD_TAG_LEN <= LAYOUT_MOST);
    memset(payload, 0xa5, payload_len);
    memcpy(payload + payload_len - LAYOUT_STAMP_LEN, &stamp_ns, LAYOUT_STAMP_LEN);
    layout_write(at, publisher->payload_type, marker, false, NULL);
    layout_put16(at + 2, (uint16_t)publisher->index);
    layout_put32(at + 4, publisher->timestamp);
    layout_put32(at + 8, ssrc);
    layout_put16(at + 12 + LAYOUT_TRANSPORT_SEQ, (uint16_t)publisher->index);
    if (!aead_seal_rtp(&publisher->aead, ssrc, publisher->index, at, LAYOUT_PUBLISHED_LEN,
                       bytes_of(payload, payload_len)))
        return 0;
    publisher->index++;
    if (marker)
        publisher->timestamp +=
            publisher->payload_type == LAYOUT_PICTURE ? PICTURE_TICKS : SOUND_TICKS;
    return LAYOUT_PUBLISHED_LEN + payload_len + AEAD_TAG_LEN;
}
