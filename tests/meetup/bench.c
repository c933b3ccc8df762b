// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/bench.c - a directory with a small store behind it and pages that ask.
#include "meetup/bench.h"

#include "base/mem.h"
#include "support/check.h"

#include <stdio.h>
#include <string.h>

static void set(char *to, size_t size, const char *from)
{
    (void)snprintf(to, size, "%s", from);
}

#define SET(field, text) set(field, sizeof(field), text)

void bench_open(struct bench *b)
{
    *b = (struct bench){.now = SEC(1), .wall_ms = INT64_C(1790000000000)};
    SET(b->meetup.id, "meetup-1");
    SET(b->meetup.doctor, "doctor-1");
    SET(b->meetup.doctor_name, DOCTOR_NAME);
    SET(b->meetup.title, "Knees, spring");
    CHECK_EQ(directory_create(&b->directory, BENCH_MEMBERS), ERR_OK);
}

void bench_close(struct bench *b)
{
    effects_fini(&b->effects);
    directory_destroy(b->directory);
}

void bench_restart(struct bench *b)
{
    directory_destroy(b->directory);
    b->wall_ms += 60000;
    CHECK_EQ(directory_create(&b->directory, BENCH_MEMBERS), ERR_OK);
}

void bench_invite(struct bench *b, const char *name)
{
    struct invite_record *invite = &b->invites[b->invite_count++];

    CHECK(b->invite_count <= BENCH_SEATS);
    (void)snprintf(invite->id, sizeof invite->id, "invite-%.10s", name);
    (void)snprintf(invite->roster_name, sizeof invite->roster_name, "Roster %.100s", name);
    SET(invite->meetup, b->meetup.id);
    invite->role = ROLE_PATIENT;
}

static const struct invite_record *find_invite(const struct bench *b, const char *id)
{
    for (size_t i = 0; i < b->invite_count; i++) {
        if (strcmp(b->invites[i].id, id) == 0)
            return &b->invites[i];
    }
    return NULL;
}

static void save(struct bench *b, const struct seat_record *seat)
{
    size_t i = 0;

    CHECK(find_invite(b, seat->invite));
    while (i < b->seat_count && strcmp(b->seats[i].invite, seat->invite) != 0)
        i++;
    if (i == b->seat_count)
        b->seat_count++;
    b->seats[i] = *seat;
}

// What the store says to effect ENTER number `at`.
static void enter(struct bench *b, size_t at)
{
    struct request answer = {.kind = REQUEST_ENTERED};
    const struct effect *asked = &b->effects.items[at];

    answer.conversation = asked->conversation;
    answer.entered.err = b->store_err;
    answer.entered.meetup = b->meetup;
    answer.entered.seats = b->seats;
    answer.entered.seat_count = b->seat_count;
    if (!asked->enter.as_doctor) {
        const struct invite_record *invite = find_invite(b, asked->enter.invite);

        if (invite)
            answer.entered.invite = *invite;
        else
            answer.entered.err = ERR_NOT_FOUND;
    } else if (strcmp(asked->enter.meetup, b->meetup.id) != 0) {
        answer.entered.err = ERR_NOT_FOUND;
    }
    directory_receive(b->directory, b->now, b->wall_ms, &answer, &b->effects);
}

// The store hears the effects in order; what that leads to is appended.
static void settle(struct bench *b)
{
    for (size_t i = 0; i < b->effects.count; i++) {
        const struct effect effect = b->effects.items[i];

        if (effect.kind == EFFECT_SAVE_SEAT)
            save(b, &effect.seat);
        else if (effect.kind == EFFECT_END)
            b->meetup.state = MEETUP_ENDED;
        else if (effect.kind == EFFECT_ENTER && !b->store_sleeps)
            enter(b, i);
    }
}

void bench_send(struct bench *b, struct request *request)
{
    effects_clear(&b->effects);
    directory_receive(b->directory, b->now, b->wall_ms, request, &b->effects);
    request_fini(request);
    settle(b);
    CHECK(!b->effects.lost);
}

