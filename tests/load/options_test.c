// SPDX-License-Identifier: AGPL-3.0-or-later
// load/options_test.c - the command line of aftercare-load is read strictly, and seats people as it says.
#include "load/options.h"

#include "base/mem.h"
#include "load/plan.h"
#include "load/url.h"
#include "support/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MOST 32

// `line` is kept: options point into it.
static bool reads(struct options *o, char *line, int *status)
{
    char *words[WORDS_MOST] = {line};
    int count = 1;

    for (char *at = strchr(line, ' '); at; at = strchr(at, ' ')) {
        *at++ = '\0';
        CHECK(count < WORDS_MOST);
        words[count++] = at;
    }
    return options_read(o, count, words, status);
}

static bool takes(const char *arguments)
{
    static struct options o;
    char line[512];
    int status;

    (void)snprintf(line, sizeof line, "aftercare-load %s", arguments);
    setenv("AFTERCARE_LOAD_PASSWORD", "secret", 1);
    return reads(&o, line, &status);
}

TEST(what_is_not_understood_is_refused)
{
    // Each is explained on standard error, which a test does not need to show.
    const int shown = dup(STDERR_FILENO), silent = open("/dev/null", O_WRONLY);

    CHECK(shown >= 0 && dup2(silent, STDERR_FILENO) >= 0);
    CHECK(takes("fan-out https://127.0.0.1:8443 --viewers 5"));
    CHECK(takes("rooms ws://127.0.0.1:8188 --members=4 --always-talk --layers 1"));
    CHECK(!takes("fan-out"));
    CHECK(!takes("flood https://127.0.0.1"));
    CHECK(!takes("fan-out http://127.0.0.1"));
    CHECK(!takes("fan-out https://127.0.0.1 https://127.0.0.1"));
    CHECK(!takes("fan-out https://127.0.0.1 --viewers"));
    CHECK(!takes("fan-out https://127.0.0.1 --viewers many"));
    CHECK(!takes("fan-out https://127.0.0.1 --viewers 0"));
    CHECK(!takes("fan-out https://127.0.0.1 --viewers 2.5"));
    CHECK(!takes("fan-out https://127.0.0.1 --watchers 5"));
    CHECK(!takes("fan-out https://127.0.0.1 --insecure=yes"));
    CHECK(!takes("fan-out https://127.0.0.1 --ciphers rot13"));
    CHECK(!takes("fan-out https://127.0.0.1 --cores 1,x"));
    CHECK(!takes("fan-out https://127.0.0.1 --from nowhere"));
    CHECK(!takes("storm ws://127.0.0.1:8188"));
    CHECK(!takes("rooms ws://127.0.0.1:8188 --layers 3"));
    CHECK(dup2(shown, STDERR_FILENO) >= 0);
    close(shown);
    close(silent);
}

TEST(an_address_is_read_as_browsers_write_it)
{
    struct url url;

    CHECK(url_read(&url, "https://clinic.example"));
    CHECK(url.secure && url.port == 443);
    CHECK_STR(url.host, "clinic.example");
    CHECK_STR(url.name, "clinic.example");
    CHECK(url_read(&url, "https://[2001:db8::1]:9443/"));
    CHECK_EQ(url.port, 9443);
    CHECK_STR(url.host, "[2001:db8::1]:9443");
    CHECK_STR(url.name, "2001:db8::1");
    CHECK(url_read(&url, "ws://192.0.2.7"));
    CHECK(!url.secure && url.port == 8188);
    CHECK(!url_read(&url, "https://"));
    CHECK(!url_read(&url, "https://a:0"));
    CHECK(!url_read(&url, "https://a:65536"));
    CHECK(!url_read(&url, "https://a:1x"));
    CHECK(!url_read(&url, "https://a/b"));
    CHECK(!url_read(&url, "https://user@a"));
    CHECK(!url_read(&url, "https://[2001:db8::1"));
    CHECK(!url_read(&url, "ftp://a"));
}

static void plan_of(struct plan *plan, const char *arguments)
{
    static struct options o;
    char line[512];
    int status;

    (void)snprintf(line, sizeof line, "aftercare-load %s", arguments);
    setenv("AFTERCARE_LOAD_PASSWORD", "secret", 1);
    CHECK(reads(&o, line, &status));
    CHECK_EQ(plan_make(plan, &o), ERR_OK);
}

static void forget(struct plan *plan)
{
    mem_free(plan->rooms);
    mem_free(plan->people);
}

TEST(a_fan_out_has_one_who_sends_and_many_who_watch)
{
    struct plan plan;
    unsigned senders = 0, opening = 0;

    plan_of(&plan, "fan-out https://127.0.0.1 --viewers 200 --layers 1");
    CHECK_EQ(plan.people_count, 201);
    CHECK_EQ(plan.room_count, 1);
    for (size_t i = 0; i < plan.people_count; i++) {
        senders += plan.people[i].role->camera[2];
        opening += plan.people[i].opens;
        CHECK_EQ(plan.people[i].role->wants, 1);
    }
    CHECK_EQ(senders, 1);
    CHECK_EQ(opening, 21);
    CHECK(plan.people[0].is_host && !plan.people[0].role->camera[0]);
    CHECK_EQ(plan.people[1].role->height, 720);
    forget(&plan);
}

TEST(a_storm_comes_late_into_running_rooms)
{
    struct plan plan;
    unsigned hosts = 0, late = 0;

    plan_of(&plan, "storm https://127.0.0.1 --rooms 100 --members 2 --joins 500 --per-second 100");
    CHECK_EQ(plan.people_count, 700);
    for (size_t i = 0; i < plan.people_count; i++) {
        hosts += plan.people[i].is_host;
        late += plan.people[i].late;
        CHECK(!plan.people[i].is_host || plan.people[i].room->host == &plan.people[i]);
    }
    CHECK_EQ(hosts, 100);
    CHECK_EQ(late, 500);
    forget(&plan);
}

TEST(senders_bounds_who_sends_in_each_room)
{
    struct plan plan;
    unsigned senders = 0;

    plan_of(&plan, "storm https://127.0.0.1 --rooms 10 --members 2 --joins 50 --senders 3");
    for (size_t i = 0; i < plan.people_count; i++)
        senders += plan.people[i].role->microphone;
    CHECK_EQ(senders, 30);
    CHECK_EQ(plan.people[0].role->wants, 3);
    forget(&plan);
}

TEST(idle_sockets_have_no_media_and_no_host)
{
    struct plan plan;
    unsigned idle = 0;

    plan_of(&plan, "idle https://127.0.0.1 --sockets 10000 --joins 20");
    CHECK_EQ(plan.people_count, 10021);
    CHECK_EQ(plan.room_count, 1001);
    for (size_t i = 0; i < plan.people_count; i++) {
        idle += plan.people[i].role->no_media;
        CHECK_EQ(plan.people[i].role->no_media, !plan.people[i].room->host);
    }
    CHECK_EQ(idle, 10000);
    forget(&plan);
}
