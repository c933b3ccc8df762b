// SPDX-License-Identifier: AGPL-3.0-or-later
// support/receiver.c - judges each packet once, in order, after repairs had their time.
#include "support/receiver.h"

#include "base/seq.h"
#include "support/blocks.h"
#include "support/check.h"
#include "wire/rtcp.h"

#include <stdlib.h>

#define ASK_AGAIN MSEC(50) // at the least
#define ASKS 10
#define SHOWN_OF_LATE MSEC(200) // more than a pattern of four frames
#define IP_BYTES(rtp)                                                                              \
    (uint32_t)((rtp)->header_len + (rtp)->payload.len + (rtp)->padding_len + 16 + 28)
#define PATIENCE SEC(1) // for a missing packet
#define KEY_AGAIN MSEC(500)

void receiver_init(struct receiver *r, const struct line_parameters *line, bool repairs)
{
    *r = (struct receiver){.line = line, .repairs = repairs};
    r->window = calloc(RECEIVER_WINDOW, sizeof *r->window);
    CHECK(r->window != NULL);
}

void receiver_fini(struct receiver *r)
{
    free(r->window);
    r->window = NULL;
}

static bool is_picture(const struct receiver *r)
{
    return r->line->kind == LINE_VIDEO;
}

static struct received *at(struct receiver *r, int64_t seq)
{
    return &r->window[(uint64_t)seq % RECEIVER_WINDOW];
}

static void broke(struct receiver *r, const char *why)
{
    r->broken++;
    r->why = why;
}

static void show(struct receiver *r, usec now, const struct received *p)
{
    CHECK(p->content.source < RECEIVER_SOURCES);
    r->shown[p->content.source]++;
    if (r->first_shown_at == 0)
        r->first_shown_at = now;
    r->last_shown_at = now;
    if (!is_picture(r))
        return;
    if (r->layer != p->content.layer && r->shown[p->content.source] > 1)
        r->layer_switches++;
    r->layer = p->content.layer;
    r->layer_shown[p->content.layer]++;
    r->tid_shown_at[p->vp8.tid] = now;
    freeze_shown(&r->freeze, now);
}

static void judge_numbers(struct receiver *r, const struct received *p)
{
    const bool new_picture = p->timestamp != r->last.timestamp;

    if (!r->any_judged || r->after_hole)
        return;
    if (new_picture && r->in_frame)
        broke(r, "a picture without its end");
    if (new_picture && (int32_t)(p->timestamp - r->last.timestamp) <= 0)
        broke(r, "a timestamp that goes back");
    const uint16_t next = (uint16_t)(r->last.vp8.picture_id + new_picture) & VP8_PICTURE_ID_MASK;
    if (p->vp8.picture_id != next)
        broke(r, "a picture number that does not follow");
    if (new_picture != p->vp8.starts_frame)
        broke(r, "a picture that begins in the middle");
    if (p->vp8.has_tl0 && r->last.vp8.has_tl0 && new_picture) {
        const uint8_t base = (uint8_t)(r->tl0 + (p->vp8.tid == 0));
        if (p->vp8.tl0 != base)
            broke(r, "a base layer number that does not follow");
    }
}

static void judge_picture(struct receiver *r, usec now, const struct received *p)
{
    judge_numbers(r, p);
    if (p->vp8.starts_frame)
        r->frame_is_whole = true;
    else if (r->after_hole)
        r->frame_is_whole = false;
    if (p->vp8.starts_frame && p->vp8.is_key_frame)
        r->decodable = true;
    else if (r->after_hole)
        r->decodable = false;
    if (r->any_judged && p->content.source != r->last.content.source) {
        r->switches++;
        freeze_paused(&r->freeze);
        if (!p->vp8.is_key_frame && !r->after_hole) // behind one a decoder waits for a key frame
            r->wrong_faces++;
    }
    r->in_frame = !p->marker;
    if (p->marker && r->frame_is_whole && r->decodable)
        show(r, now, p);
    r->tl0 = p->vp8.tl0;
}

// Frames between two packets that did not come inside of either.
static uint32_t frames_missing(const struct receiver *r, uint32_t after, uint32_t before)
{
    uint32_t missing = 0;

    for (uint32_t frame = after + 1; frame < before; frame++)
        missing += !playout_has(&r->playout, frame);
    return missing;
}

