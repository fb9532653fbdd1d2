# shellcheck shell=bash
# What every test of a finding uses; sourced. $ID is the finding, $WORK a directory of its own.
# Any command that fails ends the test. Servers and what was started with `start` are ended with it.
set -Eeuo pipefail

servers=() # pids
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
# SOCKET and PID, which the other functions use. AS=USER runs it as that user.
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
    start "${as[@]}" "$SERVER" --port 0 --unixsocket "$SOCKET" --dir "$WORK/$name" --logfile "$WORK/$name/log" --save "" \
        --appendonly no --daemonize no "$@" >"$WORK/$name/output" 2>&1
    PID=${servers[-1]}
    wait_for answers
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
    "$HT" diagnose "--socket=$SOCKET" "--only=$ID" --format=json "--interval=${INTERVAL:-100ms}" "$@" \
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

# The commands of the last finding's remedy for redis-cli, one a line, as a person would paste them.
remedy_commands() { field remedy | sed 's/\\n/\n/g; s/\\"/"/g; s/\\\\/\\/g' | grep -E '^(redis|valkey)-cli ' || true; }

# mend [PATTERN]: pastes the remedy's redis-cli commands (those that match) into a shell; each must succeed.
mend() {
    local command answer n=0
    while IFS= read -r command; do
        [[ $command =~ ${1:-.} ]] || continue
        n=$((n + 1))
        command=${command/#redis-cli/$CLI}
        answer=$(bash -c "${command/#valkey-cli/$CLI}" 2>&1 </dev/null) || fail "the remedy failed: $command: $answer"
        case $answer in
        ERR* | *NOPERM* | *'(error)'*) fail "the remedy was refused: $command: $answer" ;;
        esac
    done < <(remedy_commands)
    [ "$n" -gt 0 ] || fail "the remedy has no such command: $(field remedy)"
}
