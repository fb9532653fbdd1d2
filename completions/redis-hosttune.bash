# bash completion for redis-hosttune(8)                    -*- shell-script -*-
# SPDX-License-Identifier: MIT

# The names that explain lists: tunables have a dot, findings none, and what a unit gets is not for --only.
_redis_hosttune_names() { # [tunables|findings]
    redis-hosttune explain 2>/dev/null | cut -d' ' -f1 | case ${1-} in
    tunables) grep '\.' | grep -v -e '^numa\.' -e '^unit\.' ;;
    findings) grep -v '\.' ;;
    *) cat ;;
    esac
}

# What the option may have; 1: a file.
_redis_hosttune_values() { # COMMAND OPTION
    case $2 in
    --format) if [[ $1 == check || $1 == diagnose ]]; then echo text json prometheus; else echo text json; fi ;;
    --fail-on) echo warning critical ;;
    --only) if [[ $1 == diagnose ]]; then _redis_hosttune_names findings; else _redis_hosttune_names tunables; fi ;;
    --force | --forget) _redis_hosttune_names tunables ;;
    --server) systemctl list-units --no-legend --plain --type=service 'redis*' 'valkey*' 2>/dev/null | cut -d' ' -f1 ;;
    --host) echo 127.0.0.1 ::1 localhost ;;
    --port) echo 6379 ;;
    --interval) echo 0 1s 10s 1min ;;
    --user) ;;
    *) return 1 ;;
    esac
}

# A list is completed at its last name.
_redis_hosttune_value() { # COMMAND OPTION
    local begun="" values

    if [[ $2 == --root ]]; then
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
        compopt -o filenames 2>/dev/null
    elif values=$(_redis_hosttune_values "$1" "$2"); then
        [[ $cur == *,* ]] && begun=${cur%,*},
        mapfile -t COMPREPLY < <(compgen -P "$begun" -W "$values" -- "${cur##*,}")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        compopt -o filenames 2>/dev/null
    fi
}

_redis_hosttune() {
    local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command="" word
    local -A options=(
        [diff]="--root= --format= --runtime --only= --out="
        [apply]="--root= --format= --runtime --only= --plan="
        [revert]="--root= --format= --runtime --only= --force= --forget= --disable"
        [check]="--root= --format= --server="
        [diagnose]="--root= --format= --only= --socket= --host= --port= --user= --password-file= --same-password --tls --cacert= --cert= --key= --interval= --watch --notes --fail-on="
        [explain]="--root= --format="
        [exec]="--"
    )

    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ -n ${options[$word]-} ]]; then
            command=$word
            break
        fi
    done
    # "=" is a word of its own where COMP_WORDBREAKS has it, and else a part of the option's
    if [[ $cur == --*=* ]]; then
        previous=${cur%%=*}
        cur=${cur#*=}
        _redis_hosttune_value "$command" "$previous"
        COMPREPLY=("${COMPREPLY[@]/#/$previous=}")
    elif [[ $cur == "=" && $previous == --* ]]; then
        cur=""
        _redis_hosttune_value "$command" "$previous"
    elif [[ $previous == "=" ]]; then
        _redis_hosttune_value "$command" "${COMP_WORDS[COMP_CWORD - 2]}"
    elif [[ -n $command && " ${options[$command]}" == *" $previous= "* ]]; then
        _redis_hosttune_value "$command" "$previous"
    elif [[ -z $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "${!options[*]} help --help --version" -- "$cur")
    elif [[ $command == explain && $cur != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_redis_hosttune_names)" -- "$cur")
    elif [[ $command == exec ]]; then
        mapfile -t COMPREPLY < <(compgen -c -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -W "${options[$command]} --help --version" -- "$cur")
        [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
    fi
}
complete -F _redis_hosttune redis-hosttune
