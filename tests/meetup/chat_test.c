// SPDX-License-Identifier: AGPL-3.0-or-later
// meetup/chat_test.c - who reads what was written, now and on coming back.
#include "meetup/bench.h"
#include "meetup/chat.h"
#include "support/check.h"

#include <string.h>

static bool read_text(const struct bench *b, uint64_t conversation, const char *text)
{
    const struct notice *chat = told(b, conversation, NOTICE_CHAT);

    return chat && bytes_equal(chat->chat.text, bytes_of_string(text));
}

// The doctor, Anna (2) and Bert (3) in, Carl (4) waiting.
static void open_room(struct bench *b)
{
    bench_open(b);
    bench_invite(b, "Anna");
    bench_invite(b, "Bert");
    bench_invite(b, "Carl");
    page_doctor(b, DOCTOR);
    (void)page_admitted(b, 2, "Anna");
    (void)page_admitted(b, 3, "Bert");
    page_patient(b, 4, "Carl", "Carl-phone");
}

TEST(a_line_to_all_reaches_the_room_and_not_those_who_wait)
{
    struct bench b;

    open_room(&b);
    page_says(&b, 2, CHAT_ALL, "hello");
    CHECK(read_text(&b, DOCTOR, "hello") && read_text(&b, 2, "hello") && read_text(&b, 3, "hello"));
    CHECK_STR(told(&b, 3, NOTICE_CHAT)->chat.room_name, "Anna");
    CHECK_EQ(told(&b, 3, NOTICE_CHAT)->chat.at_ms, b.wall_ms);
    CHECK(!told(&b, 4, NOTICE_CHAT));
    bench_close(&b);
}

TEST(a_line_to_the_hosts_reaches_them_and_its_writer)
{
    struct bench b;

    open_room(&b);
    page_says(&b, 2, CHAT_HOSTS, "I feel unwell");
    CHECK(read_text(&b, DOCTOR, "I feel unwell") && read_text(&b, 2, "I feel unwell"));
    CHECK(!told(&b, 3, NOTICE_CHAT) && !told(&b, 4, NOTICE_CHAT));
    page_says(&b, 4, CHAT_HOSTS, "Am I heard?");
    CHECK(read_text(&b, DOCTOR, "Am I heard?") && read_text(&b, 4, "Am I heard?"));
    CHECK(!told(&b, 2, NOTICE_CHAT));
    page_says(&b, 4, CHAT_ALL, "Hello all");
    CHECK(refused(&b, 4, REFUSAL_STATE));
    bench_close(&b);
}

TEST(a_flood_of_a_patient_is_refused_whatever_the_socket)
{
    struct bench b;
    int refusals = 0;

    open_room(&b);
    for (int i = 0; i < 40; i++) {
        if (i == 20)
            page_patient(&b, 5, "Anna", "Anna-phone"); // a reload
        page_says(&b, i < 20 ? 2 : 5, CHAT_ALL, "again");
        refusals += refused(&b, i < 20 ? 2 : 5, REFUSAL_TOO_MANY);
    }
    CHECK_EQ(refusals, 10);
    for (int i = 0; i < 40; i++) {
        page_says(&b, DOCTOR, CHAT_ALL, "please");
        CHECK(read_text(&b, 3, "please"));
    }
    bench_close(&b);
}

TEST(only_hosts_write_to_those_who_wait)
{
    struct bench b;

    open_room(&b);
    page_says(&b, DOCTOR, CHAT_WAITING, "Two minutes");
    CHECK(read_text(&b, 4, "Two minutes") && read_text(&b, DOCTOR, "Two minutes"));
    CHECK(!told(&b, 2, NOTICE_CHAT));
    page_says(&b, 2, CHAT_WAITING, "psst");
    CHECK(refused(&b, 2, REFUSAL_DENIED));
    page_says(&b, 2, CHAT_ALL, "");
    CHECK(refused(&b, 2, REFUSAL_INVALID));
    bench_close(&b);
}

TEST(who_comes_back_reads_what_was_said_since_being_admitted)
{
    struct bench b;

    open_room(&b);
    page_says(&b, DOCTOR, CHAT_ALL, "before Carl");
    page_asks(&b, DOCTOR, REQUEST_ADMIT, told(&b, DOCTOR, NOTICE_CHAT)->chat.from + 3);
    CHECK(told(&b, 4, NOTICE_MEMBERS));
    CHECK(!told(&b, 4, NOTICE_CHAT));
    page_says(&b, DOCTOR, CHAT_ALL, "with Carl");
    page_says(&b, 2, CHAT_HOSTS, "about me");
    page_patient(&b, 14, "Carl", "Carl-phone");
    CHECK_EQ(told_times(&b, 14, NOTICE_CHAT), 1);
    CHECK(read_text(&b, 14, "with Carl"));
    page_patient(&b, 12, "Anna", "Anna-phone");
    CHECK_EQ(told_times(&b, 12, NOTICE_CHAT), 3);
    page_doctor(&b, 11);
    CHECK_EQ(told_times(&b, 11, NOTICE_CHAT), 3);
    bench_close(&b);
}

TEST(the_oldest_lines_go_first)
{
    struct chat chat;
    const struct chat_line line = {.from = 1};

    chat_init(&chat);
    for (int i = 0; i < CHAT_KEPT + 3; i++)
        CHECK(chat_add(&chat, &line, bytes_of_string("x")));
    CHECK_EQ(chat.count, CHAT_KEPT);
    CHECK_EQ(LIST_ITEM(chat.lines.next, struct chat_line, link)->number, 4);
    chat_fini(&chat);
}

TEST(all_that_is_kept_fits_one_queue)
{
    static char words[8000];
    struct chat chat;
    const struct chat_line line = {.from = 1};

    memset(words, 'w', sizeof words);
    chat_init(&chat);
    for (int i = 0; i < 100; i++)
        CHECK(chat_add(&chat, &line, bytes_of(words, sizeof words)));
    CHECK(chat.bytes <= CHAT_KEPT_BYTES);
    CHECK_EQ(chat.count, CHAT_KEPT_BYTES / sizeof words);
    CHECK_EQ(LIST_ITEM(chat.lines.prev, struct chat_line, link)->number, 100);
    chat_fini(&chat);
}