static void judge_sound(struct receiver *r, usec now, const struct received *p)
{
    if (r->any_judged && !r->after_hole) {
        const int32_t step = (int32_t)(p->timestamp - r->last.timestamp);
        if (step <= 0)
            broke(r, "a timestamp that goes back");
        if (p->content.source == r->last.content.source)
            r->cut += frames_missing(r, r->last.content.frame, p->content.frame);
    }
    if (r->any_judged && p->content.source != r->last.content.source)
        r->switches++;
    show(r, now, p);
}

static void judge(struct receiver *r, usec now, const struct received *p)
{
    if (p->padding)
        return;
    if (p->csrc != p->content.source)
        r->wrong_faces++;
    if (is_picture(r))
        judge_picture(r, now, p);
    else
        judge_sound(r, now, p);
    if (!r->any_judged)
        r->timestamp_base = p->timestamp;
    r->last = *p;
    r->any_judged = true;
    r->after_hole = false;
    r->newest_timestamp = p->timestamp;
    r->newest_captured = p->content.captured;
    r->newest_source = p->content.source;
}

// A key frame behind what is missing makes it useless; a number left out at a switch never comes.
static bool has_key_ahead(struct receiver *r)
{
    for (int64_t seq = r->next + 1; seq <= r->newest; seq++) {
        const struct received *p = at(r, seq);
        if (p->have && p->vp8.starts_frame && p->vp8.is_key_frame)
            return true;
    }
    return false;
}

// What is missing here, up to the next packet that is there.
static void give_up(struct receiver *r)
{
    for (; r->next <= r->newest && !at(r, r->next)->have; r->next++) {
        *at(r, r->next) = (struct received){0};
        r->holes++;
    }
    r->after_hole = true;
}

static void advance(struct receiver *r, usec now)
{
    while (r->started && r->next <= r->newest) {
        struct received *p = at(r, r->next);
        const usec patience =
            is_picture(r) && r->repairs && !has_key_ahead(r) ? PATIENCE : MSEC(200);
        if (!p->have && now - r->waiting_since < patience)
            return;
        if (p->have) {
            judge(r, now, p);
            *p = (struct received){0};
            r->next++;
        } else {
            give_up(r);
        }
        r->waiting_since = now;
    }
}

// After a long interruption there is no use in what is missing.
static void leap(struct receiver *r, usec now, int64_t seq)
{
    for (size_t i = 0; i < RECEIVER_WINDOW; i++)
        r->window[i] = (struct received){0};
    r->holes++;
    r->after_hole = true;
    r->next = r->newest = seq;
    r->waiting_since = now;
}

static void place(struct receiver *r, usec now, uint16_t seq, const struct received *p)
{
    if (!r->started) {
        r->started = true;
        r->next = r->newest = seq + 65536;
        r->waiting_since = now;
    }
    const int64_t unrolled = seq_unroll(r->newest, seq);
    if (unrolled < r->next) {
        r->late++;
        return;
    }
    if (unrolled - r->next >= RECEIVER_WINDOW)
        leap(r, now, unrolled);
    if (unrolled > r->newest) {
        if (r->next > r->newest)
            r->waiting_since = now;
        r->newest = unrolled;
    }
    if (!at(r, unrolled)->have)
        *at(r, unrolled) = *p;
    advance(r, now);
}

static void count(struct receiver *r, uint16_t seq)
{
    struct receive_counts *c = &r->counts;

    if (!c->started)
        *c = (struct receive_counts){.started = true, .base = seq + 65536, .highest = seq + 65536};
    const int64_t unrolled = seq_unroll(c->highest, seq);
    c->highest = unrolled > c->highest ? unrolled : c->highest;
    c->received++;
}

// Reads what `payload` says of itself into `p`; sound is heard when its time comes.
static void read_content(struct receiver *r, usec now, bool is_red, struct bytes payload,
                         struct received *p)
{
    struct block blocks[BLOCKS_MAX] = {{.payload = payload}};
    size_t blocks_count = 1;

    if (is_red) {
        CHECK(blocks_read(blocks, &blocks_count, payload));
        CHECK_EQ(blocks[blocks_count - 1].payload_type, r->line->payload_type);
    }
    for (size_t i = 0; i < blocks_count; i++) {
        struct content content;
        if (!content_read(&content, blocks[i].payload)) {
            content = (struct content){.source = p->csrc};
            r->garbage++;
        } else if (!is_picture(r)) {
            playout_frame(&r->playout, now, content.source, content.frame, content.captured);
        }
        if (i + 1 == blocks_count)
            p->content = content;
        else
            r->redundant++;
    }
}

static uint32_t csrc_of(const struct rtp_view *rtp)
{
    struct reader csrcs = reader_over(rtp->csrcs);

    CHECK_EQ(rtp->csrcs.len, 4);
    return read_u32(&csrcs);
}

