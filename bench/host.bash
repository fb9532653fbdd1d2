# SPDX-License-Identifier: MIT
# What bench/run does to the host, and how it is undone: sourced, not run.

# shellcheck disable=SC2046,SC2207 # its globs are to be matched
knobs=($(cat "${BASH_SOURCE[0]%/*}/../tests/knobs"))
drop_ins=(/etc/sysctl.d/00-redis-hosttune.conf /etc/sysctl.d/99-zz-redis-hosttune.conf
    /etc/tmpfiles.d/00-redis-hosttune.conf)
directories=(/etc/sysctl.d /etc/tmpfiles.d /var/lib/redis-hosttune /run/redis-hosttune)
declare -A values=() was_there=()

# The selected word of "always [madvise] never", or the whole of a plain value.
chosen() {
    sed -E 's/.*\[(.*)\].*/\1/' "$1"
}

refuse() {
    echo "bench: part apply refuses to start: $*" >&2
    exit 2
}

host_save() {
    local place
    [ "$(id -u)" -eq 0 ] || refuse 'it needs root (bench/run wrapper does not)'
    for place in "${drop_ins[@]}" /var/lib/redis-hosttune/* /run/redis-hosttune/pending; do
        [ ! -e "$place" ] || refuse "$place is there, this host is in use; redis-hosttune revert makes it free"
    done
    for place in "${directories[@]}"; do
        [ ! -d "$place" ] || was_there[$place]=1
    done
    for place in "${knobs[@]}" /proc/sys/vm/min_free_kbytes; do
        [ ! -e "$place" ] || values[$place]=$(chosen "$place")
    done
}

# min_free_kbytes comes last: the kernel computes it anew with each write to thp/enabled.
host_restore() {
    local place
    for place in "${knobs[@]}" /proc/sys/vm/min_free_kbytes; do
        [ -z "${values[$place]:-}" ] || [ "$(chosen "$place")" = "${values[$place]}" ] || echo "${values[$place]}" >"$place"
    done
    rm -rf "${drop_ins[@]}" /var/lib/redis-hosttune/*
    for place in "${directories[@]}"; do
        [ -n "${was_there[$place]:-}" ] || rm -rf "$place"
    done
}
