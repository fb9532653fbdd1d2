# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Assertions and ways to look at the host, for the checks.
#
# Every assertion takes its text first and is one line on the second serial port.
# What is asserted is read from the kernel, systemd, the journal or Redis, never from the program itself.

set -u
exec 3> /dev/ttyS1

# shellcheck disable=SC2034 # for the checks
deb=/opt/system-test/redis-hosttune.deb
thp=/sys/kernel/mm/transparent_hugepage
exact=/etc/sysctl.d/99-zz-redis-hosttune.conf
floors=/etc/sysctl.d/00-redis-hosttune.conf
tmpfiles=/etc/tmpfiles.d/00-redis-hosttune.conf
# shellcheck disable=SC2034 # for the checks
drop_ins=("$exact" "$floors" "$tmpfiles")

# plan N: how many assertions follow; fewer or more fail the scenario.
plan() {
    echo "1..$1" >&3
}

# report ok|"not ok" TEXT [DETAIL]
report() {
    echo "$1 $2" >&3
    [ "$1" = ok ] || touch /run/system-test/failed
    [ -z "${3-}" ] || echo "#   ${3//$'\n'/$'\n'#   }" >&3
}

# skip TEXT WHY
skip() {
    report ok "$1 # SKIP $2"
}

# ok TEXT COMMAND...: the command succeeds.
ok() {
    exits "$1" 0 "${@:2}"
}

# exits TEXT STATUS COMMAND...: the command ends with this exit status.
exits() {
    local text=$1 wanted=$2 output status
    output=$("${@:3}" 2>&1)
    status=$?
    echo "$output"
    if [ "$status" = "$wanted" ]; then
        report ok "$text"
    else
        report "not ok" "$text" "status $status: ${*:3}
${output: -800}"
    fi
}

# is TEXT GOT WANTED
is() {
    if [ "$2" = "$3" ]; then
        report ok "$1"
    else
        report "not ok" "$1" "got:    $2
wanted: $3"
    fi
}

# isnt TEXT GOT UNWANTED
isnt() {
    if [ "$2" != "$3" ]; then report ok "$1"; else report "not ok" "$1" "got: $2"; fi
}

# like TEXT GOT REGEX: some line matches the extended regular expression.
like() {
    if grep -qE -- "$3" <<< "$2"; then
        report ok "$1"
    else
        report "not ok" "$1" "no line matches $3 in:
${2: -800}"
    fi
}

# unlike TEXT GOT REGEX: no line matches.
unlike() {
    local lines
    if lines=$(grep -E -- "$3" <<< "$2"); then report "not ok" "$1" "$lines"; else report ok "$1"; fi
}

# --- the host ---

# To start a program takes a twentieth of a second in software emulation: what follows starts none.

# knob NAME: the value of a sysctl.
knob() {
    echo "$(< "/proc/sys/${1//.//}")"
}

# set_knob NAME VALUE: as an administrator would.
set_knob() {
    echo "$2" > "/proc/sys/${1//.//}"
}

# selected FILE: the word in brackets, into REPLY.
selected() {
    REPLY=$(< "$1")
    REPLY=${REPLY##*[}
    REPLY=${REPLY%%]*}
}

# thp FILE: the word that is selected in a file below transparent_hugepage.
thp() {
    local REPLY
    selected "$thp/$1"
    echo "$REPLY"
}

# thp_sizes: "SIZE WORD", a line for each size that has a switch of its own (Linux 6.8 and later).
thp_sizes() {
    local directory REPLY
    for directory in "$thp"/hugepages-*kB; do
        if [ -e "$directory/enabled" ]; then
            selected "$directory/enabled"
            echo "${directory##*/} $REPLY"
        fi
    done
}

# host_values: all the values that are tuned, one a line.
host_values() {
    local name REPLY
    while read -r name; do
        [[ $name == /proc/sys/* && -e $name ]] || continue
        REPLY=$(< "$name")
        name=${name#/proc/sys/}
        echo "${name//\//.} $REPLY"
    done < "${BASH_SOURCE[0]%/*}/knobs"
    for name in enabled defrag; do
        selected "$thp/$name"
        echo "$name $REPLY"
    done
    thp_sizes
}

# values_before: as they were in this boot before the tuner's turn.
values_before() {
    echo "$(< /run/system-test/before)"
}

# unit PROPERTY [UNIT]
unit() {
    systemctl show -p "$1" --value "${2:-redis-hosttune.service}"
}

# lines FILE: what it sets, without comments, blank lines and spaces around "=".
lines() {
    sed -E '/^[[:space:]]*([#;]|$)/d; s/[[:space:]]*=[[:space:]]*/=/' "$1"
}

# existing FILE...: those of them that exist, one a line.
existing() {
    local file
    for file; do
        [ ! -e "$file" ] || echo "$file"
    done
}

# leftovers: whatever bears the program's name where it runs, the records of package managers aside.
leftovers() {
    find /etc /run /var /usr /lib/systemd -name '*redis-hosttune*' \
        -not -path '/var/lib/dpkg/*' -not -path '/var/cache/*' -not -path '/var/log/*' 2> /dev/null
}

# --- groups of assertions ---

# assert_tuned WHEN: 7 assertions.
assert_tuned() {
    is "$1: vm.overcommit_memory" "$(knob vm.overcommit_memory)" 1
    is "$1: vm.swappiness" "$(knob vm.swappiness)" 1
    is "$1: net.core.somaxconn" "$(knob net.core.somaxconn)" 65535
    is "$1: net.ipv4.tcp_max_syn_backlog" "$(knob net.ipv4.tcp_max_syn_backlog)" 65535
    is "$1: THP enabled" "$(thp enabled)" never
    is "$1: THP defrag" "$(thp defrag)" never
    unlike "$1: THP sizes of their own" "$(thp_sizes)" 'always|madvise'
}

# assert_redis WHEN [UNIT]: 2 assertions.
assert_redis() {
    is "$1: ${2:-redis-server} is active" "$(unit ActiveState "${2:-redis-server}")" active
    is "$1: Redis answers" "$(redis-cli ping 2>&1)" PONG
}