bool receiver_take(struct receiver *r, usec now, const struct rtp_view *rtp)
{
    const bool again = r->line->rtx_ssrc && rtp->ssrc == r->line->rtx_ssrc;
    const bool is_red = !is_picture(r) && r->line->red_payload_type &&
                        rtp->payload_type == r->line->red_payload_type;
    struct bytes payload = rtp->payload;
    uint16_t seq = rtp->seq;
    struct received p = {.have = true, .marker = rtp->marker, .timestamp = rtp->timestamp};

    if (rtp->ssrc != r->line->ssrc && !again)
        return false;
    CHECK_EQ(rtp->payload_type, again    ? r->line->rtx_payload_type
                                : is_red ? r->line->red_payload_type
                                         : r->line->payload_type);
    r->bytes += IP_BYTES(rtp);
    if (!again)
        count(r, rtp->seq);
    if (payload.len == 0) {
        CHECK(rtp->padding_len > 0);
        r->paddings++;
        p.padding = true;
        if (!again)
            place(r, now, seq, &p);
        return true;
    }
    p.csrc = csrc_of(rtp);
    if (again)
        CHECK(rtx_read(rtp->payload, &seq, &payload));
    if (is_picture(r)) {
        CHECK(vp8_read(&p.vp8, payload));
        payload = bytes_of(payload.at + p.vp8.descriptor_len, payload.len - p.vp8.descriptor_len);
    }
    read_content(r, now, is_red, payload, &p);
    r->packets++;
    if (again && r->started && seq_unroll(r->newest, seq) >= r->next &&
        !at(r, seq_unroll(r->newest, seq))->have)
        r->repaired++;
    place(r, now, seq, &p);
    return true;
}

void receiver_run(struct receiver *r, usec now, bool silent)
{
    if (is_picture(r)) {
        if (silent)
            freeze_paused(&r->freeze);
        return;
    }
    playout_run(&r->playout, now, r->least, silent);
}

// Can it come before its place is heard?
static bool is_worth_asking(const struct receiver *r, int64_t seq, usec rtt)
{
    const int64_t frame = r->playout.newest - (r->newest - seq);

    return is_picture(r) || (frame >= 0 && !playout_has(&r->playout, (uint32_t)frame) &&
                             playout_time_left(&r->playout, (uint32_t)frame) > rtt);
}

size_t receiver_missing(struct receiver *r, usec now, usec rtt,
                        uint16_t seqs[static RECEIVER_ASKED])
{
    const usec again = rtt > ASK_AGAIN ? rtt : ASK_AGAIN;
    size_t count = 0;

    advance(r, now);
    if (!r->started || !r->line->nack || !r->repairs)
        return 0;
    for (int64_t seq = r->next; seq < r->newest && count < RECEIVER_ASKED; seq++) {
        struct received *p = at(r, seq);
        if (p->have || (p->asked_at && now - p->asked_at < again) || p->asked == ASKS ||
            !is_worth_asking(r, seq, rtt))
            continue;
        p->asked_at = now;
        p->asked++;
        r->asked++;
        seqs[count++] = (uint16_t)seq;
    }
    return count;
}

bool receiver_wants_key(struct receiver *r, usec now)
{
    if (!r->started || !is_picture(r) || r->decodable || now - r->asked_key_at < KEY_AGAIN)
        return false;
    r->asked_key_at = now;
    r->keys_asked++;
    return true;
}

int receiver_temporal(const struct receiver *r, usec now)
{
    for (int tid = 2; tid >= 0; tid--)
        if (r->tid_shown_at[tid] && now - r->tid_shown_at[tid] <= SHOWN_OF_LATE)
            return tid;
    return -1;
}

void receiver_count_anew(struct receiver *r)
{
    freeze_count_anew(&r->freeze);
    playout_count_anew(&r->playout);
}

void receiver_reported(struct receiver *r, usec now, uint64_t ntp, uint32_t timestamp)
{
    r->has_report = true;
    r->report_ntp = ntp;
    r->report_timestamp = timestamp;
    r->report_at = now;
}

bool receiver_offset(const struct receiver *r, usec *offset)
{
    const int64_t rate = is_picture(r) ? 90 : 48; // per ms

    if (!r->has_report || !r->any_judged)
        return false;
    const int64_t ticks = (int32_t)(r->newest_timestamp - r->report_timestamp);
    *offset = ntp_to_usec(r->report_ntp) + ticks * 1000 / rate - r->newest_captured;
    return true;
}
