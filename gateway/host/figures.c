// SPDX-License-Identifier: AGPL-3.0-or-later
// host/figures.c - what one media thread counts, shown to the others.
#include "host/figures.h"

#include "host/udp.h"
#include "sfu/worker.h"

#include <string.h>

void figures_gather(struct figures *figures, const struct udp_counters *udp,
                    const struct worker_counters *worker, const struct stalls *stalls)
{
    *figures = (struct figures){.received = udp->received,
                                .sent = udp->sent,
                                .merged = udp->merged,
                                .send_calls = udp->send_calls,
                                .overflowed = udp->overflowed,
                                .dropped_full = udp->dropped_full,
                                .dropped_sound = udp->dropped_sound,
                                .dropped_error = udp->dropped_error,
                                .rtp_in = worker->rtp_in,
                                .rtp_out = worker->rtp_out,
                                .rtcp_in = worker->rtcp_in,
                                .rtcp_out = worker->rtcp_out,
                                .bytes_in = worker->bytes_in,
                                .bytes_out = worker->bytes_out,
                                .nacks_in = worker->nacks_in,
                                .retransmitted = worker->retransmitted,
                                .key_frames_asked = worker->key_frames_asked,
                                .busy_us = (uint64_t)stalls->sum,
                                .stall_worst_us = (uint64_t)stalls->worst,
                                .stall_p999_us = (uint64_t)stalls_but(stalls, 1000),
                                .routers_now = worker->routers,
                                .transports_now = worker->transports,
                                .relief_now = worker->relief,
                                .waiting_now = udp->waiting};
    memcpy(figures->drops, worker->drops.count, sizeof figures->drops);
    memcpy(figures->stalls, stalls->count, sizeof figures->stalls);
}

void figures_show(struct figures_board *board, const struct figures *figures)
{
    uint64_t words[FIGURES_WORDS];

    memcpy(words, figures, sizeof words);
    for (size_t i = 0; i < FIGURES_WORDS; i++)
        atomic_store_explicit(&board->words[i], words[i], memory_order_relaxed);
}

void figures_read(struct figures_board *board, struct figures *figures)
{
    uint64_t words[FIGURES_WORDS];

    for (size_t i = 0; i < FIGURES_WORDS; i++)
        words[i] = atomic_load_explicit(&board->words[i], memory_order_relaxed);
    memcpy(figures, words, sizeof words);
}
