// SPDX-License-Identifier: AGPL-3.0-or-later
// base/mem.h - the one door to the allocator, so that tests can make the n-th allocation fail.
#ifndef GATEWAY_BASE_MEM_H
#define GATEWAY_BASE_MEM_H

#include <stddef.h>

// Zeroed memory or NULL. Free with mem_free.
void *mem_zero(size_t size) __attribute__((malloc, alloc_size(1)));
void *mem_zero_array(size_t count, size_t size) __attribute__((malloc, alloc_size(1, 2)));

// The same, and no other block shares a cache line with it: for what one thread writes all the time.
void *mem_zero_apart(size_t size) __attribute__((malloc, alloc_size(1)));

// NULL leaves the old block as it was.
void *mem_resize(void *block, size_t size) __attribute__((alloc_size(2)));

// A NUL-terminated copy, or NULL.
char *mem_copy_text(const char *text, size_t len);

void mem_free(void *block);

// Overwrites secrets in a way the compiler keeps.
void mem_wipe(void *at, size_t len);

// For tests: the n-th allocation from now (1 is the next) fails, once. 0 switches it off.
void mem_fail_at(size_t n);

// For tests: how many allocations there have been in this thread.
size_t mem_allocations(void);

#endif
