// SPDX-License-Identifier: AGPL-3.0-or-later
// protocol/encode.c - one notice into one WebSocket message.
#include "protocol/encode.h"

#include "base/err.h"
#include "base/mem.h"
#include "protocol/offer.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_SIZE 256

// What the functions below need besides the notice.
struct frame {
    const struct answer_settings *settings;
    int64_t wall_ms;
    const char *why;
};

static const char *const role_names[] = {
    [ROLE_DOCTOR] = "doctor",         [ROLE_FACILITATOR] = "facilitator",
    [ROLE_TECHNICIAN] = "technician", [ROLE_PATIENT] = "patient",
    [ROLE_CARER] = "carer",           [ROLE_INTERPRETER] = "interpreter",
    [ROLE_VIEWER] = "viewer",         [ROLE_ADMINISTRATOR] = "administrator",
};
_Static_assert(ARRAY_LEN(role_names) == ROLE_COUNT, "one name per role");

static const char *const stage_names[] = {
    [STAGE_WAITING] = "waiting", [STAGE_IN] = "in", [STAGE_OUT] = "out"};

static const char *const reason_names[] = {
    [OUT_NONE] = "",           [OUT_ADMITTED] = "admitted", [OUT_DECLINED] = "declined",
    [OUT_REMOVED] = "removed", [OUT_ENDED] = "ended",       [OUT_TAKEN_OVER] = "taken-over",
    [OUT_MOVED] = "moved",     [OUT_REVOKED] = "revoked",   [OUT_LEFT] = "left",
};

static const char *const chat_names[] = {
    [CHAT_ALL] = "all", [CHAT_HOSTS] = "hosts", [CHAT_WAITING] = "waiting"};

static const char *const line_names[] = {[QUALITY_GOOD] = "good",
                                         [QUALITY_FAIR] = "fair",
                                         [QUALITY_POOR] = "poor",
                                         [QUALITY_LOST] = "lost"};

static const struct line_parameters *find_slot(const struct transport_parameters *p,
                                               enum line_role role, unsigned slot)
{
    for (size_t i = 0; i < p->line_count; i++) {
        if (p->lines[i].role == role && p->lines[i].slot == slot)
            return &p->lines[i];
    }
    return NULL;
}

// In the order of the slots: pairs first, then those with sound only.
static json_t *slots_json(const struct transport_parameters *p)
{
    json_t *slots = json_array();

    for (unsigned slot = 0; p && slot < p->line_count; slot++) {
        const struct line_parameters *video = find_slot(p, LINE_SLOT_VIDEO, slot);
        const struct line_parameters *audio = find_slot(p, LINE_SLOT_AUDIO, slot);

        if (!video && !audio)
            break;
        json_array_append_new(slots, json_pack("{s:s*, s:s*}", "video", video ? video->mid : NULL,
                                               "audio", audio ? audio->mid : NULL));
    }
    return slots;
}

// "" without parameters; NULL for lack of memory.
static json_t *answer_json(const struct transport_parameters *p, const struct frame *frame)
{
    char *sdp = p ? answer_write(p, frame->settings) : NULL;
    json_t *answer = p && !sdp ? NULL : json_string(sdp ? sdp : "");

    mem_free(sdp);
    return answer;
}

static json_t *joined(const struct notice *notice, const struct frame *frame)
{
    const struct meetup_record *meetup = notice->joined.meetup;
    const struct transport_parameters *p = notice->joined.parameters;

    return json_pack(
        "{s:I, s:I, s:s, s:s, s:s, s:b, s:o, s:s, s:o, s:{s:s, s:s, s:s, s:s}, s:I}", "connection",
        (json_int_t)notice->joined.connection, "member", (json_int_t)notice->joined.member, "role",
        role_names[notice->joined.role], "roomName", notice->joined.room_name, "stage",
        stage_names[notice->joined.stage], "host", (int)notice->joined.host, "answer",
        answer_json(p, frame), "media", notice->joined.media_kept ? "kept" : "new", "slots",
        slots_json(p), "meetup", "id", meetup->id, "title", meetup->title, "welcome",
        meetup->welcome, "doctor", meetup->doctor_name, "nowMs", (json_int_t)frame->wall_ms);
}

