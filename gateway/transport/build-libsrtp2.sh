#!/usr/bin/env bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# transport/build-libsrtp2.sh - a static libsrtp2 on OpenSSL from the distribution's own source package.
#
# usage: build-libsrtp2.sh FOLDER
#
# Debian's binary package computes with NSS, which costs several times as much per packet. This
# fetches the source package of the same version from the same place the machine takes its packages
# from (apt checks the signatures), and builds it into FOLDER. The apt settings of the machine are
# read, never written. Quick when FOLDER holds it already; a source package once fetched is kept in
# the user's cache, so that another checkout needs no network.
set -euo pipefail

folder=${1:?usage: build-libsrtp2.sh FOLDER}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/aftercare/libsrtp2
mkdir -p "$cache" 2>/dev/null || cache=$folder/package
stamp=$folder/made
# What made the library: this very script. A change here builds anew.
recipe=$(sha256sum "${BASH_SOURCE[0]}" | cut -d' ' -f1)

candidate() {
    apt-cache policy libsrtp2-1 2>/dev/null | awk '/Candidate:/ && $2 != "(none)" { print $2 }'
}

# Once a day the version is compared with what apt offers, so that security updates arrive.
is_made() {
    local offered
    [[ -s $folder/lib/libsrtp2.a && -f $stamp && $(head -n 1 "$stamp") == "$recipe" ]] || return 1
    [[ -n $(find "$stamp" -mmin +1440) ]] || return 0
    offered=$(candidate)
    [[ -z $offered || $offered == "$(tail -n 1 "$stamp")" ]] || return 1
    touch "$stamp"
}

say() {
    printf 'libsrtp2: %s\n' "$*"
}

# The machine's sources that offer libsrtp2, asked for source packages instead.
write_source_list() {
    local into=$1 place file
    apt-cache policy libsrtp2-1 | awk '$2 ~ /^[a-z+]+:\// { sub(/\/$/, "", $2); print $2 }' | sort -u >"$into/places"
    [[ -s $into/places ]] || {
        say "apt knows no package libsrtp2-1; run 'apt-get update' first" >&2
        return 1
    }
    mkdir -p "$into/sources.list.d"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [[ -f $file ]] || continue
        while read -r place; do
            grep -E '^[[:space:]]*deb[[:space:]]' "$file" | grep -F -- "$place" |
                sed -E 's/^[[:space:]]*deb[[:space:]]/deb-src /' || true
        done <"$into/places"
    done | sort -u >"$into/sources.list"
    for file in /etc/apt/sources.list.d/*.sources; do
        [[ -f $file ]] || continue
        awk -v RS= -v ORS='\n\n' -v places="$into/places" '
            BEGIN { RS = "\n"; while ((getline line < places) > 0) place[line] = 1; RS = "" }
            {
                keep = 0
                for (p in place) if (index($0, p)) keep = 1
                if (!keep || $0 ~ /(^|\n)Enabled:[ \t]*no/) next
                gsub(/(^|\n)Types:[^\n]*/, "&\001")
                sub(/Types:[^\n]*\001/, "Types: deb-src")
                print
            }' "$file" >"$into/sources.list.d/$(basename "$file")"
    done
}

fetch() {
    local into=$1 version=$2
    local options=(
        -q -o "Dir::Etc::sourcelist=$into/sources.list"
        -o "Dir::Etc::sourceparts=$into/sources.list.d"
        -o "Dir::State::lists=$into/lists"
        -o "Dir::Cache=$into/cache"
        -o "Acquire::Languages=none"
        -o "Acquire::Retries=3"
        -o "APT::Update::Post-Invoke-Success::="
        -o "APT::Update::Post-Invoke::="
    )
    [[ $(id -u) != 0 ]] || options+=(-o "APT::Sandbox::User=root")
    mkdir -p "$into/lists/partial" "$into/cache/archives/partial"
    write_source_list "$into"
    say "fetching the source package, version $version"
    apt-get "${options[@]}" update >"$into/log" 2>&1 || true # judged by what can be fetched
    # The lists of the machine may be older than the place they come from: then what it has now.
    if ! (cd "$into" && for wanted in "libsrtp2=$version" libsrtp2; do
        apt-get "${options[@]}" source --download-only --only-source "$wanted" && exit 0
    done && exit 1) >>"$into/log" 2>&1; then
        tail -n 20 "$into/log" >&2
        say "could not fetch the source package; is the network there?" >&2
        return 1
    fi
    mkdir -p "$cache/$version"
    cp "$into"/libsrtp2_* "$cache/$version/"
}

build() {
    local work=$1 version=$2 dsc
    dsc=$(find "$cache/$version" -name '*.dsc' -print -quit 2>/dev/null || true)
    if [[ -z $dsc ]]; then
        fetch "$work" "$version"
        dsc=$(find "$cache/$version" -name '*.dsc' -print -quit)
    fi
    say "building version $version on OpenSSL"
    rm -rf "$work/source" "$work/made"
    {
        dpkg-source -x "$dsc" "$work/source"
        cmake -S "$work/source" -B "$work/made" -G Ninja -DCMAKE_BUILD_TYPE=Release \
            -DCMAKE_INSTALL_PREFIX="$folder" -DCMAKE_INSTALL_LIBDIR=lib \
            -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF \
            -DENABLE_OPENSSL=ON -DENABLE_NSS=OFF -DTEST_APPS=OFF -DLIBSRTP_TEST_APPS=OFF \
            -DCMAKE_C_FLAGS="-O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2 -ffile-prefix-map=$work=libsrtp2"
        cmake --build "$work/made"
        cmake --install "$work/made"
    } >"$work/log" 2>&1 || {
        tail -n 30 "$work/log" >&2
        return 1
    }
    nm -u "$folder/lib/libsrtp2.a" 2>/dev/null | grep 'EVP_' >"$work/log" || {
        say "the library made does not use OpenSSL" >&2
        return 1
    }
    printf '%s\n%s\n' "$recipe" "$version" >"$stamp"
}

is_made && exit 0
exec 9>"$folder/lock"
flock 9
is_made && exit 0
version=$(candidate)
if [[ -z $version ]]; then
    # No package lists on this machine: what the cache has is good enough.
    version=$(find "$cache" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null | sort -V | tail -n 1)
fi
if [[ -z $version && $(id -u) == 0 ]]; then
    apt-get -q update >/dev/null 2>&1 || true
    version=$(candidate)
fi
[[ -n $version ]] || {
    say "apt knows no package libsrtp2-1; run 'apt-get update' first" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build "$work" "$version"
