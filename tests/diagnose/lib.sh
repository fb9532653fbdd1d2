# shellcheck shell=bash
# What every test of a finding uses; sourced. $ID is the finding, $WORK a directory of its own.
# Any command that fails ends the test. Servers and what was started with `start` are ended with it.
set -Eeuo pipefail

servers=() # pids
server=()  # the command of the last one
output=""  # where it writes
SOCKET="" PID=""

end() {
    local pid
    for pid in "${servers[@]}"; do
        kill -CONT "$pid" 2>/dev/null || true
        kill -KILL "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null || true
}
trap end EXIT
trap 'echo "line $LINENO: failed: $BASH_COMMAND"' ERR

fail() {
    echo "$*"
    exit 1
}

skip() { # REASON: the last line of the output is shown
    echo "$*"
    exit 77
}

# start COMMAND...: in the background, ended with the test.
start() {
    "$@" &
    servers+=($!)
}

# start_server [NAME] [--OPTION VALUE...]: a server of its own on the unix socket $WORK/NAME.sock, saving nothing; sets
# SOCKET and PID, which the other functions use. AS=USER runs it as that user, CONFIG=FILE with that configuration file.
start_server() {
    local name=redis as=()
    case ${1-} in
    "" | --*) ;;
    *)
        name=$1
        shift
        ;;
    esac
    mkdir -p "$WORK/$name"
    if [ -n "${AS:-}" ]; then
        chown "$AS" "$WORK/$name"
        as=(setpriv "--reuid=$AS" "--regid=$(id -g "$AS")" --clear-groups)
    fi
    SOCKET=$WORK/$name/socket
    if [ -n "${BARE:-}" ]; then
        server=("${as[@]}" "$SERVER" "$CONFIG")
    else
        server=("${as[@]}" "$SERVER" ${CONFIG:+"$CONFIG"} --port 0 --unixsocket "$SOCKET" --dir "$WORK/$name"
            --logfile "$WORK/$name/log" --save "" --appendonly no --daemonize no "$@")
    fi
    run_server "$WORK/$name/output"
}

# start_configured NAME [LINE...]: a server that is told all by its file $CONF, $WORK/NAME/redis.conf, with these lines.
start_configured() {
    local name=$1
    shift
    mkdir -p "$WORK/$name"
    CONF=$WORK/$name/redis.conf
    printf '%s\n' 'port 0' "unixsocket $WORK/$name/socket" "dir $WORK/$name" "logfile $WORK/$name/log" 'save ""' "$@" >"$CONF"
    [ -z "${AS:-}" ] || chown -R "$AS" "$WORK/$name"
    CONFIG=$CONF BARE=1 start_server "$name"
}

run_server() { # OUTPUT
    output=$1
    start "${server[@]}" >>"$output" 2>&1
    PID=${servers[-1]}
    wait_for answers
}

# restart_server: the last one, as it was started; its options stand on its command line, or in the file.
restart_server() {
    kill "$PID"
    wait "$PID" || true
    run_server "$output"
}

answers() {
    case $(cli PING 2>&1) in
    PONG | *NOAUTH* | *LOADING* | *NOPERM*) ;;
    *) kill -0 "$PID" || fail "the server did not start: $(cat "$WORK"/*/output "$WORK"/*/log)" ;;&
    *) return 1 ;;
    esac
}

# wait_for COMMAND...: until it is true, up to 20 seconds.
wait_for() {
    local i
    for ((i = 0; i < 200; i++)); do
        if "$@"; then
            return 0
        fi
        sleep 0.1
    done
    fail "it did not come about: $*"
}

# cli [ARGUMENT...]: asks the server at $SOCKET.
cli() { "$CLI" -s "$SOCKET" "$@"; }

# A value of INFO.
info() { cli INFO all | tr -d '\r' | sed -n "s/^$1://p"; }

# diagnose [OPTION...]: the finding $ID of the server at $SOCKET; its JSON is in $WORK/last.json. INTERVAL is the time between
# the samples.
# shellcheck disable=SC2120
diagnose() {
    configured "$HT" diagnose "--socket=$SOCKET" "--only=$ID" --format=json "--interval=${INTERVAL:-100ms}" "$@" \
        >"$WORK/last.json" 2>"$WORK/last.stderr" || [ $? = 1 ] || fail "diagnose: $(cat "$WORK/last.stderr")"
}

# field NAME: of the last finding: result, harm, remedy, reason, or a piece of its evidence.
field() { sed -n "s/^ *\"$1\": \"\{0,1\}\(.*[^\",]\)\"\{0,1\},\{0,1\}\$/\1/p" "$WORK/last.json" | head -1; }

