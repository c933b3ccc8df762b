// SPDX-License-Identifier: AGPL-3.0-or-later
// host/tls_files.c - the certificate of the web server: the operator's, or one made on first start.
#include "host/tls_files.h"

#include "transport/openssl.h"

#include "base/log.h"
#include "host/clock.h"
#include "host/config.h"
#include "host/entropy.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CERTIFICATE_NAME "server-certificate.pem"
#define KEY_NAME "server-key.pem"
#define DAY 86400L
#define VALID_DAYS 397 // the longest that Safari takes
#define RENEW_DAYS 30
#define NAMES_SIZE 4096

static enum err complain(char why[static DATA_WHY_SIZE], const char *what, const char *path)
{
    snprintf(why, DATA_WHY_SIZE, "%s (%s).", what, path);
    ERR_clear_error();
    return ERR_IO;
}

static X509 *read_certificate(const char *path)
{
    X509 *certificate = NULL;
    FILE *file = fopen(path, "re");

    if (file) {
        certificate = PEM_read_X509(file, NULL, NULL, NULL);
        fclose(file);
    }
    return certificate;
}

static EVP_PKEY *read_key(const char *path)
{
    EVP_PKEY *key = NULL;
    FILE *file = fopen(path, "re");

    if (file) {
        key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
        fclose(file);
    }
    return key;
}

// `left_days` must remain of its time.
static enum err check(const struct tls_files *files, long left_days, char why[static DATA_WHY_SIZE])
{
    X509 *certificate = read_certificate(files->certificate);
    EVP_PKEY *key = read_key(files->key);
    time_t at = clock_wall() + left_days * DAY;
    enum err err = ERR_OK;

    if (!certificate)
        err = complain(why, "The server's certificate cannot be read as PEM", files->certificate);
    else if (!key)
        err = complain(why, "The server's private key cannot be read as PEM", files->key);
    else if (X509_check_private_key(certificate, key) != 1)
        err = complain(why, "The server's certificate and private key do not belong together",
                       files->certificate);
    else if (X509_cmp_time(X509_get0_notAfter(certificate), &at) < 0)
        err = ERR_EXPIRED;
    X509_free(certificate);
    EVP_PKEY_free(key);
    return err;
}

static void add_name(char *names, const char *kind, const char *name)
{
    const size_t used = strlen(names);

    snprintf(names + used, NAMES_SIZE - used, "%s%s:%s", used ? "," : "", kind, name);
}

static void list_names(char names[static NAMES_SIZE], const struct config *config,
                       const struct addresses *addresses)
{
    const char *list = config->server_names;
    char name[256] = "", text[ADDRESS_TEXT_SIZE];

    names[0] = '\0';
    add_name(names, "DNS", "localhost");
    if (gethostname(name, sizeof name - 1) == 0 && name[0] && strcmp(name, "localhost") &&
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
            strlen(name))
        add_name(names, "DNS", name);
    while (config_next_item(&list, name, sizeof name)) {
        struct address address;
        add_name(names, address_from_text(&address, name) ? "IP" : "DNS", name);
    }
    add_name(names, "IP", "127.0.0.1");
    add_name(names, "IP", "::1");
    for (size_t i = 0; i < addresses->count; i++)
        add_name(names, "IP", address_ip_text(&addresses->items[i], text));
}

static bool add_extension(X509 *certificate, int kind, const char *value)
{
    X509V3_CTX about;
    X509_EXTENSION *extension;
    bool added;

    X509V3_set_ctx(&about, certificate, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &about, kind, value);
    added = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

static bool fill(X509 *certificate, EVP_PKEY *key, const char *names)
{
    X509_NAME *subject = X509_get_subject_name(certificate);
    // 63 random bits: a serial number is positive.
    const uint64_t serial = entropy_u64() >> 1;

    return X509_set_version(certificate, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY) &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), VALID_DAYS * DAY) &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                      (const unsigned char *)"Aftercare gateway", -1, -1, 0) == 1 &&
           X509_set_issuer_name(certificate, subject) == 1 &&
           X509_set_pubkey(certificate, key) == 1 &&
           add_extension(certificate, NID_subject_alt_name, names) &&
           add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
           add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

static enum err write_pem(const struct data_folder *folder, const char *name, BIO *pem,
                          char why[static DATA_WHY_SIZE])
{
    char *at = NULL;
    const long len = BIO_get_mem_data(pem, &at);

    return len > 0 ? data_folder_write(folder, name, at, (size_t)len, why) : ERR_NO_MEMORY;
}

static enum err make(const struct data_folder *folder, const char *names,
                     char why[static DATA_WHY_SIZE])
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    BIO *key_pem = BIO_new(BIO_s_mem()), *certificate_pem = BIO_new(BIO_s_mem());
    enum err err = ERR_NO_MEMORY;

    snprintf(why, DATA_WHY_SIZE, "A certificate could not be made.");
    if (key && certificate && key_pem && certificate_pem && fill(certificate, key, names) &&
        PEM_write_bio_PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL) == 1 &&
        PEM_write_bio_X509(certificate_pem, certificate) == 1) {
        err = write_pem(folder, KEY_NAME, key_pem, why);
        if (!err)
            err = write_pem(folder, CERTIFICATE_NAME, certificate_pem, why);
    }
    EVP_PKEY_free(key);
    X509_free(certificate);
    BIO_free(key_pem);
    BIO_free(certificate_pem);
    return err;
}

static enum err open_own(struct tls_files *files, const struct config *config,
                         const struct data_folder *folder, const struct addresses *addresses,
                         char why[static DATA_WHY_SIZE])
{
    char names[NAMES_SIZE];
    enum err err;

    files->own = true;
    data_folder_path(folder, CERTIFICATE_NAME, files->certificate);
    data_folder_path(folder, KEY_NAME, files->key);
    if (access(files->certificate, F_OK) == 0) {
        err = check(files, RENEW_DAYS, why);
        if (err != ERR_EXPIRED)
            return err;
    }
    list_names(names, config, addresses);
    err = make(folder, names, why);
    return err ? err : check(files, 0, why);
}

enum err tls_files_open(struct tls_files *files, const struct config *config,
                        const struct data_folder *folder, const struct addresses *addresses,
                        char why[static DATA_WHY_SIZE])
{
    enum err err;

    *files = (struct tls_files){0};
    if (!config->server_certificate[0] && !config->server_key[0])
        return open_own(files, config, folder, addresses, why);
    if (!config->server_certificate[0] || !config->server_key[0]) {
        snprintf(why, DATA_WHY_SIZE,
                 "server.certificate and server.key must be given together, or neither.");
        return ERR_INVALID;
    }
    snprintf(files->certificate, sizeof files->certificate, "%s", config->server_certificate);
    snprintf(files->key, sizeof files->key, "%s", config->server_key);
    err = check(files, 0, why);
    if (err != ERR_EXPIRED)
        return err;
    log_event(LOG_WARN, "certificate_expired"); // browsers say so too; staying down helps nobody
    return ERR_OK;
}
