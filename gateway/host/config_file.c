// SPDX-License-Identifier: AGPL-3.0-or-later
// host/config_file.c - the strict reader of configuration files: [part], key = value, # comment.
#include "host/config.h"

#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FILE_MOST (256 * 1024)
#define LINE_SIZE 1200
#define KEY_SIZE 64
#define KEYS_MOST 64

struct lines {
    struct config *config;
    const char *name;
    unsigned number;
    char part[KEY_SIZE];
    char seen[KEYS_MOST][KEY_SIZE];
    size_t seen_count;
};

static bool complain(const struct lines *l, char why[static CONFIG_WHY_SIZE], const char *what)
{
    snprintf(why, CONFIG_WHY_SIZE, "%.120s, line %u: %.200s", l->name, l->number, what);
    return false;
}

static char *trim(char *text)
{
    char *end = text + strlen(text);

    while (isspace((unsigned char)*text))
        text++;
    while (end > text && isspace((unsigned char)end[-1]))
        *--end = '\0';
    return text;
}

static bool read_part(struct lines *l, char *line, char why[static CONFIG_WHY_SIZE])
{
    const size_t len = strlen(line);

    if (len < 3 || line[len - 1] != ']' || len - 2 >= sizeof l->part)
        return complain(l, why, "a part is written [name].");
    line[len - 1] = '\0';
    snprintf(l->part, sizeof l->part, "%s", line + 1);
    return true;
}

static bool is_new(struct lines *l, const char *key)
{
    for (size_t i = 0; i < l->seen_count; i++)
        if (!strcmp(l->seen[i], key))
            return false;
    if (l->seen_count < KEYS_MOST)
        snprintf(l->seen[l->seen_count++], KEY_SIZE, "%.63s", key);
    return true;
}

static bool read_key(struct lines *l, char *line, char why[static CONFIG_WHY_SIZE])
{
    char key[2 * KEY_SIZE], reason[CONFIG_WHY_SIZE];
    char *equals = strchr(line, '=');

    if (!equals)
        return complain(l, why, "a setting is written key = value.");
    *equals = '\0';
    line = trim(line);
    if (strlen(line) >= KEY_SIZE)
        return complain(l, why, "there is no such setting.");
    snprintf(key, sizeof key, "%s%s%s", l->part, l->part[0] ? "." : "", line);
    if (strchr(key, '-') || strlen(key) >= KEY_SIZE)
        return complain(l, why, "there is no such setting.");
    if (!is_new(l, key))
        return complain(l, why, "this setting was there before.");
    if (!config_set(l->config, key, trim(equals + 1), reason))
        return complain(l, why, reason);
    return true;
}

static bool read_line(struct lines *l, const char *at, size_t len, char why[static CONFIG_WHY_SIZE])
{
    char copy[LINE_SIZE];
    char *line;

    l->number++;
    if (len >= sizeof copy)
        return complain(l, why, "this line is too long.");
    if (memchr(at, '\0', len))
        return complain(l, why, "this is no text.");
    memcpy(copy, at, len);
    copy[len] = '\0';
    line = trim(copy);
    if (!*line || *line == '#' || *line == ';')
        return true;
    return *line == '[' ? read_part(l, line, why) : read_key(l, line, why);
}

bool config_read_text(struct config *config, const char *name, const char *text, size_t len,
                      char why[static CONFIG_WHY_SIZE])
{
    struct lines lines = {.config = config, .name = name};
    const char *end = text + len;

    while (text < end) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        const char *stop = feed ? feed : end;

        if (!read_line(&lines, text, (size_t)(stop - text), why))
            return false;
        text = feed ? feed + 1 : end;
    }
    return true;
}

bool config_read_file(struct config *config, const char *path, char why[static CONFIG_WHY_SIZE])
{
    FILE *file = fopen(path, "re");
    char *text = mem_zero(FILE_MOST);
    bool read = false;

    if (!file || !text) {
        snprintf(why, CONFIG_WHY_SIZE, "The configuration file %.200s cannot be read: %s.", path,
                 strerror(errno));
    } else {
        const size_t len = fread(text, 1, FILE_MOST, file);
        if (ferror(file) || len == FILE_MOST)
            snprintf(why, CONFIG_WHY_SIZE, "The configuration file %.200s cannot be read%s.", path,
                     len == FILE_MOST ? ": it is too long" : "");
        else
            read = config_read_text(config, path, text, len, why);
    }
    if (file)
        fclose(file);
    mem_free(text);
    return read;
}

bool config_next_item(const char **list, char *item, size_t size)
{
    const char *at = *list;
    size_t len;

    at += strspn(at, ", \t");
    len = strcspn(at, ", \t");
    *list = at;
    if (!len || len >= size)
        return false;
    *list = at + len;
    memcpy(item, at, len);
    item[len] = '\0';
    return true;
}
