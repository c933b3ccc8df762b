// SPDX-License-Identifier: AGPL-3.0-or-later
// load/process.c - what the server's process has used: CPU time and memory.
#include "load/process.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// A line "Pss:    123 kB" of a file of /proc; 0 without it.
static uint64_t read_kilobytes(pid_t pid, const char *file, const char *name)
{
    char path[64], line[256];
    uint64_t value = 0;
    FILE *from;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    from = fopen(path, "re");
    while (from && fgets(line, sizeof line, from))
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtoull(line + strlen(name), NULL, 10);
    if (from)
        fclose(from);
    return value * 1024;
}

static bool read_line(const char *path, char *line, size_t size)
{
    FILE *from = fopen(path, "re");
    const bool good = from && fgets(line, (int)size, from);

    if (from)
        fclose(from);
    line[good ? strcspn(line, "\n") : 0] = '\0';
    return good;
}

static struct process_thread *find_thread(struct process *p, const char *name)
{
    for (size_t i = 0; i < p->thread_count; i++)
        if (!strcmp(p->threads[i].name, name))
            return &p->threads[i];
    if (p->thread_count == PROCESS_THREADS)
        return NULL;
    snprintf(p->threads[p->thread_count].name, sizeof p->threads[0].name, "%.16s", name);
    return &p->threads[p->thread_count++];
}

static void read_threads(struct process *p, pid_t pid)
{
    char path[320], name[64], line[128];
    DIR *tasks;

    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    tasks = opendir(path);
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        struct process_thread *thread;

        if (task->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.64s/comm", (int)pid, task->d_name);
        if (!read_line(path, name, sizeof name))
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.64s/schedstat", (int)pid, task->d_name);
        thread = find_thread(p, name);
        if (thread && read_line(path, line, sizeof line))
            thread->cpu_ns += strtoll(line, NULL, 10);
    }
    if (tasks)
        closedir(tasks);
}

bool process_read(struct process *p, pid_t pid)
{
    struct timespec used = {0};
    clockid_t clock;

    *p = (struct process){0};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return false;
    p->cpu_ns = (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
    p->rss = read_kilobytes(pid, "status", "VmRSS:");
    p->pss = read_kilobytes(pid, "smaps_rollup", "Pss:");
    read_threads(p, pid);
    return p->rss > 0; // one that has ended has none
}
