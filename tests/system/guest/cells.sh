# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Cells of the placement matrix: a unit of Redis or Valkey each, as the generator finds it, run with and without the
# generator's drop-in and looked at in /proc. Sourced after lib.sh.

# shellcheck disable=SC2034 # for the checks
CELL_ASSERTIONS=11
wrapper=/usr/lib/redis-hosttune/redis-hosttune-exec
pending=/run/redis-hosttune/pending
cell_files=/run/system-test/cells
cells=()
declare -A of=() now=() # of[CELL/SETTING]: as declared; now[…]: what fetch found

# nodes has_memory|has_cpu: the kernel's list.
nodes() {
    echo "$(< "/sys/devices/system/node/$1")"
}

# cell NAME UNIT PORT|SOCKET [placement=…] [policy=…] [nofile=SOFT:HARD] [rights="CAPEFF SECCOMP"]
cell() {
    local setting policy
    policy=interleave:$(nodes has_memory)
    [[ " ${*:4} " != *" placement=off "* ]] || policy=default
    cells+=("$1")
    for setting in "unit=$2" "port=$3" placement=exec "policy=$policy" nofile=65536:65536 rights='0 2' "${@:4}"; do
        of[$1/${setting%%=*}]=${setting#*=}
    done
}

units_of_cells() {
    local name
    for name in "${cells[@]}"; do echo "${of[$name/unit]}"; done | sort -u
}

pid_of() {
    unit MainPID "${of[$1/unit]}"
}

ask() { # CELL COMMAND...
    local port=${of[$1/port]}
    if [[ $port = /* ]]; then redis-cli -s "$port" "${@:2}"; else redis-cli -p "$port" "${@:2}"; fi 2>&1
}

# A service without Type=notify is active before it answers. Why one does not is told beside the assertions.
until_it_answers() { # CELL
    local i
    for ((i = 0; i < 40; i++)); do
        [ "$(ask "$1" ping)" != PONG ] || return
        sleep 0.2
    done
    journalctl -b -q -o cat -n 5 -u "${of[$1/unit]}" | sed "s/^/#   $1: /" >&3
}

# --- what the kernel has of a process ---

policies() { # PID: of all its mappings
    awk '!seen[$2]++ { for (i = ++count; i > 1 && list[i - 1] > $2; i--) list[i] = list[i - 1]; list[i] = $2 }
        END { for (i = 1; i <= count; i++) printf "%s%s", (i > 1 ? " " : ""), list[i]; print "" }' "/proc/$1/numa_maps"
}

# pages PID: its own memory (no file behind it), "N0=25600 N1=25612".
pages() {
    awk '!/ file=/ { for (i = 3; i <= NF; i++) if (split($i, n, "=") == 2 && n[1] ~ /^N[0-9]+$/) {
            node = substr(n[1], 2) + 0; sum[node] += n[2]; if (node > last) last = node } }
        END { for (node = 0; node <= last; node++) if (node in sum) {
            printf "%sN%d=%d", separator, node, sum[node]; separator = " " }; print "" }' "/proc/$1/numa_maps"
}

# spread "N0=… N1=…": how far apart the fullest and the emptiest are, percent of the fullest.
spread() {
    local node max=0 min=
    for node in $1; do
        ((max = ${node#*=} > max ? ${node#*=} : max))
        ((min = ${node#*=} < ${min:-${node#*=} + 1} ? ${node#*=} : min))
    done
    echo $((max ? (max - min) * 100 / max : 100))
}

open_files() { # PID
    awk '/^Max open files/ {print $4 ":" $5}' "/proc/$1/limits"
}

rights() { # PID
    awk '/^CapEff:/ {sub(/^0+/, "", $2); caps = $2 == "" ? 0 : $2} /^Seccomp:/ {print caps, $2}' "/proc/$1/status"
}

# process PID: all of its surroundings that a start under the wrapper could change, open files and placement aside.
process() {
    local proc=/proc/$1 namespace arguments
    awk '/^Max open files/ {next} FILENAME ~ /limits$/ ||
        /^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp.*|Cpus_allowed_list|Mems_allowed_list|Threads|Sig.*):/' \
        "$proc/status" "$proc/limits"
    mapfile -d '' arguments < "$proc/cmdline"
    echo "${arguments[*]}"
    readlink "$proc/exe" "$proc/cwd" "$proc/root"
    for namespace in "$proc"/ns/*; do
        [ "$namespace" -ef "/proc/1/ns/${namespace##*/}" ] || echo "${namespace##*/} of its own"
    done
    cat "$proc/oom_score_adj" "$proc/cgroup" "$proc/timerslack_ns" "$proc/personality" "$proc/attr/current" 2> /dev/null
    awk -v wrapper="$wrapper" '$5 != wrapper {print $5, $6}' "$proc/mountinfo" | sort # ExecPaths= mounts it
}

# --- with and without the drop-ins ---

# The marker of a fresh installation keeps the generator from writing.
without_dropins() {
    : > "$pending"
    systemctl daemon-reload
}

with_dropins() {
    rm "$pending"
    systemctl daemon-reload
}

properties() { # WHEN: of all cells' units while they are stopped
    local name units=()
    for name in "${cells[@]}"; do units+=("${of[$name/unit]}"); done
    systemctl show "${units[@]}" | cells=$(printf '%s\n' "${cells[@]}") awk -v RS= -v files="$cell_files/" -v when="$1" '
        BEGIN {split(ENVIRON["cells"], cell, "\n")} {print > (files cell[NR] "." when)}'
}

# neutral FILE PLACEMENT: the properties without what is meant to differ, what is asserted in /proc (open files, the
# placement by systemd), and what tells of an earlier run or of the whole host. The order within these lists says nothing.
neutral() {
    sed -E -e '/^After=/s,([ =])redis-hosttune\.service\>,\1,' \
        -e "/^DropInPaths=/s,/run/systemd/generator/[^ ]*/zz-redis-hosttune\.conf,," \
        -e "s, path=$wrapper ; argv\[\]=$wrapper -- ([^ ]+), path=\1 ; argv[]=\1," \
        -e "s, path=$wrapper ; argv\[\]=$wrapper --argv0 (.*) -- ([^ ]+), path=\2 ; argv[]=\1," \
        -e '/^Exec[A-Z][A-Za-z]*=/s/ ; start_time=.*//' \
        -e '/^SystemCallFilter=/s/ [gs]et_mempolicy\>//g' -e "/^ExecPaths=/s, $wrapper\>,," \
        -e '/^(LimitNOFILE(Soft)?|ControlGroupId|MemoryAvailable)=/d' "$1" |
        awk -v placement="$2" 'placement == "systemd" && /^NUMA(Policy|Mask)=/ {next} /^Exec[A-Z]/ {print; next} {
            n = split(substr($0, index($0, "=") + 1), words, " "); key = substr($0, 1, index($0, "="))
            for (i = 1; i <= n; i++) print key words[i]}' | sort
}

# Every cell's unit twice: its properties in both states, then its process without the drop-in.
cells_compare() {
    local name
    mkdir -p "$cell_files"
    mapfile -t all < <(units_of_cells)
    systemctl stop "${all[@]}"
    properties with
    without_dropins
    properties without
    systemctl start "${all[@]}"
    for name in "${cells[@]}"; do
        until_it_answers "$name"
        process "$(pid_of "$name")" > "$cell_files/$name.process"
    done
    systemctl stop "${all[@]}"
    with_dropins
}

# placed CELL: how systemd starts the unit.
placed() {
    if [[ ${now[ExecStart]} = "{ path=$wrapper ; "* ]]; then
        echo exec
    elif [ "${now[NUMAPolicy]}" = interleave ] &&
        grep -q '^NUMAPolicy=interleave$' "/run/systemd/generator/${of[$1/unit]}.d/zz-redis-hosttune.conf"; then
        echo systemd
    else
        echo off
    fi
}

# fetch CELL: what systemd and the kernel have of its unit, which runs, into now.
fetch() {
    local key value pid
    while IFS='=' read -r key value; do
        now[$key]=$value
    done < <(systemctl show -p ActiveState,MainPID,NRestarts,ExecStart,NUMAPolicy "${of[$1/unit]}")
    pid=${now[MainPID]}
    now[placed]=$(placed "$1")
    now[policies]=$(policies "$pid")
    now[pages]=$(pages "$pid")
    now[open_files]=$(open_files "$pid")
    now[rights]=$(rights "$pid")
}

guest=$(. /etc/os-release && echo "$VERSION_CODENAME | $(uname -r) | $(systemctl --version | awk 'NR == 1 {print $2}')")
nodes="$(nodes has_memory) | $(nodes has_cpu)"

# cell_record CELL: what was fetched, as a line for the matrix.
cell_record() {
    local version
    version=$(ask "$1" info server | tr -d '\r' | awk -F: '/^(redis|valkey)_version/ {v[$1] = $2}
        END {print "valkey_version" in v ? "Valkey " v["valkey_version"] : "Redis " v["redis_version"]}')
    echo "# cell: $guest | $version | $nodes | $1 | ${of[$1/unit]} | ${now[placed]} | ${now[policies]} | ${now[pages]} |" \
        "${now[open_files]} | ${now[rights]}" >&3
}

# cell_fill CELL: 200 MiB of data.
cell_fill() {
    until_it_answers "$1"
    ask "$1" debug populate 2048 cell 102400
}

# cell_state CELL: 4 assertions on a unit that runs, and its record.
cell_state() {
    fetch "$1"
    is "$1: active" "${now[ActiveState]}" active
    is "$1: answers" "$(ask "$1" ping)" PONG
    is "$1: placed by" "${now[placed]}" "${of[$1/placement]}"
    is "$1: the policy of all its mappings" "${now[policies]}" "${of[$1/policy]}"
    cell_record "$1"
}

# cell_look CELL: CELL_ASSERTIONS assertions on a unit that runs with its data.
cell_look() {
    local placement=${of[$1/placement]} has node on=0 sum=0
    cell_state "$1"
    has=${now[pages]}
    for node in $has; do ((++on, sum += ${node#*=})); done
    is "$1: was started once" "${now[NRestarts]}" 0
    ok "$1: 200 MiB are in memory ($has pages)" test $sum -gt 51200
    if [[ ${of[$1/policy]} = interleave:* ]]; then
        is "$1: its pages lie on as many nodes, within 10 % ($has)" "$on $(($(spread "$has") <= 10))" \
            "$(nodes_count) 1"
    else
        isnt "$1: its pages lie where its policy has them ($has)" "$has" ""
    fi
    is "$1: open files" "${now[open_files]}" "${of[$1/nofile]}"
    is "$1: effective capabilities and the filter" "${now[rights]}" "${of[$1/rights]}"
    is "$1: its process is otherwise as without the drop-in" "$(process "${now[MainPID]}" | diff "$cell_files/$1.process" -)" ""
    is "$1: its properties differ in nothing but what is meant" \
        "$(diff <(neutral "$cell_files/$1.without" "$placement") <(neutral "$cell_files/$1.with" "$placement"))" ""
}

nodes_count() {
    local range count=0 ranges
    ranges=$(nodes has_memory)
    for range in ${ranges//,/ }; do
        count=$((count + ${range#*-} - ${range%-*} + 1))
    done
    echo "$count"
}

# cells_assert: all of the cells, one after another.
cells_assert() {
    local name
    cells_compare
    for name in "${cells[@]}"; do
        systemctl start "${of[$name/unit]}"
        cell_fill "$name"
        cell_look "$name"
        systemctl stop "${of[$name/unit]}"
    done
}
