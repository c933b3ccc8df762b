// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/member.h - a person present in a meetup, waiting or in, by one browser.
#ifndef GATEWAY_MEETUP_MEMBER_H
#define GATEWAY_MEETUP_MEMBER_H

#include "base/list.h"
#include "base/usec.h"
#include "meetup/connection.h"
#include "meetup/effect.h"
#include "store/record.h"

#include <stdbool.h>
#include <stdint.h>

struct meetup;
struct seat;
struct turn;

// Two members may share a seat: the one it is bound to, and a second device that waits for it.
struct member {
    struct list link; // in meetup.members, in order of coming
    // given
    uint32_t number;
    char device[ID_SIZE];
    // borrowed: outlive this member
    struct meetup *meetup;
    struct seat *seat;
    // owned
    struct connection connection;
    // state
    enum stage stage;      // WAITING or IN
    uint64_t conversation; // 0: its socket is gone
    usec gone_at;          // then: since when
    bool on[SOURCE_KINDS]; // what it says it sends
    bool said_state;
    bool slow; // and that its picture is off because its line is slow
    bool has_microphone;
    bool has_camera;
    char asked_name[NAME_SIZE]; // of a second device, until it has the seat
    int64_t waiting_since_ms;
    uint32_t told_place;
    bool told_host_present;
};

// NULL for lack of memory.
struct member *member_create(struct turn *turn, struct meetup *meetup, struct seat *seat,
                             const char *device);

// Ends its media and forgets it; nobody is told.
void member_destroy(struct turn *turn, struct member *member);

enum role member_role(const struct member *member);
bool member_is_host(const struct member *member);

// Waits for a seat that another device has.
bool member_is_second_device(const struct member *member);

const char *member_room_name(const struct member *member);
struct member_view member_view(const struct member *member, bool for_host);
struct waiting_view waiting_view(const struct member *member);

// From now on this conversation is the member's; another one it had is told why and closed.
// False for lack of memory.
bool member_attach(struct turn *turn, struct member *member, uint64_t conversation);

// Its socket is gone; its media goes on for a while.
void member_detach(struct turn *turn, struct member *member);

// Takes over the parameters in place of the media it had, for the browser that asks. False for lack of memory: the
// parameters are then still the caller's, and the member has no media.
bool member_open_media(struct turn *turn, struct member *member,
                       struct transport_parameters *parameters);
void member_close_media(struct turn *turn, struct member *member);

// Shows the member's page out, ends its media and forgets it. Others are told by the caller.
void member_out(struct turn *turn, struct member *member, enum out_reason reason);

#endif
