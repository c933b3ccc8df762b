// SPDX-License-Identifier: AGPL-3.0-or-later
// sim/a_viewer_costs_little_memory_test.c - what one who only watches holds on the media thread, and that it is given back.
#include "support/check.h"
#include "support/room.h"

#include <malloc.h>

#define WATCHING 9

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ALLOCATOR_TELLS false
#elif defined(__has_feature)
#define ALLOCATOR_TELLS !(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define ALLOCATOR_TELLS true
#endif

// As a desk offers: 12 pairs and 3 further sounds.
static const struct room_options desk = {
    .pairs = 12, .spares = 3, .simulcast = true, .temporal = true, .natural = true};

static size_t in_use(void)
{
    const struct mallinfo2 heap = mallinfo2();

    return heap.uordblks + heap.hblkhd;
}

// What the gateway alone gives back when this guest's transport is closed: libraries' memory included.
static size_t close_guest(struct room *room, size_t guest)
{
    struct sfu_command command = {.kind = SFU_CLOSE_TRANSPORT,
                                  .router = ROOM_ROUTER,
                                  .transport = room->guests[guest].transport};
    const size_t before = in_use();

    worker_apply(room->worker, room->now, &command, room->out);
    return before - in_use();
}

TEST(who_only_watches_takes_less_than_66_kilobytes_of_the_media_thread)
{
    struct room *room = room_create(9);
    size_t largest = 0;

    room_join(room, &desk);
    for (size_t i = 1; i <= WATCHING; i++) {
        const size_t guest = room_join(room, &desk);

        for (int kind = 0; kind < SOURCE_KINDS; kind++)
            room->guests[guest].senders[kind].on = false;
    }
    room_run(room, SEC(20));
    for (size_t i = 1; i <= WATCHING; i++) {
        CHECK(room_shown(room, i, room_source(room, 0, SOURCE_CAMERA)) > 100);
        const size_t held = close_guest(room, i);
        largest = held > largest ? held : largest;
    }
    if (ALLOCATOR_TELLS) {
        printf("a viewer held %zu bytes at most\n", largest);
        CHECK(largest > 10000);
        CHECK(largest < 66000);
    }
    room_destroy(room);
}
