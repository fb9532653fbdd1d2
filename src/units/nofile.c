/* SPDX-License-Identifier: MIT */
/* LimitNOFILE=.
 * Owns which assignment of it is in force; pure. */
#include "units/nofile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/memory.h"
#include "util/text.h"

struct limit {
    long long soft, hard; /* INT64_MAX: infinity */
};

/* One number as systemd takes it for this limit, src/basic/rlimit-util.c: rlimit_parse_u64. It knows no
 * suffixes here: "64K" is no number, and an assignment with it counts for nothing (-EINVAL). -ERANGE: what it
 * may take in another way than we do, as "0x400" and "010". */
static int parse_number(const char *text, long long *ret)
{
    text += strspn(text, " \t");
    if (strcmp(text, "infinity") == 0) {
        *ret = INT64_MAX;
        return 0;
    }
    if (*text == '+' || (*text == '0' && text[1]))
        return -ERANGE;
    if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
        return -EINVAL;
    return parse_integer(text, ret);
}

/* "SOFT:HARD", or one for both. */
static int parse_limit(const char *value, struct limit *ret)
{
    const char *colon = strchr(value, ':');
    char soft[32];
    int error;

    if (!colon) {
        error = parse_number(value, &ret->hard);
        if (error == 0)
            ret->soft = ret->hard;
        return error;
    }
    if ((size_t)snprintf(soft, sizeof(soft), "%.*s", (int)(colon - value), value) >= sizeof(soft))
        return -ERANGE;
    error = parse_number(soft, &ret->soft);
    if (error == 0)
        error = parse_number(colon + 1, &ret->hard);
    return error == 0 && ret->soft > ret->hard ? -EINVAL : error;
}

/* The last assignment that counts; an empty one is passed over like any other that is no number. -ENOENT:
 * there is none; -ERANGE: it cannot be told. */
static int find_limit(const struct unit *unit, const char *key, struct limit *ret,
                      const struct unit_setting **ret_from)
{
    for (size_t i = unit->settings_count; i > 0; i--) {
        int error;

        if (strcmp(unit->settings[i - 1].key, key) != 0)
            continue;
        error = parse_limit(unit->settings[i - 1].value, ret);
        *ret_from = &unit->settings[i - 1];
        if (error != -EINVAL)
            return error;
    }
    return -ENOENT;
}

/* Without any setting systemd gives this (since 240). */
static const struct limit built_in = {.soft = 1024, .hard = 524288};

char *unit_nofile_decide(const struct unit *unit, const struct unit *manager, long long wanted,
                         const struct unit_setting **ret_from)
{
    const struct unit_setting *own = NULL, *of_all;
    struct limit limit;
    int error = find_limit(unit, "LimitNOFILE", &limit, &own);

    *ret_from = error == 0 ? own : NULL;
    if (error == -ENOENT && manager)
        error = find_limit(manager, "DefaultLimitNOFILE", &limit, &of_all);
    if (error == -ENOENT)
        limit = built_in;
    if (error == -ERANGE || limit.soft >= wanted)
        return NULL;
    if (limit.hard <= wanted)
        return memory_format("%lld", wanted);
    if (limit.hard == INT64_MAX)
        return memory_format("%lld:infinity", wanted);
    return memory_format("%lld:%lld", wanted, limit.hard);
}
