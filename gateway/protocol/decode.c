// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/decode.c - one WebSocket message into one request, by tables.
#include "protocol/decode.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "protocol/limits.h"
#include "protocol/offer.h"

#include <jansson.h>
#include <stddef.h>
#include <string.h>

#define MESSAGE_FIELDS 10
#define NUMBER_MAX ((INT64_C(1) << 53) - 1) // what a page's numbers can hold
#define CHAT_LENGTH 2000

_Static_assert(DECODE_RANDOM_SIZE >= OFFER_RANDOM_SIZE, "enough for an offer");

struct decoder {
    // state: of the message in hand
    struct bytes offer; // inside `json`; empty: none
    char chat[WORDS_SIZE];
    // owned
    json_t *json;
};

enum field_kind {
    FIELD_WORD,     // exactly `word`; not kept
    FIELD_YES,      // exactly true; not kept
    FIELD_BOOL,     // bool
    FIELD_NUMBER,   // a whole number from `least` to `most`, 8 or 4 bytes
    FIELD_ID,       // char[ID_SIZE]
    FIELD_LINE,     // one cleaned line, at most `most` code points
    FIELD_TO,       // enum chat_to
    FIELD_CHAT,     // cleaned lines
    FIELD_OFFER,    // SDP
    FIELD_HAS,      // {"microphone", "camera"}
    FIELD_PICTURES, // [{"source", "height", "pinned"}...]
};

struct field {
    const char *name; // NULL ends
    enum field_kind kind;
    bool optional;
    size_t offset; // into struct request
    size_t size;
    int64_t least;
    int64_t most;
    const char *word;
};

#define AT(member)                                                                                 \
    .offset = offsetof(struct request, member), .size = sizeof(((struct request *)0)->member)

// One form a message may have; a type may have several.
struct shape {
    const char *type;
    enum request_kind kind;
    bool as_doctor;
    bool all_members;
    struct field fields[MESSAGE_FIELDS];
};

#define FIELD(title, sort, ...)                                                                    \
    {                                                                                              \
        .name = (title), .kind = (sort), __VA_ARGS__                                               \
    }
#define OPTIONAL .optional = true
#define WORD(title, text) FIELD(title, FIELD_WORD, .word = (text))
#define LINE(title, length, member) FIELD(title, FIELD_LINE, .most = (length), AT(member))
#define HAS FIELD("has", FIELD_HAS, .optional = false)
#define OFFER(rule) FIELD("offer", FIELD_OFFER, rule)
#define CONNECTION                                                                                 \
    FIELD("connection", FIELD_NUMBER, OPTIONAL, .least = 1, .most = NUMBER_MAX, AT(join.connection))
#define ON(title, source) FIELD(title, FIELD_BOOL, AT(state.on[source]))
#define MEMBER FIELD("member", FIELD_NUMBER, .least = 1, .most = UINT32_MAX - 1, AT(member))
#define PLAIN(title, sort) FIELD(title, sort, .optional = false)

#define SHAPE(title, request, ...)                                                                 \
    {                                                                                              \
        .type = (title), .kind = (request), .fields = { __VA_ARGS__ }                              \
    }
#define BARE(title, request)                                                                       \
    {                                                                                              \
        .type = (title), .kind = (request)                                                         \
    }
#define TO_ALL(title, request)                                                                     \
    {                                                                                              \
        .type = (title), .kind = (request), .all_members = true, .fields = {                       \
            PLAIN("all", FIELD_YES)                                                                \
        }                                                                                          \
    }

