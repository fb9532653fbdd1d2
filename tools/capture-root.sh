#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Takes from a live host what `redis-hosttune --root` needs to look at it elsewhere: kernel values, drop-ins, Redis
# units, the files of Redis processes. What may be secret is left out: passwords and unknown directives of redis.conf,
# arguments of command lines, environment and credentials of units, contents that tmpfiles.d writes, comments.
set -euo pipefail
shopt -s nullglob
export LC_ALL=C

usage() {
    cat <<'USAGE'
Usage: sudo tools/capture-root.sh [--from=TREE] DIRECTORY|FILE.tar.gz

Captures this host (or TREE) into a new directory or an archive, without secrets.
Look at it with: redis-hosttune diff --root=DIRECTORY
USAGE
}

fail() {
    echo "capture-root: $*" >&2
    exit 2
}

from=""
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help)
        usage
        exit 0
        ;;
    --from=*) from=${1#--from=} from=${from%/} ;;
    -*) fail "unknown option $1, see --help" ;;
    *) break ;;
    esac
    shift
done
if [ $# -ne 1 ]; then
    usage >&2
    exit 2
fi
target=$1
case $target in
*.tar.gz)
    [ ! -e "$target" ] || fail "$target exists already"
    out=$(mktemp -d "${TMPDIR:-/tmp}/capture-root.XXXXXX")
    trap 'rm -rf "$out"' EXIT
    ;;
*)
    mkdir "$target" || fail "cannot make $target: name a directory that does not exist yet"
    out=$(cd "$target" && pwd)
    ;;
esac
umask 022

readonly gone=LEFT-OUT
readonly credentials=/etc/redis-hosttune/credentials.conf # passwords, never copied whatever leads to it
readonly file_max=$((4 * 1024 * 1024))

# --- copying ---

make_room() { # PATH
    [ -d "$out${1%/*}" ] || mkdir -p "$out${1%/*}"
}

# Standard input to /path of the capture.
put() { # PATH
    make_room "$1"
    cat >"$out$1"
}

# The content of a regular file of bounded size.
get() { # PATH
    [ -f "$from$1" ] && head -c "$file_max" -- "$from$1" 2>/dev/null
}

