// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/message_fuzz.c - WebSocket messages of a page, decoded and told to a live meetup.
#include "base/mem.h"
#include "meetup/directory.h"
#include "meetup/effects.h"
#include "protocol/decode.h"
#include "protocol/encode.h"
#include "support/check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct room {
    struct directory *directory;
    struct effects effects;
};

static void send(struct room *room, struct request *request)
{
    directory_receive(room->directory, SEC(1), 1790000000000, request, &room->effects);
    request_fini(request);
}

// What the store would say to everybody: come in.
static void answer_store(struct room *room)
{
    for (size_t i = 0; i < room->effects.count; i++) {
        const struct effect effect = room->effects.items[i];
        struct request entered = {.kind = REQUEST_ENTERED, .conversation = effect.conversation};

        if (effect.kind != EFFECT_ENTER)
            continue;
        memcpy(entered.entered.meetup.id, "m", 2);
        memcpy(entered.entered.meetup.doctor, "d", 2);
        memcpy(entered.entered.invite.id, effect.enter.invite, ID_SIZE);
        entered.entered.invite.role = ROLE_PATIENT;
        send(room, &entered);
    }
}

static void encode_all(const struct effects *effects)
{
    static const struct answer_settings settings = {.candidate_count = 1};

    for (size_t i = 0; i < effects->count; i++) {
        if (effects->items[i].kind != EFFECT_NOTICE)
            continue;
        char *text = encode_notice(&effects->items[i].notice, &settings, 1, NULL);
        CHECK(text);
        mem_free(text);
    }
}

// Line feeds end messages; they come from the doctor and from a patient in turn.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t random[DECODE_RANDOM_SIZE] = {7};
    struct decoder *decoder = decoder_create();
    struct room room = {0};
    uint64_t turn = 0;

    if (!decoder || directory_create(&room.directory, 512) != ERR_OK)
        return 0;
    while (size > 0) {
        const uint8_t *end = memchr(data, '\n', size);
        const size_t len = end ? (size_t)(end - data) : size;
        struct request request = {.conversation = 1 + turn++ % 2};
        enum refusal refusal;
        const char *why = NULL;

        memcpy(request.identity.doctor, "d", 2);
        memcpy(request.identity.device, "x", 2);
        if (decode_message(decoder, bytes_of(data, len), random, &request, &refusal, &why)) {
            CHECK(request.kind < REQUEST_PAGE_KINDS);
            send(&room, &request);
            answer_store(&room);
            encode_all(&room.effects);
        } else {
            CHECK(refusal < REFUSAL_KINDS && why);
            request_fini(&request);
        }
        effects_clear(&room.effects);
        data += len + (end != NULL);
        size -= len + (end != NULL);
    }
    effects_fini(&room.effects);
    directory_destroy(room.directory);
    decoder_destroy(decoder);
    return 0;
}