void bench_answer(struct bench *b, uint64_t conversation)
{
    struct request answer = {.kind = REQUEST_ENTERED, .conversation = conversation};

    b->store_sleeps = false;
    answer.entered.err = b->store_err;
    answer.entered.meetup = b->meetup;
    answer.entered.seats = b->seats;
    answer.entered.seat_count = b->seat_count;
    answer.entered.invite = b->invites[0];
    bench_send(b, &answer);
}

void bench_tick(struct bench *b, usec later)
{
    b->now += later;
    b->wall_ms += later / 1000;
    effects_clear(&b->effects);
    directory_tick(b->directory, b->now, b->wall_ms, &b->effects);
    settle(b);
}

struct transport_parameters *bench_offer(void)
{
    struct transport_parameters *p = mem_zero(sizeof *p);

    CHECK(p);
    p->line_count = 4;
    SET(p->remote_ufrag, "their");
    SET(p->local_ufrag, "ours");
    for (uint8_t i = 0; i < p->line_count; i++) {
        p->lines[i].role =
            (enum line_role[]){LINE_MICROPHONE, LINE_CAMERA, LINE_SLOT_AUDIO, LINE_SLOT_VIDEO}[i];
        p->lines[i].kind = i % 2 ? LINE_VIDEO : LINE_AUDIO;
        p->lines[i].payload_type = i % 2 ? 96 : 111;
        (void)snprintf(p->lines[i].mid, sizeof p->lines[i].mid, "%u", i);
    }
    return p;
}

static struct request join(uint64_t conversation)
{
    struct request request = {
        .kind = REQUEST_JOIN, .conversation = conversation, .id = (int64_t)conversation};

    request.join.parameters = bench_offer();
    request.join.has_camera = true;
    SET(request.join.language, "en");
    return request;
}

void page_doctor(struct bench *b, uint64_t conversation)
{
    struct request request = join(conversation);

    request.join.as_doctor = true;
    SET(request.identity.doctor, "doctor-1");
    SET(request.join.meetup, "meetup-1");
    bench_send(b, &request);
}

static struct request join_patient(uint64_t conversation, const char *name, const char *device,
                                   const char *room_name)
{
    struct request request = join(conversation);

    (void)snprintf(request.join.invite, sizeof request.join.invite, "invite-%.10s", name);
    SET(request.identity.device, device);
    SET(request.join.room_name, room_name);
    return request;
}

void page_named(struct bench *b, uint64_t conversation, const char *name, const char *device,
                const char *room_name)
{
    struct request request = join_patient(conversation, name, device, room_name);

    bench_send(b, &request);
}

void page_patient(struct bench *b, uint64_t conversation, const char *name, const char *device)
{
    page_named(b, conversation, name, device, name);
}

void page_back(struct bench *b, uint64_t conversation, const char *name, const char *device,
               uint64_t connection)
{
    struct request request = join_patient(conversation, name, device, name);

    mem_free(request.join.parameters);
    request.join.parameters = NULL;
    request.join.connection = connection;
    bench_send(b, &request);
}

void page_asks(struct bench *b, uint64_t conversation, enum request_kind kind, uint32_t member)
{
    struct request request = {.kind = kind, .conversation = conversation, .id = 7};

    if (kind == REQUEST_ADMIT || kind == REQUEST_DECLINE || kind == REQUEST_MUTE ||
        kind == REQUEST_REMOVE)
        request.member = member;
    else if (kind == REQUEST_OFFER)
        request.offer.parameters = bench_offer();
    else if (kind == REQUEST_CHAT)
        request.chat.text = bytes_of_string("hello");
    else if (kind == REQUEST_JOIN)
        request = join_patient(conversation, "Anna", "anna-phone", "Anna");
    bench_send(b, &request);
}

void page_says(struct bench *b, uint64_t conversation, enum chat_to to, const char *text)
{
    struct request request = {.kind = REQUEST_CHAT, .conversation = conversation};

    request.chat.to = to;
    request.chat.text = bytes_of_string(text);
    bench_send(b, &request);
}

void page_gone(struct bench *b, uint64_t conversation)
{
    struct request request = {.kind = REQUEST_GONE, .conversation = conversation};

    bench_send(b, &request);
}

