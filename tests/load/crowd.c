// SPDX-License-Identifier: AGPL-3.0-or-later
// load/crowd.c - the people of a load: counted, and looked after.
#include "load/crowd.h"

#include "base/mem.h"
#include "load/loop.h"
#include "load/signals.h"
#include "wire/sdp_writer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define ENTER_TIME SEC(30)
#define WATCH_EVERY MSEC(500)
#define WATCHED 512 // people looked at each time

void crowd_init(struct crowd *c, const struct crowd_settings *settings, struct room *rooms,
                size_t room_count, struct person *people, size_t people_count)
{
    *c = (struct crowd){.settings = *settings,
                        .rooms = rooms,
                        .room_count = room_count,
                        .people = people,
                        .people_count = people_count};
    for (size_t i = 0; i < people_count; i++)
        people[i].crowd = c;
}

static void forget_agent(struct crowd *c, struct agent **agent)
{
    if (!*agent)
        return;
    if (agent_place(*agent))
        loop_remove(c->settings.loop, *agent);
    agent_destroy(*agent);
    *agent = NULL;
}

void crowd_fini(struct crowd *c)
{
    for (size_t i = 0; i < c->people_count; i++) {
        page_close(c->people[i].page);
        forget_agent(c, &c->people[i].agent);
        forget_agent(c, &c->people[i].listener);
    }
    mem_free(c->people);
    mem_free(c->rooms);
    *c = (struct crowd){0};
}

void crowd_fail(struct crowd *c, int status, const char *format, ...)
{
    va_list arguments;

    if (c->status)
        return;
    c->status = status;
    va_start(arguments, format);
    vsnprintf(c->why, sizeof c->why, format, arguments);
    va_end(arguments);
}

// --- counting ---

// The agent that receives.
static struct agent *ears(const struct person *p)
{
    return p->listener ? p->listener : p->agent;
}

// Inside the loop.
static void count_agent(struct agent *agent, struct crowd_count *sum)
{
    struct agent_stats stats;

    if (!agent)
        return;
    agent_stats(agent, &stats);
    agent_stats_add(&sum->stats, &stats);
    histogram_add_all(&sum->slip, agent_slip(agent));
    for (enum agent_kind kind = 0; kind < AGENT_KINDS; kind++)
        if (agent_delays(agent, kind))
            histogram_add_all(&sum->delays[kind], agent_delays(agent, kind));
}

static void count_person(struct person *p, struct crowd_count *sum)
{
    count_agent(p->agent, sum);
    count_agent(p->listener, sum);
}

static void count_join(struct crowd *c, struct person *p)
{
    struct agent *agent = ears(p);
    struct agent_stats stats;
    usec first = 0;

    if (!p->late || !p->began_at || p->role->no_media || p->state != PERSON_IN)
        return;
    if (agent) {
        agent_stats(agent, &stats);
        for (enum agent_kind kind = 0; kind < AGENT_KINDS; kind++)
            if (stats.first_at[kind] && (!first || stats.first_at[kind] < first))
                first = stats.first_at[kind];
    }
    if (first)
        histogram_add(&c->joins, (uint64_t)(first - p->began_at));
    else
        c->mute_joins++;
    p->began_at = 0; // once
}

void crowd_count_joins(struct crowd *c)
{
    loop_enter_all(c->settings.loop);
    for (size_t i = 0; i < c->people_count; i++)
        count_join(c, &c->people[i]);
    loop_leave_all(c->settings.loop);
}

void crowd_count(struct crowd *c, bool late, struct crowd_count *sum)
{
    *sum = c->gone[late];
    loop_enter_all(c->settings.loop);
    for (size_t i = 0; i < c->people_count; i++)
        if (c->people[i].late == late)
            count_person(&c->people[i], sum);
    loop_leave_all(c->settings.loop);
}

