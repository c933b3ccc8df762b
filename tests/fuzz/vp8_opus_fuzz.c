// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/vp8_opus_fuzz.c - any payload as VP8, as Opus and as RED.
#include "sfu/sound_gaps.h"
#include "wire/opus.h"
#include "wire/red.h"
#include "wire/vp8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool claim)
{
    if (!claim)
        abort();
}

static void try_vp8(struct bytes payload)
{
    const struct vp8_ids ids = {.picture_id = 0x7abc, .tl0 = 0xde, .key_index = 0x15};
    static uint8_t rewritten[1 << 18];
    struct writer out = writer_over(rewritten, sizeof rewritten);
    struct vp8_view vp8;
    struct vp8_view again;

    if (!vp8_read(&vp8, payload))
        return;
    must(vp8.descriptor_len >= 1 && vp8.descriptor_len <= VP8_MAX_DESCRIPTOR_LEN);
    must(vp8.descriptor_len < payload.len);
    must(!vp8.is_key_frame || (vp8.starts_frame && vp8.width > 0 && vp8.height > 0));
    vp8_write(&out, &vp8, ids);
    must(writer_len(&out) <= VP8_MAX_DESCRIPTOR_LEN);
    write_bytes(&out, bytes_of(payload.at + vp8.descriptor_len, payload.len - vp8.descriptor_len));
    if (!out.ok)
        return; // longer than any packet
    must(vp8_read(&again, bytes_of(rewritten, writer_len(&out))));
    must(again.picture_id_is_long && again.picture_id == ids.picture_id);
    must(again.has_tl0 == vp8.has_tl0 && again.tl0 == (vp8.has_tl0 ? ids.tl0 : 0));
    must(again.has_key_index == vp8.has_key_index);
    must(again.key_index == (vp8.has_key_index ? ids.key_index : 0));
    must(again.has_tid == vp8.has_tid && again.tid == vp8.tid);
    must(again.layer_sync == vp8.layer_sync && again.non_reference == vp8.non_reference);
    must(again.partition == vp8.partition && again.starts_frame == vp8.starts_frame);
    must(again.is_key_frame == vp8.is_key_frame && again.width == vp8.width);
}

static void try_red(struct bytes payload)
{
    static uint8_t written[1 << 18];
    struct writer out = writer_over(written, sizeof written);
    struct red red;
    struct red again;

    if (!red_read(&red, payload))
        return;
    must(red.payload_type < 128 && red.primary.len > 0 && red.count <= RED_BLOCKS);
    must(red.primary.at + red.primary.len == payload.at + payload.len);
    red_write(&out, &red);
    if (!out.ok)
        return; // longer than any packet
    must(writer_len(&out) == payload.len);
    must(memcmp(written, payload.at, payload.len) == 0);
    must(red_read(&again, bytes_of(written, writer_len(&out))) && again.count == red.count);
}

// Whatever blocks say, each missing number is found once at most, and lies before its packet.
static void try_gaps(struct bytes payload)
{
    struct sound_gaps gaps = {.started = true, .newest = 65533, .received = 0xaaaaaaaa};
    struct sound_found found[SOUND_GAPS_FOUND];
    struct red red;

    if (!red_read(&red, payload))
        return;
    sound_gaps_received(&gaps, 1);
    const size_t count = sound_gaps_find(&gaps, 1, &red, found);
    must(count <= SOUND_GAPS_FOUND);
    for (size_t i = 0; i < count; i++) {
        must(!sound_gaps_is_missing(&gaps, found[i].seq) && (uint16_t)(1 - found[i].seq) <= 3);
        must(opus_samples(found[i].payload) == opus_samples(red.primary));
    }
    must(sound_gaps_find(&gaps, 1, &red, found) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes payload = bytes_of(data, size);

    try_vp8(payload);
    try_red(payload);
    try_gaps(payload);
    const uint32_t samples = opus_samples(payload);
    must(samples % 120 == 0 && samples <= 5760);
    must(size > 0 || opus_is_silence(payload));
    return 0;
}
