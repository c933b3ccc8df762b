// SPDX-License-Identifier: AGPL-3.0-or-later
// support/check.h - tests that register themselves, and the checks they make.
#ifndef TESTS_SUPPORT_CHECK_H
#define TESTS_SUPPORT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test {
    const char *name;
    const char *file;
    void (*run)(void);
    struct test *next;
};

// Called by TEST before main begins.
void test_register(struct test *test);

// TEST(name_is_a_claim) { CHECK(...); }
#define TEST(claim)                                                                                \
    static void test_##claim(void);                                                                \
    __attribute__((constructor)) static void register_##claim(void)                                \
    {                                                                                              \
        static struct test test = {.name = #claim, .file = __FILE__, .run = test_##claim};         \
        test_register(&test);                                                                      \
    }                                                                                              \
    static void test_##claim(void)

// A check that fails prints one line, and ends its test (on another thread: that thread; outside any
// test, as in a fuzz target or a load generator: the process).
#define CHECK(claim)                                                                               \
    do {                                                                                           \
        if (!(claim))                                                                              \
            check_failed(__FILE__, __LINE__, "%s", #claim);                                        \
    } while (0)

// Whole numbers of any type up to 64 bits; both are printed. Each argument is evaluated once.
#define CHECK_EQ(got, want)                                                                        \
    do {                                                                                           \
        const __typeof__((got) + 0) check_got_ = (got);                                            \
        const __typeof__((want) + 0) check_want_ = (want);                                         \
        check_numbers(__FILE__, __LINE__, #got " == " #want, CHECK_NUMBER(check_got_),             \
                      CHECK_NUMBER(check_want_));                                                  \
    } while (0)

// NUL-terminated strings; NULL equals NULL only.
#define CHECK_STR(got, want) check_strings(__FILE__, __LINE__, #got, (got), (want))

// `len` bytes at two places; the first difference is printed.
#define CHECK_BYTES(got, want, len)                                                                \
    check_memory(__FILE__, __LINE__, #got, (got), (want), (size_t)(len))

// Prints a reason of one's own, printf-like.
#define CHECK_FAIL(...) check_failed(__FILE__, __LINE__, __VA_ARGS__)

struct check_number {
    uint64_t magnitude;
    bool negative;
};

#define CHECK_NUMBER(value) check_number((value) < 1, (uint64_t)(value))

static inline struct check_number check_number(bool below_one, uint64_t value)
{
    const bool negative = below_one && value != 0;
    return (struct check_number){.magnitude = negative ? 0 - value : value, .negative = negative};
}

// Runs the tests in whose name or file one of the parts occurs ("seq", "base/seq_test"), all when there
// are no parts, and prints how many passed and failed. 0 when all passed and there was one.
int check_run(int count, char **parts);

_Noreturn void check_failed(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void check_numbers(const char *file, int line, const char *claim, struct check_number got,
                   struct check_number want);
void check_strings(const char *file, int line, const char *claim, const char *got,
                   const char *want);
void check_memory(const char *file, int line, const char *claim, const void *got, const void *want,
                  size_t len);

#endif
