// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/libsrtp2_test.c - the libsrtp2 we link computes with OpenSSL, never with NSS.
#include <link.h>
#include <srtp2/srtp.h>
#include <string.h>

#include "support/check.h"

struct loaded {
    bool openssl;
    bool nss;
};

static int look(struct dl_phdr_info *library, size_t size, void *into)
{
    struct loaded *const loaded = into;

    (void)size;
    loaded->openssl |= strstr(library->dlpi_name, "libcrypto.so") != NULL;
    loaded->nss |=
        strstr(library->dlpi_name, "libnss3.so") || strstr(library->dlpi_name, "libfreebl");
    return 0;
}

TEST(libsrtp2_is_not_the_one_on_nss)
{
    struct loaded loaded = {0};

    // Of 2.5 and later, so that the library is really linked.
    CHECK(srtp_get_version() >= 0x02050000);
    (void)dl_iterate_phdr(look, &loaded);
    CHECK(loaded.openssl);
    CHECK(!loaded.nss);
}

// libsrtp2 without a library for its ciphers has no GCM.
TEST(libsrtp2_has_aes_gcm)
{
    uint8_t key[SRTP_AES_GCM_128_KEY_LEN_WSALT] = {1, 2, 3};
    srtp_policy_t policy = {.ssrc = {.type = ssrc_any_outbound}, .key = key};
    srtp_t session = NULL;

    (void)srtp_init(); // fails when another test called it before
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    CHECK_EQ(srtp_create(&session, &policy), srtp_err_status_ok);
    CHECK_EQ(srtp_dealloc(session), srtp_err_status_ok);
}
