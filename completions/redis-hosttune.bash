# bash completion for redis-hosttune(8)                    -*- shell-script -*-
# SPDX-License-Identifier: MIT

_redis_hosttune() {
    local cur=${COMP_WORDS[COMP_CWORD]} command="" word
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
    if [[ -z $command ]]; then
        COMPREPLY=($(compgen -W "${!options[*]} --help --version" -- "$cur"))
    elif [[ $command == explain && $cur != -* ]]; then
        COMPREPLY=($(compgen -W "$(redis-hosttune explain 2>/dev/null | cut -d' ' -f1)" -- "$cur"))
    elif [[ $command == exec ]]; then
        COMPREPLY=($(compgen -c -- "$cur"))
    else
        COMPREPLY=($(compgen -W "${options[$command]} --help --version" -- "$cur"))
        [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
    fi
}
complete -o default -F _redis_hosttune redis-hosttune