// clang-format off
static const struct shape shapes[] = {
    {.type = "join", .kind = REQUEST_JOIN, .as_doctor = true,
     .fields = {WORD("as", "doctor"), FIELD("meetup", FIELD_ID, AT(join.meetup)),
                LINE("language", 15, join.language), HAS, OFFER(OPTIONAL), CONNECTION}},
    SHAPE("join", REQUEST_JOIN, WORD("as", "patient"), FIELD("invite", FIELD_ID, AT(join.invite)),
          LINE("roomName", 60, join.room_name), LINE("language", 15, join.language), HAS,
          OFFER(OPTIONAL), CONNECTION),
    SHAPE("offer", REQUEST_OFFER, OFFER(.optional = false),
          FIELD("restart", FIELD_BOOL, AT(offer.restart))),
    SHAPE("want", REQUEST_WANT, PLAIN("pictures", FIELD_PICTURES)),
    SHAPE("state", REQUEST_STATE, ON("microphone", SOURCE_MICROPHONE), ON("camera", SOURCE_CAMERA),
          ON("screen", SOURCE_SCREEN), ON("screenSound", SOURCE_SCREEN_SOUND),
          FIELD("slow", FIELD_BOOL, OPTIONAL, AT(state.slow))),
    BARE("unmute", REQUEST_UNMUTE),
    SHAPE("chat", REQUEST_CHAT, PLAIN("to", FIELD_TO), PLAIN("text", FIELD_CHAT)),
    BARE("leave", REQUEST_LEAVE),
    BARE("ping", REQUEST_PING),
    SHAPE("admit", REQUEST_ADMIT, MEMBER),
    TO_ALL("admit", REQUEST_ADMIT),
    SHAPE("decline", REQUEST_DECLINE, MEMBER),
    SHAPE("mute", REQUEST_MUTE, MEMBER),
    TO_ALL("mute", REQUEST_MUTE),
    SHAPE("remove", REQUEST_REMOVE, MEMBER),
    BARE("end", REQUEST_END),
};
// clang-format on

struct decoder *decoder_create(void)
{
    return mem_zero(sizeof(struct decoder));
}

void decoder_destroy(struct decoder *decoder)
{
    if (decoder)
        decode_release(decoder);
    mem_free(decoder);
}

void decode_release(struct decoder *decoder)
{
    json_decref(decoder->json);
    decoder->json = NULL;
    decoder->offer = (struct bytes){0};
    decoder->chat[0] = '\0';
}

static struct bytes text_of(const json_t *value)
{
    return bytes_of(json_string_value(value), json_string_length(value));
}

static bool is_word(const json_t *value, const char *word)
{
    return json_is_string(value) && bytes_equal(text_of(value), bytes_of_string(word));
}

static bool read_bool(const json_t *value, bool *to)
{
    *to = json_is_true(value);
    return json_is_boolean(value);
}

static bool read_whole(const json_t *value, int64_t least, int64_t most, int64_t *to)
{
    *to = json_integer_value(value);
    return json_is_integer(value) && *to >= least && *to <= most;
}

static bool read_number(const struct field *field, const json_t *value, char *to)
{
    int64_t number;

    if (!read_whole(value, field->least, field->most, &number))
        return false;
    const uint64_t wide = (uint64_t)number;
    const uint32_t narrow = (uint32_t)number;
    memcpy(to, field->size == sizeof wide ? (const void *)&wide : &narrow, field->size);
    return true;
}

static bool read_id(const json_t *value, char to[static ID_SIZE])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *text = json_string_value(value);

    if (!text || *text == '\0' || json_string_length(value) >= ID_SIZE ||
        strspn(text, letters) != json_string_length(value))
        return false;
    memcpy(to, text, json_string_length(value) + 1);
    return true;
}

static bool read_to(const json_t *value, enum chat_to *to)
{
    static const char *const words[] = {
        [CHAT_ALL] = "all", [CHAT_HOSTS] = "hosts", [CHAT_WAITING] = "waiting"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (!is_word(value, words[i]))
            continue;
        *to = (enum chat_to)i;
        return true;
    }
    return false;
}

static bool read_has(const json_t *value, struct request *request)
{
    return json_object_size(value) == 2 &&
           read_bool(json_object_get(value, "microphone"), &request->join.has_microphone) &&
           read_bool(json_object_get(value, "camera"), &request->join.has_camera);
}

static bool read_picture(const json_t *value, struct sfu_want *want)
{
    const json_t *pinned = json_object_get(value, "pinned");
    int64_t source;
    int64_t height;
    bool is_pinned = false;

    if (json_object_size(value) != (pinned ? 3 : 2) || (pinned && !read_bool(pinned, &is_pinned)) ||
        !read_whole(json_object_get(value, "source"), SOURCE_KINDS, UINT32_MAX, &source) ||
        !read_whole(json_object_get(value, "height"), 0, UINT16_MAX, &height))
        return false;
    *want = (struct sfu_want){
        .source = (uint32_t)source, .height = (uint16_t)height, .pinned = is_pinned};
    return true;
}

static bool read_pictures(const json_t *value, struct request *request)
{
    const size_t count = json_array_size(value);

    if (!json_is_array(value) || count > COMMAND_WANTS)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!read_picture(json_array_get(value, i), &request->want.pictures[i]))
            return false;
    }
    request->want.count = (uint8_t)count;
    return true;
}

