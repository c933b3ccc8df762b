// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/estimate/sent_history.c - what was sent under which transport-wide number, until it is reported on.
#include "sfu/estimate/sent_history.h"

#include "base/mem.h"
#include "base/seq.h"

// Feedback that comes later than this is of no use, so nothing grows for it.
#define WORTH_KEEPING SEC(3)

// Each viewer has a thousand of them: the time is kept modulo 2^32 microseconds, more than an hour.
struct sent_entry {
    uint32_t at;
    uint16_t size;
    uint8_t probe;
    uint8_t state;
};

#define TOO_LONG_AGO SEC(3600)

static struct sent_entry *entry_at(const struct sent_history *history, int64_t number)
{
    return &history->packets[(uint64_t)number & (history->capacity - 1)];
}

static usec time_of(const struct sent_history *history, const struct sent_entry *entry)
{
    return history->newest_at - (usec)(uint32_t)((uint32_t)history->newest_at - entry->at);
}

enum err sent_history_init(struct sent_history *history)
{
    *history = (struct sent_history){.told = -1};
    history->packets = mem_zero_array(SENT_HISTORY_LEAST, sizeof *history->packets);
    if (!history->packets)
        return ERR_NO_MEMORY;
    history->capacity = SENT_HISTORY_LEAST;
    return ERR_OK;
}

void sent_history_fini(struct sent_history *history)
{
    mem_free(history->packets);
    *history = (struct sent_history){.told = -1};
}

static bool is_worth_growing(const struct sent_history *history, usec now)
{
    const struct sent_entry *oldest = entry_at(history, history->first);

    return history->capacity < SENT_HISTORY_MOST && oldest->state == SENT_UNREPORTED &&
           now - time_of(history, oldest) < WORTH_KEEPING;
}

static bool grow(struct sent_history *history)
{
    const uint32_t capacity = 2 * history->capacity;
    struct sent_entry *packets = mem_zero_array(capacity, sizeof *packets);

    if (!packets)
        return false;
    for (int64_t n = history->first; n < history->next; n++)
        packets[(uint64_t)n & (capacity - 1)] = *entry_at(history, n);
    mem_free(history->packets);
    history->packets = packets;
    history->capacity = capacity;
    return true;
}

static void append(struct sent_history *history, usec now, struct sent_entry entry)
{
    if (history->next - history->first == history->capacity &&
        !(is_worth_growing(history, now) && grow(history)))
        history->first++;
    *entry_at(history, history->next++) = entry;
}

int64_t sent_history_add(struct sent_history *history, usec now, uint16_t seq, uint16_t size,
                         uint8_t probe)
{
    if (now - history->newest_at > TOO_LONG_AGO)
        sent_history_forget(history);
    if (now > history->newest_at)
        history->newest_at = now;
    if (history->next == 0)
        history->first = history->next = 65536 + seq; // below it there is room for what is older
    int64_t number = seq_unroll(history->next, seq);
    if (number < history->next || number - history->next >= history->capacity) {
        number = number < history->next ? number + 65536 : number;
        history->first = history->next = number;
    }
    while (history->next < number)
        append(history, now, (struct sent_entry){.at = (uint32_t)now, .state = SENT_SKIPPED});
    append(history, now,
           (struct sent_entry){
               .at = (uint32_t)now, .size = size, .probe = probe, .state = SENT_UNREPORTED});
    return number;
}

int64_t sent_history_number(const struct sent_history *history, uint16_t seq)
{
    return seq_unroll(history->next - 1, seq);
}

enum sent_report sent_history_report(struct sent_history *history, int64_t number, bool received,
                                     struct sent_packet *packet)
{
    if (number < history->first || number >= history->next)
        return REPORT_NOTHING;

    struct sent_entry *sent = entry_at(history, number);
    const enum sent_state before = (enum sent_state)sent->state;
    if (before == SENT_SKIPPED || before == SENT_RECEIVED || (before == SENT_LOST && !received))
        return REPORT_NOTHING;
    sent->state = received ? SENT_RECEIVED : SENT_LOST;
    if (number > history->told)
        history->told = number;
    *packet = (struct sent_packet){.sent_at = time_of(history, sent),
                                   .size = sent->size,
                                   .probe = sent->probe,
                                   .state = sent->state};
    if (before == SENT_LOST)
        return REPORT_FOUND;
    return received ? REPORT_RECEIVED : REPORT_LOST;
}

bool sent_history_has_gap(const struct sent_history *history, int64_t number)
{
    return history->told >= history->first && number > history->told + 1 && number < history->next;
}

void sent_history_forget(struct sent_history *history)
{
    history->first = history->next;
}
