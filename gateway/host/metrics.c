// SPDX-License-Identifier: AGPL-3.0-or-later
// host/metrics.c - the page of figures, as Prometheus reads it.
#include "host/metrics.h"

#include "base/err.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct page {
    char *to;
    size_t size;
    size_t len;
};

__attribute__((format(printf, 2, 3))) static void line(struct page *page, const char *format, ...)
{
    const size_t room = page->size - page->len;
    va_list arguments;

    va_start(arguments, format);
    const int len = vsnprintf(page->to + page->len, room, format, arguments);
    va_end(arguments);
    if (len > 0 && (size_t)len < room)
        page->len += (size_t)len;
    page->to[page->len] = '\0';
}

enum kind { COUNTER, GAUGE };

static void about(struct page *page, const char *name, const char *kind, const char *help)
{
    line(page, "# HELP aftercare_%s %s\n# TYPE aftercare_%s %s\n", name, help, name, kind);
}

// One figure of each media thread, by where it stands.
struct shown {
    const char *name;
    enum kind kind;
    size_t at;
    const char *help;
};

#define AT(field) offsetof(struct figures, field)

static const struct shown shown[] = {
    {"media_datagrams_received_total", COUNTER, AT(received), "UDP datagrams read."},
    {"media_datagrams_sent_total", COUNTER, AT(sent), "UDP datagrams handed to the kernel."},
    {"media_datagrams_merged_total", COUNTER, AT(merged), "Of those sent, in runs (UDP GSO)."},
    {"media_send_calls_total", COUNTER, AT(send_calls), "System calls that sent."},
    {"media_socket_overflows_total", COUNTER, AT(overflowed),
     "Datagrams the kernel dropped because they were not read in time."},
    {"media_socket_waiting_bytes", GAUGE, AT(waiting_now),
     "Memory of datagrams that wait in the socket."},
    {"media_rtp_in_total", COUNTER, AT(rtp_in), "RTP packets opened."},
    {"media_rtp_out_total", COUNTER, AT(rtp_out), "RTP packets sealed."},
    {"media_rtcp_in_total", COUNTER, AT(rtcp_in), "RTCP packets opened."},
    {"media_rtcp_out_total", COUNTER, AT(rtcp_out), "RTCP packets sealed."},
    {"media_bytes_in_total", COUNTER, AT(bytes_in), "Bytes of datagrams received."},
    {"media_bytes_out_total", COUNTER, AT(bytes_out), "Bytes of packets sealed."},
    {"media_nacks_in_total", COUNTER, AT(nacks_in), "Packets that viewers asked for again."},
    {"media_retransmitted_total", COUNTER, AT(retransmitted), "Packets sent again."},
    {"media_key_frames_asked_total", COUNTER, AT(key_frames_asked), "Key frames asked for."},
    {"media_commands_refused_total", COUNTER, AT(commands_refused),
     "Commands the media thread had no room for: joins that failed."},
    {"media_relief", GAUGE, AT(relief_now),
     "Pictures left out for want of time: 0 none, 1 every other, 2 three of four, 3 all. Sound never."},
    {"media_relief_raised_total", COUNTER, AT(relief_raised),
     "Times that more of the pictures was left out."},
    {"media_routers", GAUGE, AT(routers_now), "Meetups with media."},
    {"media_transports", GAUGE, AT(transports_now), "Browsers with media."},
};

static uint64_t word_at(const struct figures *figures, size_t at)
{
    return *(const uint64_t *)(const void *)((const char *)figures + at);
}

static void write_shown(struct page *page, const struct metrics *m)
{
    static const char *const kinds[] = {"counter", "gauge"};

    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        about(page, shown[i].name, kinds[shown[i].kind], shown[i].help);
        for (unsigned t = 0; t < m->threads; t++)
            line(page, "aftercare_%s{thread=\"%u\"} %" PRIu64 "\n", shown[i].name, t,
                 word_at(&m->media[t], shown[i].at));
    }
}

static void write_drop(struct page *page, unsigned thread, const char *reason, uint64_t count)
{
    line(page, "aftercare_media_drops_total{thread=\"%u\",reason=\"%s\"} %" PRIu64 "\n", thread,
         reason, count);
}

