#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Holds the structure of src/: which room may include and call which, what is pure, and in which file alone a library may
# be called. What is called is asked of the built objects, so it follows `make`.
# Usage: [B=BUILD_DIRECTORY] tools/check-layers.sh
set -euo pipefail
cd "$(dirname "$0")/.."
build=${B:-build}
export LC_ALL=C

status=0
complain() {
    echo "check-layers: $*" >&2
    status=1
}

# Each room may use those above it.
order=(util host systemd redis policy units plan boot servers log check diagnose config privileged cmd)

# Whether a file of room $1 may include header $2.
may_include() {
    local room
    case "$1:$2" in
    exec:exec/* | exec:util/escape.h | exec:util/start.h) return 0 ;; # it links libc alone
    exec:*) return 1 ;;
    generator:redis/* | generator:cmd/*) return 1 ;;
    generator:*) return 0 ;;
    esac
    for room in "${order[@]}"; do
        [ "$room" != "${2%%/*}" ] || return 0
        [ "$room" != "$1" ] || return 1
    done
    return 1
}

for room in src/*/; do
    room=${room#src/} room=${room%/}
    case " ${order[*]} exec generator " in
    *" $room "*) ;;
    *) complain "src/$room: no such room: see docs/ARCHITECTURE.md" ;;
    esac
    while IFS=: read -r file line include; do
        wanted=${include#*\"}
        may_include "$room" "${wanted%\"*}" || complain "$file:$line: $room/ may not include ${wanted%\"*}"
    done < <(grep -rnE '^#include "[a-z]+/' "src/$room" || true)
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

only_in '\bnuma_[a-z_]+\b' 'numa_*' src/exec/numa-policy.c src/host/numa.c src/servers/read-numa.c
only_in '\bcap_[a-z_]+ *\(' 'cap_*' src/privileged/capabilities.c
only_in '\bsd_[a-z_]+ *\(' 'sd_*' src/util/libsystemd.c src/util/systemd-bus.c src/util/systemd-bus.h src/util/log.c src/diagnose/read-kernel-log.c src/log/read-server-log.c src/systemd/read-unit-restarts.c src/systemd/read-system-units.c src/systemd/read-manager-bus.c src/boot/read-tuner-status.c \
    src/boot/read-change-journal.c \
    src/privileged/unit-control.c
only_in '\becon?f_[a-zA-Z_]+ *\(' 'econf_*' src/config/read-file.c
only_in '\bredis[A-Z][A-Za-z]+ *\(' 'hiredis' src/redis/connection.c src/redis/context.c src/redis/context.h src/redis/intake.c src/redis/intake.h src/redis/tls.c
only_in '\bscols_[a-z_]+ *\(' 'scols_*' src/plan/print-text.c src/check/print-text.c
only_in '(^|[^_a-zA-Z])_?exit *\(' 'exit(' src/main.c src/exec/main.c src/generator/main.c src/exec/trial.c \
    src/util/terminal.c src/util/memory.c
only_in '\bO_CREAT\b' 'O_CREAT' src/privileged/file-writer.c src/privileged/lock.c
only_in '\bstrto(l|ll|ul|ull)\b *\(' 'strtol' src/util/text.c src/exec/nodelist.c
only_in '\bjson_set_alloc_funcs *\(' 'json_set_alloc_funcs' src/util/json.c src/privileged/state-text.c
only_in '\b(open_memstream|fopencookie)\b' 'a stream that is no file' src/util/terminal.c # a text is put together by text_builder
only_in '\bsetns *\(' 'setns' src/servers/read-network-namespace.c
only_in '\bdlopen *\(' 'dlopen' src/util/library.c src/exec/numa-policy.c
only_in '\blog_(error|warning|notice|result|change|problem) *\(' 'logging' src/util/log.c src/util/log.h src/main.c src/cmd/*.c

# All text to a person goes one way, so that none gets round the escaping: util/terminal.h.
only_in '[(,] *(stdout|stderr) *[,);]|(^|[^a-z_])v?d?printf *\(|(^|[^a-z_])(puts|putchar|perror|psignal|warnx?|errx?) *\(' 'printing' \
    src/util/terminal.c
only_in '\bSTD(OUT|ERR)_FILENO\b' 'the standard streams' src/util/terminal.c src/util/log.c \
    src/util/start.c src/util/memory.c src/exec/main.c src/generator/main.c
only_in '\\(033|x1[bB]|e\[)' "a terminal's sequences" src/util/terminal.c

# Rows that are in no list are never judged.
while IFS=: read -r file rows; do
    grep -q "^    .*[{]SECTION_[A-Z]*, ${rows#const struct finding }[}]," src/diagnose/findings.c ||
        complain "$file: src/diagnose/findings.c does not list its rows, ${rows#const struct finding }"
done < <(grep -roE '^const struct finding [a-z_]+' src --include='*.c')

# --- what the objects call, whatever they include ---

# Who may read or write the world, besides read-* and print-*. Where one that is pure calls none of these, it reaches
# nothing that does, for whom it calls is held to the same.
edges=(
    'privileged/*' 'cmd/*'
    redis/{allocators,connection,context,intake,reach,tls,tls-hello,watchdog}
    util/{library,libsystemd,log,root,root-list,start,systemd-bus,terminal}
    util/{budget,budget-clock,memory-pool} # the clock, locks
    util/json                              # jansson
)

# All that a pure one may call of others: texts, numbers, memory.
pure=(
    abort calloc explicit_bzero free malloc realloc reallocarray freeReplyObject
    bcmp memchr memcmp memcpy memmem memmove mempcpy memrchr memset qsort bsearch
    stpcpy strcasecmp strcat strchr strchrnul strcmp strcpy strcspn strdup strerror strlen strncasecmp strncat strncmp
    strncpy strndup strnlen strpbrk strrchr strsep strspn strstr strtod strtok_r strtoll
    asprintf snprintf sscanf vasprintf vsnprintf fnmatch inet_ntop
    isalnum isalpha isdigit isspace isxdigit tolower toupper __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc
    ceil fabs floor fmax fmin fmod round sqrt
    __errno_location __assert_fail __stack_chk_fail _GLOBAL_OFFSET_TABLE_
)

objects=()
for room in "${order[@]}"; do
    for source in src/"$room"/*.c; do
        [ ! -e "$source" ] || objects+=("$build/${source%.c}.o")
    done
done

# Lines "ROOM/NAME LETTER SYMBOL" for what each defines, with nm's letter, and for what it calls (U, w); then of each
# only what is not its own.
called=$(nm -A "${objects[@]}") || {
    echo "check-layers: objects are missing in $build: run make first" >&2
    exit 2
}
complaints=$(sed -nE "s,^$build/src/([^:]+)\.o:[0-9a-f ]* ([TDBRVWCUw]) ([^ ]+)$,\1 \2 \3,p" <<<"$called" |
    awk -v order="${order[*]}" -v edges="${edges[*]}" -v pure="${pure[*]}" '
        BEGIN {
            n = split(order, list); for (i = 1; i <= n; i++) rank[list[i]] = i
            n = split(edges, list); for (i = 1; i <= n; i++) is_named[list[i]] = 1
            n = split(pure, list); for (i = 1; i <= n; i++) is_pure[list[i]] = 1
        }
        function room(object) { return substr(object, 1, index(object, "/") - 1) }
        function is_edge(object) {
            return object in is_named || room(object) "/*" in is_named || object ~ /\/(read|print)-/
        }
        # What the compiler, its fortification and its instruments make of it.
        function is_allowed(symbol) {
            sub(/@.*/, "", symbol)
            if (symbol in is_pure || symbol ~ /^__(asan|ubsan|sanitizer|tsan|msan|gcov|llvm)_/) return 1
            if (symbol ~ /^__isoc[0-9]+_/) sub(/^__isoc[0-9]+_/, "", symbol)
            else if (symbol ~ /^__.*_chk$/) symbol = substr(symbol, 3, length(symbol) - 6)
            return symbol in is_pure
        }
        # the archive gives whichever comes first
        $2 ~ /[TDBR]/ && $3 in owner { print "src/" $1 ": defines " $3 ", as " owner[$3] " does" }
        $2 !~ /[Uw]/ { owner[$3] = $1; next }
        { object[++calls] = $1; symbol[calls] = $3 }
        END {
            for (i = 1; i <= calls; i++) {
                o = object[i]; s = symbol[i]; other = owner[s]
                if (other != "" && rank[room(other)] > rank[room(o)])
                    print "src/" o ": calls " s " of " other ", in a room below its own"
                if (is_edge(o) || o == "util/memory" || other == "util/memory") continue # that ends the program, with a word
                if (other == "" ? !is_allowed(s) : is_edge(other))
                    print "src/" o ": calls " s (other == "" ? "" : " of " other) ", and is to be pure"
            }
        }' | sort -u)
while read -r complaint; do
    [ -z "$complaint" ] || complain "$complaint"
done <<<"$complaints"

exit $status
