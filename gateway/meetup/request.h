// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/request.h - door: what reaches the live meetups, from pages, media threads and the store.
#ifndef GATEWAY_MEETUP_REQUEST_H
#define GATEWAY_MEETUP_REQUEST_H

#include "base/bytes.h"
#include "base/err.h"
#include "sfu/command.h"
#include "sfu/event.h"
#include "sfu/parameters.h"
#include "store/record.h"

#include <stdbool.h>
#include <stdint.h>

// Who the cookies of a WebSocket say it is; checked by host/ before the upgrade.
struct identity {
    char doctor[ID_SIZE];         // empty: not signed in
    uint8_t session[DIGEST_SIZE]; // of the doctor's sign-in: which one it is
    char device[ID_SIZE];         // empty: no device cookie
    uint64_t browser; // a number of this browser that leads back to no cookie; 0: not known
};

enum request_kind {
    // a page asks (protocol/README.md has each message)
    REQUEST_JOIN,
    REQUEST_OFFER,
    REQUEST_WANT,
    REQUEST_STATE,
    REQUEST_UNMUTE,
    REQUEST_CHAT,
    REQUEST_LEAVE,
    REQUEST_PING,
    REQUEST_ADMIT,
    REQUEST_DECLINE,
    REQUEST_MUTE,
    REQUEST_REMOVE,
    REQUEST_END,
    REQUEST_PAGE_KINDS, // those above come from pages and are answered to them
    // the gateway itself reports
    REQUEST_GONE = REQUEST_PAGE_KINDS, // the conversation's socket is closed
    REQUEST_MEDIA,                     // an event of a media thread
    REQUEST_ENTERED,                   // the store's answer to an effect ENTER
    REQUEST_REVOKED,                   // an invite was revoked or renewed by its doctor
    REQUEST_CHANGED,                   // a meetup was ended, reopened or edited by its doctor
    REQUEST_KINDS
};

#define ALL_MEMBERS UINT32_MAX
enum chat_to { CHAT_ALL, CHAT_HOSTS, CHAT_WAITING }; // WAITING: a host to those who wait

struct request {
    enum request_kind kind;
    uint64_t conversation; // 0 for what no page asked
    int64_t id;            // the page's number for its request, 0: none
    struct identity identity;
    union {
        struct {
            bool as_doctor;
            char meetup[ID_SIZE]; // as a doctor
            char invite[ID_SIZE]; // as a patient
            char room_name[NAME_SIZE];
            char language[16];
            bool has_microphone;
            bool has_camera;
            uint64_t connection; // to come back to media that still runs; 0: none
            // Owned by the request until dispatch takes it; NULL: no offer.
            struct transport_parameters *parameters;
        } join;
        struct {
            bool restart;
            struct transport_parameters *parameters; // owned, as above
        } offer;
        struct {
            uint8_t count;
            struct sfu_want pictures[COMMAND_WANTS];
        } want;
        struct {
            bool on[SOURCE_KINDS];
            bool slow; // the page itself took its picture away: its line is slow
        } state;
        struct {
            enum chat_to to;
            struct bytes text; // borrowed, cleaned UTF-8
        } chat;
        uint32_t member; // ADMIT, DECLINE, MUTE, REMOVE: a member number or ALL_MEMBERS
        struct sfu_event media;
        struct {
            enum err err; // NOT_FOUND, DENIED (another's, or not opened here), EXPIRED, REVOKED, IO
            struct meetup_record meetup;
            struct invite_record invite; // as a patient
            struct seat_record *seats;   // borrowed; all seats of the meetup
            size_t seat_count;
        } entered;
        struct {
            char meetup[ID_SIZE];
            char invite[ID_SIZE];
            bool renewed; // the seat may come back with the new link
        } revoked;
        struct meetup_record changed;
    };
};

#endif
