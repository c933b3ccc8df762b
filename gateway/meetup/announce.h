// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/announce.h - who is told what: each kind of news to exactly those who may know it.
#ifndef GATEWAY_MEETUP_ANNOUNCE_H
#define GATEWAY_MEETUP_ANNOUNCE_H

#include "meetup/effect.h"

#include <stdint.h>

struct chat_line;
struct meetup;
struct member;
struct turn;

// Everything about the room to one who has just entered or come back.
void announce_room(struct turn *turn, const struct member *to);

// Came or changed: to everybody in the room.
void announce_member(struct turn *turn, const struct member *member);
void announce_left(struct turn *turn, const struct meetup *meetup, uint32_t number);

// The waiting list to hosts, and their places to those who wait where they have changed.
void announce_waiting(struct turn *turn, const struct meetup *meetup);

void announce_stage(struct turn *turn, const struct member *to, enum stage stage,
                    enum out_reason reason);
void announce_media(struct turn *turn, const struct member *to, enum sfu_event_kind event);
void announce_speaker(struct turn *turn, const struct meetup *meetup);

// To one page, changed slots of its own connection.
void announce_slots(struct turn *turn, const struct member *to,
                    const struct sfu_slot_change *changes, uint8_t count);

// A new line to all who may read it.
void announce_chat(struct turn *turn, const struct meetup *meetup, const struct chat_line *line);

#endif
