// SPDX-License-Identifier: AGPL-3.0-or-later
// host/config_test.c - settings: their order, their strictness, and the pages that describe them.
#include "host/config.h"

#include "base/mem.h"
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reads(struct config *config, const char *text, char why[static CONFIG_WHY_SIZE])
{
    why[0] = '\0';
    config_default(config);
    return config_read_text(config, "sample", text, strlen(text), why);
}

TEST(defaults_are_those_of_the_table)
{
    struct config config;

    config_default(&config);
    CHECK_EQ(config.server_port, 8443);
    CHECK_EQ(config.media_udp_port, 8443);
    CHECK(config.media_merge);
    CHECK_STR(config.log_level, "info");
    CHECK_STR(config.media_addresses, "");
}

TEST(a_file_sets_what_it_names)
{
    struct config config;
    char why[CONFIG_WHY_SIZE];

    CHECK(reads(&config,
                "# a comment\n\n[server]\nport = 443\n  names = a.example , b.example  \r\n"
                "[media]\nmerge = no\nudp_port=9000",
                why));
    CHECK_EQ(config.server_port, 443);
    CHECK_EQ(config.media_udp_port, 9000);
    CHECK(!config.media_merge);
    CHECK_STR(config.server_names, "a.example , b.example");
}

TEST(values_longer_than_a_line_of_a_screen_fit)
{
    struct config config;
    char text[1100] = "[server]\nnames = ", why[CONFIG_WHY_SIZE];
    const size_t at = strlen(text);

    memset(text + at, 'x', 1000);
    CHECK(reads(&config, text, why));
    CHECK_EQ(strlen(config.server_names), 1000);
}

TEST(whatever_is_not_understood_is_an_error_with_its_line)
{
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"[server]\nprot = 1\n", "line 2"},
        {"[server]\nport = 1\n\nport = 2\n", "line 4"},
        {"[server\n", "line 1"},
        {"[]\n", "line 1"},
        {"port\n", "line 1"},
        {"port = 1\n", "no setting"},
        {"[server]\nport = 0\n", "from 1 to 65535"},
        {"[server]\nport = 70000\n", "from 1 to 65535"},
        {"[server]\nport = 80x\n", "from 1 to 65535"},
        {"[server]\nport = -80\n", "from 1 to 65535"},
        {"[server]\nport = \n", "from 1 to 65535"},
        {"[media]\nmerge = maybe\n", "yes or no"},
        {"[media]\nudp-port = 1\n", "no such setting"},
        {"[server.port]\n = 1\n", "no setting"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config;
        char why[CONFIG_WHY_SIZE];

        CHECK(!reads(&config, cases[i].text, why));
        if (!strstr(why, cases[i].says))
            CHECK_FAIL("%s -> %s", cases[i].text, why);
    }
}

TEST(the_environment_goes_over_the_file)
{
    struct config config;
    char port[] = "AFTERCARE_MEDIA_UDP_PORT=7000", other[] = "AFTERCARE_WERROR=ON",
         home[] = "HOME=/";
    char typo[] = "AFTERCARE_MEDIA_PORT=7000";
    char *fine[] = {home, port, other, NULL}, *wrong[] = {typo, NULL};
    char why[CONFIG_WHY_SIZE];

    CHECK(reads(&config, "[media]\nudp_port = 9000\n", why));
    CHECK(config_read_environment(&config, fine, why));
    CHECK_EQ(config.media_udp_port, 7000);
    CHECK(!config_read_environment(&config, wrong, why));
    CHECK(strstr(why, "AFTERCARE_MEDIA_PORT"));
}

TEST(a_secret_can_come_from_a_file)
{
    struct config config;
    char path[] = "/tmp/aftercare-secret-XXXXXX", variable[128], why[CONFIG_WHY_SIZE];
    char *environment[] = {variable, NULL};
    const int file = mkstemp(path);
    FILE *out = fdopen(file, "w");

    fputs("long and secret\n", out);
    fclose(out);
    config_default(&config);
    snprintf(variable, sizeof variable, "AFTERCARE_DEMO_PASSWORD_FILE=%s", path);
    CHECK(config_read_environment(&config, environment, why));
    CHECK_STR(config.demo_password, "long and secret");
    remove(path);
    CHECK(!config_read_environment(&config, environment, why));
    snprintf(variable, sizeof variable, "AFTERCARE_SERVER_PORT_FILE=%s", path);
    CHECK(!config_read_environment(&config, environment, why));
}