static void write_drops(struct page *page, const struct metrics *m)
{
    about(page, "media_drops_total", "counter", "What was dropped, by reason.");
    for (unsigned t = 0; t < m->threads; t++) {
        const struct figures *media = &m->media[t];
        for (int i = 0; i < DROP_KINDS; i++)
            write_drop(page, t, drop_name((enum drop)i), media->drops[i]);
        write_drop(page, t, "socket_full_picture", media->dropped_full);
        write_drop(page, t, "socket_full_sound", media->dropped_sound);
        write_drop(page, t, "send_error", media->dropped_error);
        write_drop(page, t, "ring_full_picture", media->ring_pictures);
        write_drop(page, t, "ring_full_sound", media->ring_sounds);
        write_drop(page, t, "ring_full_other", media->ring_others);
    }
}

static double seconds(uint64_t us)
{
    return (double)us / 1e6;
}

// The same histogram for every loop. `name` is the thread's.
static void write_turns(struct page *page, const char *name, const uint64_t *counts,
                        uint64_t busy_us)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < STALL_BUCKETS; i++) {
        sum += counts[i];
        if (stalls_bound(i) == USEC_NEVER)
            line(page, "aftercare_turn_seconds_bucket{thread=\"%s\",le=\"+Inf\"} %" PRIu64 "\n",
                 name, sum);
        else
            line(page, "aftercare_turn_seconds_bucket{thread=\"%s\",le=\"%g\"} %" PRIu64 "\n", name,
                 seconds((uint64_t)stalls_bound(i)), sum);
    }
    line(page,
         "aftercare_turn_seconds_sum{thread=\"%s\"} %.6f\n"
         "aftercare_turn_seconds_count{thread=\"%s\"} %" PRIu64 "\n",
         name, seconds(busy_us), name, sum);
}

static void thread_name(char name[static 16], unsigned thread)
{
    snprintf(name, 16, "media%u", thread);
}

static void write_loops(struct page *page, const struct metrics *m)
{
    char name[16];

    about(
        page, "turn_seconds", "histogram",
        "How long each turn of a thread's loop took; the rate of its sum is the share it is busy.");
    write_turns(page, "meetup", m->meetup->count, (uint64_t)m->meetup->sum);
    for (unsigned t = 0; t < m->threads; t++) {
        thread_name(name, t);
        write_turns(page, name, m->media[t].stalls, m->media[t].busy_us);
    }
    about(page, "turn_worst_seconds", "gauge", "The longest turn since the start.");
    line(page, "aftercare_turn_worst_seconds{thread=\"meetup\"} %.6f\n",
         seconds((uint64_t)m->meetup->worst));
    for (unsigned t = 0; t < m->threads; t++)
        line(page, "aftercare_turn_worst_seconds{thread=\"media%u\"} %.6f\n", t,
             seconds(m->media[t].stall_worst_us));
    about(page, "turn_p999_seconds", "gauge",
          "Of a thousand turns since the start, one was longer.");
    line(page, "aftercare_turn_p999_seconds{thread=\"meetup\"} %.6f\n",
         seconds((uint64_t)stalls_but(m->meetup, 1000)));
    for (unsigned t = 0; t < m->threads; t++)
        line(page, "aftercare_turn_p999_seconds{thread=\"media%u\"} %.6f\n", t,
             seconds(m->media[t].stall_p999_us));
}

static void write_one(struct page *page, const char *name, const char *kind, const char *help,
                      uint64_t value)
{
    about(page, name, kind, help);
    line(page, "aftercare_%s %" PRIu64 "\n", name, value);
}

size_t metrics_write(char *to, size_t size, const struct metrics *m)
{
    struct page page = {.to = to, .size = size};

    to[0] = '\0';
    about(&page, "info", "gauge", "Which gateway this is.");
    line(&page, "aftercare_info{version=\"%s\"} 1\n", m->version);
    write_one(&page, "connections", "gauge", "TCP connections of pages and signaling.",
              m->connections);
    write_one(&page, "websockets", "gauge", "Pages that hold a WebSocket.", m->websockets);
    write_one(&page, "connections_refused_total", "counter",
              "Connections that a limit did not let in.", m->refused);
    if (m->resident_bytes)
        write_one(&page, "resident_bytes", "gauge", "Memory of the process.", m->resident_bytes);
    write_shown(&page, m);
    write_drops(&page, m);
    write_loops(&page, m);
    return page.len;
}
