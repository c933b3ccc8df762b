# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash
# packages.sh - installs by name what is missing, and builds; read by gateway/run and tests/run.
# The reader has set `root` to the checkout and is in it.
: "${root:?}"
# ccache keeps its files at home; those who have none build without it.
[[ -w ${HOME:-/nonexistent} ]] || export CCACHE_DISABLE=1

# To build the gateway and its libraries.
# shellcheck disable=SC2034 # used by the readers
build_packages=(
    ca-certificates cmake ninja-build gcc libc6-dev binutils pkg-config ccache dpkg-dev openssl
    libwebsockets-dev libwebsockets-evlib-ev libev-dev libjansson-dev libsodium-dev libsqlite3-dev
    libssl-dev libvpx-dev libopus-dev
)
# To test it, browsers and a sound server for Firefox included.
# shellcheck disable=SC2034 # used by tests/run
test_packages=(
    clang clang-format llvm libclang-rt-14-dev python3 shellcheck git valgrind
    chromium firefox-esr pulseaudio xvfb xauth iproute2 ethtool nftables tcpdump procps espeak-ng
    fonts-dejavu-core fonts-noto-core fonts-noto-color-emoji
)
# To measure it beside a peer (tests/load/janus); nothing else needs them.
# shellcheck disable=SC2034 # used by tests/run bench
bench_packages=(janus)

say() {
    printf '%s: %s\n' "${me:-aftercare}" "$*"
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "needs root (or sudo) for: $*" >&2
        return 1
    fi
}

# packages_missing NAME...: prints those that are not installed.
packages_missing() {
    local name installed
    installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${binary:Package}\n' 2>/dev/null |
        awk '$1 == "ii" { sub(/:.*/, "", $2); print $2 }')
    for name in "$@"; do
        grep -qxF -- "$name" <<<"$installed" || printf '%s\n' "$name"
    done
}

# packages_install NAME...: installs those that are missing; no network when none is.
packages_install() {
    local missing
    command -v dpkg-query >/dev/null || {
        say "this is not Debian; please install the like of: $*" >&2
        return 1
    }
    mapfile -t missing < <(packages_missing "$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0
    say "installing ${missing[*]}"
    mkdir -p build
    if ! as_root apt-get -q update >build/packages.log 2>&1 ||
        ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install \
            "${missing[@]}" >>build/packages.log 2>&1; then
        tail -n 30 build/packages.log >&2
        say "could not install them" >&2
        return 1
    fi
}

node_is_fit() {
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit(a > 18 || (a === 18 && b >= 20) ? 0 : 1)'
}

# The present Node when it is 18.20 or newer, else the distribution's with its own npm.
node_install() {
    node_is_fit || packages_install nodejs npm
    node_is_fit || {
        say "Node 18.20 or newer is needed; found $(node --version 2>/dev/null || echo none)" >&2
        return 1
    }
}

# content_hash PATH...: one hash over names and contents; what npm and the build make is left out.
content_hash() {
    find "$@" -name node_modules -prune -o -name dist -prune -o -type f -print0 |
        LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -d' ' -f1
}

# quietly LOG COMMAND...: the command's output is shown only when it fails.
quietly() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 || {
        tail -n 60 "$log" >&2
        say "failed: $*" >&2
        return 1
    }
}

# build_preset PRESET [TARGET...]: configures when needed, builds what changed.
# AFTERCARE_WERROR=ON in the environment makes warnings errors.
build_preset() {
    local preset=$1 folder=build/$1 settings=() targets=()
    shift
    if [[ -n ${AFTERCARE_WERROR:-} ]]; then
        settings+=("-DAFTERCARE_WERROR=$AFTERCARE_WERROR")
    fi
    if [[ ! -f $folder/build.ninja ]] ||
        { [[ -n ${AFTERCARE_WERROR:-} ]] &&
            ! grep -q "^AFTERCARE_WERROR:BOOL=$AFTERCARE_WERROR\$" "$folder/CMakeCache.txt"; }; then
        say "configuring $preset"
        quietly "$folder/configure.log" cmake --preset "$preset" "${settings[@]}" ||
            return 1
    fi
    [[ $# == 0 ]] || targets=(--target "$@")
    say "building $preset"
    quietly "$folder/build.log" cmake --build "$folder" "${targets[@]}"
}

# npm ci in web/, when the lock file changed.
web_install() {
    local hash
    node_install || return 1
    hash=$(cat web/package.json web/package-lock.json | sha256sum | cut -d' ' -f1)
    if [[ -d web/node_modules && $(cat web/node_modules/.aftercare 2>/dev/null) == "$hash" ]]; then
        return 0
    fi
    say "installing the packages of the pages"
    (cd web && quietly "$root/build/npm.log" npm ci --no-audit --no-fund) || return 1
    printf '%s\n' "$hash" >web/node_modules/.aftercare
}

# The pages into build/web, when one of their files changed.
web_build() {
    local hash
    [[ -d web ]] || return 0
    hash=$(content_hash web)
    if [[ -f build/web.made && -d build/web && $(cat build/web.made) == "$hash" ]]; then
        return 0
    fi
    web_install || return 1
    say "building the pages"
    rm -f build/web.made
    quietly build/web.log node web/build.mjs || return 1
    printf '%s\n' "$hash" >build/web.made
}
