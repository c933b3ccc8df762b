// SPDX-License-Identifier: AGPL-3.0-or-later
// support/check.c - runs the registered tests in one process and counts them.
#include "support/check.h"

#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct test *first;
static struct test *running;
static pthread_t runner;
static jmp_buf end_of_test;
static atomic_bool failed;

// In order of file, then as written; constructors of one file run in order.
void test_register(struct test *test)
{
    struct test **at = &first;

    while (*at && strcmp((*at)->file, test->file) <= 0)
        at = &(*at)->next;
    test->next = *at;
    *at = test;
}

void check_failed(const char *file, int line, const char *format, ...)
{
    char reason[512];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    printf("%s:%d: %s: %s\n", file, line, running ? running->name : "no test", reason);
    (void)fflush(stdout);
    if (!running)
        abort();
    atomic_store(&failed, true);
    if (!pthread_equal(pthread_self(), runner))
        pthread_exit(NULL);
    longjmp(end_of_test, 1);
}

void check_numbers(const char *file, int line, const char *claim, struct check_number got,
                   struct check_number want)
{
    if (got.magnitude == want.magnitude && got.negative == want.negative)
        return;
    check_failed(file, line, "%s: got %s%" PRIu64 ", want %s%" PRIu64, claim,
                 got.negative ? "-" : "", got.magnitude, want.negative ? "-" : "", want.magnitude);
}

void check_strings(const char *file, int line, const char *claim, const char *got, const char *want)
{
    if (got == want || (got && want && strcmp(got, want) == 0))
        return;
    check_failed(file, line, "%s: got \"%s\", want \"%s\"", claim, got ? got : "(null)",
                 want ? want : "(null)");
}

void check_memory(const char *file, int line, const char *claim, const void *got, const void *want,
                  size_t len)
{
    const uint8_t *const a = got;
    const uint8_t *const b = want;

    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i])
            check_failed(file, line, "%s: byte %zu of %zu: got 0x%02x, want 0x%02x", claim, i, len,
                         a[i], b[i]);
}

static bool passes(struct test *test)
{
    running = test;
    atomic_store(&failed, false);
    if (setjmp(end_of_test) == 0)
        test->run();
    running = NULL;
    return !atomic_load(&failed);
}

// Says which test crashed; async-signal-safe, and the signal then takes its usual course.
static void crashed(int signal)
{
    if (running) {
        (void)!write(STDOUT_FILENO, running->name, strlen(running->name));
        (void)!write(STDOUT_FILENO, " crashed\n", 9);
    }
    (void)raise(signal);
}

static void watch(int signal)
{
    struct sigaction old;
    const struct sigaction action = {.sa_handler = crashed, .sa_flags = (int)SA_RESETHAND};

    // A sanitizer's own handler says more.
    if (sigaction(signal, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
        (void)sigaction(signal, &action, NULL);
}

static bool is_chosen(const struct test *test, int count, char **parts)
{
    for (int i = 0; i < count; i++)
        if (strstr(test->name, parts[i]) || strstr(test->file, parts[i]))
            return true;
    return count == 0;
}

int check_run(int count, char **parts)
{
    unsigned passed = 0;
    unsigned failures = 0;

    runner = pthread_self();
    watch(SIGABRT);
    watch(SIGSEGV);
    for (struct test *test = first; test; test = test->next) {
        if (!is_chosen(test, count, parts))
            continue;
        if (passes(test))
            passed++;
        else
            failures++;
    }
    printf("%u passed, %u failed\n", passed, failures);
    return failures > 0 || passed == 0;
}