void crowd_count_anew(struct crowd *c)
{
    memset(c->gone, 0, sizeof c->gone);
    c->joins = (struct histogram){0};
    c->mute_joins = 0;
    loop_enter_all(c->settings.loop);
    for (size_t i = 0; i < c->people_count; i++) {
        if (c->people[i].agent)
            agent_count_anew(c->people[i].agent);
        if (c->people[i].listener)
            agent_count_anew(c->people[i].listener);
        if (c->people[i].state == PERSON_IN)
            c->people[i].began_at = 0; // came before
    }
    loop_leave_all(c->settings.loop);
}

// --- coming and going ---

void person_enter(struct person *p)
{
    struct crowd *c = p->crowd;

    p->state = PERSON_ENTERING;
    p->step = "the connection";
    p->began_at = signals_now();
    p->next_care = USEC_NEVER;
    p->in_at = 0;
    p->listens = false;
    c->entering++;
    p->page = page_open(c->settings.signals, &c->settings.target, &c->settings.house->page, p,
                        &p->cookies);
    if (!p->page)
        person_fail(p, "there is not enough memory");
}

static void part(struct person *p)
{
    struct crowd *c = p->crowd;

    loop_enter_all(c->settings.loop);
    count_join(c, p);
    count_person(p, &c->gone[p->late]);
    loop_leave_all(c->settings.loop);
    forget_agent(c, &p->agent);
    forget_agent(c, &p->listener);
    if (p->state == PERSON_ENTERING)
        c->entering--;
    if (p->state == PERSON_IN)
        c->in--;
}

void person_leave(struct person *p)
{
    if (p->state != PERSON_IN && p->state != PERSON_ENTERING)
        return;
    part(p);
    p->state = PERSON_LEAVING;
    p->began_at = signals_now();
    p->crowd->settings.house->leave(p);
}

void person_is_out(struct person *p)
{
    page_close(p->page);
    p->page = NULL;
    p->state = PERSON_OUT;
    p->began_at = 0;
}

void person_is_in(struct person *p)
{
    if (p->state != PERSON_ENTERING)
        return;
    p->state = PERSON_IN;
    p->step = "nothing";
    p->in_at = signals_now();
    p->crowd->entering--;
    p->crowd->in++;
}

// The sentence is about one of many; the first one's becomes the program's.
void person_fail(struct person *p, const char *format, ...)
{
    struct crowd *c = p->crowd;
    char why[CROWD_WHY_SIZE / 2];
    va_list arguments;

    if (p->state == PERSON_LEAVING) { // whatever it was, it is over
        person_is_out(p);
        return;
    }
    if (p->state == PERSON_OUT || p->state == PERSON_FAILED)
        return;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    c->failed++;
    c->thrown_out += p->state == PERSON_IN;
    if (p->page && p->page->tcp.refused)
        crowd_fail(c, EX_UNAVAILABLE, "There is no server at %s: %s.", c->settings.target.host,
                   why);
    else if (p->state == PERSON_IN)
        crowd_fail(c, EX_UNAVAILABLE, "The server gave somebody up who was in: %s.", why);
    else
        crowd_fail(c, EX_UNAVAILABLE, "Somebody could not come in, at \"%s\" after %.1f s: %s.",
                   p->step, (double)(signals_now() - p->began_at) / 1e6, why);
    part(p);
    page_close(p->page);
    p->page = NULL;
    p->state = PERSON_FAILED;
}

// Inside the loop: NULL, or what is wrong.
static const char *trouble_of(struct agent *agent)
{
    struct agent_stats stats;

    if (!agent || !agent_place(agent))
        return NULL;
    agent_stats(agent, &stats);
    if (stats.state == AGENT_FAILED)
        return "its media connection could not be made";
    return stats.state == AGENT_SILENT ? "the server answers no more on its media connection"
                                       : NULL;
}

