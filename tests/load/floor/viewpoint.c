// SPDX-License-Identifier: AGPL-3.0-or-later
// load/floor/viewpoint.c - one viewer's socket: notes what arrives, and reports it.
#include "load/floor/viewpoint.h"

#include "base/seq.h"
#include "base/usec.h"

#include <errno.h>
#include <unistd.h>

bool viewpoint_init(struct viewpoint *viewpoint, uint64_t seed, size_t number,
                    const struct sockaddr_in *at)
{
    uint8_t forwarded[MASTER_LEN], reported[MASTER_LEN];

    *viewpoint = (struct viewpoint){.number = (uint32_t)number, .socket = endpoint_open(at)};
    keys_master(forwarded, seed, KEY_FORWARDED, number);
    keys_master(reported, seed, KEY_REPORTED, number);
    return viewpoint->socket >= 0 && aead_init(&viewpoint->opens, forwarded, false) &&
           aead_init(&viewpoint->seals, reported, true);
}

void viewpoint_fini(struct viewpoint *viewpoint)
{
    if (viewpoint->socket > 0)
        close(viewpoint->socket);
    aead_fini(&viewpoint->seals);
    aead_fini(&viewpoint->opens);
}

void viewpoint_note(struct viewpoint *viewpoint, uint16_t transport_seq, uint64_t now_ns)
{
    const size_t n = viewpoint->notes;

    if (n == VIEWPOINT_NOTES || seq_is_after(viewpoint->next_base, transport_seq) ||
        (n > 0 && !seq_is_after(transport_seq, viewpoint->note[n - 1].seq)))
        return;
    viewpoint->note[n] =
        (struct transport_cc_arrival){.seq = transport_seq, .at = (usec)(now_ns / 1000)};
    viewpoint->notes++;
}

static bool send_sealed(struct viewpoint *v, const struct sockaddr_in *to, uint8_t *at, size_t len)
{
    if (!aead_seal_rtcp(&v->seals, v->rtcp_index++, at, len))
        return false;
    v->reports++;
    return sendto(v->socket, at, len + AEAD_RTCP_TRAILER, 0, (const struct sockaddr *)to,
                  sizeof *to) >= 0 ||
           errno == EAGAIN;
}

bool viewpoint_report(struct viewpoint *viewpoint, const struct sockaddr_in *to)
{
    size_t done = 0;

    while (done < viewpoint->notes) {
        uint8_t bytes[LAYOUT_MOST];
        const struct transport_cc_fields fields = {.sender = viewpoint->number + 1,
                                                   .media = 1,
                                                   .base = viewpoint->next_base,
                                                   .feedback_seq = viewpoint->feedback_seq++};
        struct writer out = writer_over(bytes, sizeof bytes - AEAD_RTCP_TRAILER);
        const size_t covered = transport_cc_write(&out, &fields, viewpoint->note + done,
                                                  viewpoint->notes - done, 1000);

        if (covered == 0)
            break;
        done += covered;
        viewpoint->next_base = (uint16_t)(viewpoint->note[done - 1].seq + 1);
        if (!send_sealed(viewpoint, to, bytes, writer_len(&out)))
            return false;
    }
    viewpoint->notes = 0;
    return true;
}
