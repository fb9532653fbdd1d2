#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Holds the structure of src/: which layer may include which, and in which file alone a library may be called.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
complain() {
    echo "check-layers: $*" >&2
    status=1
}

# layer: the layers it may include, besides itself
declare -A may_include=(
    [util]=""
    [model]="util"
    [redis]="util"
    [host]="util model redis"
    [render]="util model"
    [privileged]="util model redis"
    [cmd]="util model redis host render privileged"
    [exec]=""
    [generator]="util model host render privileged"
)

for layer in "${!may_include[@]}"; do
    [ -d "src/$layer" ] || continue
    while IFS=: read -r file line include; do
        wanted=${include#*\"}
        wanted=${wanted%%/*}
        case " $layer ${may_include[$layer]} $layer:${include#*\"} " in
        *" $wanted "* | *" exec:util/escape.h\" "* | *" exec:util/start.h\" "*) ;; # pure, or libc alone
        *) complain "$file:$line: $layer/ may not include $wanted/" ;;
        esac
    done < <(grep -rnE '^#include "[a-z]+/' "src/$layer" || true)
done

# pattern of a call, and the files it may stand in
only_in() {
    local pattern=$1 what=$2
    shift 2
    while IFS=: read -r file line _; do
        case " $* " in
        *" $file "*) ;;
        *) complain "$file:$line: $what may stand in $* only" ;;
        esac
    done < <(grep -rnE "$pattern" src --include='*.c' --include='*.h' | grep -vE ':[0-9]+: ?(/\*| \*)' || true)
}

only_in '\bnuma_[a-z_]+\b' 'numa_*' src/exec/numa-policy.c src/host/numa.c src/host/server-numa.c
only_in '\bcap_[a-z_]+ *\(' 'cap_*' src/privileged/capabilities.c
only_in '\bsd_[a-z_]+ *\(' 'sd_*' src/util/libsystemd.c src/util/systemd-bus.c src/util/systemd-bus.h src/util/log.c src/host/kernel-log.c src/host/server-log.c src/host/unit-restarts.c src/host/system-units.c src/host/manager-bus.c src/host/tuner-status.c \
    src/host/change-journal.c \
    src/privileged/unit-control.c
only_in '\becon?f_[a-zA-Z_]+ *\(' 'econf_*' src/host/config-file.c
only_in '\bredis[A-Z][A-Za-z]+ *\(' 'hiredis' src/redis/answer.c src/redis/connection.c src/redis/context.c src/redis/context.h src/redis/intake.h src/redis/tls.c
only_in '\bscols_[a-z_]+ *\(' 'scols_*' src/render/text.c src/render/check-text.c
only_in '(^|[^_a-zA-Z])_?exit *\(' 'exit(' src/main.c src/exec/main.c src/generator/main.c src/exec/trial.c \
    src/util/terminal.c src/util/memory.c
only_in '\bO_CREAT\b' 'O_CREAT' src/privileged/file-writer.c src/privileged/lock.c
only_in '\bstrto(l|ll|ul|ull)\b *\(' 'strtol' src/util/text.c src/exec/nodelist.c
only_in '\bjson_set_alloc_funcs *\(' 'json_set_alloc_funcs' src/render/json-memory.c src/privileged/state-text.c
only_in '\bsetns *\(' 'setns' src/host/network-namespace.c
only_in '\bdlopen *\(' 'dlopen' src/util/library.c src/exec/numa-policy.c
only_in '\blog_(error|warning|notice|change|problem) *\(' 'logging' src/util/log.c src/util/log.h src/main.c src/cmd/*.c

# All text to a person goes one way, so that none gets round the escaping: util/terminal.h.
only_in '[(,] *(stdout|stderr) *[,);]|(^|[^a-z_])v?d?printf *\(|(^|[^a-z_])(puts|putchar|perror|psignal|warnx?|errx?) *\(' 'printing' \
    src/util/terminal.c
only_in '\bSTD(OUT|ERR)_FILENO\b' 'the standard streams' src/util/terminal.c src/util/log.c \
    src/util/start.c src/util/memory.c src/exec/main.c src/generator/main.c
only_in '\\(033|x1[bB]|e\[)' "a terminal's sequences" src/util/terminal.c

exit $status