// Looks at some, and gives those up whose media are gone.
static void watch_media(struct crowd *c)
{
    struct person *troubled[WATCHED];
    const char *why[WATCHED];
    size_t count = 0;

    loop_enter_all(c->settings.loop);
    for (size_t i = 0; i < WATCHED && i < c->people_count; i++) {
        struct person *p = &c->people[c->watched++ % c->people_count];

        why[count] = trouble_of(p->agent);
        why[count] = why[count] ? why[count] : trouble_of(p->listener);
        troubled[count] = p;
        count += why[count] != NULL;
    }
    loop_leave_all(c->settings.loop);
    while (count--)
        person_fail(troubled[count], "%s", why[count]);
}

static void care(struct person *p, usec now)
{
    const struct house *house = p->crowd->settings.house;

    if (p->state == PERSON_ENTERING && now - p->began_at > ENTER_TIME)
        person_fail(p, "no word within %d s", (int)(ENTER_TIME / SEC(1)));
    if (p->state == PERSON_LEAVING && now - p->began_at > SEC(5))
        person_is_out(p);
    if (p->state != PERSON_ENTERING && p->state != PERSON_IN)
        return;
    if (p->wants_anew || now >= p->next_care || (p->is_host && p->room->admit))
        house->care(p, now);
}

void crowd_care(struct crowd *c, usec now)
{
    for (size_t i = 0; i < c->people_count; i++)
        care(&c->people[i], now);
    if (now >= c->watch_at) {
        watch_media(c);
        c->watch_at = now + WATCH_EVERY;
    }
}

static bool is_connected(const struct agent *agent)
{
    struct agent_stats stats;

    if (!agent)
        return true;
    agent_stats(agent, &stats);
    return stats.state == AGENT_CONNECTED;
}

uint32_t crowd_connected(struct crowd *c)
{
    uint32_t count = 0;

    loop_enter_all(c->settings.loop);
    for (size_t i = 0; i < c->people_count; i++) {
        const struct person *p = &c->people[i];

        count += p->state == PERSON_IN && is_connected(p->agent) && is_connected(p->listener);
    }
    loop_leave_all(c->settings.loop);
    return count;
}

// --- for the scripts ---

bool person_make_agent(struct person *p, struct agent **made, bool publishes, bool receives)
{
    const struct crowd_settings *s = &p->crowd->settings;
    const struct role *role = p->role;
    struct agent_settings settings = {
        .seed = s->seed + 2 * (uint64_t)p->number + (made == &p->listener),
        .clip = publishes ? s->clip : NULL,
        .identity = s->identity,
        .microphone = publishes && role->microphone,
        .talk_for = role->talk_for,
        .talk_every = role->talk_every,
        .as_page = publishes && receives && role->as_page,
        .pairs = receives ? role->pairs : 0,
        .sound_slots = receives ? role->sound_slots : 0,
        .active = !receives,
        .no_transport_cc = s->no_transport_cc,
        .opens = p->opens && receives,
        .ciphers = s->ciphers,
    };

    if (publishes)
        memcpy(settings.camera, role->camera, sizeof settings.camera);
    if (agent_create(made, &settings) == ERR_OK)
        return true;
    person_fail(p, "there is not enough memory");
    return false;
}

char *person_offer(struct person *p, struct agent *agent)
{
    struct sdp_writer sdp = {0};
    char *text;

    agent_write_offer(agent, &sdp);
    text = sdp_writer_take(&sdp);
    if (!text)
        person_fail(p, "the offer could not be written");
    return text;
}

bool person_read_answer(struct person *p, struct agent *agent, const char *sdp)
{
    const char *why = "";

    if (agent_read_answer(agent, bytes_of_string(sdp), &why) != ERR_OK)
        person_fail(p, "its answer cannot be used: %s", why);
    else if (loop_add(p->crowd->settings.loop, agent) != ERR_OK)
        person_fail(p, "there are not enough sockets for media");
    return p->state == PERSON_ENTERING;
}

json_t *person_has(const struct person *p)
{
    const bool *camera = p->role->camera;

    return json_pack("{s:b, s:b}", "microphone", p->role->microphone, "camera",
                     camera[0] || camera[1] || camera[2]);
}
