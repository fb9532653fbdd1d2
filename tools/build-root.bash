# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What builds in a fresh root of a Debian suite have in common: an ordinary user without network builds this tree there.
# Sourced, in the top directory, with $format (deb, rpm, machine) and $suite set; messages go to stderr and what the
# tool answers to file descriptor 3.

need_root() {
    [ "$(id -u)" = 0 ] || {
        echo "build-$format: needs root, to make the root that it builds in"
        exit 2
    }
}

# open_scratch: a directory for this run, gone at its end; and the lock on $out, build/FORMAT/SUITE/, where results go.
open_scratch() {
    out=$PWD/build/$format/$suite
    cache=${XDG_CACHE_HOME:-/var/cache}/redis-hosttune-tests
    scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/redis-hosttune-$format.XXXXXX")
    trap 'rm -rf --one-file-system "$scratch"' EXIT
    trap 'exit 130' INT TERM
    mkdir -p "$out"
    exec 9>"$out/.lock"
    flock 9
}

# fail LOG WORDS
fail() {
    tail -n 60 "$1" >&2 || true
    echo "build-$format: $suite: $2: the whole log is $1" >&2
    exit 1
}

# The tree as it would be committed, the same bytes for the same files; as old as the changelog says.
pack_source() {
    local date
    date=$(sed -n 's/^ -- .*>  //p;T;q' debian/changelog)
    {
        git -c safe.directory='*' ls-files -z -co --exclude-standard 2>/dev/null ||
            find . \( -path ./.git -o -path ./build \) -prune -o ! -type d -print0
    } | while IFS= read -rd '' file; do
        if [ -e "$file" ] || [ -L "$file" ]; then printf '%s\0' "$file"; fi
    done | sort -zu | tar -c --null -T - --sort=name --mtime="$date" --owner=0 --group=0 --numeric-owner
}

# is_built OPTIONS: packs the source, and says whether $out has its packages already; mark_built, once they are there.
is_built() {
    pack_source >"$scratch/source.tar"
    source_key=$({ echo "$1"; cat "$scratch/source.tar"; } | sha256sum)
    [ "$(cat "$out/key" 2>/dev/null || true)" = "$source_key" ] || {
        rm -f "$out/key"
        return 1
    }
}

mark_built() { echo "$source_key" >"$out/key"; }

build_depends() {
    awk '/^#/ {next} /^[^ ]/ {on = /^Build-Depends:/; sub(/^[^:]*:/, "")} on' debian/control | tr -d '\n'
}

# cached_root NAME ARGUMENT...: a tar of a root of $suite, made once for each list of mmdebstrap's arguments and of build
# dependencies, of $mirror where that is set. Its path.
cached_root() {
    local key tar apt_options name=$1
    shift
    key=$(sha256sum <<<"$suite $(build_depends) $*" | cut -c -12)
    tar=$cache/$name-$key.tar
    mkdir -p "$cache"
    exec 8>"$cache/$name.lock"
    flock 8
    if [ ! -e "$tar" ]; then
        # Proxies and the like are those of this host's apt.
        mapfile -t apt_options < <(apt-config dump | grep -E '^Acquire::(http|https|Check)' | sed 's/^/--aptopt=/')
        # No open files beyond the usual three: its "cat >&N" takes numbers of one digit only.
        mmdebstrap "${apt_options[@]}" "$@" "$suite" "$cache/$name.part.tar" ${mirror:+"$mirror"} \
            >"$out/root.log" 2>&1 3>&- 8>&- 9>&- || fail "$out/root.log" "no root"
        mv "$cache/$name.part.tar" "$tar"
    fi
    touch "$tar"
    find "$cache" -name "$name-*.tar" -mtime +7 -delete
    exec 8>&-
    echo "$tar"
}

# The arguments for the build dependencies, as tools/install-deps has them.
# shellcheck disable=SC2016 # for the hook's own shell
install_build_depends=(--variant=buildd --customize-hook='mkdir -p "$1/deps/debian" "$1/deps/tools"'
    --customize-hook='copy-in debian/control /deps/debian' --customize-hook='copy-in tools/install-deps /deps/tools'
    --customize-hook='chroot "$1" /deps/tools/install-deps')

# With lintian and rpm.
base_tar() {
    local mirror=${MIRROR-}
    cached_root "build-$suite" "${install_build_depends[@]}" \
        --customize-hook='chroot "$1" apt-get -qq -y --no-install-recommends install lintian rpm'
}

# unpack_root [TAR]
unpack_root() {
    [ ! -e "$scratch/root" ] || return 0
    local tar
    tar=${1-$(base_tar)}
    mkdir "$scratch/root"
    tar -C "$scratch/root" -xf "$tar"
    install -d -o 65534 -g 65534 "$scratch/root/work"
}

# unpack_source DIRECTORY: the tree below /work in the root.
unpack_source() {
    mkdir "$scratch/root/work/$1"
    tar -C "$scratch/root/work/$1" -xf "$scratch/source.tar"
    chown -R -h 65534:65534 "$scratch/root/work"
}

# in_root COMMAND [VARIABLE=VALUE...]: as nobody in the unpacked root, in namespaces that take their mounts with them;
# of all networks there is loopback, for the tests' sockets.
in_root() {
    # shellcheck disable=SC2016 # for the inner shell
    unshare --mount --net --pid --fork --kill-child bash -c 'mount -t proc proc "$1/proc" && ip link set lo up &&
        exec chroot --userspec=65534:65534 "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/work \
            LC_ALL=C.UTF-8 "${@:3}" sh -ec "$2"' bash "$scratch/root" "$@" </dev/null
}
