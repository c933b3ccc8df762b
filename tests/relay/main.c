// SPDX-License-Identifier: AGPL-3.0-or-later
// relay/main.c - aftercare-relay: a bad line between real browsers and a real gateway.
//
// usage: aftercare-relay --listen IP --to IP:PORT [--seed N]
//
// Prints {"port":N}, then answers each line it is told with one line of JSON. It ends when nobody can tell
// it anything any more.
//   set up|down|both [capacity=BPS] [queue=MS] [delay=MS] [jitter=MS] [loss=SHARE] [reorder=SHARE] ...
//   to IP:PORT | black | clear | anew | count
#include "relay/place.h"
#include "relay/relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 32
#define LINE_SIZE 4096
#define TOLD UINT32_MAX // epoll's word for stdin
#define DUE (UINT32_MAX - 1)

struct words {
    char text[LINE_SIZE];
    size_t len;
};

static usec now_us(void)
{
    struct timespec at = {0};

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (usec)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

static void wake_at(int timer, usec at)
{
    struct itimerspec when = {0};

    if (at != USEC_NEVER) {
        when.it_value.tv_sec = at / 1000000;
        when.it_value.tv_nsec = at % 1000000 * 1000;
    }
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static void watch(int epoll, int s, uint32_t which)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = which};

    if (s < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, s, &event) < 0) {
        fprintf(stderr, "aftercare-relay: %s\n", strerror(errno));
        exit(1);
    }
}

static void answer(struct relay *relay, const char *line)
{
    char reply[LINE_SIZE];

    relay_order(relay, line, reply, sizeof reply);
    puts(reply);
    fflush(stdout);
}

// False when there will be no more.
static bool listen_to_words(struct relay *relay, struct words *words)
{
    const ssize_t len =
        read(STDIN_FILENO, words->text + words->len, sizeof words->text - words->len);
    char *end;

    if (len <= 0)
        return len < 0 && errno == EINTR;
    words->len += (size_t)len;
    while ((end = memchr(words->text, '\n', words->len))) {
        const size_t taken = (size_t)(end - words->text) + 1;

        *end = '\0';
        answer(relay, words->text);
        words->len -= taken;
        memmove(words->text, words->text + taken, words->len);
    }
    return words->len < sizeof words->text;
}

static void run(struct relay *relay, int epoll, int timer)
{
    static struct words words;
    struct epoll_event events[EVENTS];
    bool told = true;

    while (told) {
        const int count = epoll_wait(epoll, events, EVENTS, -1);
        const usec now = now_us();

        for (int i = 0; i < count; i++) {
            const uint32_t which = events[i].data.u32;

            if (which == TOLD)
                told = listen_to_words(relay, &words);
            else if (which != DUE)
                relay_receive(relay, now, which);
        }
        relay_send(relay, now_us());
        wake_at(timer, flight_next(&relay->flight));
    }
}

int main(int count, char **words)
{
    static struct relay relay;
    struct in_addr listen = {0};
    struct sockaddr_in to = {0};
    unsigned long seed = 1;
    bool understood = count % 2 == 1;
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(words[i], "--listen") == 0)
            understood &= inet_pton(AF_INET, words[i + 1], &listen) == 1;
        else if (strcmp(words[i], "--to") == 0)
            understood &= place_read(&to, words[i + 1]);
        else if (strcmp(words[i], "--seed") == 0)
            seed = strtoul(words[i + 1], NULL, 10);
        else
            understood = false;
    }
    if (!understood || !to.sin_port || !listen.s_addr) {
        fprintf(stderr, "usage: aftercare-relay --listen IP --to IP:PORT [--seed N]\n");
        return 2;
    }
    // Browsers load the machine; a line is not late for that. Where this is not granted, it may be.
    (void)setpriority(PRIO_PROCESS, 0, -15);
    watch(epoll, STDIN_FILENO, TOLD);
    watch(epoll, timer, DUE);
    if (!relay_open(&relay, epoll, listen, to, seed)) {
        fprintf(stderr, "aftercare-relay: %s\n", strerror(errno));
        return 1;
    }
    printf("{\"port\":%u}\n", (unsigned)relay_port(&relay));
    fflush(stdout);
    run(&relay, epoll, timer);
    relay_close(&relay);
    return 0;
}
