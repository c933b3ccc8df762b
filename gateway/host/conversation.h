// SPDX-License-Identifier: AGPL-3.0-or-later
// host/conversation.h - one page's WebSocket as the live meetups know it: a number.
#ifndef GATEWAY_HOST_CONVERSATION_H
#define GATEWAY_HOST_CONVERSATION_H

#include "base/bytes.h"
#include "base/usec.h"
#include "meetup/request.h"

#include <stdbool.h>
#include <stdint.h>

struct conversation;
struct meetup_thread;
struct notice;
struct websocket;

// NULL for lack of memory. The WebSocket is borrowed until conversation_gone.
struct conversation *conversation_open(struct meetup_thread *m, struct websocket *websocket,
                                       const struct identity *identity);

// One whole message, valid UTF-8. True when it was a well-formed join.
bool conversation_receive(struct conversation *c, usec now, struct bytes message);

// Its socket is closed: the meetups are told, and the conversation is freed. NULL is fine.
void conversation_gone(struct conversation *c);

// Sends what the notice says; `why` may replace the sentence of a refusal (NULL: no).
void conversation_tell(struct conversation *c, const struct notice *notice, const char *why);
void conversation_close(struct conversation *c, uint16_t code);

const struct identity *conversation_identity(const struct conversation *c);

#endif