static bool read_line(const struct field *field, const json_t *value, char *to)
{
    return json_is_string(value) && text_clean_line(to, field->size, text_of(value)) &&
           (int64_t)text_length(bytes_of_string(to)) <= field->most;
}

static bool read_chat(struct decoder *decoder, const json_t *value, struct request *request)
{
    if (!json_is_string(value) ||
        !text_clean_block(decoder->chat, sizeof decoder->chat, text_of(value)) ||
        text_length(bytes_of_string(decoder->chat)) > CHAT_LENGTH)
        return false;
    request->chat.text = bytes_of_string(decoder->chat);
    return true;
}

static bool read_field(struct decoder *decoder, const struct field *field, const json_t *value,
                       struct request *request)
{
    char *const to = (char *)request + field->offset;

    switch (field->kind) {
    case FIELD_WORD:
        return is_word(value, field->word);
    case FIELD_YES:
        return json_is_true(value);
    case FIELD_BOOL:
        return read_bool(value, (bool *)to);
    case FIELD_NUMBER:
        return read_number(field, value, to);
    case FIELD_ID:
        return read_id(value, to);
    case FIELD_LINE:
        return read_line(field, value, to);
    case FIELD_TO:
        return read_to(value, &request->chat.to);
    case FIELD_CHAT:
        return read_chat(decoder, value, request);
    case FIELD_OFFER:
        decoder->offer = text_of(value);
        return json_is_string(value) && decoder->offer.len > 0;
    case FIELD_HAS:
        return read_has(value, request);
    case FIELD_PICTURES:
        return read_pictures(value, request);
    }
    return false;
}

// Its fields and no others; `type` has been looked at, `id` is read apart.
static bool fits(struct decoder *decoder, const struct shape *shape, struct request *request)
{
    size_t count = json_object_get(decoder->json, "id") ? 2 : 1;

    for (const struct field *field = shape->fields; field->name; field++) {
        const json_t *value = json_object_get(decoder->json, field->name);

        if (!value && field->optional)
            continue;
        if (!value || !read_field(decoder, field, value, request))
            return false;
        count++;
    }
    return json_object_size(decoder->json) == count;
}

static void empty_request(struct request *request)
{
    const struct identity identity = request->identity;
    const uint64_t conversation = request->conversation;
    const int64_t id = request->id;

    memset(request, 0, sizeof *request);
    request->identity = identity;
    request->conversation = conversation;
    request->id = id;
}

static bool read_shape(struct decoder *decoder, struct request *request)
{
    const json_t *type = json_object_get(decoder->json, "type");

    for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
        if (!is_word(type, shapes[i].type))
            continue;
        empty_request(request);
        decoder->offer = (struct bytes){0};
        if (!fits(decoder, &shapes[i], request))
            continue;
        request->kind = shapes[i].kind;
        if (shapes[i].as_doctor)
            request->join.as_doctor = true;
        if (shapes[i].all_members)
            request->member = ALL_MEMBERS;
        return true;
    }
    empty_request(request);
    return false;
}

static bool read_message(struct decoder *decoder, struct bytes message, struct request *request)
{
    const json_t *id;

    if (message.len > LIMITS_MESSAGE_MAX)
        return false;
    // jansson gives up at 2,048 brackets inside each other, long before the stack ends.
    decoder->json = json_loadb((const char *)message.at, message.len, JSON_REJECT_DUPLICATES, NULL);
    id = json_object_get(decoder->json, "id");
    if (id && !read_whole(id, 0, NUMBER_MAX, &request->id)) {
        request->id = 0;
        return false;
    }
    return json_is_object(decoder->json) && read_shape(decoder, request);
}

static bool read_offer(const struct decoder *decoder, const uint8_t *random,
                       struct request *request, enum refusal *refusal, const char **why)
{
    struct transport_parameters **to =
        request->kind == REQUEST_JOIN ? &request->join.parameters : &request->offer.parameters;

    if (decoder->offer.len == 0)
        return true;
    *to = mem_zero(sizeof **to);
    *refusal = *to ? REFUSAL_OFFER : REFUSAL_UNAVAILABLE;
    return *to && offer_read(*to, decoder->offer, random, why);
}

bool decode_message(struct decoder *decoder, struct bytes message,
                    const uint8_t random[static DECODE_RANDOM_SIZE], struct request *request,
                    enum refusal *refusal, const char **why)
{
    decode_release(decoder);
    request->id = 0;
    empty_request(request);
    *refusal = REFUSAL_INVALID;
    *why = "";
    return read_message(decoder, message, request) &&
           read_offer(decoder, random, request, refusal, why);
}
