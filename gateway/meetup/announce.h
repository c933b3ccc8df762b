// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/announce.h - who is told what: each kind of news to exactly those who may know it.
#ifndef GATEWAY_MEETUP_ANNOUNCE_H
#define GATEWAY_MEETUP_ANNOUNCE_H

#include "meetup/effect.h"

#include <stdint.h>

struct chat_line;
struct meetup;
struct member;
struct standing;
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
void announce_speaker(struct turn *turn, const struct meetup *meetup);

// To one page, of its own connection: changed slots, then what is known now of each thing. Those
// who wait are told of nothing but `media`.
void announce_media(struct turn *turn, const struct member *to, enum sfu_event_kind event);
void announce_slots(struct turn *turn, const struct member *to,
                    const struct sfu_slot_change *changes, uint8_t count);
void announce_layers(struct turn *turn, const struct member *to, enum source_kind kind);
void announce_voice(struct turn *turn, const struct member *to);

// What has changed since `before`: of the line to the own page, and what others see of it to them.
void announce_standing(struct turn *turn, const struct member *member,
                       const struct standing *before);

// All of it but `media`, to one who has entered or come back.
void announce_connection(struct turn *turn, const struct member *to);

// A new line to all who may read it.
void announce_chat(struct turn *turn, const struct meetup *meetup, const struct chat_line *line);

#endif
