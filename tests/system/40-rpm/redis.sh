# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Redis in the shape of Fedora and RHEL, and the package as rpm handles it. Sourced after lib.sh.
# shellcheck source=tests/system/guest/cells.sh
. /opt/system-test/guest/cells.sh

# shellcheck disable=SC2034 # for the checks
rpm=/opt/system-test/redis-hosttune.rpm upgrade=/opt/system-test/upgrade.rpm
generated=/run/systemd/generator/redis.service.d/zz-redis-hosttune.conf

rpm_install() {
    rpm "$1" --force-debian --nodeps "${@:2}"
}

pid() {
    unit MainPID redis
}

# assert_wrapped WHEN: 5 assertions.
assert_wrapped() {
    assert_redis "$1" redis
    is "$1: all of Redis' memory is interleaved" "$(policies "$(pid)")" interleave:0-1
    is "$1: its open files" "$(open_files "$(pid)")" 65536:65536
    is "$1: one drop-in for it is generated" "$(existing "$generated")" "$generated"
}

# assert_unwrapped WHEN: Redis is started anew, as its own package has it; 5 assertions.
assert_unwrapped() {
    ok "$1: Redis restarts" systemctl restart redis
    assert_redis "$1" redis
    is "$1: its memory is where the kernel puts it" "$(policies "$(pid)")" default
    is "$1: its open files are those of its package" "$(open_files "$(pid)")" 10240:10240
}
