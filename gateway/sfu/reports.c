// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/reports.c - RTP time and wall clock of each slot, so that lips and sound meet at the viewer.
#include "sfu/reports.h"

#include "sfu/compound.h"
#include "sfu/member.h"
#include "sfu/router.h"
#include "wire/rtcp.h"

#define REPORT_LEN (28 + 4 + 4 + 2 + sizeof((struct transport_parameters *)0)->cname + 4)
#define NTP_TO_UNIX SEC(2208988800) // 1900 to 1970
#define IN_USE SEC(3)

uint64_t reports_ntp(const struct member *m, usec now)
{
    return ntp_from_usec(now + m->router->wall_offset + NTP_TO_UNIX);
}

static void report(struct member *m, struct slot *slot, usec now, struct compound *to)
{
    const struct rtcp_sender sender = {.ssrc = slot->line->ssrc,
                                       .ntp = reports_ntp(m, now),
                                       .timestamp = time_map_at(&slot->time, now),
                                       .packets = slot->packets,
                                       .octets = slot->octets};

    if (!compound_reserve(to, REPORT_LEN))
        return;
    rtcp_write_sr(&to->packet, &sender, NULL, 0);
    rtcp_write_cname(&to->packet, sender.ssrc, bytes_of_string(m->parameters->cname));
    slot->report_due = false;
}

void reports_send(struct member *m, usec now, bool only_begun, struct compound *to)
{
    for (size_t i = 0; i < m->slot_count; i++) {
        struct slot *slot = &m->slots[i];
        const bool in_use = slot->packets && now - slot->last_sent < IN_USE;
        if (slot->report_due || (in_use && !only_begun))
            report(m, slot, now, to);
    }
}
