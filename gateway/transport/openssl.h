// SPDX-License-Identifier: AGPL-3.0-or-later
// transport/openssl.h - OpenSSL's headers, whose one type name that is also ours is kept out.
#ifndef GATEWAY_TRANSPORT_OPENSSL_H
#define GATEWAY_TRANSPORT_OPENSSL_H

#define ERR_STATE openssl_err_state // base/err.h has an ERR_STATE of its own

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/srtp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#undef ERR_STATE

#endif
