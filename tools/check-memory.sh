#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Holds who may end the program when memory runs out (src/util/memory.h): nothing that src/privileged calls, however far
# down, for it takes back what it has begun. Asked of the built objects, so it follows `make`.
# Usage: [B=BUILD_DIRECTORY] tools/check-memory.sh
set -euo pipefail
cd "$(dirname "$0")/.."
build=${B:-build}
export LC_ALL=C

objects=("$build"/src/{util,host,systemd,redis,policy,units,plan,boot,servers,log,check,diagnose,config,privileged,cmd}/*.o)
[ -e "${objects[0]}" ] || {
    echo "check-memory: no objects in $build: run make first" >&2
    exit 2
}

# Lines "OBJECT SYMBOL": what each defines for others, and what it calls that is not its own.
symbols() { # nm's letters
    nm -A "${objects[@]}" | sed -nE "s/^([^:]+):[0-9a-f ]* [$1] ([^ ]+)$/\1 \2/p"
}

# One edge a line: OBJECT SYMBOL OBJECT
edges=$(awk 'NR == FNR { owner[$2] = $1; next } $2 in owner { print $1, $2, owner[$2] }' \
    <(symbols TDBRVW) <(symbols Uw))

# From every object of privileged/ along the edges, with the way that leads there.
awk -v start="$build/src/privileged/" -v target="$build/src/util/memory.o" '
    { edge[++n] = $0 }
    END {
        for (i = 1; i <= n; i++) {
            split(edge[i], e)
            if (index(e[1], start) == 1)
                way[e[1]] = e[1]
        }
        do {
            grown = 0
            for (i = 1; i <= n; i++) {
                split(edge[i], e)
                if (e[1] in way && !(e[3] in way)) {
                    way[e[3]] = way[e[1]] " -> " e[2] " in " e[3]
                    grown = 1
                }
            }
        } while (grown)
        if (target in way) {
            print "check-memory: privileged code may not end for want of memory: " way[target] > "/dev/stderr"
            exit 1
        }
    }' <<<"$edges"