static json_t *answer(const struct notice *notice, const struct frame *frame)
{
    const struct transport_parameters *p = notice->answer.parameters;

    return json_pack("{s:I, s:o, s:o}", "connection", (json_int_t)notice->answer.connection,
                     "answer", answer_json(p, frame), "slots", slots_json(p));
}

static json_t *stage(const struct notice *notice, const struct frame *frame)
{
    (void)frame;
    return json_pack("{s:s, s:s}", "stage", stage_names[notice->stage.stage], "reason",
                     reason_names[notice->stage.reason]);
}

static json_t *waiting_place(const struct notice *notice, const struct frame *frame)
{
    (void)frame;
    return json_pack("{s:I, s:b}", "place", (json_int_t)notice->waiting_place.place, "hostPresent",
                     (int)notice->waiting_place.host_present);
}

static json_t *member_json(const struct member_view *view)
{
    return json_pack(
        "{s:I, s:s, s:s, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:s, s:s, s:s*}", "member",
        (json_int_t)view->member, "roomName", view->room_name, "role", role_names[view->role],
        "host", (int)view->host, "microphone", (int)view->on[SOURCE_MICROPHONE], "camera",
        (int)view->on[SOURCE_CAMERA], "screen", (int)view->on[SOURCE_SCREEN], "screenSound",
        (int)view->on[SOURCE_SCREEN_SOUND], "slow", (int)view->slow, "muted", (int)view->muted,
        "connection", view->connected ? "ok" : "lost", "line", line_names[view->line], "rosterName",
        view->roster_name[0] ? view->roster_name : NULL);
}

static json_t *members(const struct notice *notice, const struct frame *frame)
{
    json_t *list = json_array();
    (void)frame;

    for (size_t i = 0; i < notice->members.count; i++)
        json_array_append_new(list, member_json(&notice->members.views[i]));
    return json_pack("{s:o}", "members", list);
}

static json_t *member(const struct notice *notice, const struct frame *frame)
{
    (void)frame;
    return json_pack("{s:o}", "member", member_json(notice->members.views));
}

static json_t *member_left(const struct notice *notice, const struct frame *frame)
{
    (void)frame;
    return json_pack("{s:I}", "member", (json_int_t)notice->member_left);
}

static json_t *waiting_json(const struct waiting_view *view)
{
    return json_pack("{s:I, s:s, s:s, s:I, s:b, s:{s:b, s:b}, s:s}", "member",
                     (json_int_t)view->member, "roomName", view->room_name, "rosterName",
                     view->roster_name, "since", (json_int_t)view->since, "secondDevice",
                     (int)view->second_device, "has", "microphone", (int)view->has_microphone,
                     "camera", (int)view->has_camera, "connection",
                     view->connected ? "ok" : "lost");
}

static json_t *waiting(const struct notice *notice, const struct frame *frame)
{
    json_t *list = json_array();
    (void)frame;

    for (size_t i = 0; i < notice->waiting.count; i++)
        json_array_append_new(list, waiting_json(&notice->waiting.views[i]));
    return json_pack("{s:o}", "waiting", list);
}

static json_t *slots(const struct notice *notice, const struct frame *frame)
{
    const struct transport_parameters *p = notice->slots.parameters;
    json_t *list = json_array();
    (void)frame;

    for (size_t i = 0; i < notice->slots.count; i++) {
        const struct sfu_slot_change *change = &notice->slots.changes[i];

        if (change->line < p->line_count)
            json_array_append_new(
                list, json_pack("{s:s, s:I, s:b}", "mid", p->lines[change->line].mid, "source",
                                (json_int_t)change->source, "paused", (int)change->paused));
    }
    return json_pack("{s:o}", "slots", list);
}

static json_t *speaker(const struct notice *notice, const struct frame *frame)
{
    json_t *list = json_array();
    (void)frame;

    for (size_t i = 0; i < notice->speaker.count; i++)
        json_array_append_new(list, json_integer(notice->speaker.speaking[i]));
    return json_pack("{s:I, s:o}", "dominant", (json_int_t)notice->speaker.dominant, "speaking",
                     list);
}

static json_t *layers(const struct notice *notice, const struct frame *frame)
{
    json_t *list = json_array();
    (void)frame;

    for (size_t i = 0; i < notice->layers.count; i++)
        json_array_append_new(list, json_boolean(notice->layers.needed[i]));
    return json_pack("{s:I, s:o}", "source", (json_int_t)notice->layers.source, "needed", list);
}

