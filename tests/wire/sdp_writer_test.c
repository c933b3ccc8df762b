// SPDX-License-Identifier: AGPL-3.0-or-later
// wire/sdp_writer_test.c - lines that stay lines.
#include "wire/sdp_writer.h"

#include "base/mem.h"
#include "support/check.h"
#include "wire/sdp.h"

#include <string.h>

TEST(lines_are_written_and_extended)
{
    struct sdp_writer writer = {0};

    sdp_line(&writer, 'v', "0");
    sdp_line(&writer, 'm', "audio %d UDP/TLS/RTP/SAVPF", 9);
    sdp_extend(&writer, " %d", 111);
    sdp_extend(&writer, " %d", 63);
    sdp_line(&writer, 'a', "mid:%.*s", SDP_TEXT(bytes_of_string("0")));
    char *text = sdp_writer_take(&writer);
    CHECK_STR(text, "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=mid:0\r\n");
    mem_free(text);
    CHECK(!sdp_writer_take(&writer)); // empty again
}

TEST(a_line_feed_in_a_value_forges_no_line)
{
    struct sdp_writer writer = {0};

    sdp_line(&writer, 's', "%s", "x\r\na=forged");
    sdp_line(&writer, 's', "more");
    CHECK(writer.failed);
    CHECK(!sdp_writer_take(&writer));
    CHECK(!writer.failed);
    sdp_extend(&writer, "nothing to extend");
    CHECK(writer.failed);
    sdp_writer_fini(&writer);
}

TEST(a_text_grows_to_its_limit_and_no_further)
{
    struct sdp_writer writer = {0};
    char line[998];

    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    for (size_t i = 0; i < 300; i++)
        sdp_line(&writer, 'a', "%s", line);
    CHECK(writer.failed && writer.len <= SDP_MAX_LEN);
    sdp_writer_fini(&writer);
    for (size_t i = 0; i < 200; i++)
        sdp_line(&writer, 'a', "%s", line);
    CHECK(!writer.failed && writer.len == 200 * 1001);
    sdp_writer_fini(&writer);
}

TEST(without_memory_the_writer_fails_and_stays_failed)
{
    struct sdp_writer writer = {0};

    mem_fail_at(1);
    sdp_line(&writer, 'v', "0");
    CHECK(writer.failed);
    sdp_line(&writer, 'v', "0");
    CHECK(!sdp_writer_take(&writer));
}
