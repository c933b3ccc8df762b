// SPDX-License-Identifier: AGPL-3.0-or-later
// load/process.h - what the server's process has used: CPU time and memory.
#ifndef TESTS_LOAD_PROCESS_H
#define TESTS_LOAD_PROCESS_H

#include "base/usec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_THREADS 64

struct process_thread {
    char name[17];
    int64_t cpu_ns;
};

struct process {
    int64_t cpu_ns;                                 // of all its threads, ended ones included
    uint64_t rss;                                   // bytes
    uint64_t pss;                                   // 0: could not be read
    struct process_thread threads[PROCESS_THREADS]; // by name: those of one name are summed
    size_t thread_count;
};

// False when there is no such process (any more).
bool process_read(struct process *p, pid_t pid);

#endif
