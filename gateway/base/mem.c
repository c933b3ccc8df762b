// SPDX-License-Identifier: AGPL-3.0-or-later
// base/mem.c - the one door to the allocator.
#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define APART ((size_t)128) // processors fetch cache lines in pairs

static _Thread_local size_t allocations;
static _Thread_local size_t fail_in; // 0: off

// Counts one allocation; true when a test wants this one to fail.
static bool fails(void)
{
    allocations++;
    return fail_in > 0 && --fail_in == 0;
}

void *mem_zero(size_t size)
{
    return fails() ? NULL : calloc(1, size > 0 ? size : 1);
}

void *mem_zero_array(size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        return NULL;
    return mem_zero(count * size);
}

void *mem_zero_apart(size_t size)
{
    const size_t whole = (size + APART - 1) / APART * APART;
    void *block = !fails() && whole >= size ? aligned_alloc(APART, whole + APART) : NULL;

    if (block)
        memset(block, 0, whole);
    return block;
}

void *mem_resize(void *block, size_t size)
{
    return fails() ? NULL : realloc(block, size > 0 ? size : 1);
}

char *mem_copy_text(const char *text, size_t len)
{
    char *copy = len < SIZE_MAX ? mem_zero(len + 1) : NULL;

    if (copy && len > 0)
        memcpy(copy, text, len);
    return copy;
}

void mem_free(void *block)
{
    free(block);
}

void mem_wipe(void *at, size_t len)
{
    if (len > 0)
        explicit_bzero(at, len);
}

void mem_fail_at(size_t n)
{
    fail_in = n;
}

size_t mem_allocations(void)
{
    return allocations;
}
