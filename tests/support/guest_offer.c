// SPDX-License-Identifier: AGPL-3.0-or-later
// support/guest_offer.c - four lines to send on, then slots: as the gateway would have answered it.
#include "support/guest_offer.h"

#include <stdio.h>
#include <string.h>

enum { OPUS = 111, VP8 = 96, RTX = 97, RED = 63 };

const struct line_extensions guest_extensions = {.mid = 4,
                                                 .rid = 10,
                                                 .repaired_rid = 11,
                                                 .audio_level = 1,
                                                 .transport_cc = 3,
                                                 .abs_send_time = 2};

uint32_t guest_first_ssrc(const struct guest *g, uint8_t line)
{
    return g->number << 20 | (uint32_t)line << 8;
}

static void add_line(struct transport_parameters *p, enum line_role role, enum line_kind kind)
{
    struct line_parameters *line = &p->lines[p->line_count];
    const bool video = kind == LINE_VIDEO;

    *line = (struct line_parameters){.role = role,
                                     .kind = kind,
                                     .extensions = guest_extensions,
                                     .payload_type = video ? VP8 : OPUS,
                                     .rtx_payload_type = video ? RTX : 0,
                                     .transport_cc = true,
                                     .nack = video,
                                     .layer_count = 1};
    snprintf(line->mid, sizeof line->mid, "%d", p->line_count);
    p->line_count++;
}

static void add_slot(struct guest *g, uint8_t slot, enum line_kind kind)
{
    struct transport_parameters *p = &g->parameters;

    add_line(p, kind == LINE_VIDEO ? LINE_SLOT_VIDEO : LINE_SLOT_AUDIO, kind);
    struct line_parameters *line = &p->lines[p->line_count - 1];
    line->slot = slot;
    line->ssrc = 0x80000000u | guest_first_ssrc(g, p->line_count);
    line->rtx_ssrc = kind == LINE_VIDEO ? line->ssrc + 1 : 0;
}

void guest_offer(struct guest *g, const struct room_options *options)
{
    struct transport_parameters *p = &g->parameters;

    *p = (struct transport_parameters){.feedback_ssrc = 0xfeed0000u + g->number};
    snprintf(p->local_ufrag, sizeof p->local_ufrag, "gateway%llu",
             (unsigned long long)g->transport);
    snprintf(p->local_pwd, sizeof p->local_pwd, "passwordofthegateway%llu",
             (unsigned long long)g->transport);
    snprintf(p->cname, sizeof p->cname, "cname%u", (unsigned)g->number);
    add_line(p, LINE_MICROPHONE, LINE_AUDIO);
    add_line(p, LINE_CAMERA, LINE_VIDEO);
    add_line(p, LINE_SCREEN, LINE_VIDEO);
    add_line(p, LINE_SCREEN_SOUND, LINE_AUDIO);
    if (options->simulcast) {
        struct line_parameters *camera = &p->lines[ROOM_CAMERA];
        camera->layer_count = 3;
        memcpy(camera->rids, (char[3][PARAMETERS_RID_SIZE]){"q", "h", "f"}, sizeof camera->rids);
    }
    for (uint8_t i = 0; i < options->pairs; i++) {
        add_slot(g, i, LINE_AUDIO);
        add_slot(g, i, LINE_VIDEO);
    }
    for (uint8_t i = 0; i < options->spares; i++)
        add_slot(g, (uint8_t)(options->pairs + i), LINE_AUDIO);
    for (uint8_t line = 0; line < p->line_count; line++)
        if (p->lines[line].kind == LINE_AUDIO) {
            p->lines[line].red_payload_type = options->red ? RED : 0;
            p->lines[line].nack = options->sound_nack;
        }
    if (options->announces_ssrcs)
        for (uint8_t line = 0; line < ROOM_FIRST_SLOT; line++)
            for (uint8_t layer = 0; layer < p->lines[line].layer_count; layer++) {
                p->lines[line].announced_ssrc[layer] = guest_first_ssrc(g, line) + 2u * layer;
                p->lines[line].announced_rtx_ssrc[layer] =
                    guest_first_ssrc(g, line) + 2u * layer + 1;
            }
}
