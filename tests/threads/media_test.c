// SPDX-License-Identifier: AGPL-3.0-or-later
// threads/media_test.c - several media threads at work: meetups spread over them, each at its own port.
#include "host/media.h"

#include "sfu/command.h"
#include "support/check.h"
#include "support/house.h"

#define PICTURES 20
#define SOUNDS 50

static bool sees(const struct house *h, size_t guest, size_t of)
{
    return house_shown(h, guest, of, SOURCE_CAMERA) >= PICTURES &&
           house_shown(h, guest, of, SOURCE_MICROPHONE) >= SOUNDS;
}

static bool all_see_their_own(struct house *h)
{
    for (size_t i = 0; i < h->count; i++)
        for (size_t j = 0; j < h->count; j++)
            if (i != j && h->guests[i].router == h->guests[j].router && !sees(h, i, j))
                return false;
    return true;
}

TEST(meetups_on_threads_of_their_own_see_and_hear_each_other_and_nobody_else)
{
    struct house *h = house_open(
        (struct media_options){.threads = 3, .thread_members = 250, .merge = true, .members = 512});

    for (uint64_t router = 1; router <= 3; router++) {
        house_open_router(h, router);
        house_join(h, router, NULL);
        house_join(h, router, NULL);
    }
    CHECK(media_port_of(h->media, 100) == media_port_of(h->media, 101));
    CHECK(media_port_of(h->media, 100) != media_port_of(h->media, 102));
    CHECK(media_port_of(h->media, 102) != media_port_of(h->media, 104));
    CHECK(house_run(h, all_see_their_own));
    for (size_t i = 0; i < h->count; i++)
        for (size_t j = 0; j < h->count; j++)
            if (h->guests[i].router != h->guests[j].router)
                CHECK_EQ(house_shown(h, i, j, SOURCE_CAMERA) +
                             house_shown(h, i, j, SOURCE_MICROPHONE),
                         0);
    house_close(h);
}

TEST(threads_that_share_a_port_hand_on_what_is_anothers)
{
    struct house *h = house_open((struct media_options){
        .threads = 3, .thread_members = 250, .one_port = true, .merge = true, .members = 512});

    for (uint64_t router = 1; router <= 3; router++) {
        house_open_router(h, router);
        house_join(h, router, NULL);
        house_join(h, router, NULL);
    }
    CHECK(media_port(h->media, 0) == media_port(h->media, 1));
    CHECK(media_port(h->media, 0) == media_port(h->media, 2));
    CHECK(house_run(
        h, all_see_their_own)); // six flows, each at the right socket with one chance in three
    house_close(h);
}

static bool all_see_all(struct house *h)
{
    for (size_t i = 0; i < h->count; i++)
        for (size_t j = 0; j < h->count; j++)
            if (i != j && house_shown(h, i, j, SOURCE_CAMERA) < PICTURES)
                return false;
    return true;
}

static bool late_sees_those_who_are_left(struct house *h)
{
    const size_t late = h->count - 1;

    return house_shown(h, late, 0, SOURCE_CAMERA) >= PICTURES &&
           house_shown(h, late, 2, SOURCE_CAMERA) >= PICTURES &&
           house_shown(h, late, 3, SOURCE_CAMERA) >= PICTURES;
}

TEST(one_meetup_over_three_threads_sees_all_of_itself)
{
    struct house *h = house_open(
        (struct media_options){.threads = 3, .thread_members = 2, .merge = true, .members = 512});

    house_open_router(h, 1);
    for (size_t i = 0; i < 5; i++)
        house_join(h, 1, NULL);
    CHECK(media_port_of(h->media, 100) == media_port_of(h->media, 101));
    CHECK(media_port_of(h->media, 100) != media_port_of(h->media, 102));
    CHECK(media_port_of(h->media, 100) != media_port_of(h->media, 104));
    CHECK(media_port_of(h->media, 102) != media_port_of(h->media, 104));
    CHECK(house_run(h, all_see_all));
    CHECK(h->speaker_told > 0);
    house_leave(h, 4); // the last of its thread, whose part ends
    house_leave(h, 1);
    const size_t late = house_join(h, 1, NULL); // and at home again
    CHECK(media_port_of(h->media, 100) == media_port_of(h->media, 100 + late));
    CHECK(house_run(h, late_sees_those_who_are_left));
    house_close(h);
}

TEST(what_is_told_of_a_meetup_that_ended_is_no_error)
{
    struct house *h =
        house_open((struct media_options){.threads = 2, .thread_members = 250, .members = 512});

    house_open_router(h, 1);
    CHECK(!media_tell(h->media, &(struct sfu_command){.kind = SFU_OPEN_ROUTER, .router = 1}));
    CHECK(media_tell(h->media, &(struct sfu_command){.kind = SFU_CLOSE_ROUTER, .router = 1}));
    CHECK(media_tell(h->media, &(struct sfu_command){.kind = SFU_CLOSE_ROUTER, .router = 1}));
    CHECK(media_tell(h->media, &(struct sfu_command){.kind = SFU_CLOSE_TRANSPORT, .transport = 5}));
    CHECK(media_tell(h->media, &(struct sfu_command){.kind = SFU_GATE, .transport = 5}));
    CHECK(!media_tell(
        h->media, &(struct sfu_command){.kind = SFU_OPEN_TRANSPORT, .router = 1, .transport = 5}));
    house_close(h);
}
