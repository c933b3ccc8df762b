#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# make-dev-cert.sh - a self-signed certificate for development, in this folder.
#
# usage: certs/make-dev-cert.sh [name or address...]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
names=("DNS:localhost" "IP:127.0.0.1" "IP:::1" "DNS:$(uname -n)")
for name in "$@"; do
    if [[ $name =~ ^[0-9.]+$ || $name == *:* ]]; then
        names+=("IP:$name")
    else
        names+=("DNS:$name")
    fi
done
subject_alt_name=$(IFS=,; printf '%s' "${names[*]}")

umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 90 \
    -subj "/CN=${1:-localhost}" -addext "subjectAltName=$subject_alt_name" \
    -addext "extendedKeyUsage=serverAuth" -addext "basicConstraints=critical,CA:FALSE" \
    -keyout dev.key -out dev.pem 2>/dev/null
chmod 644 dev.pem
printf 'certs/dev.pem and certs/dev.key, for %s\n' "$subject_alt_name"
openssl x509 -in dev.pem -noout -fingerprint -sha256 -enddate
