// SPDX-License-Identifier: AGPL-3.0-or-later
// load/http_test.c - a page's requests are whole, and replies are read when they are.
#include "load/http.h"

#include "support/check.h"

#include <string.h>

TEST(a_call_says_who_it_comes_from_and_how_long_it_is)
{
    const struct cookies cookies = {"__Host-doctor=abc"};
    const struct http_request request = {.host = "clinic.example:8443",
                                         .secure = true,
                                         .path = "/api/sign-in",
                                         .body = "{\"a\":1}",
                                         .cookies = &cookies};
    struct queue out = {0};
    char text[1024];

    CHECK(http_write(&out, &request));
    CHECK(out.len < sizeof text);
    memcpy(text, queue_bytes(&out).at, out.len);
    text[out.len] = '\0';
    CHECK(strncmp(text, "POST /api/sign-in HTTP/1.1\r\nHost: clinic.example:8443\r\n", 54) == 0);
    CHECK(strstr(text, "\r\nOrigin: https://clinic.example:8443\r\n"));
    CHECK(strstr(text, "\r\nCookie: __Host-doctor=abc\r\n"));
    CHECK(strstr(text, "\r\nContent-Length: 7\r\n"));
    CHECK(strstr(text, "\r\n\r\n{\"a\":1}"));
    CHECK(!strstr(text, "Upgrade"));
    queue_fini(&out);
}

TEST(a_reply_is_read_when_it_is_whole)
{
    static const char reply[] = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n"
                                "Set-Cookie: __Host-device=xyz; Path=/; Secure\r\n\r\n{}more";
    struct cookies cookies = {0};
    struct http_reply found;

    for (size_t len = 0; len < sizeof reply - 5; len++)
        CHECK_EQ(http_read(&found, bytes_of(reply, len), &cookies), HTTP_NONE_YET);
    CHECK_STR(cookies.text, ""); // nothing is kept of half a reply
    CHECK_EQ(http_read(&found, bytes_of(reply, sizeof reply - 1), &cookies), HTTP_FOUND);
    CHECK_EQ(found.status, 200);
    CHECK_EQ(found.body.len, 2);
    CHECK_EQ(found.taken, sizeof reply - 5);
    CHECK_STR(cookies.text, "__Host-device=xyz");
}

TEST(a_cookie_of_the_same_name_takes_the_old_ones_place)
{
    static const char reply[] = "HTTP/1.1 204 No Content\r\nSet-Cookie: a=new; Path=/\r\n\r\n";
    struct cookies cookies = {"a=old; b=kept"};
    struct http_reply found;

    CHECK_EQ(http_read(&found, bytes_of_string(reply), &cookies), HTTP_FOUND);
    CHECK_STR(cookies.text, "b=kept; a=new");
}

TEST(what_is_no_reply_is_refused)
{
    struct http_reply found;

    CHECK_EQ(http_read(&found, bytes_of_string("SSH-2.0-OpenSSH_9.2\r\n\r\n"), NULL), HTTP_BROKEN);
    CHECK_EQ(http_read(&found, bytes_of_string("HTTP/1.1 200 OK\r\n\r\n"), NULL), HTTP_BROKEN);
}
