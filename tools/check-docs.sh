#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Holds help, man pages, completion and the sample configuration together: every command, option and tunable that the
# program knows stands in each of them, no help line is longer than 80 columns, and every exit status is described. Every
# room of src/ has a place in docs/ARCHITECTURE.md.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${B:-build}/redis-hosttune

status=0
complain() {
    echo "check-docs: $*" >&2
    status=1
}

has() { # FILE TEXT: the text stands in the file, scdoc's markup aside
    grep -qF -- "${2//[*_]/}" <<<"$(sed 's/[*_\\]//g' "$1")"
}

help_of() {
    "$program" ${1:+"$1"} --help
}

check_width() {
    local long
    long=$(help_of "$1" | awk 'length > 80')
    [ -z "$long" ] || complain "help of '${1:-redis-hosttune}' is wider than 80 columns: $long"
    [ "$(help_of "$1")" = "$("$program" ${1:+"$1"} -h)" ] || complain "-h and --help of '$1' differ"
}

commands=$(help_of "" | awk '/^  [a-z]/ {print $1}')
[ -n "$commands" ] || complain "no command found in --help"
check_width ""
for command in $commands; do
    check_width "$command"
    has man/redis-hosttune.8.scd "redis-hosttune $command" || complain "man page lacks the command $command"
    grep -q "\[$command\]=" completions/redis-hosttune.bash || complain "completion lacks the command $command"
    for option in $(help_of "$command" | grep -oE '^ +(-h, )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
        has man/redis-hosttune.8.scd "$option" || complain "man page lacks $option"
        [ "$option" = --help ] || [ "$option" = --version ] || [ "$command" = exec ] ||
            grep -E "\[$command\]=.*$option" completions/redis-hosttune.bash >/dev/null ||
            complain "completion of $command lacks $option"
    done
    # and the other way round: what the completion offers, the command takes
    for option in $(sed -n "s/^ *\[$command\]=\"\(.*\)\"/\1/p" completions/redis-hosttune.bash | tr -d =); do
        [ "$option" = -- ] || grep -q -- "$option" <<<"$(help_of "$command")" || complain "completion of $command has $option"
    done
done

while read -r name; do
    grep -qF "#$name = " contrib/redis-hosttune.conf || complain "contrib/redis-hosttune.conf lacks $name"
    has man/redis-hosttune.conf.5.scd "$name" || complain "redis-hosttune.conf(5) lacks $name"
done < <("$program" explain | cut -d' ' -f1 | grep -F . | grep -v '^numa\.')

for room in src/*/; do
    room=${room#src/}
    grep -qF "| \`${room%/}\` |" docs/ARCHITECTURE.md || complain "docs/ARCHITECTURE.md lacks src/$room"
done

# what the sample shows as defaults is what the program takes
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/etc/redis-hosttune"
sed 's/^#\([a-z-]*\.[^ ]* = \)/\1/' contrib/redis-hosttune.conf >"$scratch/etc/redis-hosttune/redis-hosttune.conf"
"$program" diff --root="$scratch" >/dev/null 2>"$scratch/errors" || true
[ ! -s "$scratch/errors" ] || complain "contrib/redis-hosttune.conf: $(cat "$scratch/errors")"

exit $status
