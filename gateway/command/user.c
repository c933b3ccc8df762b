// SPDX-License-Identifier: AGPL-3.0-or-later
// command/user.c - lists doctors, adds one, gives one a new password; while the gateway is stopped.
#include "command/commands.h"

#include "base/mem.h"
#include "base/text.h"
#include "command/options.h"
#include "crypto/token.h"
#include "host/clock.h"
#include "host/data_folder.h"
#include "host/desk.h"
#include "host/entropy.h"
#include "host/libraries.h"
#include "practice/password_rules.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

static int complain(int status, const char *why)
{
    fprintf(stderr, "aftercare: %s\n", why);
    return status;
}

// The first line of standard input, not shown when it is typed.
static bool read_password(char *password, size_t size)
{
    struct termios before, silent;
    const bool typed = tcgetattr(STDIN_FILENO, &before) == 0;
    bool read;

    if (typed) {
        silent = before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
        fputs("Password: ", stderr);
    }
    read = fgets(password, (int)size, stdin) != NULL;
    if (typed) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputs("\n", stderr);
    }
    password[strcspn(password, "\r\n")] = '\0';
    return read;
}

// Reads and hashes a password into query->doctor_record and query->password_hash.
static int take_password(struct desk *desk, struct query *query, struct result *result)
{
    struct doctor_record *doctor = &query->doctor_record;

    if (!read_password(query->password, sizeof query->password))
        return complain(EX_NOINPUT, "The password is read from standard input, one line.");
    if (password_is_weak(query->password, doctor->name, doctor->email))
        return complain(EX_DATAERR,
                        "This password is too weak: at least 12 characters, and not a common one.");
    query->kind = QUERY_HASH_PASSWORD;
    desk_ask(desk, query, result);
    mem_wipe(query->password, sizeof query->password);
    if (result->err)
        return complain(EX_OSERR, "There is not enough memory.");
    snprintf(doctor->password_hash, sizeof doctor->password_hash, "%s", result->password_hash);
    snprintf(query->password_hash, sizeof query->password_hash, "%s", result->password_hash);
    return EX_OK;
}

static int say_outcome(enum err err, const char *done, const char *email)
{
    switch (err) {
    case ERR_OK:
        printf("%s %s.\n", done, email);
        return EX_OK;
    case ERR_CONFLICT:
        return complain(EX_DATAERR, "There is an account with this e-mail address already.");
    case ERR_NOT_FOUND:
        return complain(EX_NOUSER, "There is no account with this e-mail address.");
    default:
        return complain(EX_IOERR, "The database cannot be written.");
    }
}

static int list(struct desk *desk, struct query *query, struct result *result)
{
    query->kind = QUERY_DOCTORS;
    desk_ask(desk, query, result);
    if (result->err)
        return complain(EX_IOERR, "The database cannot be read.");
    for (size_t i = 0; i < result->doctor_count; i++)
        printf("%s\t%s\n", result->doctors[i].email, result->doctors[i].name);
    return EX_OK;
}

static int add(struct desk *desk, struct query *query, struct result *result,
               const struct options *options)
{
    struct doctor_record *doctor = &query->doctor_record;
    uint8_t random[TOKEN_BYTES];
    int status;

    if (options->word_count != 3)
        return complain(EX_USAGE, "usage: aftercare user add EMAIL NAME < password");
    if (!text_clean_line(doctor->email, sizeof doctor->email, bytes_of_string(options->words[1])) ||
        !text_clean_line(doctor->name, sizeof doctor->name, bytes_of_string(options->words[2])) ||
        !doctor->name[0] || !strchr(doctor->email, '@'))
        return complain(EX_DATAERR, "This is no e-mail address, or no name.");
    entropy_fill(random, sizeof random);
    token_text(doctor->id, random);
    doctor->created_at = clock_wall();
    status = take_password(desk, query, result);
    if (status)
        return status;
    query->kind = QUERY_ADD_DOCTOR;
    desk_ask(desk, query, result);
    return say_outcome(result->err, "Added", doctor->email);
}

static int set_password(struct desk *desk, struct query *query, struct result *result,
                        const struct options *options)
{
    int status;

    if (options->word_count != 2)
        return complain(EX_USAGE, "usage: aftercare user password EMAIL < password");
    snprintf(query->doctor_record.email, sizeof query->doctor_record.email, "%s",
             options->words[1]);
    status = take_password(desk, query, result);
    if (status)
        return status;
    query->kind = QUERY_SET_PASSWORD;
    desk_ask(desk, query, result);
    return say_outcome(result->err, "A new password is set for", query->doctor_record.email);
}

static int work(struct desk *desk, const struct options *options)
{
    const char *verb = options->word_count ? options->words[0] : "";
    struct query *query = mem_zero(sizeof *query);
    struct result *result = mem_zero(sizeof *result);
    int status = EX_OSERR;

    if (query && result) {
        query->wall = clock_wall();
        if (!strcmp(verb, "list"))
            status = list(desk, query, result);
        else if (!strcmp(verb, "add"))
            status = add(desk, query, result, options);
        else if (!strcmp(verb, "password"))
            status = set_password(desk, query, result, options);
        else
            status =
                complain(EX_USAGE, "usage: aftercare user list | add EMAIL NAME | password EMAIL");
        result_fini(result);
    }
    mem_free(result);
    mem_free(query);
    return status;
}

static int open_and_work(const struct options *options)
{
    char path[DATA_PATH_SIZE], why[DATA_WHY_SIZE];
    const char *reason = "";
    struct data_folder folder;
    struct desk desk = {0};
    int status = EX_IOERR;
    enum err err;

    if (options->config.data_folder[0])
        snprintf(path, sizeof path, "%s", options->config.data_folder);
    else if (!data_folder_default(path, options->demo ? "-demo" : ""))
        return complain(EX_CONFIG, "There is no place for the data: set data.folder.");
    err = data_folder_open(&folder, path, why);
    if (err == ERR_CONFLICT)
        return complain(EX_TEMPFAIL, "Stop the gateway first: it uses this data folder.");
    if (err)
        return complain(EX_CANTCREAT, why);
    data_folder_path(&folder, "aftercare.db", path);
    if (store_open(&desk.store, path, &reason))
        complain(EX_IOERR, reason);
    else
        status = work(&desk, options);
    store_close(desk.store);
    data_folder_close(&folder);
    return status;
}

static int run(int count, char **arguments)
{
    struct options options;
    const char *reason = "";
    const int status = options_read(&options, count, arguments);

    if (status)
        return status;
    if (libraries_start(&reason))
        return complain(EX_SOFTWARE, reason);
    return open_and_work(&options);
}

const struct command command_user = {
    .name = "user",
    .arguments = "list | add EMAIL NAME | password EMAIL",
    .summary = "accounts of doctors, while the gateway is stopped",
    .run = run,
};