# Through a filter; what cannot be read is not there.
take() { # PATH [FILTER...]
    local path=$1
    shift
    [ "$path" != "$credentials" ] && ! [ "$from$path" -ef "$from$credentials" ] || return 0
    if [ -L "$from$path" ] && [[ $path != /proc/* && $path != /sys/* ]]; then
        make_room "$path"
        [ -L "$out$path" ] || ln -s "$(readlink "$from$path")" "$out$path"
        return 0
    fi
    [ -f "$from$path" ] && [ -r "$from$path" ] || return 0
    make_room "$path"
    if [ $# -eq 0 ]; then
        get "$path" >"$out$path" || rm -f "$out$path"
    else
        get "$path" | "$@" >"$out$path" || rm -f "$out$path"
    fi
}

# A link of /proc, which has its own kind of target.
take_link() { # PATH
    local to
    to=$(readlink "$from$1" 2>/dev/null) || return 0
    make_room "$1"
    ln -s "$to" "$out$1"
}

# An empty file by the same name: only that it is there matters.
take_name() { # PATH
    [ ! -e "$from$1" ] || put "$1" </dev/null
}

# Files below a directory by a pattern of names, with the filter.
take_all() { # DIRECTORY PATTERN [FILTER...]
    local directory=$1 pattern=$2 path
    shift 2
    if [ -L "$from$directory" ]; then
        take "$directory"
        return
    fi
    for path in "$from$directory"/$pattern; do
        take "${path#"$from"}" "$@"
    done
}

# --- what is left out ---

# Values of keys that hold secrets.
without_sysctl_secrets() {
    sed -E "/^[^#;=]*(secret|fastopen_key|[^a-z]key)[^=]*=/ s/=.*/= $gone/; /^[[:space:]]*[#;]/ s/.*/# $gone/"
}

# The contents that lines write elsewhere than to the kernel.
without_tmpfiles_contents() {
    awk -v gone="$gone" '
        /^[[:space:]]*#/ { print "# " gone; next }
        NF > 2 && !($1 ~ /^w/ && $2 ~ /^["\047]?\/(sys|proc|[*?[{])/) { print $1, $2, "- - - -", gone; next }
        { print }'
}

# Environment and credentials, continued lines with them; and passwords among the arguments of a command. Comments go
# too, but for those of the drop-ins that are ours.
without_unit_secrets() {
    awk -v gone="$gone" -v keeps_comments="${1:-}" '
        hidden { hidden = /\\$/; print "  " gone (hidden ? " \\" : ""); next }
        /^[[:space:]]*[#;]/ { print keeps_comments ? $0 : "# " gone; next }
        /^[[:space:]]*(Environment|DefaultEnvironment|ManagerEnvironment|SetCredential|SetCredentialEncrypted)[[:space:]]*=/ {
            hidden = /\\$/; sub(/=.*/, "=" gone (hidden ? " \\" : "")); print; next }
        { print }' | sed -E "s/(--?(requirepass|masterauth|masteruser|user|pass|a|tls-(client-)?key-file-pass|sentinel)[= \t]+)(\"[^\"]*\"|'[^']*'|[^[:space:]\\\\]+)/\1$gone/g"
}

# Words of the kernel's command line: those that matter here stay whole, of the others the name.
without_boot_secrets() {
    tr ' ' '\n' | sed -E "/^(sysctl[.\/]|transparent_hugepage|thp_|cgroup|systemd\.unified_cgroup|numa|swapaccount|hugepages|default_hugepagesz|mitigations)/! s/=.*/=$gone/" | tr '\n' ' '
    echo
}

# Directives that are known to hold no secret, by their names; of all others (and they may be a renamed command, a
# module's password, an ACL user) the name alone stays.
readonly plain_directives='port tls-port bind bind-source-addr unixsocket unixsocketperm tcp-backlog tcp-keepalive
maxclients timeout maxmemory maxmemory-policy maxmemory-samples maxmemory-clients maxmemory-eviction-tenacity save
appendonly appendfsync appenddirname no-appendfsync-on-rewrite auto-aof-rewrite-percentage auto-aof-rewrite-min-size
aof-use-rdb-preamble aof-load-truncated dir logfile loglevel databases include supervised daemonize pidfile
protected-mode stop-writes-on-bgsave-error rdbcompression rdbchecksum rdb-save-incremental-fsync dbfilename
repl-backlog-size repl-backlog-ttl repl-diskless-sync repl-diskless-sync-delay repl-diskless-load repl-timeout
client-output-buffer-limit client-query-buffer-limit activedefrag active-defrag-ignore-bytes
active-defrag-threshold-lower active-defrag-threshold-upper active-defrag-cycle-min active-defrag-cycle-max
lazyfree-lazy-eviction lazyfree-lazy-expire lazyfree-lazy-server-del replica-lazy-flush io-threads
io-threads-do-reads disable-thp oom-score-adj oom-score-adj-values hz dynamic-hz jemalloc-bg-thread
slowlog-log-slower-than slowlog-max-len latency-monitor-threshold cluster-enabled aclfile set-proc-title
proc-title-template syslog-enabled always-show-logo'

without_redis_secrets() {
    awk -v gone="$gone" -v plain="$plain_directives" '
        BEGIN { count = split(plain, names); for (i = 1; i <= count; i++) is_plain[names[i]] = 1 }
        NF == 0 { print; next }
        tolower($1) in is_plain { print; next }
        $1 ~ /^[A-Za-z][A-Za-z-]*$/ { print $1, gone; next }
        { print "# " gone }'
}

# The words of a command line, which NULs end: program, configuration file and plain options stay.
without_argument_secrets() {
    tr '\000' '\n' | awk -v gone="$gone" -v plain="$plain_directives" '
        BEGIN { count = split(plain, names); for (i = 1; i <= count; i++) is_plain["--" names[i]] = 1 }
        NR == 1 || (NR == 2 && /^\//) { print; next }
        /^--/ { name = tolower($0); sub(/[= ].*/, "", name); keeps = name in is_plain; print keeps ? $0 : name; next }
        { print keeps ? $0 : gone }' | tr '\n' '\000'
}

# A cut of the machine-id's hash: it tells machines apart and names none.
anonymous_id() { # ID
    printf '%s' "$1" | sha256sum | cut -c1-32
}

# --- the kernel ---

tunables=(
    # begin: the rows of src/policy/tunables.c, by make generate
    '/proc/sys/vm/overcommit_memory'
    '/proc/sys/vm/swappiness'
    '/proc/sys/net/core/somaxconn'
    '/proc/sys/net/ipv4/tcp_max_syn_backlog'
    '/sys/kernel/mm/transparent_hugepage/enabled'
    '/sys/kernel/mm/transparent_hugepage/defrag'
    '/sys/kernel/mm/transparent_hugepage/hugepages-*kB/enabled'
    # end
)

capture_kernel() {
    local row path id
    for row in "${tunables[@]}"; do
        for path in "$from"$row; do # a glob is one of the captured tree
            take "${path#"$from"}"
        done
    done
    for path in vm/overcommit_ratio vm/overcommit_kbytes vm/max_map_count vm/zone_reclaim_mode vm/min_free_kbytes \
        vm/admin_reserve_kbytes vm/user_reserve_kbytes net/ipv4/tcp_syncookies net/ipv4/tcp_tw_reuse \
        net/ipv4/tcp_tw_recycle kernel/osrelease kernel/random/boot_id kernel/numa_balancing kernel/pid_max fs/nr_open; do
        take "/proc/sys/$path"
    done
    for path in swaps meminfo 1/comm; do
        take "/proc/$path"
    done
    take /proc/cmdline without_boot_secrets
    # in what order the bytes of addresses stand; Linux says it from 6.4 on
    if [ -n "$from" ]; then
        take /sys/kernel/cpu_byteorder
    else
        case $(printf '\1\0' | od -An -td2) in *256) echo big ;; *) echo little ;; esac | put /sys/kernel/cpu_byteorder
    fi
    take_link /proc/1/ns/net
    for path in "$from"/sys/kernel/mm/transparent_hugepage/{hpage_pmd_size,shmem_enabled} "$from"/sys/kernel/mm/lru_gen/enabled \
        "$from"/sys/devices/system/node/{has_memory,has_cpu,online} "$from"/sys/devices/system/node/node*/{meminfo,cpulist} \
        "$from"/sys/devices/system/clocksource/clocksource0/{current,available}_clocksource \
        "$from"/sys/fs/selinux/enforce "$from"/sys/fs/cgroup/cgroup.controllers \
        "$from"/sys/fs/cgroup/memory/memory.swappiness; do
        take "${path#"$from"}"
    done
    for path in "$from"/boot/config-* "$from"/lib/modules/*/config; do
        take "${path#"$from"}" grep -E '^CONFIG_(TRANSPARENT_HUGEPAGE|NUMA|CGROUP|LRU_GEN|HZ)' || true
    done
    id=$(get /etc/machine-id || true)
    [ -z "$id" ] || anonymous_id "$id" | put /etc/machine-id
}

# --- files that decide what the next boot sets ---

capture_files() {
    local directory path
    for directory in /etc /run /usr/local/lib /usr/lib /lib; do
        if [ "$directory" = /lib ] && [ -L "$from/lib" ]; then
            take /lib
            continue
        fi
        take_all $directory/sysctl.d '*.conf' without_sysctl_secrets
        take_all $directory/tmpfiles.d '*.conf' without_tmpfiles_contents
        take_all $directory/systemd/system.conf.d '*.conf' without_unit_secrets
    done
    for path in /etc/sysctl.d/{00,99-zz}-redis-hosttune.conf /etc/tmpfiles.d/00-redis-hosttune.conf; do
        take "$path" # ours: their comments are the values from before
    done
    take /etc/sysctl.conf without_sysctl_secrets
    take /etc/systemd/system.conf without_unit_secrets
    for directory in /etc/credstore /run/credstore /usr/local/lib/credstore /usr/lib/credstore \
        /run/credentials/@system; do
        take $directory/sysctl.extra without_sysctl_secrets
        take $directory/tmpfiles.extra without_tmpfiles_contents
    done
    take_name /lib/systemd/systemd
    for path in "$from"/usr/lib/systemd/libsystemd-shared-*.so "$from"/usr/lib/*-linux-gnu*/systemd/libsystemd-shared-*.so; do
        take_name "${path#"$from"}"
    done
    for path in debian_version os-release redhat-release; do
        take /etc/$path
    done
    for path in active_profile post_loaded_profile tuned-main.conf; do
        take /etc/tuned/$path
    done
    for directory in "$from"/{etc,usr/lib}/tuned/{,profiles/}*/; do
        take_all "${directory#"$from"}" tuned.conf
    done
}

# The state has the machine-id as well.
with_anonymous_id() {
    local id
    id=$(get /etc/machine-id || true)
    if [ -n "$id" ]; then
        sed "s/$id/$(anonymous_id "$id")/g"
    else
        cat
    fi
}

capture_own() {
    local directory
    for directory in /etc /run /usr/lib; do
        take $directory/redis-hosttune/redis-hosttune.conf
        take_all $directory/redis-hosttune/redis-hosttune.conf.d '*.conf'
    done
    take /var/lib/redis-hosttune/state.json with_anonymous_id
    take /run/redis-hosttune/state.json with_anonymous_id
    take_name /run/redis-hosttune/pending
}

# --- units ---

# Redis', ours, and those that the configuration or a running server names.
unit_patterns() {
    printf '%s\n' 'redis*.service' 'valkey*.service' 'keydb*.service' 'sentinel*.service'
    sed -n 's/^[[:space:]]*add[[:space:]]*=//p' "$from"/{etc,run,usr/lib}/redis-hosttune/{redis-hosttune.conf,redis-hosttune.conf.d/*.conf} \
        2>/dev/null | tr '[:blank:]' '[\n*]' | grep -E '^[A-Za-z0-9:_.@-]+$' || true
    cat "$out"/proc/[0-9]*/cgroup 2>/dev/null | grep -oE '[A-Za-z0-9:_.@\-]+\.service' | sed -E 's,\\,\\\\,g; p; s/@.*\.service$/@.service/' || true
}

capture_units() {
    local directory pattern path
    local directories=("$from"/{etc,run}/systemd/system{,.control,.attached} "$from"/run/systemd/{transient,generator}
        "$from"/{usr/local/lib,usr/lib,lib}/systemd/system)
    mapfile -t patterns < <(unit_patterns | sort -u)
    [ ! -d "$from/run/systemd/system" ] || mkdir -p "$out/run/systemd/system"
    for directory in "${directories[@]}"; do
        [[ $directory != "$from"/lib/* || ! -L $from/lib ]] || continue
        directory=${directory#"$from"}
        take_all "$directory/service.d" '*.conf' without_unit_secrets
        for pattern in "${patterns[@]}"; do
            # shellcheck disable=SC2231 # patterns they are
            for path in "$from$directory"/$pattern "$from$directory"/*.{wants,requires}/$pattern; do
                take "${path#"$from"}" without_unit_secrets
            done
            for path in "$from$directory"/$pattern.d; do
                take_all "${path#"$from"}" '*.conf' without_unit_secrets
                take_all "${path#"$from"}" zz-redis-hosttune.conf without_unit_secrets keeps-comments
            done
        done
    done
}

# --- servers ---

listening() {
    awk 'NR == 1 || $4 == "0A" || $4 == "00010000"'
}

# Only what is counted of a mapping.
mapping_flags() {
    grep -E '^([0-9a-f]+-[0-9a-f]+ |VmFlags:)' | sed -E 's/^([0-9a-f]+-[0-9a-f]+ [^ ]+).*/\1 00000000 00:00 0/'
}

capture_cgroups() { # /proc/PID
    local controllers path mount file
    while IFS=: read -r _ controllers path; do
        mount=/sys/fs/cgroup
        case $controllers in
        '') [ -e "$from/sys/fs/cgroup/cgroup.controllers" ] || mount=/sys/fs/cgroup/unified ;;
        memory | *,memory | memory,*) mount=/sys/fs/cgroup/memory ;;
        pids | *,pids | pids,*) mount=/sys/fs/cgroup/pids ;;
        *) continue ;;
        esac
        [[ $path != *..* ]] || continue
        while [ -n "$path" ] && [ "$path" != / ]; do
            for file in "$from$mount$path"/memory.{max,high,current,swap.max,swap.current,events,limit_in_bytes,soft_limit_in_bytes,usage_in_bytes,memsw.limit_in_bytes,memsw.usage_in_bytes,swappiness,oom_control} \
                "$from$mount$path"/pids.{max,current}; do
                take "${file#"$from"}"
            done
            path=${path%/*}
        done
    done < <(get "$1/cgroup" || true)
}

capture_process() { # PID
    local process=/proc/$1 file link
    for file in comm stat status limits cgroup smaps_rollup numa_maps net/netstat; do
        take "$process/$file"
    done
    take "$process/smaps" mapping_flags
    for file in tcp tcp6 unix; do
        take "$process/net/$file" listening
    done
    if [ -r "$from$process/cmdline" ]; then
        head -c 65536 "$from$process/cmdline" | without_argument_secrets | put "$process/cmdline"
    fi
    take_link "$process/ns/net"
    make_room "$process/fd/"
    find "$from$process/fd" -mindepth 1 -maxdepth 1 -lname 'socket:*' -printf '%l %f\n' 2>/dev/null |
        while read -r link file; do ln -s "$link" "$out$process/fd/$file"; done || true
    capture_cgroups "$process"
}

capture_servers() {
    local path
    for path in "$from"/proc/[0-9]*/comm; do
        case $(cat "$path" 2>/dev/null || true) in
        redis-server | valkey-server | keydb-server | redis-sentinel | valkey-sentinel)
            path=${path%/comm}
            capture_process "${path##*/}"
            ;;
        esac
    done
}

# What command lines and units name, what lies in the usual places, and what these include.
capture_redis_configuration() {
    local -A seen=()
    local queue=("$from"/etc/{redis,valkey,keydb}/*.conf "$from"/etc/{redis,valkey,keydb,redis-sentinel,valkey-sentinel}.conf)
    local path include
    mapfile -t -O "${#queue[@]}" queue < <({
        cat "$out"/proc/[0-9]*/cmdline 2>/dev/null | tr '\000' '\n'
        find "$out" -path '*/systemd/system*' -type f -exec grep -hE '^[[:space:]]*ExecStart' {} + | tr '[:blank:]' '[\n*]'
    } | grep -E '^/.*\.conf$' | sort -u | while IFS= read -r path; do
        printf '%s\n' "$from$path" "$from${path/\%[iI]/*}"
    done || true)
    while [ ${#queue[@]} -gt 0 ] && [ ${#seen[@]} -lt 256 ]; do
        path=${queue[0]}
        queue=("${queue[@]:1}")
        for path in $path; do
            [ -f "$path" ] || continue
            [ -z "${seen[$path]:-}" ] || continue
            seen[$path]=1
            take "${path#"$from"}" without_redis_secrets
            while read -r _ include; do
                include=${include//[\"\']/}
                [[ $include != /* ]] || queue+=("$from$include")
            done < <(grep -iE '^[[:space:]]*include[[:space:]]' "$path" 2>/dev/null || true)
        done
    done
}

# --- and a last look: no value of a secret directive may be anywhere ---

known_secrets() {
    local path
    sed -nE 's/^[[:space:]]*password[[:space:]]*=[[:space:]]*//p' "$from$credentials" 2>/dev/null || true
    for path in "$from"/etc/{redis,valkey,keydb}/*.conf "$from"/etc/{redis,valkey,keydb}.conf $(cd "$out" && find etc -name '*.conf' -printf "$from/%p\n" 2>/dev/null); do
        [ -f "$path" ] || continue
        sed -nE 's/^[[:space:]]*(requirepass|masterauth|tls-key-file-pass|tls-client-key-file-pass)[[:space:]]+//Ip; s/^[[:space:]]*sentinel[[:space:]]+(auth-pass[[:space:]]+[^[:space:]]+|sentinel-pass)[[:space:]]+//Ip' "$path" 2>/dev/null || true
        grep -iE '^[[:space:]]*user[[:space:]]' "$path" 2>/dev/null | grep -oE '[>#][^[:space:]]+' | cut -c2- || true
    done | sed -E 's/^"(.*)"[[:space:]]*$/\1/; s/[[:space:]]+$//' | awk 'length >= 4' | sort -u
}

refuse_secrets() {
    local found secrets
    secrets=$(known_secrets)
    [ -n "$secrets" ] || return 0
    found=$(grep -rlF -f <(printf '%s\n' "$secrets") "$out" || true)
    [ -z "$found" ] || while IFS= read -r path; do
        echo "capture-root: ${path#"$out"} holds a password: left out" >&2
        rm -f "$path"
    done <<<"$found"
}

[ -n "$from" ] || [ "$(id -u)" = 0 ] || echo "capture-root: without root much of the Redis processes cannot be read" >&2
capture_kernel
capture_files
capture_own
capture_servers
capture_units
capture_redis_configuration
refuse_secrets
if [ "$out" = "$(cd "$target" 2>/dev/null && pwd)" ]; then
    echo "captured $(find "$out" ! -type d | wc -l) files in $target: redis-hosttune diff --root=$target"
else
    tar -C "$out" --owner=0 --group=0 -czf "$target" .
    echo "captured $(find "$out" ! -type d | wc -l) files in $target"
fi