TEST(flags_write_dashes)
{
    struct config config;
    char why[CONFIG_WHY_SIZE];
    bool is_switch;

    config_default(&config);
    CHECK(config_set(&config, "media.udp-port", "5000", why));
    CHECK_EQ(config.media_udp_port, 5000);
    CHECK(config_has("media.merge", &is_switch) && is_switch);
    CHECK(config_has("server.port", &is_switch) && !is_switch);
    CHECK(!config_has("server.prot", &is_switch));
}

static void look_for_secret(void *owner, const char *key, const char *value, const char *preset,
                            const char *help)
{
    (void)key, (void)preset, (void)help;
    if (strstr(value, "hush"))
        *(bool *)owner = true;
}

TEST(secrets_are_not_printed)
{
    struct config config;
    char why[CONFIG_WHY_SIZE];
    bool seen = false;

    config_default(&config);
    CHECK(config_set(&config, "demo.password", "hush", why));
    config_each(&config, look_for_secret, &seen);
    CHECK(!seen);
    CHECK(config_set(&config, "server.names", "hush", why));
    config_each(&config, look_for_secret, &seen);
    CHECK(seen); // the look itself works
}

TEST(lists_are_taken_item_by_item)
{
    const char *list = " a.example,b.example  c ,";
    char item[16];

    CHECK(config_next_item(&list, item, sizeof item));
    CHECK_STR(item, "a.example");
    CHECK(config_next_item(&list, item, sizeof item));
    CHECK_STR(item, "b.example");
    CHECK(config_next_item(&list, item, sizeof item));
    CHECK_STR(item, "c");
    CHECK(!config_next_item(&list, item, sizeof item));
    CHECK_STR(list, "");
    list = "much-too-long-for-it";
    CHECK(!config_next_item(&list, item, sizeof item));
    CHECK(*list);
}

// --- the pages ---

static char *read_page(const char *name)
{
    char path[512];
    char *text = mem_zero(65536);
    FILE *file;

    snprintf(path, sizeof path, TESTS_FOLDER "/../gateway/host/%s", name);
    file = fopen(path, "re");
    CHECK(file && text);
    CHECK(fread(text, 1, 65535, file) > 0);
    fclose(file);
    return text;
}

static void look_for_row(void *owner, const char *key, const char *value, const char *preset,
                         const char *help)
{
    char row[2200];

    (void)value, (void)help;
    if (*preset)
        snprintf(row, sizeof row, "\n| `%s` | `%s` | ", key, preset);
    else
        snprintf(row, sizeof row, "\n| `%s` | | ", key);
    if (!strstr(owner, row))
        CHECK_FAIL("config.md has no row for %s with default \"%s\"", key, preset);
}

static void count_setting(void *owner, const char *key, const char *value, const char *preset,
                          const char *help)
{
    (void)key, (void)value, (void)preset, (void)help;
    ++*(size_t *)owner;
}

TEST(the_reference_names_every_setting_and_default)
{
    struct config config;
    char *page = read_page("config.md");
    size_t rows = 0, settings = 0;

    config_default(&config);
    config_each(&config, look_for_row, page);
    for (const char *at = page; (at = strstr(at, "\n| `")); at++)
        rows += strchr(at + 4, '.') < strchr(at + 4, '`') && at[4] >= 'a';
    config_each(&config, count_setting, &settings);
    CHECK_EQ(rows, settings); // none that is no setting any more
    mem_free(page);
}

// Takes the marks off the sample's settings.
static void uncomment(char *text)
{
    char *to = text;

    for (char *from = text; *from; from++)
        if (*from != '#' || (from > text && from[-1] != '\n') || from[1] < 'a')
            *to++ = *from;
    *to = '\0';
}

TEST(the_sample_says_the_defaults)
{
    struct config config, preset;
    char *sample = read_page("aftercare.conf"), why[CONFIG_WHY_SIZE];

    config_default(&preset);
    CHECK(reads(&config, sample, why)); // as it is: all comments
    CHECK_BYTES(&config, &preset, sizeof config);
    memset(&config, 0, sizeof config);
    uncomment(sample);
    if (!config_read_text(&config, "sample", sample, strlen(sample), why))
        CHECK_FAIL("%s", why);
    CHECK_BYTES(&config, &preset, sizeof config);
    mem_free(sample);
}
