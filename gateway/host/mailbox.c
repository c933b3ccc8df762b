// SPDX-License-Identifier: AGPL-3.0-or-later
// host/mailbox.c - values of one size from many threads to one, bounded; the only mutex.
#include "host/mailbox.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct mailbox {
    // given
    size_t size;
    size_t capacity;
    // owned
    pthread_mutex_t lock;
    pthread_cond_t filled;
    int wake; // eventfd
    uint8_t *values;
    // state, under the lock
    size_t first;
    size_t count;
    bool closed;
};

enum err mailbox_create(struct mailbox **made, size_t size, size_t capacity)
{
    struct mailbox *m = mem_zero(sizeof *m);
    if (!m)
        return ERR_NO_MEMORY;

    m->size = size;
    m->capacity = capacity;
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->filled, NULL);
    m->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    m->values = mem_zero_array(capacity, size);
    if (m->wake < 0 || !m->values) {
        mailbox_destroy(m);
        return ERR_NO_MEMORY;
    }
    *made = m;
    return ERR_OK;
}

void mailbox_destroy(struct mailbox *m)
{
    if (!m)
        return;
    if (m->wake >= 0)
        close(m->wake);
    pthread_cond_destroy(&m->filled);
    pthread_mutex_destroy(&m->lock);
    mem_free(m->values);
    mem_free(m);
}

static void wake(struct mailbox *m)
{
    const uint64_t one = 1;
    const ssize_t written = write(m->wake, &one, sizeof one);

    (void)written; // it can only fail when the counter is full, and then the reader is awake
}

bool mailbox_put(struct mailbox *m, const void *value)
{
    bool fits;

    pthread_mutex_lock(&m->lock);
    fits = !m->closed && m->count < m->capacity;
    if (fits) {
        memcpy(m->values + (m->first + m->count) % m->capacity * m->size, value, m->size);
        m->count++;
        pthread_cond_signal(&m->filled);
    }
    pthread_mutex_unlock(&m->lock);
    if (fits)
        wake(m);
    return fits;
}

static bool take_locked(struct mailbox *m, void *value)
{
    if (!m->count)
        return false;
    memcpy(value, m->values + m->first * m->size, m->size);
    m->first = (m->first + 1) % m->capacity;
    m->count--;
    return true;
}

bool mailbox_take(struct mailbox *m, void *value)
{
    bool taken;

    pthread_mutex_lock(&m->lock);
    taken = take_locked(m, value);
    pthread_mutex_unlock(&m->lock);
    return taken;
}

bool mailbox_wait(struct mailbox *m, void *value)
{
    bool taken;

    pthread_mutex_lock(&m->lock);
    while (!m->count && !m->closed)
        pthread_cond_wait(&m->filled, &m->lock);
    taken = take_locked(m, value);
    pthread_mutex_unlock(&m->lock);
    return taken;
}

void mailbox_close(struct mailbox *m)
{
    pthread_mutex_lock(&m->lock);
    m->closed = true;
    pthread_cond_broadcast(&m->filled);
    pthread_mutex_unlock(&m->lock);
    wake(m);
}

bool mailbox_has_room(struct mailbox *m)
{
    bool room;

    pthread_mutex_lock(&m->lock);
    room = !m->closed && m->count < m->capacity;
    pthread_mutex_unlock(&m->lock);
    return room;
}

size_t mailbox_count(struct mailbox *m)
{
    size_t count;

    pthread_mutex_lock(&m->lock);
    count = m->count;
    pthread_mutex_unlock(&m->lock);
    return count;
}

int mailbox_descriptor(const struct mailbox *m)
{
    return m->wake;
}

void mailbox_hear(struct mailbox *m)
{
    uint64_t count;
    const ssize_t got = read(m->wake, &count, sizeof count);

    (void)got; // nothing to hear is fine
}