static json_t *voice(const struct notice *notice, const struct frame *frame)
{
    (void)frame;
    return json_pack("{s:I, s:b}", "maxBitrate", (json_int_t)notice->voice.max_bps, "redundancy",
                     (int)notice->voice.redundancy);
}

static json_t *line(const struct notice *notice, const struct frame *frame)
{
    const struct line_view *own = &notice->line;
    (void)frame;

    return json_pack("{s:s, s:s, s:b, s:b}", "up", line_names[own->up], "down",
                     line_names[own->down], "picturesOff", (int)own->pictures_off, "redundancy",
                     (int)own->redundancy);
}

static json_t *chat(const struct notice *notice, const struct frame *frame)
{
    (void)frame;
    return json_pack("{s:I, s:s, s:s, s:s%, s:I}", "from", (json_int_t)notice->chat.from,
                     "roomName", notice->chat.room_name, "to", chat_names[notice->chat.to], "text",
                     notice->chat.text.at, notice->chat.text.len, "atMs",
                     (json_int_t)notice->chat.at_ms);
}

static json_t *media(const struct notice *notice, const struct frame *frame)
{
    const char *state = "connected";
    (void)frame;

    if (notice->media == SFU_TRANSPORT_LOST)
        state = "lost";
    else if (notice->media == SFU_TRANSPORT_FAILED)
        state = "failed";
    return json_pack("{s:s}", "state", state);
}

static json_t *error(const struct notice *notice, const struct frame *frame)
{
    const enum refusal refusal = notice->error.refusal;
    char sentence[SENTENCE_SIZE];

    if (!frame->why || !frame->why[0])
        (void)snprintf(sentence, sizeof sentence, "%s", refusal_text(refusal));
    else if (refusal == REFUSAL_OFFER)
        (void)snprintf(sentence, sizeof sentence,
                       "This browser's sound and picture cannot be connected: %s.", frame->why);
    else
        (void)snprintf(sentence, sizeof sentence, "%s", frame->why);
    return json_pack("{s:s, s:s}", "code", refusal_code(refusal), "text", sentence);
}

static json_t *pong(const struct notice *notice, const struct frame *frame)
{
    (void)notice;
    return json_pack("{s:I}", "nowMs", (json_int_t)frame->wall_ms);
}

static const struct {
    const char *type;
    json_t *(*fields)(const struct notice *notice, const struct frame *frame);
} messages[] = {
    [NOTICE_JOINED] = {"joined", joined},
    [NOTICE_ANSWER] = {"answer", answer},
    [NOTICE_STAGE] = {"stage", stage},
    [NOTICE_WAITING_PLACE] = {"waiting-place", waiting_place},
    [NOTICE_MEMBERS] = {"members", members},
    [NOTICE_MEMBER] = {"member", member},
    [NOTICE_MEMBER_LEFT] = {"member-left", member_left},
    [NOTICE_WAITING] = {"waiting", waiting},
    [NOTICE_SLOTS] = {"slots", slots},
    [NOTICE_SPEAKER] = {"speaker", speaker},
    [NOTICE_LAYERS] = {"layers", layers},
    [NOTICE_VOICE] = {"voice", voice},
    [NOTICE_LINE] = {"line", line},
    [NOTICE_CHAT] = {"chat", chat},
    [NOTICE_MEDIA] = {"media", media},
    [NOTICE_ERROR] = {"error", error},
    [NOTICE_PONG] = {"pong", pong},
};
_Static_assert(ARRAY_LEN(messages) == NOTICE_KINDS, "one row per notice");

char *encode_notice(const struct notice *notice, const struct answer_settings *settings,
                    int64_t wall_ms, const char *why)
{
    const struct frame frame = {.settings = settings, .wall_ms = wall_ms, .why = why};
    json_t *json = messages[notice->kind].fields(notice, &frame);
    char *dumped = NULL;
    char *text;

    if (json && json_object_set_new(json, "type", json_string(messages[notice->kind].type)) == 0 &&
        (notice->id == 0 || json_object_set_new(json, "id", json_integer(notice->id)) == 0))
        dumped = json_dumps(json, JSON_COMPACT);
    text = dumped ? mem_copy_text(dumped, strlen(dumped)) : NULL;
    free(dumped); // jansson's allocator is libc's
    json_decref(json);
    return text;
}
