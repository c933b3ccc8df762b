// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/share.h - what a member sends, told to the parts of its router on other threads.
//
// No-ops while there are none.
#ifndef GATEWAY_SFU_SHARE_H
#define GATEWAY_SFU_SHARE_H

#include "base/bytes.h"
#include "base/usec.h"

#include <stdint.h>

struct member;
struct rtcp_sender;
struct rtp_view;
struct stream;

// A packet as it was decrypted, before anything is made of it here: the others make the same of it. Of a
// source that is shut only its header goes. Who sends goes before the first packet.
void share_packet(struct member *m, usec now, const struct stream *stream,
                  const struct rtp_view *rtp, struct bytes plain);

void share_report(struct member *m, usec now, const struct rtcp_sender *sender);
void share_bye(struct member *m, usec now, uint32_t ssrc);

// Its gate, or what it is muted or paused in, changed. `stopped` sources, bit by bit: nothing of what came so
// far may be shown any more.
void share_change(struct member *m, usec now, uint32_t stopped);

// In each round: who is known elsewhere is told again once a second, in case it was lost.
void share_again(struct member *m, usec now);

// It leaves.
void share_gone(struct member *m);

#endif
