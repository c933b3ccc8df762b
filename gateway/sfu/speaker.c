// SPDX-License-Identifier: AGPL-3.0-or-later
// sfu/speaker.c - loudness per source; a small set of the loudest; a vote for the dominant one.
//
// The vote follows Volfin and Cohen, "Dominant speaker identification for multipoint
// videoconferencing" (2012): activity over 20 ms, 100 ms and 1 s is scored by how unlikely it
// would be as noise, and a challenger must win on all three.
#include "sfu/speaker.h"

#define VOICE_ABOVE_FLOOR 10
#define FLOOR_MAX 80     // steady sound louder than that is no noise of a room
#define FLOOR_WINDOW 750 // packets of 20 ms: 15 s
#define SILENT_PASSED 3  // so that comfort noise begins without a glitch
#define EXPIRES_AFTER MSEC(150)
#define TAIL MSEC(200) // ends of words are quiet
#define MARGIN 6
#define CHALLENGES 2
#define SPEAKING_FOR MSEC(300)
#define VOTE_EVERY MSEC(300)
#define ENTRY MSEC(20) // of the history
#define STALE MSEC(40) // without packets: silence
#define LONG_AGO (-SEC(3600))

#define SUBBAND 10 // 13 bands of loudness
#define MEDIUM_LEN 5
#define MEDIUM_COUNT (SPEAKER_HISTORY / MEDIUM_LEN)
#define MEDIUM_BAND 7 // an entry counts above this band
#define LONG_ACTIVE 4 // and a block above this number of them

// Scores by number of active parts v of n: ln C(n, v) + n ln 0.5 - ln lambda + lambda v, at least
// 1e-10, with lambda 0.78, 24 and 47.
static const double immediate_scores[] = {1e-10, 1e-10, 1e-10, 1e-10, 0.930, 2.298, 3.365,
                                          4.145, 4.638, 4.830, 4.694, 4.174, 3.162, 1.378};
static const double medium_scores[] = {1e-10, 18.966, 43.659, 67.659, 90.966, 113.356};
static const double long_scores[] = {1e-10,   38.521,  87.025,  135.006, 182.565, 229.748,
                                     276.565, 323.006, 369.025, 414.521, 459.218};
#define NO_SCORE 1e-10
#define IMMEDIATE_RATIO 20.0855 // e^3
#define MEDIUM_RATIO 7.3891     // e^2
#define LONG_RATIO 1.0          // e^0

struct scores {
    double immediate;
    double medium;
    double longer;
};

void speaker_init(struct speaker *speaker, uint8_t limit)
{
    *speaker = (struct speaker){.limit = limit};
    list_init(&speaker->sources);
}

void speaker_add(struct speaker *speaker, struct speaker_source *source, uint32_t number)
{
    *source =
        (struct speaker_source){.source = number, .last_packet = LONG_AGO, .last_voiced = LONG_AGO};
    list_append(&speaker->sources, &source->node);
}

void speaker_remove(struct speaker *speaker, struct speaker_source *source)
{
    list_remove(&source->node);
    source->forwarded = false;
    if (speaker->dominant == source)
        speaker->dominant = NULL;
}

void speaker_mute(struct speaker *speaker, struct speaker_source *source, bool muted)
{
    if (muted && !source->muted) {
        const struct list node = source->node;
        const uint32_t number = source->source;
        *source = (struct speaker_source){.source = number,
                                          .node = node,
                                          .floor = source->floor,
                                          .last_packet = LONG_AGO,
                                          .last_voiced = LONG_AGO};
        if (speaker->dominant == source)
            speaker->dominant = NULL;
    }
    source->muted = muted;
}

static uint8_t square_root(unsigned value)
{
    unsigned root = 0;

    while ((root + 1) * (root + 1) <= value)
        root++;
    return (uint8_t)root;
}

// The floor falls at once and rises slowly.
static void track_floor(struct speaker_source *source, uint8_t loudness)
{
    if (loudness == 0)
        return;
    if (source->floor == 0 || loudness < source->floor)
        source->floor = loudness;
    if (source->window_floor == 0 || loudness < source->window_floor)
        source->window_floor = loudness;
    if (++source->window_count >= FLOOR_WINDOW) {
        source->floor = square_root((unsigned)source->floor * source->window_floor);
        source->window_floor = 0;
        source->window_count = 0;
    }
    if (source->floor > FLOOR_MAX)
        source->floor = FLOOR_MAX;
}

static bool is_voiced(const struct speaker_source *source, uint8_t loudness)
{
    return loudness >= source->floor + VOICE_ABOVE_FLOOR;
}

static void push(struct speaker_source *source, uint8_t loudness)
{
    source->loudness[source->history_at] = loudness;
    source->history_at = (uint8_t)((source->history_at + 1) % SPEAKER_HISTORY);
    source->history_until += ENTRY;
}

// Time without packets is silence in the history.
static void catch_up(struct speaker_source *source, usec now)
{
    if (now - source->history_until > (usec)(SPEAKER_HISTORY + 1) * ENTRY)
        source->history_until = now - (usec)(SPEAKER_HISTORY + 1) * ENTRY;
    while (now - source->history_until > STALE)
        push(source, 0);
}

