// SPDX-License-Identifier: AGPL-3.0-or-later
// threads/media_thread_test.c - the media thread starts, hears commands and datagrams, and stops.
#include "host/media_thread.h"

#include "host/mailbox.h"
#include "host/thread.h"
#include "sfu/command.h"
#include "sfu/event.h"
#include "support/check.h"
#include "transport/certificate.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

struct house {
    struct certificate *certificate;
    struct mailbox *events;
    struct media_thread *media;
};

static void open_house(struct house *h)
{
    struct media_settings settings = {.merge = true, .members = 512};
    int code;

    CHECK_EQ(certificate_create(&h->certificate), ERR_OK);
    CHECK_EQ(mailbox_create(&h->events, sizeof(struct sfu_event), 64), ERR_OK);
    settings.certificate = h->certificate;
    settings.events = h->events;
    CHECK_EQ(media_thread_create(&h->media, &settings, &code), ERR_OK);
    CHECK(media_thread_port(h->media) > 0);
}

static void close_house(struct house *h)
{
    media_thread_destroy(h->media);
    mailbox_destroy(h->events);
    certificate_destroy(h->certificate);
}

TEST(a_thread_that_never_started_is_destroyed)
{
    struct house h;

    open_house(&h);
    close_house(&h);
}

TEST(there_is_room_to_shut_when_there_is_none_to_ask)
{
    const struct sfu_command want = {.kind = SFU_WANT, .transport = 1};
    const struct sfu_command shut = {.kind = SFU_CLOSE_TRANSPORT, .transport = 1};
    struct house h;
    int wants = 0, shuts = 0;

    open_house(&h); // nobody takes anything out
    while (wants < 10000 && media_thread_tell(h.media, &want))
        wants++;
    while (shuts < 10000 && media_thread_tell(h.media, &shut))
        shuts++;
    CHECK(wants >= 512 && wants < 10000);
    CHECK(shuts >= 512 + 1 && shuts < 10000); // a meetup of the largest size ends
    close_house(&h);
}

static void *tell_many(void *argument)
{
    struct media_thread *m = argument;

    for (uint64_t i = 1; i <= 500;) {
        const struct sfu_command command = {.kind = i % 2 ? SFU_OPEN_ROUTER : SFU_CLOSE_ROUTER,
                                            .router = (i + 1) / 2};

        i += media_thread_tell(m, &command);
    }
    return NULL;
}

TEST(commands_of_several_threads_and_datagrams_of_strangers_are_heard)
{
    struct thread tellers[2] = {0};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct house h;
    int s;

    open_house(&h);
    CHECK_EQ(media_thread_start(h.media), ERR_OK);
    for (int i = 0; i < 2; i++)
        CHECK_EQ(thread_start(&tellers[i], "teller", tell_many, h.media), ERR_OK);
    s = socket(AF_INET, SOCK_DGRAM, 0);
    to.sin_port = htons(media_thread_port(h.media));
    for (int i = 0; i < 500; i++)
        CHECK(sendto(s, "junk", 4, 0, (struct sockaddr *)&to, sizeof to) == 4);
    close(s);
    for (int i = 0; i < 2; i++)
        thread_join(&tellers[i]);
    media_thread_stop(h.media);
    CHECK(stalls_turns(media_thread_stalls(h.media)) > 0);
    CHECK(!media_thread_tell(h.media, &(struct sfu_command){.kind = SFU_OPEN_ROUTER}));
    close_house(&h);
}

TEST(it_starts_and_stops_again_and_again)
{
    for (int i = 0; i < 20; i++) {
        struct house h;

        open_house(&h);
        CHECK_EQ(media_thread_start(h.media), ERR_OK);
        media_thread_stop(h.media);
        close_house(&h);
    }
}
