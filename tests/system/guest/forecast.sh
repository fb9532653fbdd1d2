# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The forecast before a boot, and what the kernel has to say of it behind that.

# Saves "OBJECT VALUE FILE:LINE" for each object.
save_forecast() {
    redis-hosttune check --format=json > /root/check.json
    awk -F'"' '/^  "servers"/ { exit }
        /"object":/ { object = $4 }
        /"at_boot":/ { value = $3 ~ /null/ ? "?" : $4 }
        /"file":/ && !(object in file) { file[object] = $4 }
        /"line":/ && !(object in line) { line[object] = $3; gsub(/[^0-9]/, "", line[object])
            print object, value, file[object] ":" line[object] }' /root/check.json > /root/forecast
    sync
}

# What the kernel has for an object of the forecast.
kernel_has() {
    case $1 in
        thp.hugepages-*) thp "${1#thp.}/enabled" ;;
        thp.*) thp "${1#thp.}" ;;
        *) knob "$1" ;;
    esac
}

# How many assertions hold_forecast makes.
forecast_count() {
    grep -vc ' ? ' /root/forecast
}

# One assertion for each object whose value was forecast.
hold_forecast() {
    local object value by
    while read -r object value by; do
        [ "$by" != : ] || by="the kernel"
        [ "$value" = "?" ] || is "$object is as forecast, by $by" "$(kernel_has "$object")" "$value"
    done < /root/forecast
}