void media_says(struct bench *b, enum sfu_event_kind kind, uint64_t transport)
{
    struct request request = {.kind = REQUEST_MEDIA};

    request.media.kind = kind;
    request.media.transport = transport;
    bench_send(b, &request);
}

uint32_t page_admitted(struct bench *b, uint64_t conversation, const char *name)
{
    char device[ID_SIZE];
    const struct notice *joined;
    uint32_t member;

    (void)snprintf(device, sizeof device, "%.10s-phone", name);
    page_patient(b, conversation, name, device);
    joined = told(b, conversation, NOTICE_JOINED);
    CHECK(joined);
    member = joined->joined.member;
    page_asks(b, DOCTOR, REQUEST_ADMIT, member);
    CHECK(told(b, conversation, NOTICE_MEMBERS));
    return member;
}

const struct notice *told(const struct bench *b, uint64_t conversation, enum notice_kind kind)
{
    const struct notice *last = NULL;

    for (size_t i = 0; i < b->effects.count; i++) {
        const struct effect *effect = &b->effects.items[i];

        if (effect->kind == EFFECT_NOTICE && effect->conversation == conversation &&
            effect->notice.kind == kind)
            last = &effect->notice;
    }
    return last;
}

size_t told_times(const struct bench *b, uint64_t conversation, enum notice_kind kind)
{
    size_t times = 0;

    for (size_t i = 0; i < b->effects.count; i++) {
        const struct effect *effect = &b->effects.items[i];

        times += effect->kind == EFFECT_NOTICE && effect->conversation == conversation &&
                 effect->notice.kind == kind;
    }
    return times;
}

bool told_out(const struct bench *b, uint64_t conversation, enum out_reason reason)
{
    const struct notice *notice = told(b, conversation, NOTICE_STAGE);

    return notice && notice->stage.stage == STAGE_OUT && notice->stage.reason == reason &&
           closed(b, conversation) != 0;
}

bool refused(const struct bench *b, uint64_t conversation, enum refusal refusal)
{
    const struct notice *notice = told(b, conversation, NOTICE_ERROR);

    return notice && notice->error.refusal == refusal;
}

uint16_t closed(const struct bench *b, uint64_t conversation)
{
    for (size_t i = 0; i < b->effects.count; i++) {
        const struct effect *effect = &b->effects.items[i];

        if (effect->kind == EFFECT_CLOSE && effect->conversation == conversation)
            return effect->close_code;
    }
    return 0;
}

const struct sfu_command *commanded(const struct bench *b, enum sfu_command_kind kind)
{
    const struct sfu_command *last = NULL;

    for (size_t i = 0; i < b->effects.count; i++) {
        const struct effect *effect = &b->effects.items[i];

        if (effect->kind == EFFECT_SFU && effect->sfu.kind == kind)
            last = &effect->sfu;
    }
    return last;
}

size_t commanded_times(const struct bench *b, enum sfu_command_kind kind)
{
    size_t times = 0;

    for (size_t i = 0; i < b->effects.count; i++)
        times += b->effects.items[i].kind == EFFECT_SFU && b->effects.items[i].sfu.kind == kind;
    return times;
}

const struct seat_record *saved(const struct bench *b, const char *name)
{
    char invite[ID_SIZE];

    (void)snprintf(invite, sizeof invite, "invite-%.10s", name);
    for (size_t i = 0; i < b->seat_count; i++) {
        if (strcmp(b->seats[i].invite, invite) == 0)
            return &b->seats[i];
    }
    return NULL;
}

const struct member_view *seen(const struct bench *b, uint64_t by)
{
    const struct notice *notice = told(b, by, NOTICE_MEMBER);

    CHECK(notice != NULL);
    return notice->members.views;
}

void two_open(struct two *two, bool admitted)
{
    struct bench *b = &two->b;

    bench_open(b);
    bench_invite(b, "Anna");
    bench_invite(b, "Bert");
    page_doctor(b, DOCTOR);
    page_patient(b, 2, "Anna", "Anna-phone");
    two->connection = told(b, 2, NOTICE_JOINED)->joined.connection;
    two->anna = told(b, 2, NOTICE_JOINED)->joined.member;
    if (admitted)
        page_asks(b, DOCTOR, REQUEST_ADMIT, two->anna);
}