static void hear(struct speaker_source *source, usec now, uint8_t level)
{
    const uint8_t loudness = (uint8_t)(SPEAKER_SILENT - (level & SPEAKER_SILENT));
    const bool silent = loudness == 0;

    catch_up(source, now);
    push(source, loudness);
    track_floor(source, loudness);
    const bool voiced = is_voiced(source, loudness);
    source->score = (uint16_t)((50u * (voiced ? loudness : 0u) + 50u * source->score + 50u) / 100u);
    source->last_packet = now;
    if (voiced)
        source->last_voiced = now;
    if (!silent)
        source->silent_run = 0;
    else if (source->silent_run <= SILENT_PASSED)
        source->silent_run++;
}

// Does it still need its place in the set?
static bool holds(const struct speaker_source *source, usec now)
{
    if (!source->forwarded || now - source->last_packet > EXPIRES_AFTER)
        return false;
    return source->silent_run <= SILENT_PASSED || now - source->last_voiced <= TAIL;
}

// Those who need no place give it up; how many are left, and which is the weakest of them.
static unsigned count_set(struct speaker *speaker, usec now, struct speaker_source **weakest)
{
    unsigned count = 0;

    *weakest = NULL;
    LIST_EACH(node, &speaker->sources) {
        struct speaker_source *source = LIST_ITEM(node, struct speaker_source, node);
        source->forwarded = holds(source, now);
        if (!source->forwarded)
            continue;
        count++;
        if (source != speaker->dominant && (!*weakest || source->score < (*weakest)->score))
            *weakest = source;
    }
    return count;
}

// Is this source to take the place of the weakest?
static bool beats(const struct speaker *speaker, struct speaker_source *source,
                  const struct speaker_source *weakest, usec now)
{
    if (!weakest)
        return false;
    if (source == speaker->dominant)
        return true;
    if (source->last_voiced != now || now - weakest->last_voiced < TAIL ||
        source->score <= weakest->score + MARGIN) {
        source->challenges = 0;
        return false;
    }
    return ++source->challenges >= CHALLENGES;
}

static bool join_set(struct speaker *speaker, struct speaker_source *source, usec now)
{
    struct speaker_source *weakest;

    if (count_set(speaker, now, &weakest) >= speaker->limit) {
        if (!beats(speaker, source, weakest, now))
            return false;
        weakest->forwarded = false;
    }
    source->forwarded = true;
    source->challenges = 0;
    return true;
}

bool speaker_packet(struct speaker *speaker, struct speaker_source *source, usec now, uint8_t level)
{
    if (source->muted)
        return false;
    hear(source, now, level);
    speaker->unheard = true;
    if (source->silent_run > SILENT_PASSED)
        return false;
    return source->forwarded || join_set(speaker, source, now);
}

static struct scores scores_of(const struct speaker_source *source)
{
    unsigned active_blocks = 0;
    unsigned newest_block = 0;
    unsigned newest_band = 0;

    for (unsigned block = 0; block < MEDIUM_COUNT; block++) {
        unsigned active = 0;
        for (unsigned i = 0; i < MEDIUM_LEN; i++) {
            const unsigned back = block * MEDIUM_LEN + i + 1;
            const uint8_t loudness =
                source->loudness[(source->history_at + SPEAKER_HISTORY - back) % SPEAKER_HISTORY];
            const unsigned band = is_voiced(source, loudness) ? loudness / SUBBAND : 0;
            active += band > MEDIUM_BAND;
            if (back == 1)
                newest_band = band;
        }
        if (block == 0)
            newest_block = active;
        active_blocks += active > LONG_ACTIVE;
    }
    return (struct scores){.immediate = immediate_scores[newest_band],
                           .medium = medium_scores[newest_block],
                           .longer = long_scores[active_blocks]};
}

static bool wins(struct scores challenger, struct scores dominant)
{
    return challenger.immediate > IMMEDIATE_RATIO * dominant.immediate &&
           challenger.medium > MEDIUM_RATIO * dominant.medium &&
           challenger.longer > LONG_RATIO * dominant.longer;
}

bool speaker_tick(struct speaker *speaker, usec now)
{
    struct scores dominant = {NO_SCORE, NO_SCORE, NO_SCORE};
    struct speaker_source *best = NULL;
    double best_medium = 0;

    if (now < speaker_deadline(speaker))
        return false;
    speaker->next_vote = now + VOTE_EVERY;
    speaker->unheard = false;
    LIST_EACH(node, &speaker->sources)
        catch_up(LIST_ITEM(node, struct speaker_source, node), now);
    if (speaker->dominant)
        dominant = scores_of(speaker->dominant);
    LIST_EACH(node, &speaker->sources) {
        struct speaker_source *source = LIST_ITEM(node, struct speaker_source, node);
        const struct scores scores = scores_of(source);
        if (source == speaker->dominant || !wins(scores, dominant) || scores.medium <= best_medium)
            continue;
        best = source;
        best_medium = scores.medium;
    }
    if (!best)
        return false;
    speaker->dominant = best;
    return true;
}

usec speaker_deadline(const struct speaker *speaker)
{
    return speaker->unheard ? speaker->next_vote : USEC_NEVER;
}

uint32_t speaker_dominant(const struct speaker *speaker)
{
    return speaker->dominant ? speaker->dominant->source : 0;
}

bool speaker_is_speaking(const struct speaker_source *source, usec now)
{
    return source->forwarded && now - source->last_voiced <= SPEAKING_FOR;
}

usec speaker_quiet_for(const struct speaker_source *source, usec now)
{
    return now - source->last_voiced;
}
