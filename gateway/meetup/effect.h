// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/effect.h - door: what a request leads to; carried out by host/, in order.
#ifndef GATEWAY_MEETUP_EFFECT_H
#define GATEWAY_MEETUP_EFFECT_H

#include "base/err.h"
#include "meetup/request.h"
#include "sfu/command.h"
#include "store/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum stage { STAGE_WAITING, STAGE_IN, STAGE_OUT };

enum out_reason {
    OUT_NONE,
    OUT_ADMITTED,
    OUT_DECLINED,
    OUT_REMOVED,
    OUT_ENDED,
    OUT_TAKEN_OVER, // another tab of the same browser has the seat
    OUT_MOVED,      // another device has the seat
    OUT_REVOKED,
    OUT_LEFT
};

struct member_view {
    uint32_t member;
    char room_name[NAME_SIZE];
    char roster_name[NAME_SIZE]; // empty unless the receiver is a host
    enum role role;
    bool host;
    bool on[SOURCE_KINDS];
    bool slow; // its camera is off because its line is slow
    bool muted;
    bool connected;
    enum line_quality line; // the worse of up and down
};

// The line of one page as the gateway sees it.
struct line_view {
    enum line_quality up;
    enum line_quality down;
    bool pictures_off;
    bool redundancy;
};

struct waiting_view {
    uint32_t member;
    char room_name[NAME_SIZE];
    char roster_name[NAME_SIZE];
    int64_t since; // seconds
    bool second_device;
    bool has_microphone;
    bool has_camera;
    bool connected;
};

enum notice_kind {
    NOTICE_JOINED,
    NOTICE_ANSWER,
    NOTICE_STAGE,
    NOTICE_WAITING_PLACE,
    NOTICE_MEMBERS,
    NOTICE_MEMBER,
    NOTICE_MEMBER_LEFT,
    NOTICE_WAITING,
    NOTICE_SLOTS,
    NOTICE_SPEAKER,
    NOTICE_LAYERS,
    NOTICE_VOICE,
    NOTICE_LINE,
    NOTICE_CHAT,
    NOTICE_MEDIA,
    NOTICE_ERROR,
    NOTICE_PONG,
    NOTICE_KINDS
};

// Why a request was refused, beyond enum err; protocol/ has one table of codes and sentences.
enum refusal {
    REFUSAL_INVALID,
    REFUSAL_SIGN_IN,
    REFUSAL_DENIED,
    REFUSAL_NOT_FOUND,
    REFUSAL_NAME_TAKEN,
    REFUSAL_NAME_REFUSED,
    REFUSAL_CONFLICT,
    REFUSAL_STATE,
    REFUSAL_EXPIRED,
    REFUSAL_REVOKED,
    REFUSAL_ENDED,
    REFUSAL_REMOVED,
    REFUSAL_WEAK_PASSWORD,
    REFUSAL_OFFER,
    REFUSAL_CONNECTION_GONE,
    REFUSAL_TOO_MANY,
    REFUSAL_UNAVAILABLE,
    REFUSAL_KINDS
};

// Pointers are borrowed from the effects they came with and die with effects_clear.
struct notice {
    enum notice_kind kind;
    int64_t id; // of the request it answers, 0: none
    union {
        struct {
            uint64_t connection;
            uint32_t member;
            enum role role;
            bool host;
            const char *room_name;
            enum stage stage;
            bool media_kept;
            const struct transport_parameters *parameters; // NULL: no answer
            const struct meetup_record *meetup;
        } joined;
        struct {
            uint64_t connection;
            const struct transport_parameters *parameters;
        } answer;
        struct {
            enum stage stage;
            enum out_reason reason;
        } stage;
        struct {
            uint32_t place;
            bool host_present;
        } waiting_place;
        struct {
            const struct member_view *views;
            size_t count;
        } members; // NOTICE_MEMBERS, and NOTICE_MEMBER with count 1
        uint32_t member_left;
        struct {
            const struct waiting_view *views;
            size_t count;
        } waiting;
        struct {
            const struct transport_parameters *parameters; // for the mids
            uint8_t count;
            struct sfu_slot_change changes[EVENT_SLOTS];
        } slots;
        struct {
            uint32_t dominant; // member numbers
            uint8_t count;
            uint32_t speaking[EVENT_SPEAKERS];
        } speaker;
        struct {
            uint32_t source;
            uint8_t count;
            bool needed[PARAMETERS_LAYERS]; // lowest first
        } layers;
        struct {
            uint32_t max_bps; // 0: as the browser likes
            bool redundancy;
        } voice;
        struct line_view line;
        struct {
            uint32_t from;
            const char *room_name;
            enum chat_to to;
            int64_t at_ms;
            struct bytes text;
        } chat;
        enum sfu_event_kind media; // SFU_TRANSPORT_CONNECTED, _LOST, _BACK, _FAILED
        struct {
            enum refusal refusal;
        } error;
    };
};

enum effect_kind {
    EFFECT_NOTICE,    // tell a page
    EFFECT_CLOSE,     // close a conversation with a WebSocket code, after what was told
    EFFECT_SFU,       // tell the media thread that owns the router; an SFU_OPEN_TRANSPORT command
                      // owns its parameters, which are moved out by the host
    EFFECT_ENTER,     // ask the store: who is this, what is this meetup
    EFFECT_SAVE_SEAT, // write a seat
    EFFECT_END        // write that the meetup ended
};

struct effect {
    enum effect_kind kind;
    uint64_t conversation; // NOTICE, CLOSE, ENTER
    union {
        struct notice notice;
        uint16_t close_code;
        struct sfu_command sfu;
        struct {
            bool as_doctor;
            char meetup[ID_SIZE];
            char invite[ID_SIZE];
            struct identity identity;
        } enter;
        struct seat_record seat;
        char meetup[ID_SIZE]; // EFFECT_END
    };
};

#endif