# expect RESULT [NAME=VALUE...]: what diagnose must say now, and pieces of evidence that it must show (VALUE is a
# pattern of the shell). A finding must have evidence, harm and remedy.
expect() {
    local wanted=$1 result piece value
    shift
    diagnose
    result=$(field result)
    [ "$result" = "$wanted" ] || fail "expected $wanted: $(cat "$WORK/last.json")"
    if [ "$wanted" = warning ] || [ "$wanted" = critical ]; then
        [ "$(field harm)" != null ] && [ "$(field remedy)" != null ] || fail "no harm or remedy: $(cat "$WORK/last.json")"
        ! grep -q '"evidence": {}' "$WORK/last.json" || fail "no evidence: $(cat "$WORK/last.json")"
    fi
    for piece in "$@"; do
        value=$(field "${piece%%=*}")
        # shellcheck disable=SC2053
        [[ $value == ${piece#*=} ]] || fail "expected $piece, not \"$value\": $(cat "$WORK/last.json")"
    done
}

# expect_during RESULT COMMAND...: the command runs again and again while diagnose looks.
expect_during() {
    local wanted=$1 pid
    shift
    (
        trap - EXIT ERR
        set +e
        while :; do "$@"; done >/dev/null 2>&1
    ) &
    pid=$!
    servers+=("$pid")
    INTERVAL=${INTERVAL:-1s} expect "$wanted"
    kill "$pid"
}

# The last finding's remedy, a line each, as a person reads it.
remedy_lines() { field remedy | sed 's/\\\\/\x01/g; s/\\n/\n/g; s/\\"/"/g; s/\x01/\\/g'; }

# A sanitizer keeps what is freed, and takes its time for 64 MiB.
is_sanitized() { ldd "$HT" | grep -q libasan; }

# What stands in for the host while a remedy is pasted: this server's own client, no sudo, no systemd, no apply.
# What was not done is in $WORK/left-alone.
pretended_host() {
    local stubbed
    [ ! -d "$WORK/bin" ] || return 0
    mkdir "$WORK/bin" "$WORK/home"
    printf '#!/bin/sh\nexec "%s" -e "$@"\n' "$CLI" | tee "$WORK/bin/redis-cli" >"$WORK/bin/valkey-cli"
    printf '#!/bin/sh\nexec "$@"\n' >"$WORK/bin/sudo"
    for stubbed in systemctl journalctl redis-hosttune sysctl tee; do
        printf '#!/bin/sh\necho "%s $*" >>"%s/left-alone"\n' "$stubbed" "$WORK" >"$WORK/bin/$stubbed"
    done
    chmod 755 "$WORK/bin/"*
}

# Whether a line of a remedy is a command; all others are for a person.
is_command() { [[ $1 =~ ^(redis-cli|valkey-cli|sudo|umask|test|redis-hosttune|journalctl|df|echo)' ' ]]; }

paste_commands() {
    [ -s "$WORK/paste" ] || return 0
    PATH=$WORK/bin:$PATH HOME=$WORK/home bash -e "$WORK/paste" >"$WORK/pasted" 2>&1 </dev/null ||
        fail "the remedy was refused: $(cat "$WORK/paste" "$WORK/pasted")"
    : >"$WORK/paste"
}

# write_line FILE LINE: in the place of what sets the same there.
write_line() {
    local name=${2%% *}
    sed -i --follow-symlinks "/^$name /d" "$1"
    printf '%s\n' "$2" >>"$1"
}

# mend [PATTERN]: pastes the remedy (its lines that match) in its order: commands into one shell, lines of a
# configuration file into that, and restarts the server where it says so.
mend() {
    local line n=0
    pretended_host
    : >"$WORK/paste"
    while IFS= read -r line; do
        [[ $line =~ ${1:-.} ]] || continue
        if is_command "$line"; then
            printf '%s\n' "$line" >>"$WORK/paste"
        elif [[ $line =~ ^in\ (/[^ ]*):\ (.*)$ ]]; then
            write_line "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
        elif [[ $line =~ ^on\ the\ command\ line\ that\ starts\ it:\ (--[^ ]*)\ (.*)$ ]]; then
            server+=("${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}")
        elif [[ $line == "restart the server with pid $PID "* ]]; then
            paste_commands
            restart_server
        else
            continue
        fi
        n=$((n + 1))
    done < <(remedy_lines)
    paste_commands
    [ "$n" -gt 0 ] || fail "the remedy has no such step: $(field remedy)"
}

# configured COMMAND...: runs it in a mount namespace, where the thresholds that are set are all that /etc has, and what
# root keeps below /run stays out of the host's.
configured() {
    local namespace=(unshare --mount)
    if [ "$(id -u)" != 0 ]; then
        [ "${#thresholds[@]}" != 0 ] || {
            "$@"
            return
        }
        namespace+=(--map-root-user)
    elif [ ! -d /run/redis-hosttune ]; then
        mkdir -p /run/redis-hosttune
    fi
    printf '%s\n' '[thresholds]' "${thresholds[@]}" >"$WORK/thresholds.conf"
    # shellcheck disable=SC2016 # the inner shell's
    "${namespace[@]}" sh -ec 'records=$1 n=$2; conf=$(cat "$3"); shift 3
        if [ "$n" != 0 ]; then
            mount -t tmpfs none /etc; mkdir /etc/redis-hosttune
            echo "$conf" > /etc/redis-hosttune/redis-hosttune.conf
        fi
        if [ -d /run/redis-hosttune ]; then mount --bind "$records" /run/redis-hosttune; fi
        exec "$@"' configured "$WORK" "${#thresholds[@]}" "$WORK/thresholds.conf" "$@"
}

# thresholds [LINE...]: from now on diagnose has these lines below [thresholds] ("ID.NAME = VALUE"); none: the table's own.
thresholds=()
thresholds() { thresholds=("$@"); }

# ask ARGUMENT...: a command that must succeed; its answer is not shown.
ask() {
    local answer
    answer=$(cli -e "$@") || fail "$*: $answer"
}

# is RESULT: whether diagnose says so now; for wait_for.
is() {
    diagnose
    [ "$(field result)" = "$1" ]
}

# stopped_client ARGUMENT...: connects with this command (SUBSCRIBE, MONITOR), then reads nothing any more.
stopped_client() {
    local before
    before=$(info connected_clients)
    start "$CLI" -s "$SOCKET" "$@" >/dev/null
    wait_for has_clients $((before + 1))
    wait_for eval "cli CLIENT LIST | grep -q 'cmd=${1,,} '"
    kill -STOP "${servers[-1]}"
}

# waiting_clients NUMBER: they wait in BLPOP.
waiting_clients() {
    local before i
    before=$(info connected_clients)
    for ((i = 0; i < $1; i++)); do
        start "$CLI" -s "$SOCKET" BLPOP queue 100 >/dev/null
    done
    wait_for has_clients $((before + $1))
}
has_clients() { [ "$(info connected_clients)" -ge "$1" ]; }

# A port of loopback that nobody listens on.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)) && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

# megabytes NUMBER: sets one key so many times to a value of 1 MB, which all monitors are sent.
megabytes() { ask EVAL "for i = 1, ARGV[1] do redis.call('SET', KEYS[1], string.rep('x', 1048576)) end" 1 key "$1"; }

# result_of ID: of the last diagnose, which looked at several.
result_of() { awk -v id="\"$1\"," '$1 == "\"id\":" {on = $2 == id} on && $1 == "\"result\":" {gsub(/[",]/, "", $2); print $2}' "$WORK/last.json"; }

# refuses TEXT [OPTION...]: diagnose must end with 2 and say this on stderr.
refuses() {
    local text=$1 status=0
    shift
    "$HT" diagnose "--socket=$SOCKET" --interval=0 "$@" >"$WORK/last.json" 2>"$WORK/last.stderr" || status=$?
    [ "$status" = 2 ] || fail "exit status $status instead of 2: $(cat "$WORK/last.stderr")"
    grep -qF -- "$text" "$WORK/last.stderr" || fail "not said: $text: $(cat "$WORK/last.stderr")"
}

# memory_group: a memory cgroup of its own, v1 or v2, for the servers that are started from now on; skips the test where
# none is to be had. `memory_limit BYTES` sets its limit.
memory_group() {
    local base=/sys/fs/cgroup
    [ ! -d $base/memory ] || base=$base/memory
    GROUP=$base/hosttune-diagnose-$$
    mkdir "$GROUP" 2>/dev/null || skip "no cgroup can be made here"
    trap 'end; sleep 0.2; rmdir "$GROUP"' EXIT
    [ -e "$GROUP/memory.max" ] || [ -e "$GROUP/memory.limit_in_bytes" ] || skip "no memory cgroup here"
    printf '#!/bin/sh\necho $$ >"%s/cgroup.procs"\nexec "%s" "$@"\n' "$GROUP" "$SERVER" >"$WORK/server-in-group"
    chmod 755 "$WORK/server-in-group"
    SERVER=$WORK/server-in-group
}
memory_limit() {
    local file=$GROUP/memory.max
    [ -e "$file" ] || file=$GROUP/memory.limit_in_bytes
    echo "$1" >"$file"
}
